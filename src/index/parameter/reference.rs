//! What reference parameters see, <https://hl7.org/fhir/R4/search.html#reference>.
//!
//! Contained resources (`#x`) and searches in the place of a reference are not indexed. A canonical
//! is found by its URL, with and without its version, and where that is the URL of a resource of
//! this server, by type and id as well.

use serde_json::Value;

use super::data_type::DataType;
use super::uri::canonical;
use crate::definitions::shape::Primitive;
use crate::fhir::member::text;
use crate::fhir::reference::Target;

/// The type number of a target outside of this server.
const ELSEWHERE: i64 = -1;

/// Gives what a value points at: the number of the type and the id, or -1 and the URL.
pub(super) fn each<'a>(
    kind: DataType,
    value: &'a Value,
    base: &str,
    mut give: impl FnMut(i64, &'a str),
) {
    let reference = match kind {
        DataType::Reference => text(value, "reference"),
        DataType::Primitive(Primitive::Canonical) => {
            let written = value.as_str().filter(|written| !written.starts_with('#'));
            canonical(written.unwrap_or_default(), |name| {
                give(ELSEWHERE, name);
                if let Target::Local { kind, id, version: None } = Target::parse(name, base) {
                    give(kind.number(), id);
                }
            });
            None
        }
        DataType::Primitive(_) => value.as_str(),
        _ => None,
    };
    if let Some((kind, target)) = reference.and_then(|reference| target(reference, base)) {
        give(kind, target);
    }
}

fn target<'a>(reference: &'a str, base: &str) -> Option<(i64, &'a str)> {
    match Target::parse(reference, base) {
        Target::Local { kind, id, .. } => Some((kind.number(), id)),
        Target::Absolute(url) | Target::Urn(url) => Some((ELSEWHERE, url)),
        Target::Unknown if !reference.is_empty() => Some((ELSEWHERE, reference)),
        Target::Unknown | Target::Fragment(_) | Target::Conditional { .. } => None,
    }
}
