//! Fixed values and patterns against values,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.pattern_x_>.

use serde_json::{Map, Value};

use crate::fhir::decimal;

/// Whether a value is exactly another. Ids, by which a resource points at its own elements, are no
/// part of values.
pub(super) fn same(fixed: &Value, value: &Value) -> bool {
    match (fixed, value) {
        (Value::Number(fixed), Value::Number(value)) => same_number(fixed.as_str(), value.as_str()),
        (Value::Array(fixed), Value::Array(value)) => {
            fixed.len() == value.len()
                && fixed.iter().zip(value).all(|(fixed, value)| same(fixed, value))
        }
        (Value::Object(fixed), Value::Object(value)) => {
            let number = |object: &Map<String, Value>| {
                object.keys().filter(|key| *key != "id" || fixed.contains_key("id")).count()
            };
            number(fixed) == number(value)
                && fixed
                    .iter()
                    .all(|(key, fixed)| value.get(key).is_some_and(|value| same(fixed, value)))
        }
        (fixed, value) => fixed == value,
    }
}

/// Whether a value has everything that a pattern has.
pub(super) fn contains(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(value), Value::Object(pattern)) => pattern
            .iter()
            .all(|(key, pattern)| value.get(key).is_some_and(|value| contains(value, pattern))),
        (Value::Array(values), Value::Array(patterns)) => {
            patterns.iter().all(|pattern| values.iter().any(|value| contains(value, pattern)))
        }
        (value, pattern) => same(pattern, value),
    }
}

fn same_number(fixed: &str, value: &str) -> bool {
    fixed == value
        || decimal::value(fixed).is_some() && decimal::value(fixed) == decimal::value(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: &Value, pattern: &Value, expected: (bool, bool)) {
        let found = (contains(value, pattern), same(pattern, value));
        assert_eq!(found, expected, "{value} {pattern}");
    }

    #[test]
    fn patterns_are_parts_and_fixed_values_are_all() {
        let coding = json!({ "system": "a", "code": "b", "display": "c" });
        check(&coding, &coding.clone(), (true, true));
        check(&coding, &json!({ "code": "b", "system": "a" }), (true, false));
        check(&coding, &json!({ "code": "x" }), (false, false));
        let concept = json!({ "coding": [{ "code": "x" }, coding], "text": "t" });
        check(&concept, &json!({ "coding": [{ "code": "b" }] }), (true, false));
        check(&concept, &json!({ "coding": [{ "code": "b", "system": "z" }] }), (false, false));
        let named = json!({ "id": "i", "system": "a", "code": "b", "display": "c" });
        check(&named, &coding, (true, true));
        check(&coding, &named, (false, false));
        check(&json!(1.0), &json!(1), (true, true));
        check(&json!("a"), &json!("A"), (false, false));
    }
}
