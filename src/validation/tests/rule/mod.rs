//! Every rule with what obeys it and what breaks it: those of JSON, types and codes here, the others in
//! a file each.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

mod definition;
mod hanging;
mod limit;
mod measure;
mod only_asked;
mod primitive;
mod reference;
mod strict;
mod vital_sign;

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::new(Arc::new(Registry::r4().expect("R4"))));

/// What a write asks, as its settings are from the start.
fn asked(expected: Option<ResourceKind>) -> Request<'static> {
    Request { expected, silenced: &["dom-6"], ..Request::default() }
}

fn issues(resource: &Value) -> Vec<Issue> {
    let mut issues = VALIDATOR.check(resource, &asked(None));
    issues.retain(|issue| issue.severity.refuses());
    issues
}

/// Findings as `code at path: text`; each expected one is the beginning and parts of one of them.
#[track_caller]
fn check(resource: &Value, expected: &[(&str, &str)]) {
    let found: Vec<_> = issues(resource)
        .into_iter()
        .map(|issue| {
            assert!(!issue.text.vi.is_empty() && issue.text.vi != issue.text.en);
            let path = issue.expression.expect("a path");
            (format!("{} {path}", issue.code.code()), issue.text.en)
        })
        .collect();
    assert_eq!(found.len(), expected.len(), "{resource}\n{found:#?}");
    for ((place, text), (expected_place, part)) in found.iter().zip(expected) {
        assert_eq!(place, expected_place, "{text}");
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    }
}

/// A patient with one more element.
fn patient(key: &str, value: Value) -> Value {
    let mut patient = json!({ "resourceType": "Patient" });
    patient[key] = value;
    patient
}

/// A patient with an extension that has one value.
fn extended(key: &str, value: Value) -> Value {
    let mut extension = json!({ "url": "http://example.org/e" });
    extension[key] = value;
    patient("extension", json!([extension]))
}

fn observation(more: Value) -> Value {
    let mut observation = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
    });
    for (key, value) in more.as_object().expect("an object") {
        observation[key] = value.clone();
    }
    observation
}

#[test]
fn a_resource_says_a_known_type() {
    check(&json!({ "resourceType": "Patient" }), &[]);
    check(&json!({}), &[("structure Resource.resourceType", "is missing")]);
    check(&json!({ "resourceType": 1 }), &[("structure Resource.resourceType", "is missing")]);
    check(
        &json!({ "resourceType": "Pateint" }),
        &[("structure Resource.resourceType", "“Patient”?")],
    );
    check(&json!([]), &[("structure Resource", "an array")]);
    check(&json!("Patient"), &[("structure Resource", "a string")]);
}

#[test]
fn the_type_is_that_of_the_request() {
    let kind = Some(ResourceKind::OBSERVATION);
    let found = VALIDATOR.check(&json!({ "resourceType": "Patient" }), &asked(kind));
    assert_eq!(found.iter().filter(|issue| issue.severity.refuses()).count(), 1);
    assert!(found[0].text.en.contains("for Observation, but the resource is Patient"));
    let found =
        VALIDATOR.check(&patient("active", json!(true)), &asked(Some(ResourceKind::PATIENT)));
    assert!(found.iter().all(|issue| !issue.severity.refuses()));
}

#[test]
fn unknown_elements_are_named_with_what_was_meant() {
    check(
        &patient("birthdate", json!("2024")),
        &[("structure Patient.birthdate", "mean “birthDate”?")],
    );
    check(&patient("weight", json!(3)), &[("structure Patient.weight", "Remove it")]);
    check(
        &patient("_birthdate", json!({})),
        &[("structure Patient._birthdate", "mean “birthDate”?")],
    );
    check(&patient("_name", json!([{}])), &[("structure Patient._name", "no element")]);
    check(
        &patient("_resourceType", json!({})),
        &[("structure Patient._resourceType", "no element")],
    );
    check(
        &patient("name", json!([{ "resourceType": "HumanName", "text": "x" }])),
        &[("structure Patient.name[0].resourceType", "HumanName has no element")],
    );
    let long = "x".repeat(1_000_000);
    check(&patient(&long, json!(1)), &[("structure Patient", "xxx…”")]);
    check(
        &observation(json!({ "component": [{ "code": { "text": "x" }, "valeString": "x" }] })),
        &[("structure Observation.component[0].valeString", "mean “valueString”?")],
    );
    // What serves instead in this type.
    check(
        &observation(json!({ "context": { "reference": "Encounter/a" } })),
        &[("structure Observation.context", "mean “encounter”?")],
    );
}

#[test]
fn json_types_are_those_of_the_elements() {
    check(
        &patient("name", json!({ "text": "x" })),
        &[("structure Patient.name", "must be an array")],
    );
    check(
        &patient("gender", json!(["male"])),
        &[("structure Patient.gender", "must not be an array")],
    );
    check(
        &patient("name", json!(["x"])),
        &[("structure Patient.name[0]", "JSON object { }, but is a string")],
    );
    check(&patient("active", json!("true")), &[("structure Patient.active", "true or false")]);
    check(
        &patient("gender", json!(1)),
        &[("structure Patient.gender", "JSON string, in quotes, but is a number")],
    );
    check(&patient("birthDate", json!({})), &[("structure Patient.birthDate", "is an object")]);
    check(
        &patient("multipleBirthInteger", json!("2")),
        &[("structure Patient.multipleBirth", "without quotes")],
    );
    check(
        &extended("valueDecimal", json!("1.5")),
        &[("structure Patient.extension[0].value", "without quotes")],
    );
    check(
        &patient("name", json!([[{ "text": "x" }]])),
        &[("structure Patient.name[0]", "is an array")],
    );
}

#[test]
fn nothing_is_null_or_empty() {
    check(&patient("name", Value::Null), &[("structure Patient.name", "null")]);
    check(&patient("gender", Value::Null), &[("structure Patient.gender", "null")]);
    check(&patient("name", json!([null])), &[("structure Patient.name[0]", "null")]);
    check(&patient("name", json!([])), &[("structure Patient.name", "array [ ] is empty")]);
    check(&patient("name", json!([{}])), &[("structure Patient.name[0]", "object { } is empty")]);
    check(&patient("gender", json!("")), &[("value Patient.gender", "string is empty")]);
    check(&patient("name", json!([{ "id": "a" }])), &[("invariant Patient.name[0]", "ele-1")]);
    check(
        &patient("name", json!([{ "given": ["A", null] }])),
        &[("structure Patient.name[0].given[1]", "null")],
    );
}

#[test]
fn what_must_be_there_is() {
    check(
        &json!({ "resourceType": "Observation" }),
        &[
            ("required Observation.status", "“status” is missing"),
            ("required Observation.code", "“code”"),
        ],
    );
    check(
        &patient("link", json!([{ "other": { "display": "x" } }])),
        &[("required Patient.link[0].type", "Patient.link must have it")],
    );
    let rule = |answer: Value| {
        let mut rule = json!({ "question": "1", "operator": "=" });
        if let Some(object) = answer.as_object() {
            rule.as_object_mut().expect("an object").extend(object.clone());
        }
        json!({ "resourceType": "Questionnaire", "status": "draft",
            "item": [
                { "linkId": "1", "type": "boolean" },
                { "linkId": "2", "type": "string", "enableWhen": [rule] },
            ] })
    };
    check(&rule(json!({ "answerBoolean": true })), &[]);
    check(
        &rule(json!({})),
        &[("required Questionnaire.item[1].enableWhen[0].answer", "Send one of: answerBoolean, ")],
    );
    // An extension in place of a value counts: it says why there is none.
    let absent = json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] });
    check(
        &json!({ "resourceType": "Observation", "_status": absent, "code": { "text": "x" } }),
        &[],
    );
}

#[test]
fn a_choice_is_made_once() {
    check(&observation(json!({ "valueString": "x", "effectiveDateTime": "2024" })), &[]);
    check(
        &observation(json!({ "valueString": "x", "valueInteger": 1 })),
        &[(
            "structure Observation.value",
            "“valueString” and “valueInteger” may not stand together",
        )],
    );
    let extras =
        json!({ "id": "a", "extension": [{ "url": "http://example.org", "valueCode": "b" }] });
    check(&observation(json!({ "valueString": "x", "_valueString": extras })), &[]);
}

#[test]
fn required_codes_are_of_their_set() {
    check(&patient("gender", json!("female")), &[]);
    check(
        &patient("gender", json!("femal")),
        &[("code-invalid Patient.gender", "“female”? Allowed: female, male, other, unknown.")],
    );
    check(&patient("language", json!("vi")), &[]);
    check(&patient("language", json!("vi_VN")), &[("code-invalid Patient.language", "BCP 47")]);
    check(&patient("photo", json!([{ "contentType": "image/png" }])), &[]);
    check(
        &patient("photo", json!([{ "contentType": "png file" }])),
        &[("code-invalid Patient.photo[0].contentType", "BCP 13")],
    );
    // Preferred and example bindings take any code.
    check(
        &patient("maritalStatus", json!({ "coding": [{ "system": "http://x", "code": "y" }] })),
        &[],
    );
    let status = |coding: Value| {
        json!({ "resourceType": "Condition", "subject": { "reference": "Patient/1" },
            "clinicalStatus": { "coding": [coding] } })
    };
    let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    check(&status(json!({ "system": system, "code": "active" })), &[]);
    for bad in [
        json!({ "system": system, "code": "x" }),
        json!({ "code": "active" }),
        json!({ "system": "http://x", "code": "active" }),
    ] {
        check(&status(bad), &[("code-invalid Condition.clinicalStatus", "with its system")]);
    }
    let two = json!({ "resourceType": "Condition", "subject": { "reference": "Patient/1" }, "clinicalStatus": {
        "coding": [{ "system": "http://x", "code": "y" }, { "system": system, "code": "active" }] } });
    check(&two, &[]);
}

#[test]
fn bundles_and_parameters_hold_resources() {
    let bundle = |resource: Value| {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "request": { "method": "POST", "url": "x" }, "resource": { "resourceType": "Patient" } },
            { "request": { "method": "POST", "url": "x" }, "resource": resource },
        ] })
    };
    check(&bundle(observation(json!({ "subject": { "reference": "Patient?identifier=x" } }))), &[]);
    check(
        &bundle(patient("gender", json!("x"))),
        &[("code-invalid Bundle.entry[1].resource.gender", "“x”")],
    );
    check(
        &bundle(json!({ "resourceType": "Patint" })),
        &[("structure Bundle.entry[1].resource.resourceType", "“Patient”?")],
    );
    check(&bundle(json!(1)), &[("structure Bundle.entry[1].resource", "JSON object")]);
    check(
        &bundle(observation(
            json!({ "contained": [{ "resourceType": "Patient", "id": "a" }], "subject": { "reference": "#a" } }),
        )),
        &[],
    );
    let part = json!({ "name": "p", "resource": { "resourceType": "Patient", "active": 1 } });
    check(
        &json!({ "resourceType": "Parameters", "parameter": [{ "name": "x", "part": [part] }] }),
        &[("structure Parameters.parameter[0].part[0].resource.active", "true or false")],
    );
}

#[test]
fn all_findings_come_at_once_but_not_without_end() {
    check(
        &json!({ "resourceType": "Patient", "gender": "x", "birthDate": "15/03/2024", "name": [{ "use": 1 }, { "faimly": "A" }] }),
        &[
            ("code-invalid Patient.gender", ""),
            ("value Patient.birthDate", "mean “2024-03-15”?"),
            ("structure Patient.name[0].use", ""),
            ("structure Patient.name[1].faimly", "“family”?"),
        ],
    );
    let many: Vec<Value> = (0..10_000).map(|_| json!(1)).collect();
    assert_eq!(issues(&patient("name", json!(many))).len(), 200);
}
