//! Every rule with what obeys it and what breaks it.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::validator::{Request, Validator};
use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

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
    let kind = ResourceKind::parse("Observation");
    let found = VALIDATOR.check(&json!({ "resourceType": "Patient" }), &asked(kind));
    assert_eq!(found.iter().filter(|issue| issue.severity.refuses()).count(), 1);
    assert!(found[0].text.en.contains("for Observation, but the resource is Patient"));
    let found =
        VALIDATOR.check(&patient("active", json!(true)), &asked(ResourceKind::parse("Patient")));
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
fn primitives_have_their_format() {
    for (key, good, bad) in [
        ("valueBase64Binary", json!("QUJD"), json!("QUJ")),
        ("valueCanonical", json!("http://a|1"), json!("http://a b")),
        ("valueCode", json!("a b"), json!("a  b")),
        ("valueDate", json!("2024-02-29"), json!("2023-02-29")),
        ("valueDateTime", json!("2024-02-29T10:00:00Z"), json!("2024-02-29T10:00:00")),
        ("valueId", json!("a-1.B"), json!("a_1")),
        ("valueInstant", json!("2024-02-29T10:00:00Z"), json!("2024-02-29")),
        ("valueInteger", json!(-5), json!(1.5)),
        ("valueMarkdown", json!("# a\n"), json!("a\u{0}")),
        ("valueOid", json!("urn:oid:1.2"), json!("1.2")),
        ("valuePositiveInt", json!(1), json!(0)),
        ("valueString", json!(" mẹ\n"), json!("\u{8}")),
        ("valueTime", json!("10:00:00"), json!("10:00")),
        ("valueUnsignedInt", json!(0), json!(-1)),
        ("valueUri", json!("urn:x"), json!("a b")),
        ("valueUrl", json!("http://x"), json!("http://x y")),
        ("valueUuid", json!("urn:uuid:c757873d-ec9a-4326-a141-556f43239520"), json!("urn:uuid:1")),
    ] {
        check(&extended(key, good), &[]);
        check(&extended(key, bad), &[("value Patient.extension[0].value", "")]);
    }
    let decimals = r#"[1, 1.0, 0.010, -1e5, 1.23E-7, 123456789012345678901234567890.5]"#;
    let decimals: Vec<Value> = serde_json::from_str(decimals).expect("numbers");
    for decimal in decimals {
        check(&extended("valueDecimal", decimal), &[]);
    }
    let narrative = |div: &str| patient("text", json!({ "status": "generated", "div": div }));
    check(&narrative("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"), &[]);
    check(&narrative("x"), &[("value Patient.text.div", "<div")]);
}

#[test]
fn a_long_string_is_too_long() {
    let long = "a".repeat(1_048_577);
    check(
        &extended("valueString", json!(long)),
        &[("too-long Patient.extension[0].value", "1048576")],
    );
}

#[test]
fn primitives_take_ids_and_extensions() {
    let extras = json!({ "extension": [{ "url": "http://example.org/e", "valueString": "x" }] });
    check(&patient("_birthDate", extras.clone()), &[]);
    check(
        &patient("_birthDate", json!({ "id": "a", "valueString": "b" })),
        &[("structure Patient.birthDate.valueString", "Element has no element")],
    );
    check(&patient("_birthDate", json!({})), &[("structure Patient.birthDate", "is empty")]);
    check(&patient("_birthDate", Value::Null), &[("structure Patient.birthDate", "null")]);
    check(&patient("_birthDate", json!("x")), &[("structure Patient.birthDate", "JSON object")]);
    check(
        &patient("_birthDate", json!([extras])),
        &[("structure Patient.birthDate", "must not be an array")],
    );
    let name = |name: Value| patient("name", json!([name]));
    check(&name(json!({ "given": ["A", null], "_given": [null, extras] })), &[]);
    check(&name(json!({ "_given": [extras] })), &[]);
    check(
        &name(json!({ "given": ["A"], "_given": extras })),
        &[("structure Patient.name[0].given", "must be an array")],
    );
    check(
        &name(json!({ "given": ["A", "B"], "_given": [extras] })),
        &[("structure Patient.name[0].given", "same number of items")],
    );
    check(
        &name(json!({ "given": [null], "_given": [null] })),
        &[("structure Patient.name[0].given[0]", "null")],
    );
    check(
        &name(json!({ "given": ["A"], "_given": [] })),
        &[
            ("structure Patient.name[0].given", "is empty"),
            ("structure Patient.name[0].given", "same number"),
        ],
    );
}

#[test]
fn an_extension_has_a_url_and_a_value_or_extensions() {
    let inner = json!([{ "url": "a", "valueString": "x" }]);
    check(&patient("extension", json!([{ "url": "http://e", "extension": inner }])), &[]);
    check(
        &patient("extension", json!([{ "url": "http://e" }])),
        &[("invariant Patient.extension[0]", "ext-1")],
    );
    check(
        &patient("extension", json!([{ "url": "http://e", "valueCode": "a", "extension": inner }])),
        &[("invariant Patient.extension[0]", "ext-1")],
    );
    check(
        &patient("modifierExtension", json!([{ "valueCode": "a" }])),
        &[("required Patient.modifierExtension[0].url", "url")],
    );
    check(
        &patient("extension", json!([{ "url": "http://e", "value": "a" }])),
        &[
            ("structure Patient.extension[0].value", "no element"),
            ("invariant Patient.extension[0]", "ext-1"),
        ],
    );
}

#[test]
fn references_point_at_what_may_be_pointed_at() {
    let subject = |reference: &str| observation(json!({ "encounter": { "reference": reference } }));
    for good in [
        "Encounter/1",
        "Encounter/1/_history/2",
        "http://a/Encounter/1",
        "urn:uuid:x",
        "http://a/x",
    ] {
        check(&subject(good), &[]);
    }
    let place = "Observation.encounter.reference";
    check(
        &subject("Patient/1"),
        &[(&format!("structure {place}"), "to Patient is not allowed here. Allowed: Encounter")],
    );
    check(&subject("http://a/Patient/1"), &[(&format!("structure {place}"), "not allowed")]);
    check(&subject("Encunter/1"), &[(&format!("value {place}"), "“Encounter”?")]);
    for bad in ["1", "Encounter/", "Encounter/a_b", "Encounter?status=x", "/Encounter/1"] {
        check(&subject(bad), &[(&format!("value {place}"), "is not a reference")]);
    }
    check(
        &observation(json!({ "encounter": { "type": "Patient", "display": "x" } })),
        &[("structure Observation.encounter.type", "not allowed")],
    );
    check(&observation(json!({ "subject": { "reference": "Patient/1", "type": "Patient" } })), &[]);
    check(
        &observation(json!({ "subject": { "reference": "Patient/1", "type": "Group" } })),
        &[(
            "value Observation.subject.type",
            "“type” is Group, but the reference points at Patient",
        )],
    );
    check(&observation(json!({ "subject": {} })), &[("structure Observation.subject", "empty")]);
}

#[test]
fn contained_resources_are_found_by_their_ids() {
    let contained = |inner: Value, reference: &str| {
        observation(json!({ "contained": [inner], "subject": { "reference": reference } }))
    };
    let mother = json!({ "resourceType": "Patient", "id": "mother" });
    check(&contained(mother.clone(), "#mother"), &[]);
    check(
        &contained(mother.clone(), "#father"),
        &[
            ("not-found Observation.subject.reference", "“#father”"),
            ("invariant Observation.contained[0]", "dom-3"),
        ],
    );
    check(
        &contained(mother.clone(), "#"),
        &[
            ("not-found Observation.subject.reference", "“#”"),
            ("invariant Observation.contained[0]", "dom-3"),
        ],
    );
    check(
        &contained(
            json!({ "resourceType": "Encounter", "id": "e", "status": "planned", "class": { "code": "AMB" } }),
            "#e",
        ),
        &[("structure Observation.subject.reference", "to Encounter is not allowed")],
    );
    check(
        &contained(json!({ "resourceType": "Patient", "gender": "x" }), "Patient/1"),
        &[
            ("required Observation.contained[0].id", "must have an id"),
            ("code-invalid Observation.contained[0].gender", "“x” is not in"),
        ],
    );
    check(
        &contained(json!({ "id": "a" }), "#a"),
        &[("structure Observation.contained[0].resourceType", "missing")],
    );
    let nested = json!({ "resourceType": "Patient", "id": "a", "contained": [mother] });
    check(
        &contained(nested, "#a"),
        &[("invariant Observation.contained[0].contained[0]", "dom-2")],
    );
    let container = json!({ "resourceType": "Group", "id": "g", "type": "person", "actual": true,
        "managingEntity": { "reference": "#o" } });
    let organization = json!({ "resourceType": "Organization", "id": "o", "name": "N", "partOf": { "reference": "#" } });
    check(
        &observation(
            json!({ "contained": [container, organization], "subject": { "reference": "#g" } }),
        ),
        &[],
    );
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
