//! What is asked of codes, <https://hl7.org/fhir/R4/terminology-service.html>: an operation a file.
//!
//! [`code_request`] is what they have in common, [`verdict`] what is said of a code. `$closure` keeps
//! a [`closure_table`], `$translate` reads a [`translate_question`] and writes a
//! [`translate_answer`]; [`capabilities`] says what of all that this server can do.

pub(super) mod batch_validate_code;
pub mod capabilities;
pub(super) mod closure;
mod closure_table;
mod code_request;
pub(super) mod expand;
pub(super) mod lookup;
pub(super) mod subsumes;
pub(super) mod translate;
mod translate_answer;
mod translate_question;
pub(super) mod validate_code;
mod verdict;
