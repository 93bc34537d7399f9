//! The interactions of <https://hl7.org/fhir/R4/http.html>, a file each.
//!
//! They know neither the wire nor the tables. All changes go through [`commit`].

mod around;
pub mod batch;
pub mod bundle;
pub mod capabilities;
pub mod commit;
pub mod conditional;
pub mod create;
pub mod delete;
pub mod enforce;
pub mod engine;
pub mod failure;
pub mod foresee;
pub mod gather;
pub mod history;
pub mod link;
#[cfg(test)]
mod parity;
pub mod precondition;
pub mod provided;
pub mod read;
pub mod request;
pub mod respond;
pub mod route;
mod same_person;
pub mod scoped;
pub mod search;
mod surplus;
pub mod transaction;
pub mod update;
pub mod vread;
