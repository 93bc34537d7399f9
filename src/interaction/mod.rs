//! The interactions of <https://hl7.org/fhir/R4/http.html>: those with one resource or type in
//! [`single`], searches in [`search`], batches and transactions in [`bundle`].
//!
//! They know neither the wire nor the tables. A request is looked up in the table of routes
//! ([`route`]) and carried out ([`respond`]); all changes go through [`commit`], all rows through
//! [`scoped`]. What comes is held to the profiles of the booklet ([`booklet`]) and against the records
//! around it ([`record`]).

pub mod audit;
pub mod booklet;
pub mod bundle;
pub mod capabilities;
pub mod commit;
pub mod engine;
pub mod failure;
pub mod job;
pub mod provided;
pub mod record;
pub mod referred;
pub mod request;
pub mod respond;
pub mod route;
pub mod scoped;
pub mod search;
pub mod single;
pub mod turns;
mod unused;

#[cfg(test)]
mod tests;
