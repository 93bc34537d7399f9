//! Templates that a Questionnaire contains: records that are made of answers, and have no values yet,
//! <https://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction>.

use serde_json::Value;

const TEMPLATE: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-templateExtract";

/// Whether something is to be filled before it is a record: no profile can ask for its values.
pub(super) fn is_template(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.iter().any(is_template),
        Value::Object(object) => {
            let url = object.get("url").and_then(Value::as_str);
            url.is_some_and(|url| url.starts_with(TEMPLATE)) || object.values().any(is_template)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_has_values_still_to_come_is_a_template() {
        let value =
            json!({ "extension": [{ "url": format!("{TEMPLATE}Value"), "valueString": "x" }] });
        assert!(is_template(&json!({ "resourceType": "Patient", "name": [{ "_text": value }] })));
        assert!(!is_template(&json!({ "resourceType": "Patient", "name": [{ "text": "x" }] })));
    }
}
