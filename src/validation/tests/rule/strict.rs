//! Rules that are errors for who asks, and warnings for who writes.

use serde_json::{Value, json};

use super::{VALIDATOR, asked, patient};
use crate::fhir::issue::Severity;
use crate::validation::request::Request;

/// Each expected one is a place and a part of a finding that is an error when asked for.
#[track_caller]
fn check(resource: &Value, expected: &[(&str, &str)]) {
    let strict = Request { strict: true, ..asked(None) };
    let mut found = VALIDATOR.check(resource, &strict);
    found.retain(|issue| issue.severity.refuses());
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (issue, (place, part)) in found.iter().zip(expected) {
        assert_eq!(issue.expression.as_deref(), Some(*place), "{}", issue.text.en);
        assert!(issue.text.en.contains(part), "{:?} does not say {part:?}", issue.text.en);
    }
    let written = VALIDATOR.check(resource, &asked(None));
    assert!(written.iter().all(|issue| issue.severity >= Severity::Warning), "{written:#?}");
    assert!(written.len() >= expected.len());
}

/// What R4's own examples break is told all the same.
#[track_caller]
fn told(resource: &Value, expected: &[(&str, &str)]) {
    let mut found = VALIDATOR.check(resource, &Request { strict: true, ..asked(None) });
    found.retain(|issue| expected.is_empty() || issue.text.en.contains(expected[0].1));
    let found: Vec<_> =
        found.iter().map(|issue| (issue.expression.as_deref(), issue.severity)).collect();
    let wanted: Vec<_> =
        expected.iter().map(|(place, _)| (Some(*place), Severity::Warning)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn canonicals_are_absolute_or_in_the_resource() {
    let activity = |library: &str| json!({ "resourceType": "ActivityDefinition", "status": "draft", "library": [library] });
    for good in ["http://example.org/Library/a|1", "urn:oid:1.2.3"] {
        told(&activity(good), &[]);
    }
    told(&activity("Library/a"), &[("ActivityDefinition.library[0]", "absolute URL or #id")]);
}

#[test]
fn systems_are_absolute() {
    let identified = |system: &str| patient("identifier", json!([{ "system": system }]));
    check(&identified("URN:OID:1.2.3"), &[]);
    check(&identified("cccd"), &[("Patient.identifier[0].system", "absolute URI")]);
    let coded = patient("maritalStatus", json!({ "coding": [{ "system": "a/b", "code": "M" }] }));
    check(&coded, &[("Patient.maritalStatus.coding[0].system", "absolute URI")]);
}

#[test]
fn codes_that_are_uris_are_whole() {
    let coded = |code: &str| {
        let coding = json!({ "system": "urn:ietf:rfc:3986", "code": code });
        patient("maritalStatus", json!({ "coding": [coding] }))
    };
    check(&coded("http://example.org/a"), &[]);
    check(&coded("married"), &[("Patient.maritalStatus.coding[0].code", "full URI")]);
}

#[test]
fn units_are_codes_of_their_system() {
    let measured = |code: &str| {
        let value = json!({ "value": 1, "system": "http://unitsofmeasure.org", "code": code });
        super::observation(json!({ "code": { "text": "x" }, "valueQuantity": value }))
    };
    told(&measured("kg"), &[]);
    told(&measured("TAB"), &[("Observation.value.code", "unit “TAB” is not in")]);
}

#[test]
fn narratives_declare_their_namespace() {
    let told = |div: &str| patient("text", json!({ "status": "generated", "div": div }));
    check(&told("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"), &[]);
    check(&told("<div>x</div>"), &[("Patient.text.div", "namespace")]);
    let xhtml = "http://www.w3.org/1999/xhtml";
    check(
        &told(&format!(
            "<div xmlns=\"{xhtml}\" xmlns:a=\"urn:a\"><p xmlns=\"{xhtml}\">x</p></div>"
        )),
        &[],
    );
    check(&told(&format!("<h:div xmlns:h=\"{xhtml}\"><h:p>x</h:p></h:div>")), &[]);
    check(&told(&format!("<div xmlns=\"{xhtml}\">\u{a0}</div>")), &[]);
}

#[test]
fn maps_use_codes_of_their_systems() {
    let genders = "http://hl7.org/fhir/administrative-gender";
    let map = |from: &str, to: &str| {
        let target = json!([{ "code": to, "equivalence": "equal" }]);
        let group = json!({ "source": genders, "target": genders, "element": [{ "code": from, "target": target }] });
        json!({ "resourceType": "ConceptMap", "status": "draft", "group": [group] })
    };
    check(&map("male", "female"), &[]);
    let (source, target) =
        ("ConceptMap.group[0].element[0].code", "ConceptMap.group[0].element[0].target[0].code");
    check(&map("m", "f"), &[(source, "has no code “m”"), (target, "has no code “f”")]);
}

#[test]
fn criteria_in_cql_need_a_library() {
    let measure = |library: Value| {
        let population = json!([{ "criteria": { "language": "text/cql", "expression": "A" } }]);
        let mut measure = json!({ "resourceType": "Measure", "status": "draft", "group": [{ "population": population }] });
        if library.is_array() {
            measure["library"] = library;
        }
        measure
    };
    check(&measure(json!(["http://example.org/Library/a"])), &[]);
    check(&measure(Value::Null), &[("Measure.group[0].population[0].criteria", "need a library")]);
}

#[test]
fn properties_are_declared_once() {
    let property = json!({ "code": "a", "type": "string" });
    let system = |properties: Value| json!({ "resourceType": "CodeSystem", "status": "draft", "content": "complete", "property": properties });
    check(&system(json!([property])), &[]);
    check(&system(json!([property, property])), &[("CodeSystem.property[1].code", "twice")]);
}

#[test]
fn hashes_are_those_of_the_data() {
    let photo = |hash: &str| {
        patient("photo", json!([{ "contentType": "image/png", "data": "YWJj", "hash": hash }]))
    };
    check(&photo("qZk+NkcGgWq6PiVxeFDCbJzQ2J0="), &[]);
    check(&photo("QUJD"), &[("Patient.photo[0].hash", "SHA-1")]);
}

#[test]
fn extensions_may_stand_where_r4_itself_has_them() {
    let base = "http://hl7.org/fhir/StructureDefinition";
    let most = json!({ "url": format!("{base}/questionnaire-maxOccurs"), "valueInteger": 2 });
    let item = json!({ "linkId": "1", "type": "choice", "repeats": true, "extension": [most] });
    check(&json!({ "resourceType": "Questionnaire", "status": "draft", "item": [item] }), &[]);
    let url = format!("{base}/structuredefinition-normative-version");
    let version = json!([{ "url": url, "valueCode": "4.0.0" }]);
    check(&json!({ "resourceType": "ValueSet", "status": "draft", "extension": version }), &[]);
    check(
        &patient("extension", version),
        &[("Patient.extension[0]", "may not be used at Patient")],
    );
}

#[test]
fn answers_refer_to_what_the_question_says_and_are_of_its_set() {
    let types = "http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource";
    let extension = json!([{ "url": types, "valueCode": "Patient" }]);
    let genders = "http://hl7.org/fhir/ValueSet/administrative-gender";
    let items = json!([
        { "linkId": "1", "type": "reference", "extension": extension },
        { "linkId": "2", "type": "choice", "answerValueSet": genders },
    ]);
    let form =
        json!({ "resourceType": "Questionnaire", "id": "f", "status": "active", "item": items });
    let answered = |reference: &str, coding: Value| {
        let items = json!([
            { "linkId": "1", "answer": [{ "valueReference": { "reference": reference } }] },
            { "linkId": "2", "answer": [{ "valueCoding": coding }] },
        ]);
        json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "contained": [form],
            "questionnaire": "#f", "item": items })
    };
    let system = "http://hl7.org/fhir/administrative-gender";
    let right = json!({ "system": system, "code": "male" });
    let refused = |resource: &Value| -> Vec<String> {
        let mut found = VALIDATOR.check(resource, &asked(None));
        found.retain(|issue| issue.severity.refuses());
        found.into_iter().map(|issue| issue.text.en).collect()
    };
    assert_eq!(refused(&answered("http://a/Patient/1", right.clone())), Vec::<String>::new());
    let found = refused(&answered("Observation/1", json!({ "system": system })));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("refers to Observation, but the questionnaire allows: Patient"));
    assert!(found[1].contains("is not in the value set"));
}
