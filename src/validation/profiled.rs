//! What profiles can ask for, each with what has it and what lacks it.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::validator::{Request, Validator};
use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, Severity};
use crate::fhir::kind::ResourceKind;

const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";

static ENGINE: LazyLock<(Arc<Registry>, Validator)> = LazyLock::new(|| {
    let registry = Arc::new(Registry::r4().expect("R4"));
    (Arc::clone(&registry), Validator::new(registry))
});

fn url(id: &str) -> String {
    format!("http://example.org/fhir/StructureDefinition/{id}")
}

fn store(definition: &Value) {
    let kind = definition["resourceType"].as_str().and_then(ResourceKind::parse).expect("a type");
    let id = definition["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("an id");
    let id = ResourceId::parse(id).expect("an id");
    ENGINE.0.library.store(kind, &id, 1, Some(&definition.to_string()));
}

/// Stores a profile of a type, made of elements.
fn profile(id: &str, of: &str, elements: Value) {
    profile_with(id, of, elements, json!({}));
}

fn profile_with(id: &str, of: &str, elements: Value, more: Value) {
    let mut definition = json!({
        "resourceType": "StructureDefinition", "url": url(id), "version": "1.2.3", "name": "P",
        "status": "draft", "kind": "resource", "abstract": false, "type": of,
        "baseDefinition": format!("{BASE}{of}"), "derivation": "constraint",
        "differential": { "element": elements },
    });
    for (key, value) in more.as_object().expect("an object") {
        definition[key] = value.clone();
    }
    store(&definition);
}

fn issues(resource: &Value, profiles: &[&str]) -> Vec<Issue> {
    let profiles: Vec<String> = profiles.iter().map(|id| url(id)).collect();
    let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
    ENGINE.1.check(resource, &Request { profiles: &profiles, ..Request::default() })
}

/// Errors as `code path`, and a part of their text; in any order.
#[track_caller]
fn check(resource: &Value, profiles: &[&str], expected: &[(&str, &str)]) {
    let found = issues(resource, profiles);
    let errors: Vec<_> = found
        .iter()
        .filter(|issue| issue.severity.refuses())
        .map(|issue| {
            assert!(issue.text.vi != issue.text.en, "{}", issue.text.en);
            let path = issue.expression.as_deref().expect("a path");
            (format!("{} {path}", issue.code.code()), &*issue.text.en)
        })
        .collect();
    assert_eq!(errors.len(), expected.len(), "{resource}\n{errors:#?}");
    for (place, part) in expected {
        let is_it = |(at, text): &(String, &str)| at == place && text.contains(part);
        assert!(errors.iter().any(is_it), "{place} {part}\n{errors:#?}");
    }
}

fn patient(more: Value) -> Value {
    with(json!({ "resourceType": "Patient" }), more)
}

fn observation(more: Value) -> Value {
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "1-8" }] });
    with(json!({ "resourceType": "Observation", "status": "final", "code": code }), more)
}

fn with(mut resource: Value, more: Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        resource[key] = value.clone();
    }
    resource
}

#[test]
fn as_many_as_the_profile_says() {
    profile(
        "many",
        "Patient",
        json!([
            { "path": "Patient" },
            { "path": "Patient.name", "min": 1, "max": "2" },
            { "path": "Patient.name.given", "min": 1 },
            { "path": "Patient.photo", "max": "0" },
            { "path": "Patient.deceased[x]", "min": 1 },
        ]),
    );
    let name = |given: Value| json!({ "given": given });
    let good = patient(json!({ "name": [name(json!(["A"]))], "deceasedBoolean": false }));
    check(&good, &["many"], &[]);
    check(
        &patient(json!({ "photo": [{ "title": "x" }], "name": [{ "family": "L" }] })),
        &["many"],
        &[
            ("required Patient.name[0].given", "0 values, but the profile asks for at least 1"),
            ("structure Patient.photo", "1 values, but the profile allows at most 0"),
            ("required Patient.deceased", "at least 1"),
        ],
    );
    let three = json!([name(json!(["A"])), name(json!(["B"])), name(json!(["C"]))]);
    check(
        &patient(json!({ "name": three, "_deceasedBoolean": { "extension": [
            { "url": format!("{BASE}data-absent-reason"), "valueCode": "unknown" }] } })),
        &["many"],
        &[("structure Patient.name", "3 values, but the profile allows at most 2")],
    );
    let found = issues(&patient(json!({})), &["many"]);
    let rule = found.iter().find_map(|issue| issue.rule.clone()).expect("a rule");
    assert_eq!(&*rule.profile, format!("{}|1.2.3", url("many")));
}

#[test]
fn values_are_fixed_follow_patterns_and_keep_limits() {
    profile(
        "values",
        "Patient",
        json!([
            { "path": "Patient" },
            { "path": "Patient.active", "fixedBoolean": true },
            { "path": "Patient.gender", "patternCode": "female" },
            { "path": "Patient.maritalStatus", "patternCodeableConcept": { "coding": [{ "code": "M" }] } },
            { "path": "Patient.multipleBirth[x]", "type": [{ "code": "integer" }], "maxValueInteger": 3 },
            { "path": "Patient.birthDate", "minValueDate": "2000-01-01" },
            { "path": "Patient.name" },
            { "path": "Patient.name.family", "maxLength": 3 },
        ]),
    );
    let married =
        json!({ "coding": [{ "system": "s", "code": "M", "display": "d" }], "text": "t" });
    check(
        &patient(json!({ "active": true, "gender": "female", "maritalStatus": married,
            "multipleBirthInteger": 3, "birthDate": "2001-02-03", "name": [{ "family": "Lò" }] })),
        &["values"],
        &[],
    );
    check(
        &patient(json!({ "active": false, "gender": "male", "maritalStatus": { "text": "t" },
            "multipleBirthInteger": 4, "birthDate": "1999-12-31", "name": [{ "family": "Lèng" }] })),
        &["values"],
        &[
            ("value Patient.active", "is false, but the profile fixes it to true"),
            ("value Patient.gender", "male"),
            ("value Patient.maritalStatus", "does not have all"),
            ("value Patient.multipleBirth", "<= 3"),
            ("value Patient.birthDate", ">= 2000-01-01"),
            ("too-long Patient.name[0].family", "4 characters"),
        ],
    );
    check(
        &patient(json!({ "multipleBirthBoolean": true })),
        &["values"],
        &[("structure Patient.multipleBirth", "type boolean here. Allowed: integer")],
    );
    profile(
        "heavy",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.value[x]", "type": [{ "code": "Quantity" }],
              "maxValueQuantity": { "value": 5, "system": "http://unitsofmeasure.org", "code": "kg" } },
        ]),
    );
    let weight = |value: u32| {
        observation(json!({ "valueQuantity": { "value": value, "unit": "g",
            "system": "http://unitsofmeasure.org", "code": "g" } }))
    };
    check(&weight(3_200), &["heavy"], &[]);
    check(&weight(5_200), &["heavy"], &[("value Observation.value", "<= 5 kg")]);
}

#[test]
fn constraints_have_their_severity_and_say_who_states_them() {
    profile(
        "rules",
        "Patient",
        json!([
            { "path": "Patient", "constraint": [
                { "key": "r-1", "severity": "error", "human": "named", "expression": "name.exists()" },
                { "key": "r-2", "severity": "warning", "human": "w", "expression": "active.exists()" },
                { "key": "r-3", "severity": "error", "human": "x", "expression": "%nothing.exists()" },
            ] },
            { "path": "Patient.contact" },
            { "path": "Patient.contact.gender", "constraint": [
                { "key": "r-4", "severity": "error", "human": "f", "expression": "$this = 'female'" }] },
        ]),
    );
    let found = issues(
        &patient(json!({ "contact": [{ "name": { "text": "x" }, "gender": "male" }] })),
        &["rules"],
    );
    let by_key = |key: &str| {
        let is_it =
            |issue: &&Issue| issue.rule.as_ref().and_then(|rule| rule.key.as_deref()) == Some(key);
        found
            .iter()
            .find(is_it)
            .map(|issue| (issue.severity, issue.expression.clone().expect("a path")))
    };
    assert_eq!(by_key("r-1"), Some((Severity::Error, "Patient".into())));
    assert_eq!(by_key("r-2"), Some((Severity::Warning, "Patient".into())));
    assert_eq!(by_key("r-3"), Some((Severity::Warning, "Patient".into())));
    assert_eq!(by_key("r-4"), Some((Severity::Error, "Patient.contact[0].gender".into())));
    assert_eq!(by_key("dom-6"), Some((Severity::Warning, "Patient".into())));
    let silenced = Request { silenced: &["dom-6"], ..Request::default() };
    assert!(ENGINE.1.check(&patient(json!({ "active": true })), &silenced).is_empty());
}

fn sliced(id: &str, discriminator: Value, slicing: Value, slices: &[Value]) {
    let head = json!({ "path": "Patient.identifier",
        "slicing": with(json!({ "discriminator": [discriminator], "rules": "open" }), slicing) });
    let mut elements = vec![json!({ "path": "Patient" }), head];
    elements.extend(slices.iter().cloned());
    profile(id, "Patient", Value::Array(elements));
}

/// A slice of `Patient.identifier` by its system.
fn by_system(name: &str, system: &str, more: Value) -> [Value; 2] {
    let slice = json!({ "path": "Patient.identifier", "sliceName": name });
    let path = "Patient.identifier.system";
    [with(slice, more), json!({ "path": path, "min": 1, "fixedUri": system })]
}

fn identified(systems: &[&str]) -> Value {
    let systems: Vec<Value> =
        systems.iter().map(|system| json!({ "system": system, "value": "1" })).collect();
    patient(json!({ "identifier": systems }))
}

#[test]
fn slices_have_their_number_order_and_rules() {
    let value = json!({ "type": "value", "path": "system" });
    let slices = [
        by_system("a", "urn:a", json!({ "min": 1, "max": "1" })),
        by_system("b", "urn:b", json!({ "min": 0, "max": "2" })),
    ]
    .concat();
    sliced("open", value.clone(), json!({}), &slices);
    check(&identified(&["urn:x", "urn:b", "urn:a", "urn:b"]), &["open"], &[]);
    check(
        &identified(&["urn:b", "urn:b", "urn:b"]),
        &["open"],
        &[
            ("required Patient.identifier", "identifier:a: there are 0"),
            ("structure Patient.identifier", "identifier:b: there are 3"),
        ],
    );
    check(&patient(json!({})), &["open"], &[("required Patient.identifier", "identifier:a")]);
    sliced("closed", value.clone(), json!({ "rules": "closed" }), &slices);
    check(
        &identified(&["urn:a", "urn:x"]),
        &["closed"],
        &[("structure Patient.identifier[1]", "in no slice")],
    );
    sliced("ordered", value.clone(), json!({ "ordered": true }), &slices);
    check(&identified(&["urn:a", "urn:x", "urn:b"]), &["ordered"], &[]);
    check(
        &identified(&["urn:b", "urn:a"]),
        &["ordered"],
        &[("structure Patient.identifier[1]", "order")],
    );
    sliced("end", value, json!({ "rules": "openAtEnd" }), &slices);
    check(&identified(&["urn:a", "urn:x"]), &["end"], &[]);
    check(
        &identified(&["urn:x", "urn:a"]),
        &["end"],
        &[("structure Patient.identifier[1]", "after all slices")],
    );
}

#[test]
fn slices_are_told_by_pattern_presence_and_default() {
    let exists = json!({ "type": "exists", "path": "period" });
    sliced(
        "exists",
        exists,
        json!({}),
        &[
            json!({ "path": "Patient.identifier", "sliceName": "timed", "max": "1" }),
            json!({ "path": "Patient.identifier.period", "min": 1 }),
            json!({ "path": "Patient.identifier", "sliceName": "untimed", "max": "1" }),
            json!({ "path": "Patient.identifier.period", "max": "0" }),
        ],
    );
    let timed = json!({ "value": "1", "period": { "start": "2024" } });
    let untimed = json!({ "value": "1" });
    check(&patient(json!({ "identifier": [timed, untimed] })), &["exists"], &[]);
    check(
        &patient(json!({ "identifier": [timed, timed] })),
        &["exists"],
        &[("structure Patient.identifier", "identifier:timed: there are 2")],
    );
    let pattern = json!({ "type": "pattern", "path": "type" });
    sliced(
        "pattern",
        pattern,
        json!({ "rules": "closed" }),
        &[
            json!({ "path": "Patient.identifier", "sliceName": "mr" }),
            json!({ "path": "Patient.identifier.type",
            "patternCodeableConcept": { "coding": [{ "system": "s:s", "code": "MR" }] } }),
            json!({ "path": "Patient.identifier.value", "min": 1 }),
            json!({ "path": "Patient.identifier", "sliceName": "@default" }),
            json!({ "path": "Patient.identifier.assigner", "min": 1 }),
        ],
    );
    let mr = json!({ "coding": [{ "system": "s:s", "code": "MR", "display": "d" }] });
    check(
        &patient(json!({ "identifier": [{ "type": mr }, { "value": "1" }] })),
        &["pattern"],
        &[
            ("required Patient.identifier[0].value", "identifier:mr.value"),
            ("required Patient.identifier[1].assigner", "@default"),
        ],
    );
}

#[test]
fn slices_of_slices() {
    let slices = [
        json!({ "path": "Patient.identifier", "sliceName": "a",
            "slicing": { "discriminator": [{ "type": "value", "path": "use" }], "rules": "closed" } }),
        json!({ "path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:a" }),
        json!({ "path": "Patient.identifier", "sliceName": "a/old", "max": "1" }),
        json!({ "path": "Patient.identifier.use", "min": 1, "fixedCode": "old" }),
    ];
    sliced("within", json!({ "type": "value", "path": "system" }), json!({}), &slices);
    let item = |system: &str, code: &str| json!({ "system": system, "use": code });
    check(
        &patient(json!({ "identifier": [item("urn:a", "old"), item("urn:b", "usual")] })),
        &["within"],
        &[],
    );
    check(
        &patient(
            json!({ "identifier": [item("urn:a", "old"), item("urn:a", "old"), item("urn:a", "usual")] }),
        ),
        &["within"],
        &[
            ("structure Patient.identifier", "there are 2"),
            ("structure Patient.identifier[2]", "in no slice"),
        ],
    );
}

#[test]
fn choices_are_sliced_by_type() {
    profile(
        "typed",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.value[x]",
              "slicing": { "discriminator": [{ "type": "type", "path": "$this" }], "rules": "closed" } },
            { "path": "Observation.value[x]", "sliceName": "valueQuantity", "type": [{ "code": "Quantity" }] },
            { "path": "Observation.value[x].code", "min": 1 },
        ]),
    );
    check(
        &observation(json!({ "valueQuantity": { "value": 1, "system": "s:s", "code": "g" } })),
        &["typed"],
        &[],
    );
    check(
        &observation(json!({ "valueQuantity": { "value": 1 } })),
        &["typed"],
        &[("required Observation.value.code", "at least 1")],
    );
    check(
        &observation(json!({ "valueString": "x" })),
        &["typed"],
        &[("structure Observation.value", "in no slice")],
    );
}

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
    let mut found = issues(
        &patient(json!({ "extension": [{ "url": "http://x.y/z", "valueCode": "a" }] })),
        &[],
    );
    found.retain(|issue| issue.text.en.contains("is not known"));
    assert_eq!(found.first().map(|issue| issue.severity), Some(Severity::Information));
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
