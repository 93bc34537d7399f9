//! Rules that the specification states in words for single types, beyond what their definitions
//! say, <https://hl7.org/fhir/R4/resourcelist.html>.
//!
//! [`dispatch`] is called by the walk; each type with rules has a file of its own.

mod amount;
mod bundle;
mod coded;
pub(super) mod dispatch;
mod finding;
mod narrative;
mod questionnaire;
mod response;
