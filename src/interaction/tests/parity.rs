//! A write and `$validate` say the same of a resource, but for what `docs/validation.md` lists.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use proptest::prelude::{Strategy, proptest};
use proptest::sample::{select, subsequence};
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::date::Zone;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::fhirpath::expression::environment::Resolver;
use crate::interaction::booklet::{Levels, findings};
use crate::mch::future::Clock;
use crate::validation::request::{ONLY_ASKED, Request};
use crate::validation::validator::Validator;

const DOCS: &str = include_str!("../../../docs/validation.md");
const BASE: &str = "http://example.org/fhir/StructureDefinition/";
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

static ENGINE: LazyLock<(Arc<Registry>, Validator)> = LazyLock::new(|| {
    let registry = Arc::new(Registry::r4().expect("R4"));
    (Arc::clone(&registry), Validator::new(registry))
});

/// Each definition is a version of its own.
static VERSION: AtomicI64 = AtomicI64::new(1);

/// Resources that are stored.
struct Stored(Vec<(&'static str, Value)>);

impl Resolver for Stored {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        self.0.iter().find(|(address, _)| *address == reference).map(|(_, resource)| resource)
    }
}

static STORED: LazyLock<Stored> = LazyLock::new(|| {
    let clinic = |more: Value| {
        let mut clinic = json!({ "resourceType": "Organization", "id": "o" });
        clinic.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        clinic
    };
    Stored(vec![
        ("Organization/named", clinic(json!({ "name": "x" }))),
        ("Organization/odd", clinic(json!({ "name": "x", "identifier": [{ "system": "a b" }] }))),
        // Right, but for what a write is only warned of.
        (
            "Organization/loose",
            clinic(json!({ "name": "x", "identifier": [{ "system": "cccd" }],
                "extension": [{ "url": "http://a.b/unknown", "valueBoolean": true }] })),
        ),
        ("Organization/nameless", clinic(json!({ "identifier": [{ "value": "x" }] }))),
        ("Practitioner/p", json!({ "resourceType": "Practitioner", "id": "p" })),
    ])
});

fn store(definition: &Value) {
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    let id = definition["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("an id");
    let id = ResourceId::parse(id).expect("an id");
    let version = VERSION.fetch_add(1, Ordering::Relaxed);
    ENGINE.0.library.store(kind, &id, version, Some(&definition.to_string()));
}

fn definition(id: &str, of: &str, elements: &[Value]) -> Value {
    let all: Vec<Value> = [json!({ "path": of })].iter().chain(elements).cloned().collect();
    json!({
        "resourceType": "StructureDefinition", "url": format!("{BASE}{id}"), "name": "P",
        "status": "draft", "kind": "resource", "abstract": false, "type": of,
        "baseDefinition": format!("{R4}{of}"), "derivation": "constraint",
        "differential": { "element": all },
    })
}

/// What a profile of patients may ask for, in the order of the elements.
fn demands() -> Vec<Vec<Value>> {
    let target = |profiles: &[&str]| json!([{ "code": "Reference", "targetProfile": profiles }]);
    let named = format!("{BASE}parity-named");
    let unknown = format!("{BASE}parity-unknown");
    let by_profile = json!({ "discriminator": [{ "type": "profile", "path": "resolve()" }],
        "rules": "closed" });
    vec![
        vec![json!({ "path": "Patient", "constraint": [{ "key": "p-1", "severity": "error",
            "human": "x", "expression": "generalPractitioner.all(resolve() is Organization)" }] })],
        vec![json!({ "path": "Patient", "constraint": [{ "key": "dom-6", "severity": "error",
            "human": "A resource should have narrative for robust management",
            "expression": "text.`div`.exists()" }] })],
        vec![json!({ "path": "Patient.identifier", "min": 1 })],
        vec![json!({ "path": "Patient.name", "min": 1,
            "type": [{ "code": "HumanName", "profile": [unknown] }] })],
        vec![json!({ "path": "Patient.gender", "min": 1, "patternCode": "female" })],
        vec![json!({ "path": "Patient.birthDate", "minValueDate": "2000" })],
        vec![json!({ "path": "Patient.maritalStatus", "binding": { "strength": "required",
            "valueSet": "http://hl7.org/fhir/ValueSet/marital-status" } })],
        vec![
            json!({ "path": "Patient.generalPractitioner", "slicing": by_profile }),
            json!({ "path": "Patient.generalPractitioner", "sliceName": "named",
                "type": target(&[&named]) }),
        ],
        vec![json!({ "path": "Patient.managingOrganization", "type": target(&[&named]) })],
        vec![json!({ "path": "Patient.managingOrganization", "type": target(&[&unknown]) })],
        vec![json!({ "path": "Patient.link.other",
            "type": target(&[&format!("{R4}RelatedPerson")]) })],
    ]
}

/// What patients may have, some of it wrong.
fn members() -> Vec<(&'static str, Value)> {
    const MARITAL: &str = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
    let coded = |system: &str, code: &str, display: &str| json!({ "coding": [{ "system": system, "code": code, "display": display }] });
    let to = |reference: &str| json!({ "reference": reference });
    let div = |inside: &str| {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inside}</div>");
        json!({ "status": "generated", "div": div })
    };
    let mut members = vec![
        ("text", div("x")),
        ("text", div("<a href=\"#nowhere\">x</a>")),
        ("text", div("<script>x</script>")),
        ("extension", json!([{ "url": "http://a.b/unknown", "valueString": "x" }])),
        ("extension", json!([{ "url": format!("{R4}humanname-own-name"), "valueString": "x" }])),
        ("modifierExtension", json!([{ "url": "http://a.b/unknown", "valueString": "x" }])),
        ("identifier", json!([{ "system": "cccd", "value": "1" }])),
        ("identifier", json!([{ "system": "urn:ietf:rfc:3986", "value": "x" }])),
        (
            "identifier",
            json!([{ "period": { "start": "2024-05-05T10:00:00Z", "end": "2024-05-05" } }]),
        ),
        ("name", json!([{ "family": "x" }])),
        ("gender", json!("female")),
        ("gender", json!("Female")),
        ("birthDate", json!("2001-01-01")),
        ("birthDate", json!("20010101")),
        ("maritalStatus", coded(MARITAL, "M", "Married")),
        ("maritalStatus", coded(MARITAL, "M", "Divorced")),
        ("maritalStatus", coded(MARITAL, "M", "nobody calls it so")),
        ("maritalStatus", coded(MARITAL, "XX", "x")),
        ("maritalStatus", coded("http://hl7.org/fhir/administrative-gender", "male", "Male")),
        ("maritalStatus", json!({ "text": "x" })),
        ("photo", json!([{ "size": 7, "data": "QQ==" }])),
        ("telecom", json!([{ "id": "a", "value": "1" }, { "id": "a", "value": "2" }])),
        ("link", json!([{ "other": to("Patient/2"), "type": "seealso", "id": "a" }])),
        ("link", json!([{ "other": to("Patient/2"), "type": "seealso" }])),
        ("link", json!([{ "other": to("http://a.b/fhir/Patient/2"), "type": "seealso" }])),
        ("contained", json!([{ "resourceType": "Organization", "id": "c", "name": "x" }])),
    ];
    for reference in [
        "Organization/named",
        "Organization/odd",
        "Organization/loose",
        "Organization/nameless",
        "Organization/nowhere",
        "Practitioner/p",
        "http://a.b/fhir/Practitioner/p",
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        "#c",
    ] {
        members.push(("generalPractitioner", json!([to(reference)])));
        members.push(("managingOrganization", to(reference)));
    }
    members
}

/// Observations by codes that ask for profiles of vital signs and of the booklet.
fn observations() -> impl Strategy<Value = Value> {
    let codes = vec![
        ("http://loinc.org", "29463-7"),
        ("http://loinc.org", "3141-9"),
        ("http://loinc.org", "85354-9"),
        ("http://loinc.org", "718-7"),
        ("https://mebe.example/fhir/CodeSystem/mch-booklet-item", "A20"),
        ("https://mebe.example/fhir/CodeSystem/mch-booklet-item", "G02"),
    ];
    let states = vec!["final", "entered-in-error"];
    let values = vec![
        (
            "valueQuantity",
            json!({ "value": 3, "system": "http://unitsofmeasure.org", "code": "kg" }),
        ),
        (
            "valueQuantity",
            json!({ "value": 3, "system": "http://unitsofmeasure.org", "code": "nope" }),
        ),
        ("valueInteger", json!(3)),
        ("valueString", json!("x")),
    ];
    (select(codes), select(states), select(values)).prop_map(|(code, status, value)| {
        let ((system, code), (key, value)) = (code, value);
        json!({ "resourceType": "Observation", "status": status, key: value,
            "effectiveDateTime": "2026-02-01", "subject": { "reference": "Patient/1" },
            "code": { "coding": [{ "system": system, "code": code }] } })
    })
}

fn patients() -> impl Strategy<Value = Value> {
    let all = members();
    let most = all.len();
    subsequence(all, 0..most.min(9)).prop_map(|members| {
        let mut patient = json!({ "resourceType": "Patient" });
        for (key, value) in members {
            patient[key] = value;
        }
        patient
    })
}

/// Errors as place and text, and why some are warnings for who writes.
fn errors(resource: &Value, strict: bool) -> (BTreeSet<(String, String)>, BTreeSet<&'static str>) {
    let request = Request { strict, resolver: Some(&*STORED), ..Request::default() };
    let clock = Clock { now: time::now().micros(), zone: Zone::default() };
    let found = findings(&ENGINE.1, (&Levels::default(), clock), resource, request);
    let errors = found.into_iter().filter(|issue| issue.severity.refuses());
    let (mut plain, mut only_asked) = (BTreeSet::new(), BTreeSet::new());
    for Issue { expression, text, only_asked: why, .. } in errors {
        match why {
            Some(why) => {
                only_asked.insert(why);
            }
            None => {
                plain.insert((expression.unwrap_or_default(), text.en));
            }
        }
    }
    (plain, only_asked)
}

#[track_caller]
fn check(resource: &Value) {
    let (asked, only_asked) = errors(resource, true);
    let (written, nothing) = errors(resource, false);
    assert_eq!(asked, written, "{resource:#}");
    assert!(nothing.is_empty(), "{nothing:?}");
    for why in only_asked {
        assert!(ONLY_ASKED.contains(&why), "{why} is not among the reasons");
    }
}

#[test]
fn every_reason_is_documented() {
    let rows = DOCS.split("## What a write is only warned of").nth(1).expect("the section");
    let rows = rows.split("\n## ").next().expect("its end").lines();
    let words: Vec<&str> =
        rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(words, ONLY_ASKED);
}

proptest! {
    #![proptest_config(Config { cases: 400, ..Config::default() })]

    #[test]
    fn a_write_and_a_question_agree_about_patients(
        patient in patients(),
        asked in subsequence(demands(), 0..6),
        is_in_bundle: bool,
    ) {
        store(&definition("parity-named", "Organization", &[json!({ "path": "Organization.name", "min": 1 })]));
        store(&definition("parity", "Patient", &asked.concat()));
        let mut patient = patient;
        patient["meta"] = json!({ "profile": [format!("{BASE}parity")] });
        if is_in_bundle {
            check(&json!({ "resourceType": "Bundle", "type": "collection", "entry": [
                { "fullUrl": "http://a.b/fhir/Patient/1", "resource": patient },
                { "fullUrl": "http://a.b/fhir/Organization/nameless",
                  "resource": { "resourceType": "Organization", "id": "nameless", "identifier": [{ "value": "x" }] } },
            ] }));
        } else {
            check(&patient);
        }
    }

    #[test]
    fn a_write_and_a_question_agree_about_observations(observation in observations()) {
        check(&observation);
    }
}
