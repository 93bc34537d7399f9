//! Cardinality, values and constraints, <https://hl7.org/fhir/R4/elementdefinition.html>.

use serde_json::{Value, json};

use super::ask::{BASE, ENGINE, check, issues, observation, patient, profile, url};
use crate::fhir::issue::{Issue, Severity};
use crate::validation::request::Request;

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
            (
                "required Patient.name[0].given",
                "Patient.name.given is missing: the profile asks for it",
            ),
            (
                "structure Patient.photo",
                "Patient.photo is there, but the profile does not allow it",
            ),
            ("required Patient.deceased", "deceased[x] is missing"),
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
        json!({ "coding": [{ "system": "urn:s", "code": "M", "display": "d" }], "text": "t" });
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
            ("value Patient.maritalStatus", "The maritalStatus M is missing"),
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
    let alone = json!({ "code": { "text": "x" }, "valueQuantity": { "value": 9 } });
    check(&observation(alone), &["heavy"], &[]);
}

#[test]
fn constraints_speak_both_languages_where_their_author_does() {
    let translation = json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/translation",
        "extension": [
            { "url": "lang", "valueCode": "vi" },
            { "url": "content", "valueString": "phải có tên" },
        ] }] });
    profile(
        "translated",
        "Patient",
        json!([{ "path": "Patient", "constraint": [
            { "key": "t-1", "severity": "error", "human": "a name", "_human": translation, "expression": "name.exists()" },
        ] }]),
    );
    let found = issues(&patient(json!({})), &["translated"]);
    let told = found.iter().find(|issue| issue.text.en.ends_with("a name")).expect("the finding");
    assert!(told.text.vi.contains("“phải có tên”"), "{}", told.text.vi);
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

#[test]
fn units_are_asked_of_quantities_only() {
    let binding = json!({ "strength": "required",
        "valueSet": "http://hl7.org/fhir/ValueSet/ucum-vitals-common" });
    profile(
        "in-units",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.value[x]", "binding": binding },
        ]),
    );
    let quantity = |code: &str| json!({ "valueQuantity": { "value": 1, "system": "http://unitsofmeasure.org", "code": code } });
    check(&observation(quantity("kg")), &["in-units"], &[]);
    check(
        &observation(quantity("mol")),
        &["in-units"],
        &[("code-invalid Observation.value", "ucum-vitals-common")],
    );
    let words = json!({ "coding": [{ "system": "http://example.org/device", "code": "spot" }] });
    check(&observation(json!({ "valueCodeableConcept": words })), &["in-units"], &[]);
}

#[test]
fn a_fixed_value_has_no_extensions_and_only_types_that_are_left() {
    profile(
        "fixed-gender",
        "Patient",
        json!([{ "path": "Patient" }, { "path": "Patient.gender", "fixedCode": "female" }]),
    );
    let extra = json!({ "extension": [{ "url": "http://example.org/x", "valueCode": "a" }] });
    let gender = patient(json!({ "gender": "female", "_gender": { "id": "a" } }));
    check(&gender, &["fixed-gender"], &[]);
    check(
        &patient(json!({ "gender": "female", "_gender": extra })),
        &["fixed-gender"],
        &[("value Patient.gender", "may have none")],
    );
    profile(
        "only-text",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.value[x]", "type": [{ "code": "string" }] },
        ]),
    );
    check(&observation(json!({ "_valueString": extra })), &["only-text"], &[]);
    check(
        &observation(json!({ "_valueBoolean": extra })),
        &["only-text"],
        &[("structure Observation.value", "boolean")],
    );
}

#[test]
fn resources_in_resources_have_the_type_of_their_profile() {
    profile(
        "woman",
        "Patient",
        json!([{ "path": "Patient" }, { "path": "Patient.gender", "min": 1, "fixedCode": "female" }]),
    );
    for (id, profiles) in
        [("of-women", json!([url("woman")])), ("of-patients", json!([format!("{BASE}Patient")]))]
    {
        profile(
            id,
            "Parameters",
            json!([
                { "path": "Parameters" },
                { "path": "Parameters.parameter.resource", "type": [{ "code": "Resource", "profile": profiles }] },
            ]),
        );
    }
    let given = |resource: Value| json!({ "resourceType": "Parameters", "parameter": [{ "name": "a", "resource": resource }] });
    let place = "Parameters.parameter[0].resource";
    for id in ["of-women", "of-patients"] {
        check(&given(patient(json!({ "gender": "female" }))), &[id], &[]);
        check(
            &given(observation(json!({}))),
            &[id],
            &[(&format!("structure {place}"), "Observation")],
        );
    }
    check(&given(patient(json!({ "gender": "male" }))), &["of-patients"], &[]);
    check(
        &given(patient(json!({ "gender": "male" }))),
        &["of-women"],
        &[(&format!("value {place}.gender"), "fixes it to female")],
    );
}

#[test]
fn texts_match_the_regular_expression_of_their_element() {
    let regex = json!([{ "url": format!("{BASE}regex"), "valueString": "[a-c]+|x" }]);
    profile(
        "matching",
        "Patient",
        json!([{ "path": "Patient" }, { "path": "Patient.name.family", "extension": regex }]),
    );
    let named = |family: &str| patient(json!({ "name": [{ "family": family }] }));
    check(&named("abc"), &["matching"], &[]);
    check(&named("x"), &["matching"], &[]);
    for wrong in ["abd", "xa", "axx"] {
        check(&named(wrong), &["matching"], &[("value Patient.name[0].family", "does not match")]);
    }
}

#[test]
fn constraints_that_cannot_be_read_are_errors_for_who_asks() {
    let rule = json!([{ "key": "x-1", "severity": "warning", "human": "x", "expression": "gender = = 'a'" }]);
    profile("unreadable", "Patient", json!([{ "path": "Patient", "constraint": rule }]));
    check(
        &patient(json!({})),
        &["unreadable"],
        &[("not-supported Patient", "could not be checked")],
    );
}
