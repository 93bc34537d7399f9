//! A registry and a validator that tests of profiles share, and the one way to ask them,
//! <https://hl7.org/fhir/R4/profiling.html>.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

pub(super) const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";

pub(super) static ENGINE: LazyLock<(Arc<Registry>, Validator)> = LazyLock::new(|| {
    let registry = Arc::new(Registry::r4().expect("R4"));
    (Arc::clone(&registry), Validator::new(registry))
});

pub(super) fn url(id: &str) -> String {
    format!("http://example.org/fhir/StructureDefinition/{id}")
}

pub(super) fn store(definition: &Value) {
    let kind = definition["resourceType"].as_str().and_then(ResourceKind::parse).expect("a type");
    let id = definition["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("an id");
    let id = ResourceId::parse(id).expect("an id");
    ENGINE.0.library.store(kind, &id, 1, Some(&definition.to_string()));
}

/// Stores a profile of a type, made of elements.
pub(super) fn profile(id: &str, of: &str, elements: Value) {
    profile_with(id, of, elements, json!({}));
}

pub(super) fn profile_with(id: &str, of: &str, elements: Value, more: Value) {
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

pub(super) fn issues(resource: &Value, profiles: &[&str]) -> Vec<Issue> {
    let profiles: Vec<String> = profiles.iter().map(|id| url(id)).collect();
    let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
    ENGINE.1.check(resource, &Request { profiles: &profiles, strict: true, ..Request::default() })
}

/// Errors as `code path`, and a part of their text; in any order.
#[track_caller]
pub(super) fn check(resource: &Value, profiles: &[&str], expected: &[(&str, &str)]) {
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

pub(super) fn patient(more: Value) -> Value {
    with(json!({ "resourceType": "Patient" }), more)
}

pub(super) fn observation(more: Value) -> Value {
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "1-8" }] });
    with(json!({ "resourceType": "Observation", "status": "final", "code": code }), more)
}

pub(super) fn with(mut resource: Value, more: Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        resource[key] = value.clone();
    }
    resource
}
