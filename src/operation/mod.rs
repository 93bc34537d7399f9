//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.
//!
//! A [`call`] is what every operation is given, [`parameters`] reads what comes with it. What is
//! asked of codes is in [`terminology`], `$fhirpath` in [`fhirpath`].

pub mod call;
pub mod fhirpath;
pub mod guide_package;
mod observation;
pub mod parameters;
mod reindex;
mod snapshot;
pub mod table;
pub mod terminology;
mod validate;
mod validate_request;
