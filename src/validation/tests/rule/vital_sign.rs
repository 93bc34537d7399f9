//! What R4 asks of vital signs, where its words and its expressions differ.

use serde_json::{Value, json};

use super::{VALIDATOR, asked, observation};
use crate::validation::request::Request;

/// A saturation of oxygen with these elements; the paths of its errors.
#[track_caller]
fn check(more: Value, expected: &[&str]) {
    let category = "http://terminology.hl7.org/CodeSystem/observation-category";
    let mut saturation = observation(json!({
        "category": [{ "coding": [{ "system": category, "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "2708-6" }] },
        "subject": { "reference": "Patient/a" },
        "valueQuantity": { "value": 95, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%" },
    }));
    for (key, value) in more.as_object().expect("an object") {
        saturation[key] = value.clone();
    }
    let issues = VALIDATOR.check(&saturation, &Request { strict: true, ..asked(None) });
    let errors = issues.iter().filter(|issue| issue.severity.refuses());
    let paths: Vec<_> = errors.map(|issue| issue.expression.clone().unwrap_or_default()).collect();
    assert_eq!(paths, expected, "{issues:#?}");
}

#[test]
fn a_day_or_a_period_says_when() {
    check(json!({ "effectiveDateTime": "2026-02-01" }), &[]);
    check(json!({ "effectiveDateTime": "2026-02" }), &["Observation.effective"]);
    check(json!({ "effectivePeriod": { "start": "2026-02-01", "end": "2026-02-02" } }), &[]);
    let unknown = json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] });
    check(json!({ "_effectiveDateTime": unknown }), &[]);
}

#[test]
fn a_part_has_a_unit_of_its_own() {
    let part = |unit: &str| {
        json!({ "effectiveDateTime": "2026-02-01", "component": [{
            "code": { "coding": [{ "system": "http://loinc.org", "code": "3151-8" }] },
            "valueQuantity": { "value": 6, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit } }] })
    };
    check(part("L/min"), &[]);
    check(part("%"), &[]);
    let mut whole = part("%");
    whole["valueQuantity"] = json!({ "value": 6, "unit": "L/min", "system": "http://unitsofmeasure.org", "code": "L/min" });
    check(whole, &["Observation.value.code"]);
}
