//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.

mod batch_validate_code;
pub mod call;
mod closure;
mod closure_table;
mod code_request;
mod expand;
mod fhirpath;
mod fhirpath_given;
pub mod fhirpath_outside;
mod fhirpath_part;
pub mod guide_package;
mod lookup;
pub mod parameters;
mod snapshot;
mod subsumes;
pub mod table;
pub mod terminology_capabilities;
mod translate;
mod translate_answer;
mod translate_question;
mod validate;
mod validate_code;
mod validate_request;
mod verdict;
