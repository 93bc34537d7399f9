//! What stays out of documents: results of HIV tests, and what its author marked as restricted (a
//! miscarriage, what an adolescent told, an abandoned child).

use serde_json::Value;

use crate::fhir::member::members;
use crate::mch::catalogue::catalogue;
use crate::mch::record::concept::{LOINC, codings, has_local};

const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
/// Kinds of sensitive information are marked with its codes.
const SENSITIVITY: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// Items of the booklet that are never shown: the HIV test, but for whether it was done; that a child
/// was abandoned.
const HIV_TEST: &str = "A24";
const ABANDONED: &str = "K15";

/// Whether a record stays out.
pub fn is_restricted(resource: &Value) -> bool {
    let meta = resource.get("meta");
    let labels = meta.and_then(|meta| meta.get("security")?.as_array()).into_iter().flatten();
    let is_label = |label: &Value| {
        let text = |name: &str| label.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("system") {
            CONFIDENTIALITY => matches!(text("code"), "R" | "V"),
            SENSITIVITY => true,
            _ => false,
        }
    };
    labels.into_iter().any(is_label) || is_hidden_item(resource) || claims_hiv(resource)
}

fn is_hidden_item(resource: &Value) -> bool {
    let is = |item| has_local(resource.get("code"), "mch-booklet-item", &[item]);
    is(ABANDONED)
        || is(HIV_TEST) && resource.get("valueBoolean").is_none()
        || is_hiv(resource)
        || members(resource, "component").iter().any(is_hiv)
}

/// Whether the code is that of an HIV test, as the booklet's item has its results or otherwise.
fn is_hiv(holder: &Value) -> bool {
    let results = catalogue().item(HIV_TEST).map(|item| item.result.as_slice()).unwrap_or_default();
    codings(holder.get("code")).any(|(system, code)| {
        system == LOINC && HIV.contains(&code)
            || results.iter().any(|one| one.coding.system == system && one.coding.code == code)
    })
}

/// HIV tests by LOINC.
const HIV: [&str; 4] = ["75622-1", "56888-1", "68961-2", "29893-5"];

fn claims_hiv(resource: &Value) -> bool {
    let claimed = resource.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let is_it = |url: &Value| {
        url.as_str().is_some_and(|url| {
            url.split('|').next().is_some_and(|url| url.ends_with("/mch-hiv-result"))
        })
    };
    claimed.into_iter().flatten().any(is_it)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_and_items_are_restricted() {
        let label = |system: &str, code: &str| json!({ "meta": { "security": [{ "system": system, "code": code }] } });
        assert!(is_restricted(&label(CONFIDENTIALITY, "R")));
        assert!(!is_restricted(&label(CONFIDENTIALITY, "N")));
        assert!(is_restricted(&label(SENSITIVITY, "ADOL")));
        let item = |code: &str| json!({ "code": { "coding": [{ "system": "https://x.vn/CodeSystem/mch-booklet-item", "code": code }] } });
        assert!(is_restricted(&item("A24")));
        assert!(!is_restricted(&item("A25")));
        let mut done = item("A24");
        done["valueBoolean"] = true.into();
        assert!(!is_restricted(&done));
        let test = |code: &str| json!({ "coding": [{ "system": LOINC, "code": code }] });
        assert!(is_restricted(&json!({ "code": test("7918-6") })));
        assert!(is_restricted(&json!({ "component": [{ "code": test("75622-1") }] })));
        assert!(!is_restricted(&json!({ "code": test("718-7") })));
        let claim =
            json!({ "meta": { "profile": ["https://x.vn/StructureDefinition/mch-hiv-result|1"] } });
        assert!(is_restricted(&claim));
    }
}
