//! Codes against the value sets they are bound to, <https://hl7.org/fhir/R4/terminologies.html>.
//!
//! Only required bindings to sets that are known whole are checked. Languages and media types,
//! whose sets have no end, are checked by their form.

use serde_json::Value;

use super::message::code as message;
use super::path::Path;
use super::walk::{Object, Walk};
use crate::definitions::code_set::CodeSet;
use crate::definitions::shape::{Binding, ShapeId, Strength};

const LANGUAGES: &str = "http://hl7.org/fhir/ValueSet/languages";
const MEDIA_TYPES: &str = "http://hl7.org/fhir/ValueSet/mimetypes";

impl<'a> Walk<'a> {
    /// Checks the value of a bound `code`, `string` or `uri`.
    pub(super) fn code(&mut self, code: &str, binding: &Binding, path: &Path<'_>) {
        if *binding.value_set == *LANGUAGES {
            if !is_language(code) {
                self.report(path, message::not_a_language(code));
            }
            return;
        }
        if binding.strength != Strength::Required {
            return;
        }
        if *binding.value_set == *MEDIA_TYPES {
            if !is_media_type(code) {
                self.report(path, message::not_a_media_type(code));
            }
            return;
        }
        if let Some(set) = self.complete(binding)
            && !set.contains_code(code)
        {
            self.report(path, message::not_in_set(code, &binding.value_set, set));
        }
    }

    /// Checks a `Coding` or `CodeableConcept` with a required binding.
    pub(super) fn concept(
        &mut self,
        object: &Object,
        shape: ShapeId,
        binding: &Binding,
        path: &Path<'_>,
    ) {
        let Some(set) = self.complete(binding) else { return };
        if Some(shape) == self.known.coding {
            if object.contains_key("code") && !has(set, object) {
                self.report(path, message::coding_not_in_set(&binding.value_set, set));
            }
        } else if Some(shape) == self.known.codeable_concept {
            let codings = object.get("coding").and_then(Value::as_array);
            let mut codings = codings.into_iter().flatten().filter_map(Value::as_object);
            // A concept with only an extension says why there is no code.
            let is_excused = object.contains_key("extension") && !object.contains_key("coding");
            if !is_excused && !codings.any(|coding| has(set, coding)) {
                self.report(path, message::coding_not_in_set(&binding.value_set, set));
            }
        }
    }

    fn complete(&self, binding: &Binding) -> Option<&'a CodeSet> {
        self.registry.value_set(&binding.value_set).filter(|set| set.is_complete())
    }
}

fn has(set: &CodeSet, coding: &Object) -> bool {
    let part = |key: &str| coding.get(key).and_then(Value::as_str);
    matches!((part("system"), part("code")), (Some(system), Some(code)) if set.contains(system, code))
}

/// The form of BCP 47: `vi`, `en-US`.
fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    let fits = |part: &str| (1..=8).contains(&part.len());
    let has_language = parts
        .next()
        .is_some_and(|first| fits(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()));
    has_language
        && parts.all(|part| fits(part) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The form of BCP 13, or the short names FHIR uses for its own formats.
fn is_media_type(code: &str) -> bool {
    let essence = code.split_once(';').map_or(code, |(essence, _)| essence).trim_end();
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    match essence.split_once('/') {
        Some((kind, subtype)) => is_token(kind) && is_token(subtype),
        None => matches!(essence, "xml" | "json" | "ttl"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: fn(&str) -> bool, text: &str, expected: bool) {
        assert_eq!(form(text), expected, "{text}");
    }

    #[test]
    fn languages_have_the_form_of_bcp_47() {
        for good in ["vi", "en-US", "zh-Hant-TW", "x-klingon"] {
            check(is_language, good, true);
        }
        for bad in ["en_US", "tiếng Việt", "", "vi-", "1-a", "vietnamese"] {
            check(is_language, bad, false);
        }
    }

    #[test]
    fn media_types_have_two_parts() {
        for good in
            ["text/plain", "text/plain; charset=utf-8", "application/fhir+json", "image/*", "json"]
        {
            check(is_media_type, good, true);
        }
        for bad in ["png", "text/", "/plain", "text plain", "a/b/c"] {
            check(is_media_type, bad, false);
        }
    }
}
