//! What is about HTTP rather than FHIR: bodies, headers, methods, health, logs, and attacks.

mod attack;
mod background;
mod binary;
mod body;
mod coding;
mod header;
mod health;
mod log;
mod prefix;
mod shield;
mod tls;
mod xml;
