//! The data model: what FHIR calls things, and values that cannot be wrong once parsed.

pub mod id;
pub mod issue;
pub mod kind;
