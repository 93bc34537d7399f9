//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.

pub mod call;
mod fhirpath;
mod fhirpath_part;
pub mod parameters;
pub mod table;
mod translate;
mod translate_answer;
mod translate_question;
mod validate;
mod validate_request;
