//! Findings as SARIF 2.1.0, which code hosts and editors show beside the lines they are about,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::report::{Checked, text};
use crate::fhir::issue::{Issue, Language, Rule, Severity};

/// A log in the making: SARIF is one document.
#[derive(Debug)]
pub(super) struct Sarif {
    language: Language,
    rules: BTreeSet<String>,
    results: Vec<Value>,
}

impl Sarif {
    pub(super) fn new(language: Language) -> Self {
        Self { language, rules: BTreeSet::new(), results: Vec::new() }
    }

    pub(super) fn add(&mut self, checked: &Checked<'_>) {
        for issue in &checked.issues {
            let rule = rule(issue);
            self.results.push(self.result(checked.name, issue, &rule));
            self.rules.insert(rule);
        }
    }

    pub(super) fn log(self) -> Value {
        let rules: Vec<Value> = self.rules.iter().map(|rule| json!({ "id": rule })).collect();
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "mebe",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                } },
                "columnKind": "unicodeCodePoints",
                "results": self.results,
            }],
        })
    }

    fn result(&self, name: &str, issue: &Issue, rule: &str) -> Value {
        let level = match issue.severity {
            Severity::Fatal | Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "note",
        };
        let mut physical = Map::new();
        physical.insert("artifactLocation".into(), json!({ "uri": uri(name) }));
        if let Some(place) = issue.position {
            let region = json!({ "startLine": place.line, "startColumn": place.column });
            physical.insert("region".into(), region);
        }
        let mut location = Map::new();
        location.insert("physicalLocation".into(), Value::Object(physical));
        if let Some(expression) = &issue.expression {
            let logical = json!([{ "fullyQualifiedName": expression, "kind": "element" }]);
            location.insert("logicalLocations".into(), logical);
        }
        json!({
            "ruleId": rule,
            "level": level,
            "message": { "text": text(issue, self.language) },
            "locations": [location],
        })
    }
}

/// `profile#key` of a constraint, else the issue type.
fn rule(issue: &Issue) -> String {
    match &issue.rule {
        Some(Rule { profile, key: Some(key) }) => {
            format!("{}#{key}", profile.split('|').next().unwrap_or_default())
        }
        _ => issue.code.code().to_owned(),
    }
}

/// A path as a relative reference: what may not stand in one is percent-encoded.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(uri("a b/mẹ.json"), "a%20b/m%E1%BA%B9.json");
    }
}
