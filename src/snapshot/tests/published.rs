//! The snapshots of R4's own definitions are those that are published, but for the differences that
//! `published_differences.txt` lists with their reasons.
//!
//! The published ones are read from `profiles/node_modules`, or from the folder that
//! `MEBE_TEST_R4_EXAMPLES` names: the npm package `hl7.fhir.r4.examples` 4.0.1.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;
use crate::snapshot::service::Snapshots;
use crate::snapshot::tree::element::elements;
use crate::snapshot::tree::element::{Element, is_choice, items};

/// Reasons as lines that begin with `#`, each followed by what differs for it: the name of a
/// definition, the id of an element, and the properties.
const DIFFERENCES: &str = include_str!("published_differences.txt");

/// Compared as they are.
const PROPERTIES: [&str; 13] = [
    "path",
    "sliceName",
    "min",
    "max",
    "base",
    "short",
    "definition",
    "comment",
    "requirements",
    "meaningWhenMissing",
    "maxLength",
    "contentReference",
    "isModifierReason",
];
/// Absent is the same as false.
const FLAGS: [&str; 3] = ["mustSupport", "isModifier", "isSummary"];

fn folder() -> Option<PathBuf> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/node_modules/hl7.fhir.r4.examples");
    let folder = std::env::var_os("MEBE_TEST_R4_EXAMPLES").unwrap_or_else(|| here.into());
    Some(PathBuf::from(folder)).filter(|folder| folder.is_dir())
}

fn sorted(list: &[Value]) -> BTreeSet<String> {
    list.iter().map(Value::to_string).collect()
}

/// What is compared of an element, by property.
fn compared(element: &Element) -> BTreeMap<&'static str, Value> {
    let mut all = BTreeMap::new();
    for name in PROPERTIES {
        all.insert(name, element.get(name).cloned().unwrap_or_default());
    }
    for name in FLAGS {
        all.insert(name, json!(element.get(name) == Some(&Value::Bool(true))));
    }
    let keys = items(element, "constraint").iter().map(|constraint| constraint["key"].clone());
    all.insert("constraint", json!(sorted(&keys.collect::<Vec<_>>())));
    all.insert("alias", json!(sorted(items(element, "alias"))));
    all.insert("type", json!(sorted(items(element, "type"))));
    let binding =
        element.get("binding").map(|binding| (&binding["strength"], &binding["valueSet"]));
    all.insert("binding", json!(binding));
    let is_value = |name: &str| {
        ["fixed", "pattern", "minValue", "maxValue"].iter().any(|of| is_choice(name, of))
    };
    let values = element.iter().filter(|(name, _)| is_value(name));
    all.insert("value", json!(values.collect::<BTreeMap<_, _>>()));
    all
}

fn by_id(list: &[Value]) -> BTreeMap<&str, &Element> {
    let found: BTreeMap<&str, &Element> = list
        .iter()
        .filter_map(|element| Some((element.get("id")?.as_str()?, element.as_object()?)))
        .collect();
    assert_eq!(found.len(), list.len(), "ids are there and distinct");
    found
}

/// `definition element property property…`, for every element that differs.
fn differences(name: &str, published: &[Value], made: &[Value]) -> Vec<String> {
    let (expected, found) = (by_id(published), by_id(made));
    let ids: BTreeSet<&str> = expected.keys().chain(found.keys()).copied().collect();
    let mut all = Vec::new();
    for id in ids {
        let what = match (expected.get(id), found.get(id)) {
            (Some(_), None) => "missing".to_owned(),
            (None, _) => "extra".to_owned(),
            (Some(expected), Some(found)) => {
                let (expected, found) = (compared(expected), compared(found));
                let differ = expected.keys().filter(|name| expected[*name] != found[*name]);
                differ.copied().collect::<Vec<_>>().join(" ")
            }
        };
        if !what.is_empty() {
            all.push(format!("{name} {id} {what}"));
        }
    }
    let order = |list: &[Value]| -> Vec<Value> {
        let known = list.iter().map(|element| element["id"].clone());
        known
            .filter(|id| {
                id.as_str().is_some_and(|id| expected.contains_key(id) && found.contains_key(id))
            })
            .collect()
    };
    if order(published) != order(made) {
        all.push(format!("{name} - order"));
    }
    all
}

#[test]
fn snapshots_of_r4_are_the_published_ones_but_for_the_listed() {
    let Some(folder) = folder() else {
        eprintln!(
            "SKIPPED: run `npm ci` in profiles/ to compare snapshots with the published ones"
        );
        return;
    };
    let registry = Arc::new(Registry::r4().expect("R4"));
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    let urls: BTreeSet<Box<str>> =
        registry.library.names(kind).into_iter().map(|name| name.url).collect();
    let is_of_r4 = |url: &str| registry.library.is_of_r4(kind, url);
    let snapshots = Snapshots::new(Arc::clone(&registry));
    let (mut seen, mut all) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if !file.starts_with("StructureDefinition-") || !file.ends_with(".json") {
            continue;
        }
        let bytes = std::fs::read(&path).expect(file);
        let definition: Value = serde_json::from_slice(&bytes).expect(file);
        let url = definition["url"].as_str().expect(file);
        let published = elements(&definition, "snapshot");
        if published.is_empty() || !urls.contains(url) || !is_of_r4(url) {
            continue;
        }
        seen += 1;
        let made = snapshots.definition(url).expect(url);
        let name = definition["id"].as_str().expect(file);
        all.extend(differences(name, published, elements(&made, "snapshot")));
    }
    assert_eq!(seen, 653, "definitions with a published snapshot");
    let listed: BTreeSet<&str> =
        DIFFERENCES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let found: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "not listed:\n{new:#?}");
    assert!(gone.is_empty(), "take off the list:\n{gone:#?}");
}
