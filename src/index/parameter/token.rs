//! What token parameters see, <https://hl7.org/fhir/R4/search.html#token>.
//!
//! A `code` has no system of its own, so its system is none. The text of a `CodeableConcept` is no
//! token, but what `:text` looks for. An identifier is a token in each of its types as well, which
//! `:of-type` asks for.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;
use crate::fhir::member::{member, members, text};
use crate::index::row::system_hash;
use crate::index::stand_in::type_hash;

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
        DataType::Identifier => {
            coding(value, "value", &mut give);
            let identifier = text(value, "value").filter(|value| !value.is_empty());
            let types = member(value, "type").map(|of| members(of, "coding")).unwrap_or_default();
            for (of, identifier) in types.iter().zip(std::iter::repeat(identifier)) {
                let system = text(of, "system").unwrap_or_default();
                if let Some((code, identifier)) = text(of, "code").zip(identifier) {
                    give(type_hash(system, code), identifier);
                }
            }
        }
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

/// Gives the texts that `:text` looks for.
pub(in crate::index) fn texts<'a>(kind: DataType, value: &'a Value, mut give: impl FnMut(&'a str)) {
    let display = |coding: &'a Value| text(coding, "display");
    match kind {
        DataType::Coding => display(value).into_iter().for_each(give),
        DataType::CodeableConcept => {
            let codings = members(value, "coding").iter().filter_map(display);
            codings.chain(text(value, "text")).for_each(give);
        }
        DataType::Identifier => {
            if let Some(of) = member(value, "type").and_then(|of| text(of, "text")) {
                give(of);
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
