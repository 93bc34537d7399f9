//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.

mod fhirpath;
mod fhirpath_given;
pub mod fhirpath_outside;
mod fhirpath_part;
pub mod table;
