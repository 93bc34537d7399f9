//! What is about HTTP rather than FHIR: bodies, headers, methods, health, logs.

mod body;
mod header;
mod health;
mod log;
mod xml;
