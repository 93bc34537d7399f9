//! Value sets where a code system has to be, and the other way round,
//! <https://hl7.org/fhir/R4/terminologies.html#system>.

use serde_json::Value;

use super::element::Named;
use super::fault;
use super::known::Known;
use super::looked::Looked;
use super::walk::members;
use crate::definitions::npm::finding::Finding;
use crate::fhir::kind::ResourceKind;

/// Says which systems are value sets and which value sets are code systems.
pub(super) fn check(known: &Known<'_>, looked: Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut look = |place: &str, key: &str, value: &'_ Value, is_system: bool| {
        let Some(url) = value.as_str() else { return };
        let url = url.split('|').next().unwrap_or(url);
        let is_value_set = known.has("ValueSet", url);
        let is_code_system = known.has("CodeSystem", url);
        let text = match key {
            "system" if is_value_set && !is_code_system => fault::value_set_as_system(url),
            "fixedUri" | "patternUri" if is_system && is_value_set && !is_code_system => {
                fault::value_set_as_system(url)
            }
            "valueSet" if is_code_system && !is_value_set => fault::system_as_value_set(url),
            _ => return,
        };
        findings.push(looked.warning(text).at(place));
    };
    for Named { id, element } in looked.elements() {
        let place = id.as_str();
        let is_system = place.ends_with(".system");
        members(element, &mut String::new(), &mut |_, key, value| {
            look(place, key, value, is_system);
        });
    }
    if looked.elements().is_empty() {
        members(looked.value, &mut String::new(), &mut |path, key, value| {
            // A code system names the value set of all its codes: that is no use of one.
            if looked.definition.kind != ResourceKind::CODE_SYSTEM || key != "valueSet" {
                look(path, key, value, false);
            }
        });
    }
    findings.dedup();
    findings
}
