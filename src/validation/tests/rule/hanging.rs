//! How resources hang together: Bundles, canonicals, contained resources, maps. Errors for who asks,
//! warnings for who writes.

use serde_json::{Value, json};

use super::{VALIDATOR, asked, patient};
use crate::fhir::issue::Severity;
use crate::validation::request::Request;

/// What is an error when asked for, as `place part`, and is never one on write.
#[track_caller]
fn check(resource: &Value, expected: &[(&str, &str)]) {
    let mut found = VALIDATOR.check(resource, &Request { strict: true, ..asked(None) });
    found.retain(|issue| issue.severity.refuses());
    assert_eq!(found.len(), expected.len(), "{resource}\n{found:#?}");
    for (issue, (place, part)) in found.iter().zip(expected) {
        assert_eq!(issue.expression.as_deref(), Some(*place), "{}", issue.text.en);
        assert!(issue.text.en.contains(part), "{:?} does not say {part:?}", issue.text.en);
        assert!(issue.text.vi != issue.text.en);
    }
    let written = VALIDATOR.check(resource, &asked(None));
    assert!(written.iter().all(|issue| issue.severity >= Severity::Warning), "{written:#?}");
    assert!(written.len() >= expected.len());
}

fn observation(more: Value) -> Value {
    let mut observation =
        json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" } });
    for (key, value) in more.as_object().expect("an object") {
        observation[key] = value.clone();
    }
    observation
}

fn bundle(kind: &str, entry: Value, more: Value) -> Value {
    let mut bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
    for (key, value) in more.as_object().expect("an object") {
        bundle[key] = value.clone();
    }
    bundle
}

#[test]
fn a_relative_reference_may_lead_out_of_the_bundle() {
    let subject = json!({ "subject": { "reference": "Patient/p" } });
    let mut seen = bundle(
        "collection",
        json!({ "fullUrl": "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", "resource": observation(subject) }),
        json!({}),
    );
    let there = json!({ "fullUrl": "http://a.b/Patient/p", "resource": { "resourceType": "Patient", "id": "p" } });
    seen["entry"].as_array_mut().expect("a list").push(there);
    check(&seen, &[]);
    let found = VALIDATOR.check(&seen, &asked(None));
    assert!(found.iter().any(|issue| issue.text.en.contains("leads to no entry")), "{found:#?}");
}

#[test]
fn entries_belong_to_their_kind_of_bundle() {
    let request = json!({ "method": "POST", "url": "Patient" });
    let named = patient("active", json!(true));
    check(
        &bundle(
            "transaction",
            json!({ "fullUrl": "http://a.b/Patient/p", "resource": named, "request": request }),
            json!({}),
        ),
        &[("Bundle.entry[0].fullUrl", "has no id")],
    );
    check(
        &bundle(
            "searchset",
            json!({ "fullUrl": "http://a.b/Patient/p", "resource": { "resourceType": "Patient", "id": "p" }, "search": { "mode": "outcome" } }),
            json!({}),
        ),
        &[("Bundle.entry[0].resource", "must be an OperationOutcome")],
    );
    let next = json!({ "link": [{ "relation": "next", "url": "http://a.b/x" }] });
    let entry = json!({ "fullUrl": "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", "resource": named, "request": request });
    check(&bundle("batch", entry, next), &[("Bundle.link[0].relation", "results of searches")]);
}

#[test]
fn searches_in_place_of_references_are_for_transactions() {
    let malformed = |kind: &str, reference: &str| {
        let resource = observation(json!({ "subject": { "reference": reference } }));
        let request = json!({ "method": "POST", "url": "Observation" });
        let entry = json!({ "fullUrl": "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", "resource": resource, "request": request });
        let found = VALIDATOR.check(&bundle(kind, entry, json!({})), &asked(None));
        found
            .iter()
            .any(|issue| issue.severity.refuses() && issue.text.en.contains("is not a reference"))
    };
    assert!(!malformed("transaction", "Patient?identifier=a"));
    assert!(malformed("transaction", "Patient?"));
    assert!(malformed("batch", "Patient?identifier=a"));
}

#[test]
fn canonicals_of_what_is_contained_lead_there() {
    let response = |url: &str| json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": url });
    check(&response("http://example.org/Questionnaire/unknown"), &[]);
    let place = "QuestionnaireResponse.questionnaire";
    check(&response("#none"), &[(place, "No contained resource has the id")]);
    let mut held = response("#form");
    held["contained"] =
        json!([{ "resourceType": "Questionnaire", "id": "form", "status": "draft" }]);
    check(&held, &[]);
}

#[test]
fn a_contained_resource_that_only_points_at_itself_is_not_referred_to() {
    let link = |to: &str| json!([{ "other": { "reference": to }, "type": "seealso" }]);
    let held = |contained: Value| {
        VALIDATOR
            .check(&observation(json!({ "contained": contained })), &asked(None))
            .into_iter()
            .filter(|issue| issue.text.en.contains("dom-3"))
            .count()
    };
    let one = |id: &str, to: &str| json!({ "resourceType": "Patient", "id": id, "link": link(to) });
    assert_eq!(held(json!([one("p", "#p")])), 1);
    assert_eq!(held(json!([one("p", "#q"), one("q", "#p")])), 0);
    assert_eq!(held(json!([one("p", "#")])), 0);
}

#[test]
fn value_sets_are_no_systems() {
    let coded = |system: &str| {
        observation(json!({ "code": { "coding": [{ "system": system, "code": "male" }] } }))
    };
    check(&coded("http://hl7.org/fhir/administrative-gender"), &[]);
    check(
        &coded("http://hl7.org/fhir/ValueSet/administrative-gender"),
        &[("Observation.code.coding[0].system", "is a ValueSet, not a code system")],
    );
}

#[test]
fn the_value_set_of_a_system_has_all_its_codes() {
    let system = |url: &str| {
        json!({ "resourceType": "CodeSystem", "status": "draft", "content": "complete", "url": url,
            "valueSet": "http://hl7.org/fhir/ValueSet/publication-status" })
    };
    check(&system("http://hl7.org/fhir/publication-status"), &[]);
    check(
        &system("http://example.org/animals"),
        &[("CodeSystem.valueSet", "is not that of all codes")],
    );
}

#[test]
fn types_of_references_are_names() {
    let typed =
        |kind: &str| observation(json!({ "subject": { "reference": "Patient/1", "type": kind } }));
    check(&typed("Patient"), &[]);
    check(
        &typed("http://hl7.org/fhir/StructureDefinition/Patient"),
        &[("Observation.subject.type", "is the name of a type")],
    );
}

#[test]
fn versions_of_systems_stand_beside_them() {
    let set = |system: &str| json!({ "resourceType": "ValueSet", "status": "draft", "compose": { "include": [{ "system": system }] } });
    check(&set("http://example.org/a"), &[]);
    check(&set("http://example.org/a|1"), &[("ValueSet.compose.include[0].system", "“version”")]);
}
