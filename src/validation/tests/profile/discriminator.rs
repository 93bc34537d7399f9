//! What tells slices apart, <https://hl7.org/fhir/R4/profiling.html#discriminator>: by what is absent,
//! through extensions, through several discriminators of which a slice says something of one.

use serde_json::{Value, json};

use super::ask::{BASE, ENGINE, check, observation, patient, profile, profile_with, url};
use crate::fhir::issue::Severity;
use crate::validation::request::Request;

fn head(path: &str, discriminators: Value) -> Value {
    json!({ "path": path, "slicing": { "discriminator": discriminators, "rules": "closed" } })
}

fn phone(more: Value) -> Value {
    super::ask::with(json!({ "system": "phone", "value": "1" }), more)
}

#[test]
fn slices_are_known_by_what_they_lack() {
    profile(
        "nameless-use",
        "Patient",
        json!([
            { "path": "Patient" },
            head("Patient.telecom", json!([{ "type": "value", "path": "use" }])),
            { "path": "Patient.telecom", "sliceName": "home" },
            { "path": "Patient.telecom.use", "min": 1, "fixedCode": "home" },
            { "path": "Patient.telecom", "sliceName": "other", "max": "1" },
            { "path": "Patient.telecom.use", "max": "0" },
        ]),
    );
    let reached = |list: Value| patient(json!({ "telecom": list }));
    let (home, none) = (phone(json!({ "use": "home" })), phone(json!({})));
    check(&reached(json!([home, none])), &["nameless-use"], &[]);
    check(
        &reached(json!([none, none])),
        &["nameless-use"],
        &[("structure Patient.telecom", "telecom without use: there are 2")],
    );
    check(
        &reached(json!([phone(json!({ "use": "work" }))])),
        &["nameless-use"],
        &[("structure Patient.telecom[0]", "in no slice")],
    );
}

#[test]
fn values_of_extensions_tell_slices_apart() {
    let kind = url("kind-of-phone");
    profile_with(
        "kind-of-phone",
        "Extension",
        json!([
            { "path": "Extension" },
            { "path": "Extension.url", "fixedUri": kind },
            { "path": "Extension.value[x]", "type": [{ "code": "code" }] },
        ]),
        json!({ "kind": "complex-type", "baseDefinition": format!("{BASE}Extension"),
            "context": [{ "type": "element", "expression": "ContactPoint" }] }),
    );
    let by_url = json!({ "discriminator": [{ "type": "value", "path": "url" }], "rules": "open" });
    let typed = json!([{ "code": "Extension", "profile": [kind] }]);
    let slice = |name: &str, key: &str| {
        vec![
            json!({ "path": "Patient.telecom", "sliceName": name }),
            json!({ "path": "Patient.telecom.extension", "slicing": by_url }),
            json!({ "path": "Patient.telecom.extension", "sliceName": "kind", "min": 1, "type": typed }),
            json!({ "path": format!("Patient.telecom.extension.{key}"), "min": 1, "fixedCode": name }),
        ]
    };
    let phone = |kind: &str, value: &str| {
        phone(json!({ "extension": [{ "url": kind, "valueCode": value }] }))
    };
    for (id, path, key) in [
        ("kind-long", format!("extension('{kind}').value"), "value[x]"),
        ("kind-short", format!("extension('{kind}').value"), "valueCode"),
        ("kind-bare", format!("extension({kind}).value"), "valueCode"),
        ("kind-typed", format!("extension('{kind}').value.ofType(code)"), "value[x]"),
    ] {
        let mut elements = vec![
            json!({ "path": "Patient" }),
            head("Patient.telecom", json!([{ "type": "value", "path": path }])),
        ];
        elements.extend(slice("a", key));
        elements.extend(slice("b", key));
        profile(id, "Patient", Value::Array(elements));
        let both = json!([phone(&kind, "a"), phone(&kind, "b")]);
        check(&patient(json!({ "telecom": both })), &[id], &[]);
        let other = json!([phone(&kind, "a"), phone(&kind, "c")]);
        check(
            &patient(json!({ "telecom": other })),
            &[id],
            &[("structure Patient.telecom[1]", "in no slice")],
        );
    }
}

#[test]
fn a_discriminator_that_a_slice_does_not_speak_of_says_nothing() {
    profile_with(
        "coding-of-a",
        "Coding",
        json!([{ "path": "Coding" }, { "path": "Coding.system", "min": 1, "fixedUri": "urn:a" }]),
        json!({ "kind": "complex-type" }),
    );
    let typed = json!([{ "code": "Coding", "profile": [url("coding-of-a")] }]);
    profile(
        "coded-or-worded",
        "Observation",
        json!([
            { "path": "Observation" },
            head("Observation.category", json!([{ "type": "profile", "path": "coding" }, { "type": "value", "path": "text" }])),
            { "path": "Observation.category", "sliceName": "coded", "min": 1 },
            { "path": "Observation.category.coding", "min": 1, "type": typed },
            { "path": "Observation.category", "sliceName": "worded", "min": 1 },
            { "path": "Observation.category.text", "min": 1, "fixedString": "B" },
        ]),
    );
    let categories = |list: Value| observation(json!({ "category": list }));
    let coded = |system: &str| json!({ "coding": [{ "system": system, "code": "x" }] });
    check(&categories(json!([coded("urn:a"), { "text": "B" }])), &["coded-or-worded"], &[]);
    check(
        &categories(json!([coded("urn:b"), { "text": "B" }])),
        &["coded-or-worded"],
        &[
            ("structure Observation.category[0]", "in no slice"),
            ("required Observation.category", "The category with coding of profile"),
        ],
    );
}

#[test]
fn slices_that_nothing_tells_apart_are_errors_for_who_asks() {
    profile(
        "not-told-apart",
        "Patient",
        json!([
            { "path": "Patient" },
            { "path": "Patient.identifier", "slicing": { "discriminator": [{ "type": "value", "path": "colour" }], "rules": "open" } },
            { "path": "Patient.identifier", "sliceName": "a" },
            { "path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:a" },
        ]),
    );
    let identified = patient(json!({ "identifier": [{ "system": "urn:a" }] }));
    check(
        &identified,
        &["not-told-apart"],
        &[("not-supported Patient.identifier[0]", "does not say how to tell the slice")],
    );
    let profiles = [url("not-told-apart")];
    let profiles = profiles.each_ref().map(String::as_str);
    let request = Request { profiles: &profiles, ..Request::default() };
    let told = ENGINE.1.check(&identified, &request);
    assert!(told.iter().all(|issue| issue.severity >= Severity::Warning), "{told:#?}");
    assert!(told.iter().any(|issue| issue.text.en.contains("how to tell")));
}
