//! Canonical references to what is not there,
//! <https://hl7.org/fhir/R4/references.html#canonical>.

use serde_json::Value;

use super::element::Named;
use super::fault;
use super::known::Known;
use super::looked::Looked;
use super::walk::members;
use crate::definitions::npm::finding::Finding;

/// Bases below each other that are looked at.
const BASES: usize = 32;

/// Says which references of a definition lead nowhere, and which lead back.
pub(super) fn check(known: &Known<'_>, looked: Looked<'_>) -> Vec<Finding> {
    let mut found = Found { known, looked, findings: Vec::new() };
    match looked.definition.kind.name() {
        "StructureDefinition" => found.structure(),
        "ValueSet" => found.value_set(),
        "CodeSystem" => found.refers("CodeSystem", "supplements", looked.text("supplements")),
        "ConceptMap" => {
            for key in ["sourceCanonical", "sourceUri", "targetCanonical", "targetUri"] {
                found.refers("ValueSet", key, looked.text(key));
            }
        }
        "Questionnaire" => {
            members(looked.value, &mut String::new(), &mut |path, key, value| match key {
                "answerValueSet" => found.refers("ValueSet", path, value.as_str()),
                "derivedFrom" => {
                    for url in value.as_array().into_iter().flatten() {
                        found.refers("Questionnaire", key, url.as_str());
                    }
                }
                _ => {}
            });
        }
        _ => {}
    }
    found.findings
}

struct Found<'a> {
    known: &'a Known<'a>,
    looked: Looked<'a>,
    findings: Vec<Finding>,
}

impl<'a> Found<'a> {
    fn structure(&mut self) {
        let looked = self.looked;
        if let Some(base) = looked.text("baseDefinition") {
            let wrong = match self.known.has("StructureDefinition", base) {
                false => Some(fault::unknown_base(base)),
                true => self.leads_back(base).then(|| fault::circular_base(base)),
            };
            let file = &looked.definition.file;
            self.findings.extend(wrong.map(|text| Finding::error(file, text)));
        }
        for Named { id, element } in looked.elements() {
            let place = id.as_str();
            let types = element.get("type").and_then(Value::as_array).into_iter().flatten();
            for kind in types {
                for key in ["profile", "targetProfile"] {
                    let urls = kind.get(key).and_then(Value::as_array).into_iter().flatten();
                    for url in urls {
                        self.refers("StructureDefinition", place, url.as_str());
                    }
                }
            }
            let binding = element.get("binding").and_then(|binding| binding.get("valueSet"));
            self.refers("ValueSet", place, binding.and_then(Value::as_str));
        }
    }

    /// Whether the bases of a base come to the definition that is looked at.
    fn leads_back(&self, base: &str) -> bool {
        let (library, definition) = (self.known.library, self.looked.definition);
        let mut next = Some(base.to_owned());
        for _ in 0..BASES {
            let Some(found) = next.and_then(|base| library.find(definition.kind, &base)) else {
                return false;
            };
            let text = |key: &str| found.get(key).and_then(Value::as_str);
            if text("url") == Some(&definition.url) {
                return true;
            }
            next = text("baseDefinition").map(str::to_owned);
        }
        false
    }

    fn value_set(&mut self) {
        let looked = self.looked;
        let compose = looked.value.get("compose");
        for key in ["include", "exclude"] {
            let parts = compose.and_then(|compose| compose.get(key)?.as_array());
            for part in parts.into_iter().flatten() {
                for url in part.get("valueSet").and_then(Value::as_array).into_iter().flatten() {
                    self.refers("ValueSet", key, url.as_str());
                }
                // Systems of others need not be at hand; ours should be.
                let system = part.get("system").and_then(Value::as_str);
                let is_ours = |system: &&str| self.known.is_beside_ours(system);
                self.refers("CodeSystem", key, system.filter(is_ours));
            }
        }
    }

    fn refers(&mut self, kind: &str, place: &str, canonical: Option<&str>) {
        let Some(canonical) = canonical.filter(|canonical| !canonical.starts_with('#')) else {
            return;
        };
        let url = canonical.split(['|', '#']).next().unwrap_or(canonical);
        let is_misplaced = match kind {
            // Said by the check of systems.
            "ValueSet" => self.known.has("CodeSystem", url),
            "CodeSystem" => self.known.has("ValueSet", url),
            _ => false,
        };
        if self.known.has(kind, canonical) || is_misplaced {
            return;
        }
        let text = match self.known.has(kind, url) {
            true => fault::other_version(kind, canonical),
            false => fault::unknown(kind, canonical),
        };
        let finding = self.looked.warning(text).at(place);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
