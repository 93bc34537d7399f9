//! The rules across records, as the item catalogue lists them: severity, texts, source, parameters.
//!
//! A rule is an error only where the record contradicts itself; what is merely unlikely is a
//! warning, because paper is copied late and people do unlikely things.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::fhir::issue::{Severity, Text};

/// The key of the rule that a mother and her child are linked; it is told once of a family.
pub const NOT_LINKED: &str = "mebe-not-linked";

const LISTED: &str = include_str!("../../../profiles/catalogue/rules.json");

/// What is known of a rule.
#[derive(Debug, Deserialize)]
pub struct Rule {
    /// The key findings carry.
    pub id: String,
    severity: String,
    text: Sentence,
    #[serde(default)]
    parameters: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Sentence {
    vi: String,
    en: String,
}

impl Rule {
    /// How bad it is when it is not met.
    pub fn severity(&self) -> Severity {
        match self.severity.as_str() {
            "error" => Severity::Error,
            "information" => Severity::Information,
            _ => Severity::Warning,
        }
    }

    /// What the rule says is wrong.
    pub fn text(&self) -> Text {
        Text::new(self.text.vi.as_str(), self.text.en.as_str())
    }

    /// A number the rule works with.
    pub(in crate::mch) fn number(&self, name: &str) -> Option<f64> {
        self.parameters.get(name)?.as_f64()
    }

    /// A whole number the rule works with.
    pub(in crate::mch) fn whole(&self, name: &str) -> Option<i64> {
        self.parameters.get(name)?.as_i64()
    }

    /// A text the rule works with.
    pub(in crate::mch) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)?.as_str()
    }

    /// The texts of a list the rule works with.
    pub(in crate::mch) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let list = self.parameters.get(name).and_then(serde_json::Value::as_array);
        list.into_iter().flatten().filter_map(serde_json::Value::as_str)
    }
}

/// Every rule.
pub fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        serde_json::from_str(LISTED).unwrap_or_else(|error| {
            tracing::error!(?error, "the rules of the catalogue cannot be read");
            Vec::new()
        })
    })
}

/// The rule with this key.
pub(in crate::mch) fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.id == id)
}
