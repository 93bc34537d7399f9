//! Documents on resources, without a server.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::document::Document;
use super::fault::{Fault, FaultKind};
use super::known::{Edge, Had, Known, Matches, Page, Want};
use super::run::{Surroundings, run};
use crate::definitions::registry::Registry;
use crate::fhir::date::Zone;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

fn patient() -> Value {
    json!({ "resourceType": "Patient", "id": "p", "active": true, "birthDate": "1990-01-02",
        "_birthDate": { "extension": [{ "url": "http://x.example/t", "valueCode": "a" }] },
        "contained": [{ "resourceType": "Organization", "id": "o", "name": "Trạm" }],
        "managingOrganization": { "reference": "#o" },
        "generalPractitioner": [{ "reference": "Practitioner/d" }],
        "multipleBirthInteger": 2,
        "name": [
            { "use": "official", "family": "Trần", "given": ["An", "Bình"] },
            { "use": "usual", "given": ["Chi"] },
            { "use": "maiden", "family": "Lê", "given": ["An", "Bình"] },
        ] })
}

fn around() -> Surroundings<'static> {
    let now = Instant::from_micros(0);
    let base = "http://127.0.0.1/fhir";
    Surroundings { shapes: &REGISTRY.shapes, base, now, zone: Zone::default(), depth: 12 }
}

fn told(query: &str, variables: &Value, known: &Known) -> Result<Value, Fault> {
    let document = Document::read(query, None, variables)?;
    run(&document, around(), known, Some(&patient()))
}

#[track_caller]
fn check(query: &str, expected: Value) {
    let told = told(query, &Value::Null, &Known::default());
    assert_eq!(told, Ok(expected), "{query}");
}

#[track_caller]
fn refused(query: &str, kind: FaultKind, at: Option<(usize, usize)>) {
    match told(query, &Value::Null, &Known::default()) {
        Err(Fault::Said(said)) => assert_eq!((said.kind, said.at), (kind, at), "{said:?}"),
        other => panic!("{query}: {other:?}"),
    }
}

#[test]
fn fields_are_those_of_json() {
    check(
        "{ id active multipleBirthInteger name { use given } nick: birthDate deceasedBoolean }",
        json!({ "id": "p", "active": true, "multipleBirthInteger": 2, "name": [
            { "use": "official", "given": ["An", "Bình"] }, { "use": "usual", "given": ["Chi"] },
            { "use": "maiden", "given": ["An", "Bình"] }], "nick": "1990-01-02" }),
    );
    check(
        "{ __typename resourceType name(_count: 1) { __typename } _birthDate { extension { valueCode } } }",
        json!({ "__typename": "Patient", "resourceType": "Patient",
            "name": [{ "__typename": "HumanName" }],
            "_birthDate": { "extension": [{ "valueCode": "a" }] } }),
    );
}

#[test]
fn items_of_lists_are_chosen() {
    let given = |lists: &[&[&str]]| json!({ "name": lists.iter().map(|list| json!({ "given": list })).collect::<Vec<_>>() });
    check("{ name(use: usual) { given } }", given(&[&["Chi"]]));
    check("{ name(use: [usual, \"maiden\"]) { given } }", given(&[&["Chi"], &["An", "Bình"]]));
    check("{ name(fhirpath: \"given.count() = 1\") { given } }", given(&[&["Chi"]]));
    check("{ name(fhirpath: \"family.exists()\", use: usual) { given } }", json!({}));
    check("{ name(_offset: 1, _count: 1) { given } }", given(&[&["Chi"]]));
    check("{ name(use: official) { given(_offset: 1) } }", given(&[&["Bình"]]));
    check(
        "{ name { given(fhirpath: \"$this = 'An'\") } }",
        json!({ "name": [{ "given": ["An"] }, {}, { "given": ["An"] }] }),
    );
}

#[test]
fn fragments_repetitions_and_conditions_come_together() {
    check(
        "query a { ...one ... on Patient { name { family } } ... on Group { id } ... { active } }
         fragment one on Patient { name { use } ...two } fragment two on Resource { id }",
        json!({ "id": "p", "active": true, "name": [
            { "use": "official", "family": "Trần" }, { "use": "usual" },
            { "use": "maiden", "family": "Lê" }] }),
    );
    let query = "query($yes: Boolean = true, $no: Boolean, $none: Boolean) {
        id @include(if: $yes) active @skip(if: $yes) birthDate @include(if: $no)
        gender @skip(if: $none) resourceType @include(if: $none) }";
    let told = told(query, &json!({ "no": false }), &Known::default());
    assert_eq!(told, Ok(json!({ "id": "p", "resourceType": "Patient" })));
}

#[test]
fn answers_are_made_flat() {
    check(
        "{ name @flatten { given @first family } }",
        json!({ "given": ["An", "Chi", "An"], "family": ["Trần", "Lê"] }),
    );
    check(
        "{ name @flatten @first { given family @singleton } active }",
        json!({ "given": ["An", "Bình"], "family": "Trần", "active": true }),
    );
    check(
        "{ name @flatten @slice(path: \"use\") { given family @singleton } }",
        json!({ "given.official": ["An", "Bình"], "family.official": "Trần", "given.usual": ["Chi"],
            "given.maiden": ["An", "Bình"], "family.maiden": "Lê" }),
    );
    check(
        "{ name @flatten @slice(path: \"$index\") { family @singleton } }",
        json!({ "family.0": "Trần", "family.2": "Lê" }),
    );
    check(
        "{ name(use: usual) @first @singleton { given @singleton } }",
        json!({ "name": { "given": "Chi" } }),
    );
    refused("{ name @flatten { family @singleton } }", FaultKind::Unfit, Some((1, 19)));
    check("{ name(use: null, _count: 1) { use } }", json!({ "name": [{ "use": "official" }] }));
    refused("{ name { given @singleton } }", FaultKind::Unfit, Some((1, 10)));
}

#[test]
fn references_lead_on() {
    check(
        "{ managingOrganization { resource { ... on Organization { name } } } }",
        json!({ "managingOrganization": { "resource": { "name": "Trạm" } } }),
    );
    check(
        "{ generalPractitioner { reference resource(type: Group) { id } } }",
        json!({ "generalPractitioner": [{ "reference": "Practitioner/d" }] }),
    );
    let query = "{ generalPractitioner @flatten { resource @flatten { active @singleton } } }";
    let mut known = Known::default();
    assert_eq!(told(query, &Value::Null, &known), Ok(json!({})));
    let kind = ResourceKind::parse("Practitioner").expect("a type");
    let want = Want::Resource { kind, id: "d".into(), version: None };
    assert_eq!(known.take_missing(), std::slice::from_ref(&want));
    let doctor = json!({ "resourceType": "Practitioner", "id": "d", "active": false });
    known.put(want.clone(), Had::Resource(Some(doctor)));
    assert_eq!(told(query, &Value::Null, &known), Ok(json!({ "active": false })));
    assert_eq!(known.take_missing(), []);
    known.put(want, Had::Resource(None));
    let missing = told(query, &Value::Null, &known).expect_err("it is not there");
    assert!(matches!(missing, Fault::Said(said) if said.kind == FaultKind::Missing));
    let query = "{ generalPractitioner { resource(optional: true) { id } } }";
    let told = told(query, &Value::Null, &known);
    assert_eq!(told, Ok(json!({ "generalPractitioner": [{}] })));
}

#[test]
fn what_refers_to_a_resource_is_searched() {
    let query = "{ ObservationConnection(_reference: subject, _count: 2, value_quantity: \"gt1\") {
        count next edges { mode resource { id } } } }";
    let mut known = Known::default();
    assert_eq!(told(query, &Value::Null, &known), Ok(json!({})));
    let kind = ResourceKind::OBSERVATION;
    let parameters = [("_count", "2"), ("value-quantity", "gt1"), ("subject", "Patient/p")];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let want = Want::Matches(Box::new(Matches { kind, parameters, is_counted: true }));
    assert_eq!(known.take_missing(), std::slice::from_ref(&want));
    let resource = json!({ "resourceType": "Observation", "id": "o" });
    let edges = vec![Edge { mode: "match", resource }];
    let page = Page { edges, total: Some(9), next: Some("n".into()), ..Page::default() };
    known.put(want, Had::Page(page));
    let edges = json!([{ "mode": "match", "resource": { "id": "o" } }]);
    let expected = json!({ "ObservationConnection": { "count": 9, "next": "n", "edges": edges } });
    assert_eq!(told(query, &Value::Null, &known), Ok(expected));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    refused("{ nam { given } }", FaultKind::Malformed, Some((1, 3)));
    refused("{ name }", FaultKind::Malformed, Some((1, 3)));
    refused("{ active { id } }", FaultKind::Malformed, Some((1, 3)));
    refused("{ name(given: 1, nobody: 2) { given } }", FaultKind::Malformed, Some((1, 18)));
    refused("{ name(fhirpath: \"(\") { given } }", FaultKind::Malformed, Some((1, 8)));
    refused("{ id @upper }", FaultKind::Malformed, Some((1, 6)));
    refused("{ id @include }", FaultKind::Malformed, Some((1, 6)));
    refused("{ ...no }", FaultKind::Malformed, Some((1, 6)));
    refused("{ ... on Patent { id } }", FaultKind::Malformed, Some((1, 7)));
    refused("{ a: id a: active }", FaultKind::Malformed, Some((1, 9)));
    refused("{ name @slice(path: \"use\") { given } }", FaultKind::Malformed, Some((1, 3)));
    refused("{ name(use: $use) { given } }", FaultKind::Malformed, Some((1, 13)));
    refused("query($a: Boolean!) { id }", FaultKind::Malformed, Some((1, 7)));
    refused("mutation { id }", FaultKind::Malformed, Some((1, 1)));
    refused("{ id", FaultKind::Malformed, Some((1, 5)));
    refused("query a { id } query b { id }", FaultKind::Malformed, None);
    refused("{ ObservationList { id } }", FaultKind::Malformed, Some((1, 3)));
    refused(&"{a".repeat(100_000), FaultKind::Malformed, None);
}

#[test]
fn fragments_that_go_in_circles_end() {
    let query = "{ ...a } fragment a on Patient { id ...b ...b } fragment b on Patient { ...a }";
    check(query, json!({ "id": "p" }));
    let query = "{ ...a } fragment a on Patient { contact { ...b } }
        fragment b on PatientContact { name { text } ...b }";
    check(query, json!({}));
}
