//! What is about HTTP rather than FHIR: bodies, headers, methods, health, logs, and attacks.

mod attack;
mod body;
mod header;
mod health;
mod log;
mod prefix;
mod shield;
mod xml;
