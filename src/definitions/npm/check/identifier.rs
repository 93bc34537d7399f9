//! Systems of identifiers that are spelled otherwise than the naming systems that define them.

use serde_json::Value;

use super::element::Named;
use super::fault;
use super::known::Known;
use super::looked::Looked;
use crate::definitions::npm::finding::Finding;

/// Says which fixed systems are unknown, but known with another spelling.
pub(super) fn check(known: &Known<'_>, looked: Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Named { id, element } in looked.elements() {
        let path = element.get("path").and_then(Value::as_str).unwrap_or_default();
        let is_system = path.to_ascii_lowercase().ends_with("identifier.system");
        let text = |key: &str| element.get(key).and_then(Value::as_str);
        let within = |key: &str| element.get(key).and_then(|value| value.get("system")?.as_str());
        let fixed = text("fixedUri").or_else(|| text("patternUri")).filter(|_| is_system);
        let within = within("fixedIdentifier").or_else(|| within("patternIdentifier"));
        let Some(system) = fixed.or(within) else { continue };
        if known.named.contains_key(system) {
            continue;
        }
        let nearly = known.named.keys().find(|named| plain(named) == plain(system));
        if let Some(named) = nearly {
            let text = fault::nearly_named(system, named);
            findings.push(looked.warning(text).at(id));
        }
    }
    findings
}

/// A URL without what people spell differently.
fn plain(url: &str) -> String {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    rest.trim_end_matches('/').to_lowercase().replace(['_', '-'], "")
}
