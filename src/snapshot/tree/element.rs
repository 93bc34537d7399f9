//! One element definition as JSON, <https://hl7.org/fhir/R4/elementdefinition.html>.

use serde_json::{Map, Value, json};

const FHIR: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Types of `FHIRPath`, which the definitions give to `id` and the like.
pub(in crate::snapshot) const SYSTEM: &str = "http://hl7.org/fhirpath/System.";

/// An `ElementDefinition`.
pub(in crate::snapshot) type Element = Map<String, Value>;

/// Properties in the order of the specification, with those of R5 that packages use. Properties
/// with a choice of types stand where their names begin.
const ORDER: [&str; 39] = [
    "id",
    "extension",
    "modifierExtension",
    "path",
    "representation",
    "sliceName",
    "sliceIsConstraining",
    "label",
    "code",
    "slicing",
    "short",
    "definition",
    "comment",
    "requirements",
    "alias",
    "min",
    "max",
    "base",
    "contentReference",
    "type",
    "defaultValue",
    "meaningWhenMissing",
    "orderMeaning",
    "fixed",
    "pattern",
    "example",
    "minValue",
    "maxValue",
    "maxLength",
    "condition",
    "constraint",
    "mustHaveValue",
    "valueAlternatives",
    "mustSupport",
    "isModifier",
    "isModifierReason",
    "isSummary",
    "binding",
    "mapping",
];

/// The properties of [`ORDER`] with a choice of types.
pub(in crate::snapshot) const CHOICES: [&str; 5] =
    ["defaultValue", "fixed", "pattern", "minValue", "maxValue"];

/// The text of a property.
pub(in crate::snapshot) fn text<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.get(name)?.as_str()
}

/// The items of a property that repeats.
pub(in crate::snapshot) fn items<'e>(element: &'e Element, name: &str) -> &'e [Value] {
    element.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The types an element may have.
pub(in crate::snapshot) fn types(element: &Element) -> &[Value] {
    items(element, "type")
}

/// The code of a type of an element.
pub(in crate::snapshot) fn code(type_of: &Value) -> &str {
    type_of.get("code").and_then(Value::as_str).unwrap_or_default()
}

/// The code of its only type.
pub(in crate::snapshot) fn only_code(element: &Element) -> Option<&str> {
    match types(element) {
        [only] => Some(code(only)),
        _ => None,
    }
}

/// Adds the items that are not there yet.
pub(in crate::snapshot) fn add_new(element: &mut Element, name: &str, more: &[Value]) {
    let list = element.entry(name).or_insert_with(|| json!([]));
    let Some(list) = list.as_array_mut() else { return };
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}

/// Its minimum and maximum.
pub(in crate::snapshot) fn cardinality(element: &Element) -> (u64, Max) {
    let min = element.get("min").and_then(Value::as_u64).unwrap_or(0);
    let max = text(element, "max").map_or(Max::Many, Max::read);
    (min, max)
}

/// How often an element may be there at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::snapshot) enum Max {
    Times(u64),
    Many,
}

impl Max {
    pub(in crate::snapshot) fn read(text: &str) -> Self {
        text.parse().map_or(Self::Many, Self::Times)
    }
}

/// Says where an element comes from, as those that inherit it will repeat.
pub(in crate::snapshot) fn set_base(element: &mut Element, path: &str) {
    let min = element.get("min").cloned().unwrap_or_else(|| json!(0));
    let max = element.get("max").cloned().unwrap_or_else(|| json!("*"));
    element.insert("base".into(), json!({ "path": path, "min": min, "max": max }));
}

/// Puts the properties in the order of the specification.
pub(super) fn in_order(element: Element) -> Element {
    let mut properties: Vec<(String, Value)> = element.into_iter().collect();
    properties.sort_by_cached_key(|(name, _)| rank(name));
    properties.into_iter().collect()
}

fn rank(name: &str) -> (usize, bool) {
    let is_companion = name.starts_with('_');
    let name = name.trim_start_matches('_');
    let choice = CHOICES.iter().find(|choice| is_choice(name, choice));
    let name = choice.copied().unwrap_or(name);
    let at = ORDER.iter().position(|property| *property == name);
    (at.unwrap_or(ORDER.len()), is_companion)
}

/// Whether a property is one of the choice that begins so: `fixedUri` of `fixed`.
pub(in crate::snapshot) fn is_choice(name: &str, choice: &str) -> bool {
    let rest = name.strip_prefix(choice);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The canonical of the definition of a type.
pub(in crate::snapshot) fn canonical(code: &str) -> Option<String> {
    match code {
        "" => None,
        _ if code.starts_with(SYSTEM) => None,
        _ if code.contains(':') => Some(code.to_owned()),
        _ => Some(format!("{FHIR}{code}")),
    }
}

/// The profile that a value has to conform to, if it is one only.
pub(in crate::snapshot) fn only_profile(type_of: &Value) -> Option<&str> {
    match type_of.get("profile")?.as_array()?.as_slice() {
        [only] => only.as_str(),
        _ => None,
    }
}

/// The elements of a differential or snapshot.
pub(in crate::snapshot) fn elements<'d>(definition: &'d Value, list: &str) -> &'d [Value] {
    let list = definition.get(list).and_then(|list| list.get("element"));
    list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_in_the_order_of_the_specification() {
        let mixed = json!({"other": 1, "max": "*", "_short": {}, "fixedUri": "a", "short": "a", "path": "A", "type": []});
        let Value::Object(mixed) = mixed else { unreachable!() };
        let ordered = in_order(mixed);
        let names: Vec<&String> = ordered.keys().collect();
        assert_eq!(names, ["path", "short", "_short", "max", "type", "fixedUri", "other"]);
    }

    #[test]
    fn no_limit_is_more_than_any_number() {
        assert!(Max::read("*") > Max::read("1000"));
        assert!(Max::read("2") < Max::read("10"));
    }
}
