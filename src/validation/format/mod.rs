//! Formats of primitive values, <https://hl7.org/fhir/R4/datatypes.html#primitive>: [`primitive`]
//! chooses, a family of types has a file.

pub(super) mod date_time;
pub(super) mod number;
pub(super) mod primitive;
pub(super) mod text;
pub(super) mod uri;
