//! References, extensions, and profiles of profiles, <https://hl7.org/fhir/R4/profiling.html>.

use serde_json::{Value, json};

use super::ask::{
    BASE, ENGINE, check, issues, observation, patient, profile, profile_with, store, url, with,
};
use crate::fhir::issue::Severity;
use crate::validation::request::Request;

#[test]
fn references_reach_what_the_profile_wants() {
    profile(
        "adult",
        "Patient",
        json!([
            { "path": "Patient" },
            { "path": "Patient.gender", "min": 1 },
        ]),
    );
    let target = json!([{ "code": "Reference", "targetProfile": [url("adult")], "aggregation": ["contained", "bundled"] }]);
    profile(
        "pointing",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.subject", "type": target },
        ]),
    );
    let contained = |patient: Value| {
        observation(json!({ "contained": [patient], "subject": { "reference": "#p" } }))
    };
    let anna = patient(json!({ "id": "p", "gender": "female" }));
    check(&contained(anna.clone()), &["pointing"], &[]);
    check(
        &contained(patient(json!({ "id": "p" }))),
        &["pointing"],
        &[("structure Observation.subject", "conforms to none of")],
    );
    check(
        &observation(json!({ "subject": { "reference": "Patient/1" } })),
        &["pointing"],
        &[("structure Observation.subject", "allows: contained, bundled")],
    );
    let bundle = |patient: Value| {
        let mut pointing = observation(json!({ "subject": { "reference": "Patient/p" } }));
        pointing["meta"] = json!({ "profile": [url("pointing")] });
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [
            { "fullUrl": "http://a.b/Observation/o", "resource": with(pointing, json!({ "id": "o" })) },
            { "fullUrl": "http://a.b/Patient/p", "resource": patient },
        ] })
    };
    check(&bundle(anna), &[], &[]);
    check(
        &bundle(patient(json!({ "id": "p" }))),
        &[],
        &[("structure Bundle.entry[0].resource.subject", "conforms to none of")],
    );
}

#[test]
fn profiles_that_point_at_each_other_come_to_an_end() {
    let link = json!([{ "code": "Reference", "targetProfile": [url("circle")] }]);
    profile(
        "circle",
        "Patient",
        json!([
            { "path": "Patient" },
            { "path": "Patient.gender", "min": 1 },
            { "path": "Patient.link" },
            { "path": "Patient.link.other", "type": link },
        ]),
    );
    let linked = |id: &str, other: &str| {
        let link =
            json!([{ "other": { "reference": format!("Patient/{other}") }, "type": "seealso" }]);
        let resource = patient(json!({ "id": id, "gender": "female", "link": link }));
        json!({ "fullUrl": format!("http://a.b/Patient/{id}"), "resource": resource })
    };
    let mut bundle = json!({ "resourceType": "Bundle", "type": "collection",
        "entry": [linked("a", "b"), linked("b", "a")] });
    bundle["entry"][0]["resource"]["meta"] = json!({ "profile": [url("circle")] });
    check(&bundle, &[], &[]);
    bundle["entry"][1]["resource"].as_object_mut().expect("an object").remove("gender");
    check(
        &bundle,
        &[],
        &[("structure Bundle.entry[0].resource.link[0].other", "conforms to none")],
    );
}

#[test]
fn extensions_are_where_they_may_be() {
    let context = |kind: &str, place: &str| json!({ "type": kind, "expression": place });
    profile_with(
        "ext",
        "Extension",
        json!([
            { "path": "Extension" },
            { "path": "Extension.url", "fixedUri": url("ext") },
            { "path": "Extension.value[x]", "min": 1, "type": [{ "code": "code" }] },
        ]),
        json!({ "kind": "complex-type", "contextInvariant": ["active.not()"], "context": [
            context("element", "Patient"),
            context("fhirpath", "Patient.name.where(use = 'old')"),
        ] }),
    );
    let one = json!([{ "url": url("ext"), "valueCode": "a" }]);
    check(&patient(json!({ "active": false, "extension": one })), &[], &[]);
    check(
        &patient(json!({ "active": true, "extension": one })),
        &[],
        &[("extension Patient.extension[0]", "the condition `active.not()`")],
    );
    check(
        &patient(json!({ "modifierExtension": one, "active": false })),
        &[],
        &[("extension Patient.modifierExtension[0]", "must be an “extension”")],
    );
    check(
        &patient(
            json!({ "active": false, "extension": [{ "url": url("ext"), "valueString": "a" }] }),
        ),
        &[],
        &[("structure Patient.extension[0].value", "type string here")],
    );
    check(
        &patient(json!({ "contact": [{ "extension": one, "name": { "text": "x" } }] })),
        &[],
        &[
            ("extension Patient.contact[0].extension[0]", "It may be at: Patient, Patient.name"),
            ("extension Patient.contact[0].extension[0]", "active.not()"),
        ],
    );
    check(
        &patient(json!({ "extension": [{ "url": "short", "valueCode": "a" }] })),
        &[],
        &[("extension Patient.extension[0].url", "must be absolute")],
    );
    let unknown = patient(json!({ "extension": [{ "url": "http://x.y/z", "valueCode": "a" }] }));
    for (strict, severity) in [(true, Severity::Error), (false, Severity::Information)] {
        let mut found = ENGINE.1.check(&unknown, &Request { strict, ..Request::default() });
        found.retain(|issue| issue.text.en.contains("is not known"));
        assert_eq!(found.first().map(|issue| issue.severity), Some(severity));
    }
}

#[test]
fn profiles_that_are_not_known_or_not_for_the_type_are_told() {
    profile("for-patients", "Patient", json!([{ "path": "Patient" }]));
    let claimed = |profile: &str| patient(json!({ "meta": { "profile": [profile] } }));
    check(&claimed(&url("unheard-of")), &[], &[]);
    let found = issues(&claimed(&url("unheard-of")), &[]);
    assert!(found.iter().any(|issue| issue.severity == Severity::Warning
        && issue.expression.as_deref() == Some("Patient.meta.profile[0]")));
    check(&patient(json!({})), &["unheard-of"], &[("not-found Patient", "is not known")]);
    check(
        &observation(json!({})),
        &["for-patients"],
        &[("invalid Observation", "is for Patient, not for Observation")],
    );
    check(&claimed(&format!("{}|1.2", url("for-patients"))), &[], &[]);
    check(
        &claimed(&format!("{BASE}Observation")),
        &[],
        &[("invalid Patient", "is for Observation, not for Patient")],
    );
}

#[test]
fn types_of_elements_have_profiles_of_their_own() {
    profile_with(
        "named",
        "HumanName",
        json!([
            { "path": "HumanName" },
            { "path": "HumanName.family", "min": 1 },
        ]),
        json!({ "kind": "complex-type" }),
    );
    profile_with(
        "called",
        "HumanName",
        json!([
            { "path": "HumanName" },
            { "path": "HumanName.text", "min": 1 },
        ]),
        json!({ "kind": "complex-type" }),
    );
    let of = |profiles: Value| {
        json!([
            { "path": "Patient" },
            { "path": "Patient.name", "type": [{ "code": "HumanName", "profile": profiles }] },
        ])
    };
    profile("one-type", "Patient", of(json!([url("named")])));
    profile("two-types", "Patient", of(json!([url("named"), url("called")])));
    let named = |name: Value| patient(json!({ "name": [name] }));
    check(&named(json!({ "family": "Lò" })), &["one-type", "two-types"], &[]);
    check(&named(json!({ "text": "Lò" })), &["two-types"], &[]);
    check(
        &named(json!({ "text": "Lò" })),
        &["one-type"],
        &[("required Patient.name[0].family", "HumanName.family")],
    );
    check(
        &named(json!({ "use": "usual" })),
        &["two-types"],
        &[("structure Patient.name[0]", "conforms to none of the profiles")],
    );
}

#[test]
fn guides_make_profiles_those_of_a_whole_type() {
    profile("of-all", "Basic", json!([{ "path": "Basic" }, { "path": "Basic.subject", "min": 1 }]));
    store(&json!({ "resourceType": "ImplementationGuide", "url": "http://example.org/ig-of-all",
        "name": "Ig", "status": "draft", "packageId": "a.b", "fhirVersion": ["4.0.1"], "global": [
            { "type": "Basic", "profile": url("of-all") },
            { "type": "Library", "profile": url("of-all") },
            { "type": "Basic", "profile": url("unheard-of") },
        ] }));
    let basic = json!({ "resourceType": "Basic", "code": { "text": "x" } });
    check(&basic, &[], &[("required Basic.subject", "Basic.subject")]);
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "fullUrl": "urn:uuid:2f5d1f0e-6a3c-4f0e-9a47-3d6a2f4f1f00", "resource": basic }] });
    check(&bundle, &[], &[("required Bundle.entry[0].resource.subject", "Basic.subject")]);
    let written = ENGINE.1.check(&basic, &Request::default());
    assert!(written.iter().all(|issue| !issue.severity.refuses()), "{written:?}");
}

#[test]
fn resources_in_parameters_refer_to_each_other() {
    profile(
        "grown-up",
        "Patient",
        json!([{ "path": "Patient" }, { "path": "Patient.gender", "min": 1 }]),
    );
    let target = json!([{ "code": "Reference", "targetProfile": [url("grown-up")] }]);
    profile(
        "of-grown-ups",
        "Observation",
        json!([{ "path": "Observation" }, { "path": "Observation.subject", "type": target }]),
    );
    let claim = json!({ "meta": { "profile": [url("of-grown-ups")] }, "subject": { "reference": "Patient/p" } });
    let given = |patient: Value| {
        let parts = json!([{ "name": "b", "resource": patient }]);
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "a", "resource": observation(claim.clone()) }, { "name": "c", "part": parts } ] })
    };
    check(&given(patient(json!({ "id": "p", "gender": "female" }))), &[], &[]);
    check(&given(patient(json!({ "id": "q" }))), &[], &[]);
    check(
        &given(patient(json!({ "id": "p", "active": true }))),
        &[],
        &[("structure Parameters.parameter[0].resource.subject", "conforms to none of")],
    );
}
