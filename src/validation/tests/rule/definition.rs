//! Definitions, and what is held to them: what they name is there and of the right type.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

const HERE: &str = "http://example.org";

/// Knows a system with two codes, a set with the first of them, a supplement, and two extensions.
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let registry = Registry::r4().expect("R4");
    let system = json!({ "resourceType": "CodeSystem", "url": format!("{HERE}/system"), "status": "active",
        "content": "complete", "caseSensitive": true, "concept": [{ "code": "in" }, { "code": "out" }] });
    let set = json!({ "resourceType": "ValueSet", "url": format!("{HERE}/set"), "status": "active",
        "compose": { "include": [{ "system": format!("{HERE}/system"), "concept": [{ "code": "in" }] }] } });
    let supplement = json!({ "resourceType": "CodeSystem", "url": format!("{HERE}/more"), "status": "active",
        "content": "supplement", "supplements": format!("{HERE}/system"), "concept": [{ "code": "in" }] });
    let extension = |name: &str, context: Value| {
        json!({ "resourceType": "StructureDefinition", "url": format!("{HERE}/{name}"), "name": "X",
            "status": "active", "kind": "complex-type", "abstract": false, "type": "Extension",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
            "derivation": "constraint", "context": [context], "differential": { "element": [
                { "id": "Extension.url", "path": "Extension.url", "fixedUri": format!("{HERE}/{name}") }] } })
    };
    let outer = extension("outer", json!({ "type": "element", "expression": "Patient" }));
    let inner =
        extension("inner", json!({ "type": "extension", "expression": format!("{HERE}/outer") }));
    for (at, definition) in [system, set, supplement, outer, inner].iter().enumerate() {
        let kind =
            definition["resourceType"].as_str().and_then(ResourceKind::parse).expect("a type");
        let id = ResourceId::parse(&format!("d{at}")).expect("an id");
        registry.library.store(kind, &id, 1, Some(&definition.to_string()));
    }
    Validator::new(Arc::new(registry))
});

/// The places of errors, for who asks and for who writes.
#[track_caller]
fn check(resource: &Value, asked: &[&str], written: &[&str]) {
    for (strict, expected) in [(true, asked), (false, written)] {
        let found = VALIDATOR.check(resource, &Request { strict, ..Request::default() });
        let errors: Vec<_> = found.iter().filter(|issue| issue.severity.refuses()).collect();
        let places: Vec<&str> =
            errors.iter().map(|issue| issue.expression.as_deref().unwrap_or_default()).collect();
        assert_eq!(places, expected, "strict {strict}: {errors:#?}");
    }
}

#[test]
fn canonicals_lead_to_the_type_that_is_named() {
    let answered = |url: &str| json!({ "resourceType": "QuestionnaireResponse", "questionnaire": url, "status": "completed" });
    let gender = "http://hl7.org/fhir/ValueSet/administrative-gender";
    let place = ["QuestionnaireResponse.questionnaire"];
    check(&answered(gender), &place, &[]);
    check(&answered("http://nobody.org/Questionnaire/x"), &[], &[]);
    let bound = |set: &str| {
        json!({ "resourceType": "StructureDefinition", "url": format!("{HERE}/p"), "name": "P",
        "status": "draft", "kind": "resource", "abstract": false, "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient", "derivation": "constraint",
        "differential": { "element": [{ "id": "Patient.maritalStatus", "path": "Patient.maritalStatus",
            "binding": { "strength": "extensible", "valueSet": set } }] } })
    };
    check(&bound(&format!("{HERE}/set")), &[], &[]);
    let place = ["StructureDefinition.differential.element[0].binding.valueSet"];
    check(&bound(&format!("{HERE}/system")), &place, &[]);
    let claims = json!({ "resourceType": "Patient", "meta": { "profile": [gender] } });
    let found = VALIDATOR.check(&claims, &Request { strict: true, ..Request::default() });
    assert!(found.iter().any(|issue| issue.severity.refuses()
        && issue.expression.as_deref() == Some("Patient.meta.profile[0]")));
}

#[test]
fn codes_of_a_map_are_in_its_sets() {
    let map = |from: &str, to: &str, more: Value| {
        let mut map = json!({ "resourceType": "ConceptMap", "url": format!("{HERE}/map"), "status": "active",
            "sourceCanonical": format!("{HERE}/set"), "targetUri": format!("{HERE}/set"),
            "group": [{ "source": format!("{HERE}/system"), "target": format!("{HERE}/system"),
                "element": [{ "code": from, "target": [{ "code": to, "equivalence": "equal" }] }] }] });
        map["group"][0]
            .as_object_mut()
            .expect("a group")
            .extend(more.as_object().expect("parts").clone());
        map
    };
    let element = "ConceptMap.group[0].element[0]";
    check(&map("in", "in", json!({})), &[], &[]);
    check(&map("out", "in", json!({})), &[&format!("{element}.code")], &[]);
    check(&map("in", "out", json!({})), &[&format!("{element}.target[0].code")], &[]);
    let fixed = json!({ "unmapped": { "mode": "fixed", "code": "out" } });
    check(&map("in", "in", fixed), &["ConceptMap.group[0].unmapped.code"], &[]);
    let of_set = json!({ "source": format!("{HERE}/set") });
    check(&map("in", "in", of_set), &["ConceptMap.group[0].source"], &[]);
}

#[test]
fn a_supplement_is_no_system() {
    let coded = |system: &str| json!({ "resourceType": "Basic", "code": { "coding": [{ "system": format!("{HERE}/{system}"), "code": "in" }] } });
    check(&coded("system"), &[], &[]);
    check(&coded("more"), &["Basic.code.coding[0].system"], &[]);
    let set = json!({ "resourceType": "ValueSet", "status": "active",
        "compose": { "include": [{ "system": format!("{HERE}/more") }] } });
    check(&set, &["ValueSet.compose.include[0].system"], &[]);
}

#[test]
fn an_extension_of_the_value_of_an_extension_is_in_its_context() {
    let inner = json!([{ "url": format!("{HERE}/inner"), "valueBoolean": true }]);
    let outer = |more: Value| {
        let mut extension = json!({ "url": format!("{HERE}/outer") });
        extension
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("parts").clone());
        json!({ "resourceType": "Patient", "extension": [extension] })
    };
    check(
        &outer(json!({ "valueBoolean": true, "_valueBoolean": { "extension": inner } })),
        &[],
        &[],
    );
    check(&outer(json!({ "valuePeriod": { "start": "2026", "extension": inner } })), &[], &[]);
    check(&outer(json!({ "extension": inner })), &[], &[]);
    let elsewhere = json!({ "resourceType": "Patient", "birthDate": "2026", "_birthDate": { "extension": inner } });
    check(&elsewhere, &["Patient.birthDate.extension[0]"], &[]);
}

/// Work groups of HL7 and the like have more codes today than R4 knows.
#[test]
fn definitions_may_use_later_codes_of_hl7() {
    let with = |mut resource: Value, name: &str, code: &str| {
        let url = format!("http://hl7.org/fhir/StructureDefinition/structuredefinition-{name}");
        resource["extension"] = json!([{ "url": url, "valueCode": code }]);
        resource
    };
    let parameter = json!({ "resourceType": "SearchParameter", "url": format!("{HERE}/sp"), "name": "N",
        "status": "active", "description": "x", "code": "n", "base": ["Patient"], "type": "string",
        "expression": "Patient.name.given" });
    let form = json!({ "resourceType": "Questionnaire", "status": "active" });
    let system = json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete" });
    for definition in [parameter, form, system] {
        check(&with(definition.clone(), "wg", "cgp"), &[], &[]);
        check(&with(definition, "standards-status", "withdrawn"), &[], &[]);
    }
}
