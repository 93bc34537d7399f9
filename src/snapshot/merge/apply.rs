//! What a differential says of one element, applied to what the base says: each property by its own
//! rule, <https://hl7.org/fhir/R4/elementdefinition.html#interpretation>.

use serde_json::Value;

use super::constraint::accumulate;
use super::text::combined;
use crate::snapshot::narrow::slicing::merged;
use crate::snapshot::tree::element::{
    CHOICES, Element, add_new, code, is_choice, items, text, types,
};

/// Properties with a text that may begin with `...`.
const TEXTS: [&str; 5] = ["short", "definition", "comment", "requirements", "meaningWhenMissing"];

/// Types whose values can be bound to a value set,
/// <https://hl7.org/fhir/R4/terminologies.html#4.1>.
const BINDABLE: [&str; 6] = ["code", "Coding", "CodeableConcept", "Quantity", "string", "uri"];

/// Applies what a differential with this URL says to an element.
pub(in crate::snapshot) fn merge(element: &mut Element, said: &Element, url: &str) {
    for (name, value) in said {
        property(element, name, value, url);
    }
}

fn property(element: &mut Element, name: &str, value: &Value, url: &str) {
    match name {
        "alias" | "condition" | "example" | "mapping" | "representation" => {
            add_new(element, name, value.as_array().map(Vec::as_slice).unwrap_or_default());
        }
        "constraint" => {
            accumulate(element, value.as_array().map(Vec::as_slice).unwrap_or_default(), url);
        }
        "extension" => extensions(element, value),
        "binding" => binding(element, value),
        "slicing" => {
            let whole = match element.get("slicing") {
                Some(base) => merged(base, value),
                None => value.clone(),
            };
            element.insert("slicing".into(), whole);
        }
        // These say where an element comes from, not what a profile makes of it.
        "base" | "contentReference" if !element.is_empty() => {}
        _ if TEXTS.contains(&name) => {
            let said = value.as_str().unwrap_or_default();
            let whole = combined(text(element, name), said);
            element.insert(name.into(), whole.into());
        }
        _ => {
            if let Some(choice) = CHOICES.iter().find(|choice| is_choice(name, choice)) {
                element.retain(|other, _| !is_choice(other, choice));
            }
            element.insert(name.into(), value.clone());
        }
    }
}

/// Of several extensions with a URL only those of the differential stay.
fn extensions(element: &mut Element, said: &Value) {
    let said = said.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_said = |known: &Value| said.iter().any(|new| new.get("url") == known.get("url"));
    let known = items(element, "extension").iter().filter(|known| !is_said(known));
    let all: Vec<Value> = known.chain(said).cloned().collect();
    element.insert("extension".into(), all.into());
}

/// The binding of the differential; what it leaves out is as it was.
fn binding(element: &mut Element, said: &Value) {
    let mut binding = said.clone();
    if let (Some(said), Some(base)) =
        (binding.as_object_mut(), element.get("binding").and_then(Value::as_object))
    {
        for name in ["strength", "valueSet"] {
            if let Some(value) = base.get(name).filter(|_| !said.contains_key(name)) {
                said.insert(name.into(), value.clone());
            }
        }
    }
    element.insert("binding".into(), binding);
}

/// Takes away a binding that no value of the element can have.
pub(in crate::snapshot) fn keep_binding_of_codes(element: &mut Element) {
    let types = types(element);
    let is_bindable = |type_of: &Value| BINDABLE.contains(&code(type_of));
    if !types.is_empty() && !types.iter().any(is_bindable) {
        element.remove("binding");
    }
}

/// How strong a binding is.
pub(in crate::snapshot) fn strength(element: &Element) -> Option<(usize, &str)> {
    let strength = element.get("binding")?.get("strength")?.as_str()?;
    let all = ["example", "preferred", "extensible", "required"];
    Some((all.iter().position(|known| *known == strength)?, strength))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(base: Value, said: Value, expected: Value) {
        let (Value::Object(mut element), Value::Object(said)) = (base, said) else {
            unreachable!()
        };
        merge(&mut element, &said, "P");
        assert_eq!(Value::Object(element), expected);
    }

    #[test]
    fn most_properties_are_replaced() {
        check(
            json!({"max": "*", "mustSupport": false, "type": [{"code": "A"}, {"code": "B"}]}),
            json!({"max": "1", "mustSupport": true, "type": [{"code": "A"}]}),
            json!({"max": "1", "mustSupport": true, "type": [{"code": "A"}]}),
        );
        check(json!({"fixedUri": "a"}), json!({"fixedCode": "b"}), json!({"fixedCode": "b"}));
        check(
            json!({"base": {"path": "A"}}),
            json!({"base": {"path": "B"}}),
            json!({"base": {"path": "A"}}),
        );
    }

    #[test]
    fn lists_grow() {
        check(json!({"alias": ["a"]}), json!({"alias": ["b", "a"]}), json!({"alias": ["a", "b"]}));
        check(
            json!({"extension": [{"url": "a", "valueCode": "x"}, {"url": "b"}]}),
            json!({"extension": [{"url": "a", "valueCode": "y"}]}),
            json!({"extension": [{"url": "b"}, {"url": "a", "valueCode": "y"}]}),
        );
    }

    #[test]
    fn a_binding_may_leave_its_value_set_to_the_base() {
        check(
            json!({"binding": {"strength": "preferred", "description": "d", "valueSet": "v"}}),
            json!({"binding": {"strength": "required"}}),
            json!({"binding": {"strength": "required", "valueSet": "v"}}),
        );
    }
}
