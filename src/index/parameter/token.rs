//! What token parameters see, <https://hl7.org/fhir/R4/search.html#token>.
//!
//! A `code` has no system of its own, so its system is none. The text of a `CodeableConcept` is no
//! token.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;
use crate::fhir::member::{members, text};
use crate::index::row::system_hash;

/// Gives (system, code) of a value.
pub(in crate::index) fn each<'a>(
    kind: DataType,
    value: &'a Value,
    mut give: impl FnMut(i64, &'a str),
) {
    match kind {
        DataType::Coding => coding(value, "code", &mut give),
        DataType::CodeableConcept => {
            for value in members(value, "coding") {
                coding(value, "code", &mut give);
            }
        }
        DataType::Identifier => coding(value, "value", &mut give),
        DataType::ContactPoint => {
            if let Some(value) = text(value, "value") {
                give(0, value);
            }
        }
        DataType::Primitive(Primitive::Boolean) => {
            if let Some(value) = value.as_bool() {
                give(0, truth(value));
            }
        }
        DataType::Primitive(_) => {
            if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
                give(0, text);
            }
        }
        _ => {}
    }
}

/// The code of a truth.
pub(in crate::index) fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn coding<'a>(value: &'a Value, key: &str, give: &mut impl FnMut(i64, &'a str)) {
    if let Some(code) = text(value, key).filter(|code| !code.is_empty()) {
        give(system_hash(text(value, "system").unwrap_or_default()), code);
    }
}
