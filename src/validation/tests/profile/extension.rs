//! Extensions that R4 has not, or that HL7 has changed since,
//! <https://hl7.org/fhir/extensions/extension-registry.html>.

use serde_json::{Value, json};

use super::ask::{BASE, ENGINE, check, patient};
use crate::fhir::issue::Severity;
use crate::fhir::kind::ResourceKind;
use crate::snapshot::service::Snapshots;
use crate::validation::request::Request;

fn with(extension: Value) -> Value {
    patient(json!({ "extension": [extension] }))
}

#[test]
fn extensions_published_after_r4_are_known() {
    let url = format!("{BASE}individual-genderIdentity");
    let identity = json!({ "url": url, "extension": [
        { "url": "value", "valueCodeableConcept": { "text": "nữ" } }] });
    check(&with(identity), &[], &[]);
    let without_value = json!({ "url": url, "extension": [
        { "url": "comment", "valueString": "x" }] });
    check(
        &with(without_value),
        &[],
        &[("required Patient.extension[0].extension", "The extension value is missing")],
    );
}

#[test]
fn extensions_of_r4_may_be_used_as_they_are_today() {
    let nationality = json!({ "url": format!("{BASE}patient-nationality"), "extension": [
        { "url": "code", "valueCodeableConcept": { "text": "Việt Nam" } }] });
    check(&with(nationality.clone()), &[], &[]);
    let person = |extension: &Value| json!({ "resourceType": "Person", "extension": [extension] });
    check(&person(&nationality), &[], &[]);
    let wrong = json!({ "url": format!("{BASE}patient-nationality"), "valueString": "VN" });
    let errors = |resource: &Value| {
        let found = ENGINE.1.check(resource, &Request { strict: true, ..Request::default() });
        found.into_iter().filter(|issue| issue.severity.refuses()).count()
    };
    assert!(errors(&person(&wrong)) > errors(&with(wrong)));
    let least = |value: Value| {
        let mut extension = json!({ "url": format!("{BASE}minValue") });
        extension
            .as_object_mut()
            .expect("an object")
            .extend(value.as_object().cloned().expect("x"));
        json!({ "resourceType": "Questionnaire", "status": "draft", "item": [
            { "linkId": "1", "type": "quantity", "extension": [extension] }] })
    };
    check(&least(json!({ "valueInteger": 1 })), &[], &[]);
    check(&least(json!({ "valueQuantity": { "value": 1 } })), &[], &[]);
    check(
        &least(json!({ "valueString": "1" })),
        &[],
        &[("structure Questionnaire.item[0].extension[0].value", "type string here")],
    );
}

#[test]
fn unknown_extensions_are_errors_for_who_asks_only() {
    let severity = |url: &str, strict: bool| {
        let resource = with(json!({ "url": url, "valueCode": "a" }));
        let found = ENGINE.1.check(&resource, &Request { strict, ..Request::default() });
        let unknown = found.into_iter().find(|issue| issue.text.en.contains("is not known"));
        unknown.map(|issue| issue.severity)
    };
    for url in ["http://hl7.org/fhir/StructureDefinition/none", "http://hl7.org/fhir/us/x/none"] {
        assert_eq!(severity(url, true), Some(Severity::Error), "{url}");
        assert_eq!(severity(url, false), Some(Severity::Information), "{url}");
    }
    let made_up = "http://example.org/StructureDefinition/none";
    assert_eq!(severity(made_up, true), Some(Severity::Information));
}

#[test]
fn every_embedded_extension_has_a_snapshot() {
    let (registry, _) = &*ENGINE;
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    let snapshots = Snapshots::new(std::sync::Arc::clone(registry));
    let mut newer = 0;
    for name in registry.library.names(kind) {
        let Some(version) = name.version.filter(|version| version.starts_with("5.")) else {
            continue;
        };
        let made = snapshots.definition(&format!("{}|{version}", name.url));
        assert!(made.is_some(), "{}", name.url);
        newer += usize::from(registry.library.newer_extension(&name.url).is_some());
    }
    assert!(newer > 100, "{newer}");
}
