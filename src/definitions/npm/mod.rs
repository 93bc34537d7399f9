//! FHIR packages, <https://confluence.hl7.org/display/FHIR/NPM+Package+Specification>: an archive or
//! a folder of definitions, read without trust.
//!
//! [`packages`] takes packages one after the other; what is wrong with one is a
//! [`finding::Finding`], and only an archive that cannot be read at all is an error. [`check`] looks
//! at how the definitions of the packages fit together.

pub mod archive;
pub mod check;
pub mod fault;
mod file;
pub mod finding;
pub mod manifest;
pub mod packages;
pub(crate) mod parameter;
