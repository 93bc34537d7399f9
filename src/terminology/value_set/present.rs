//! The entries of an expansion as JSON, <https://hl7.org/fhir/R4/valueset.html#expansion>.
//!
//! R4 has no place for properties of codes in an expansion: they travel as R5's element in the
//! extension that is made for this, <https://hl7.org/fhir/R5/versions.html#extensions>.

use serde_json::{Map, Value, json};

use super::expand::{Expansion, ExpansionEntry};
use super::found::Found;
use crate::terminology::language::{Display, Languages, displays, preferred};
use crate::terminology::system::concept::{Coding, Designation, Property, PropertyValue};
use crate::terminology::system::read_concept::text;

const PROPERTY: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property";
/// What designations are for, <https://terminology.hl7.org/CodeSystem-hl7TermMaintInfra.html>.
const MAINTENANCE: &str = "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra";
const OWN: &str = "http://hl7.org/fhir/StructureDefinition/";
/// What users of a code in a list have to see.
const SHOWN: [&str; 10] = [
    "structuredefinition-standards-status",
    "rendering-style",
    "rendering-xhtml",
    "valueset-deprecated",
    "valueset-label",
    "valueset-conceptOrder",
    "valueset-concept-definition",
    "codesystem-label",
    "codesystem-conceptOrder",
    "itemWeight",
];

/// What is shown of a code besides its display.
#[derive(Debug, Default)]
pub struct Shown<'a> {
    pub languages: Option<&'a Languages>,
    pub with_designations: bool,
    /// Which designations: `language`, `urn:ietf:bcp:47|language` or `system|use`; all when empty.
    pub designations: Vec<&'a str>,
    pub properties: Vec<&'a str>,
}

/// The entries of an expansion.
pub fn contains(expansion: &Expansion, shown: &Shown<'_>) -> Vec<Value> {
    expansion.entries.iter().map(|entry| entry_json(expansion, entry, shown)).collect()
}

fn entry_json(expansion: &Expansion, entry: &ExpansionEntry, shown: &Shown<'_>) -> Value {
    let Found { system, version, source, concept, listed, .. } = &entry.found;
    let about = source.as_ref().map(|source| source.about());
    let mut json = Map::new();
    let listed_extensions = listed.iter().flat_map(|listed| &listed.extensions);
    let kept = listed_extensions.chain(&concept.extensions).filter(|one| is_shown(one));
    let mut extensions: Vec<Value> = kept.cloned().collect();
    extensions.extend(shown.properties.iter().flat_map(|code| properties(&entry.found, code)));
    if !extensions.is_empty() {
        json.insert("extension".into(), Value::Array(extensions));
    }
    json.insert("system".into(), json!(system));
    if concept.is_abstract {
        json.insert("abstract".into(), json!(true));
    }
    if concept.is_inactive {
        json.insert("inactive".into(), json!(true));
    }
    if let Some(version) = version
        && expansion.is_in_versions(system)
    {
        json.insert("version".into(), json!(version));
    }
    json.insert("code".into(), json!(concept.code));
    let displays = displays(about, concept, listed.as_deref());
    let display = preferred_in_set(&displays, listed.is_some(), shown.languages);
    if let Some(display) = display {
        json.insert("display".into(), json!(display.text));
    }
    if shown.with_designations {
        let designations = designations(&entry.found, display, shown);
        if !designations.is_empty() {
            json.insert("designation".into(), Value::Array(designations));
        }
    }
    if !entry.contains.is_empty() {
        let below = entry.contains.iter().map(|entry| entry_json(expansion, entry, shown));
        json.insert("contains".into(), below.collect());
    }
    Value::Object(json)
}

/// The display of an expansion: where no language is asked for, the value set's own comes first.
fn preferred_in_set<'c>(
    displays: &[Display<'c>],
    is_listed: bool,
    languages: Option<&Languages>,
) -> Option<Display<'c>> {
    if languages.is_none() && is_listed {
        let in_set = displays.iter().find(|display| display.is_of_set);
        if in_set.is_some() {
            return in_set.copied();
        }
    }
    preferred(displays, languages)
}

fn is_shown(extension: &Value) -> bool {
    let name = text(extension, "url").and_then(|url| url.strip_prefix(OWN));
    name.is_some_and(|name| SHOWN.contains(&name))
}

fn designations(found: &Found, display: Option<Display<'_>>, shown: &Shown<'_>) -> Vec<Value> {
    let about = found.source.as_ref().map(|source| source.about());
    // What the system displays, where another language is shown or, because it must not be this
    // one, none.
    let own = found
        .concept
        .display
        .as_deref()
        .filter(|own| display.is_none_or(|display| display.text != *own));
    let own = own.map(|own| Designation {
        language: about.and_then(|about| about.language.clone()),
        value: own.into(),
        usage: Some(Coding {
            system: Some(MAINTENANCE.into()),
            code: Some("preferredForLanguage".into()),
            display: None,
        }),
        ..Designation::default()
    });
    let listed = found.listed.iter().flat_map(|listed| &listed.designations);
    let others = listed.chain(&found.concept.designations);
    // The text that is the display is not repeated.
    let is_other = |one: &&Designation| {
        display.is_none_or(|display| {
            display.text != &*one.value || display.language != one.language.as_deref()
        })
    };
    let all = own.iter().chain(others.filter(is_other));
    all.filter(|one| is_wanted(one, &shown.designations)).map(designation).collect()
}

fn is_wanted(designation: &Designation, wanted: &[&str]) -> bool {
    let fits = |wanted: &&str| match wanted.split_once('|') {
        None | Some(("urn:ietf:bcp:47", _)) => {
            let language = wanted.split_once('|').map_or(*wanted, |(_, language)| language);
            designation.language.as_deref() == Some(language)
        }
        Some((system, code)) => designation.usage.as_ref().is_some_and(|usage| {
            usage.system.as_deref() == Some(system) && usage.code.as_deref() == Some(code)
        }),
    };
    wanted.is_empty() || wanted.iter().any(fits)
}

/// A designation as JSON.
pub fn designation(designation: &Designation) -> Value {
    let mut json = Map::new();
    if !designation.extensions.is_empty() {
        json.insert("extension".into(), json!(designation.extensions));
    }
    if let Some(language) = &designation.language {
        json.insert("language".into(), json!(language));
    }
    if let Some(usage) = &designation.usage {
        json.insert("use".into(), coding(usage));
    }
    json.insert("value".into(), json!(designation.value));
    Value::Object(json)
}

/// A Coding as JSON.
pub fn coding(coding: &Coding) -> Value {
    let mut json = Map::new();
    let parts = [("system", &coding.system), ("code", &coding.code), ("display", &coding.display)];
    for (key, part) in parts {
        if let Some(part) = part {
            json.insert(key.into(), json!(part));
        }
    }
    Value::Object(json)
}

/// The key and the value of a property, as `value[x]`.
pub fn property_value(value: &PropertyValue) -> (&'static str, Value) {
    match value {
        PropertyValue::Code(text) => ("valueCode", json!(text)),
        PropertyValue::Coding(one) => ("valueCoding", coding(one)),
        PropertyValue::String(text) => ("valueString", json!(text)),
        PropertyValue::Integer(number) => ("valueInteger", json!(number)),
        PropertyValue::Boolean(truth) => ("valueBoolean", json!(truth)),
        PropertyValue::DateTime(text) => ("valueDateTime", json!(text)),
        PropertyValue::Decimal(text) => {
            let number = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            ("valueDecimal", number)
        }
    }
}

fn properties(found: &Found, code: &str) -> Vec<Value> {
    let concept = &found.concept;
    let of_code = concept.properties.iter().filter(|property| *property.code == *code);
    let mut all: Vec<Value> = of_code.map(|Property { code, value }| show(code, value)).collect();
    if code == "definition"
        && let Some(definition) = &concept.definition
    {
        all.push(show(code, &PropertyValue::String(definition.clone())));
    }
    if let Some(source) = found.source.as_ref().filter(|_| all.is_empty()) {
        let codes = match code {
            "parent" => source.parents(&concept.code),
            "child" => source.children(&concept.code),
            _ => return all,
        };
        let codes = codes.unwrap_or_default().into_iter();
        all.extend(codes.map(|other| show(code, &PropertyValue::Code(other))));
    }
    all
}

fn show(code: &str, value: &PropertyValue) -> Value {
    let (key, value) = property_value(value);
    json!({ "url": PROPERTY, "extension": [
        { "url": "code", "valueCode": code },
        { "url": "value", key: value },
    ] })
}
