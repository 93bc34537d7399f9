//! Changes of a resource that are told, not sent as a whole,
//! <https://hl7.org/fhir/R4/http.html#patch>.
//!
//! | language | what it is | file |
//! |---|---|---|
//! | JSON Patch, <https://www.rfc-editor.org/rfc/rfc6902> | `application/json-patch+json` | [`json`] |
//! | merge patch, <https://www.rfc-editor.org/rfc/rfc7396> | `application/merge-patch+json` | [`document`] |
//! | `FHIRPath` Patch, <https://hl7.org/fhir/R4/fhirpatch.html> | a `Parameters` | [`path`] |
//!
//! Pure: a resource and a patch give another resource, or a [`fault`] that names the operation. Numbers
//! keep their text. Whether what comes of it is right, validation says. XML Patch is left out: no
//! crate that is kept up does it.

pub mod document;
pub mod fault;
mod json;
mod path;

#[cfg(test)]
mod tests;
