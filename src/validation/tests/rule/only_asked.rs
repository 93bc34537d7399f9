//! Rules on ids, definitions and vital signs that are errors only for who asks.

use serde_json::{Value, json};

use super::{VALIDATOR, patient};
use crate::validation::request::Request;

/// What was observed is no vital sign, which would have a profile.
fn observation(more: Value) -> Value {
    let mut observation = super::observation(more);
    observation["code"] = json!({ "text": "x" });
    observation
}

fn errors(resource: &Value, strict: bool) -> Vec<(String, String)> {
    let found = VALIDATOR.check(resource, &Request { strict, ..Request::default() });
    let refused = found.into_iter().filter(|issue| issue.severity.refuses());
    refused.map(|issue| (issue.expression.unwrap_or_default(), issue.text.en)).collect()
}

/// The error that only `$validate` has, or none at all.
#[track_caller]
fn check(resource: &Value, expected: Option<(&str, &str)>) {
    assert_eq!(errors(resource, false), [], "{resource}");
    let found = errors(resource, true);
    match (found.as_slice(), expected) {
        ([], None) => {}
        ([(place, text)], Some((at, part))) => {
            assert_eq!(place, at, "{text}");
            assert!(text.contains(part), "{text:?} does not say {part:?}");
        }
        (found, _) => panic!("{resource}\n{found:#?}"),
    }
}

#[test]
fn systems_are_absolute() {
    let identified =
        |system: &str| patient("identifier", json!([{ "system": system, "value": "1" }]));
    for good in ["http://a.b/c", "https://a.b", "urn:oid:1.2.3.4"] {
        check(&identified(good), None);
    }
    for bad in ["abc", "//a.b", "2.16.840.1"] {
        check(&identified(bad), Some(("Patient.identifier[0].system", "absolute URI")));
    }
    let measured = |system: &str| {
        observation(json!({ "valueQuantity": { "value": 1, "system": system, "code": "x" } }))
    };
    check(&measured("http://a.b"), None);
    check(&measured("abc"), Some(("Observation.value.system", "absolute URI")));
}

#[test]
fn ids_are_unique() {
    let names = |a: &str, b: &str| {
        patient("name", json!([{ "id": a, "text": "x" }, { "id": b, "text": "y" }]))
    };
    check(&names("a", "b"), None);
    check(&names("a", "a"), Some(("Patient", "Two elements")));
}

#[test]
fn definitions_agree_with_what_they_name() {
    let gender = "http://hl7.org/fhir/administrative-gender";
    let map = |code: &str| {
        json!({ "resourceType": "ConceptMap", "status": "draft", "group": [{
        "source": gender, "target": gender,
        "element": [{ "code": "male", "target": [{ "code": code, "equivalence": "equal" }] }] }] })
    };
    check(&map("female"), None);
    check(&map("zz"), Some(("ConceptMap.group[0].element[0].target[0].code", "has no code")));
    let set = |system: &str, filter: Value| {
        json!({ "resourceType": "ValueSet", "status": "draft",
        "compose": { "include": [{ "system": system, "filter": [filter] }] } })
    };
    let filter = |op: &str, value: &str| json!({ "property": "concept", "op": op, "value": value });
    check(&set(gender, filter("is-a", "male")), None);
    let place = "ValueSet.compose.include[0].filter[0]";
    check(&set(gender, filter("is-a", "zz")), Some((place, "has no code")));
    check(&set(gender, filter("regex", "[")), Some((place, "no regular expression")));
    check(&set(gender, filter("exists", "maybe")), Some((place, "true or false")));
    check(
        &set("http://hl7.org/fhir/ValueSet/administrative-gender", filter("is-a", "male")),
        Some(("ValueSet.compose.include[0].system", "is a value set")),
    );
    let parent = |code: &str| {
        json!({ "resourceType": "CodeSystem", "status": "draft", "content": "complete",
        "property": [{ "code": "parent", "type": "code",
            "uri": "http://hl7.org/fhir/concept-properties#parent" }],
        "concept": [{ "code": "a" },
            { "code": "b", "property": [{ "code": "parent", "valueCode": code }] }] })
    };
    check(&parent("a"), None);
    check(&parent("zz"), Some(("CodeSystem.concept[1].property[0]", "is not a code of this")));
    let questions = |behavior: Value| {
        json!({ "resourceType": "Questionnaire", "status": "draft", "item": [
        { "linkId": "1", "type": "boolean" },
        { "linkId": "2", "type": "string", "enableBehavior": behavior, "enableWhen": [
            { "question": "1", "operator": "=", "answerBoolean": true },
            { "question": "1", "operator": "exists", "answerBoolean": true }] }] })
    };
    check(&questions(json!("all")), None);
    let mut without = questions(json!("all"));
    without["item"][1].as_object_mut().expect("an object").remove("enableBehavior");
    check(&without, Some(("Questionnaire.item[1]", "que-12")));
}

#[test]
fn profiles_agree_with_their_base() {
    let definition = |more: Value, elements: Value| {
        let mut all = json!({ "resourceType": "StructureDefinition", "status": "draft", "name": "X",
            "url": "http://example.org/StructureDefinition/x", "kind": "resource", "abstract": false,
            "type": "Patient", "derivation": "constraint",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
            "differential": { "element": elements } });
        for (key, value) in more.as_object().expect("an object") {
            all[key] = value.clone();
        }
        all
    };
    let element = |path: &str, more: Value| {
        let mut element = json!({ "id": path, "path": path });
        for (key, value) in more.as_object().expect("an object") {
            element[key] = value.clone();
        }
        element
    };
    let root = element("Patient", json!({}));
    let gender = |fixed: Value| json!([root, element("Patient.gender", fixed)]);
    check(&definition(json!({}), gender(json!({ "fixedCode": "male" }))), None);
    // That no value can be right is an error for who writes, too.
    for strict in [true, false] {
        let other = definition(json!({}), gender(json!({ "fixedString": "male" })));
        let found = errors(&other, strict);
        let [(place, text)] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(place, "StructureDefinition.differential.element[1]");
        assert!(text.contains("takes code"), "{text}");
    }
    check(
        &definition(json!({ "kind": "complex-type" }), json!([root])),
        Some(("StructureDefinition.kind", "that of the base is resource")),
    );
    let name = element("Patient.name", json!({ "min": 1 }));
    let late = json!([root, element("Patient.gender", json!({ "min": 1 })), name]);
    check(
        &definition(json!({}), late),
        Some(("StructureDefinition.differential.element[2]", "not in the order")),
    );
    let extension = |url: &str, place: &str| {
        let more = json!({ "kind": "complex-type", "type": "Extension",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
            "context": [{ "type": "element", "expression": place }] });
        let fixed = element("Extension.url", json!({ "fixedUri": url }));
        definition(more, json!([element("Extension", json!({})), fixed]))
    };
    let own = "http://example.org/StructureDefinition/x";
    check(&extension(own, "Patient.name"), None);
    check(&extension(own, "Patient.nope"), Some(("StructureDefinition.context[0]", "no place")));
    check(&extension("http://a.b", "Patient"), Some(("StructureDefinition", "must be fixed")));
}

#[test]
fn other_codes_of_vital_signs_have_the_profile_too() {
    let loinc = |code: &str| {
        json!({ "resourceType": "Observation", "status": "final",
        "category": [{ "coding": [{ "code": "vital-signs",
            "system": "http://terminology.hl7.org/CodeSystem/observation-category" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": "Patient/1" }, "effectiveDateTime": "2026-01-01",
        "valueQuantity": { "value": 3, "system": "http://unitsofmeasure.org", "code": "kg", "unit": "kg" } })
    };
    check(&loinc("29463-7"), None);
    check(&loinc("3141-9"), Some(("Observation.code.coding", "The code LOINC 29463-7 is missing")));
    check(&loinc("1-8"), None);
}
