//! What is asked of an element by extensions of its definition,
//! <https://hl7.org/fhir/extensions/extension-registry.html>.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

pub(super) const MIN_LENGTH: &str = "http://hl7.org/fhir/StructureDefinition/minLength";
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
/// The most memory of a regular expression, and of what it makes while it is used.
const PATTERN: usize = 1 << 20;
pub(super) const MUST_HAVE_VALUE: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.mustHaveValue";
const VALUE_ALTERNATIVES: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.valueAlternatives";

/// An extension of an element definition.
pub(super) fn extension<'d>(element: &'d Value, url: &str) -> Option<&'d Value> {
    let mut extensions = element.get("extension")?.as_array()?.iter();
    extensions.find(|extension| extension.get("url").and_then(Value::as_str) == Some(url))
}

/// The regular expression that the values of an element match as a whole.
pub(super) fn regular(element: &Value) -> Option<Box<Regex>> {
    let written = extension(element, REGEX)?.get("valueString")?.as_str()?;
    let whole = format!("^(?:{written})$");
    let built = RegexBuilder::new(&whole).size_limit(PATTERN).dfa_size_limit(PATTERN).build();
    built.ok().map(Box::new)
}

/// Extensions of which one may stand in place of a value that must be there.
pub(super) fn value_alternatives(element: &Value) -> Vec<Box<str>> {
    let extensions = element.get("extension").and_then(Value::as_array).into_iter().flatten();
    let alternatives = extensions.filter(|extension| {
        extension.get("url").and_then(Value::as_str) == Some(VALUE_ALTERNATIVES)
    });
    alternatives.filter_map(|found| Some(found.get("valueCanonical")?.as_str()?.into())).collect()
}
