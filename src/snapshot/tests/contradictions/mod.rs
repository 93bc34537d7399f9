//! What a derived definition may not say, kind by kind, and what it may: each beside its base.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::snapshot::service::{Snapshot, Snapshots};

mod elements;
mod slicing;

const HERE: &str = "http://example.org/StructureDefinition/";
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

fn definition(name: &str, base: &str, kind: &str, elements: &Value) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HERE}{name}"), "name": name,
        "status": "draft", "kind": "resource", "abstract": false, "type": kind,
        "baseDefinition": base, "derivation": "constraint", "differential": { "element": elements },
    })
}

fn snapshots(definitions: &[Value]) -> Snapshots {
    let registry = Registry::r4().expect("R4");
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    for definition in definitions {
        let id = ResourceId::parse(definition["name"].as_str().expect("a name")).expect("an id");
        registry.library.store(kind, &id, 1, Some(&definition.to_string()));
    }
    Snapshots::new(Arc::new(registry))
}

fn made(base: &Value, derived: &Value) -> Snapshot {
    let kind = base[0]["path"].as_str().and_then(|path| path.split('.').next()).expect("a type");
    let first = definition("base", &format!("{R4}{kind}"), kind, base);
    let second = definition("derived", &format!("{HERE}base"), kind, derived);
    let snapshots = snapshots(std::slice::from_ref(&first));
    let own = snapshots.generate(&first).expect("a snapshot");
    let own: Vec<_> = own.issues.iter().filter(|issue| issue.severity.refuses()).collect();
    assert!(own.is_empty(), "{own:?}");
    snapshots.generate(&second).expect("a snapshot")
}

/// The errors of a differential on a base, by what their English texts begin with.
#[track_caller]
fn check(base: Value, derived: Value, expected: &[&str]) {
    let made = made(&base, &derived);
    let found: Vec<&str> = made
        .issues
        .iter()
        .filter(|issue| issue.severity.refuses())
        .map(|issue| issue.text.en.as_str())
        .collect();
    assert_eq!(found.len(), expected.len(), "{derived}: {found:#?}");
    for (text, begins) in found.iter().zip(expected) {
        assert!(text.starts_with(begins), "{text}");
    }
}

fn element(path: &str, more: &Value) -> Value {
    let mut element = json!({ "id": path, "path": path });
    let object = element.as_object_mut().expect("an object");
    object.extend(more.as_object().expect("an object").clone());
    element
}

/// One element, in the base and in the derived definition.
#[track_caller]
fn one(path: &str, base: Value, derived: Value, expected: &[&str]) {
    check(json!([element(path, &base)]), json!([element(path, &derived)]), expected);
}

#[test]
fn a_snapshot_alone_is_held_against_its_base() {
    let mut profile = definition("p", &format!("{R4}Patient"), "Patient", &json!([]));
    let object = profile.as_object_mut().expect("an object");
    object.remove("differential");
    let wider = json!([{ "id": "Patient", "path": "Patient" },
        { "id": "Patient.gender", "path": "Patient.gender", "max": "*" }]);
    object.insert("snapshot".into(), json!({ "element": wider }));
    let made = snapshots(&[]).generate(&profile).expect("it is there");
    let texts: Vec<&str> = made.issues.iter().map(|issue| issue.text.en.as_str()).collect();
    assert!(matches!(texts.as_slice(), [text] if text.starts_with("max * is more")), "{texts:?}");
}

#[test]
fn a_constraint_is_of_the_type_of_its_base() {
    let other =
        definition("p", &format!("{R4}Patient"), "Observation", &json!([{ "path": "Patient" }]));
    let made = snapshots(&[]).generate(&other).expect("a snapshot");
    let texts: Vec<&str> = made.issues.iter().map(|issue| issue.text.en.as_str()).collect();
    assert_eq!(texts, ["The type is 'Observation', but that of the base definition is 'Patient'."]);
}

/// What HL7 publishes contradicts nothing.
#[test]
fn published_definitions_are_right() {
    let registry = Registry::r4().expect("R4");
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    let names = registry.library.names(kind);
    let registry = Arc::new(registry);
    let snapshots = Snapshots::new(Arc::clone(&registry));
    let mut wrong = Vec::new();
    for name in &names {
        let canonical = match &name.version {
            Some(version) => format!("{}|{version}", name.url),
            None => name.url.to_string(),
        };
        match snapshots.snapshot(&canonical) {
            Ok(made) => wrong.extend(
                made.issues
                    .iter()
                    .filter(|issue| issue.severity.refuses())
                    .map(|issue| format!("{canonical} {:?}: {}", issue.expression, issue.text.en)),
            ),
            Err(issue) => wrong.push(format!("{canonical}: {}", issue.text.en)),
        }
    }
    assert!(names.len() > 1000, "{}", names.len());
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}
