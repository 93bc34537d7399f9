//! `FHIRPath` Patch, <https://hl7.org/fhir/R4/fhirpatch.html>.
//!
//! [`operation`] is read of a `Parameters`, with a [`given`] value; [`find`] evaluates its path, and
//! each element that it gives has a [`place`] in the tree, where [`edit`] changes it.

mod edit;
mod find;
mod given;
pub(super) mod operation;
mod place;
