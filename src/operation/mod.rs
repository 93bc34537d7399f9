//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.
//!
//! A [`call`] is what every operation is given, [`parameters`] reads what comes with it, [`asked`] holds it
//! to what those of the booklet take, and [`answer`] writes what they answer. What is
//! asked of codes is in [`terminology`], `$fhirpath` in [`fhirpath`], `$immds-forecast` in
//! [`immunization`].

mod answer;
mod asked;
pub mod call;
pub mod fhirpath;
mod gestation;
mod graphql;
mod growth;
mod growth_of_measurements;
pub mod guide_package;
mod immunization;
pub mod parameters;
mod reindex;
mod risk;
mod snapshot;
pub mod table;
pub mod terminology;
mod validate;
mod validate_request;
