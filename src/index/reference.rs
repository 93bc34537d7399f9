//! What reference parameters see, <https://hl7.org/fhir/R4/search.html#reference>.
//!
//! Contained resources (`#x`) and searches in the place of a reference are not indexed.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;
use crate::fhir::reference::Target;
use crate::fhirpath::member::text;

/// The type number of a target outside of this server.
const ELSEWHERE: i64 = -1;

/// What a value points at: the number of the type and the id, or -1 and the URL.
pub(super) fn of<'a>(kind: DataType, value: &'a Value, base: &str) -> Option<(i64, &'a str)> {
    match kind {
        DataType::Reference => target(text(value, "reference")?, base),
        DataType::Primitive(Primitive::Canonical) => {
            let url = value.as_str()?;
            let url = url.split_once('|').map_or(url, |(url, _)| url);
            let names = !url.is_empty() && !url.starts_with('#');
            names.then_some((ELSEWHERE, url))
        }
        DataType::Primitive(_) => target(value.as_str()?, base),
        _ => None,
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
