//! How a rule says what it found.

use crate::definitions::base::BASE;
use crate::fhir::issue::{self, Issue, IssueCode, Severity, Text};

use super::listed::rule;

/// What stands below the base of the guide for these rules, in `Issue.rule.profile`.
const CATALOGUE: &str = "rules-across-records";

/// The findings of one check.
#[derive(Debug, Default)]
pub(in crate::mch) struct Report {
    pub(in crate::mch) issues: Vec<Issue>,
}

impl Report {
    /// Notes that a rule is not met by an element of the resource at hand, with what was seen.
    pub(in crate::mch) fn add(&mut self, id: &'static str, element: &str, seen: Text) {
        let Some(rule) = rule(id) else { return };
        let severity = rule.severity();
        let code = match severity {
            Severity::Fatal | Severity::Error => IssueCode::Conflict,
            Severity::Warning | Severity::Information => IssueCode::BusinessRule,
        };
        let text = rule.text();
        let text = Text::new(join(&text.vi, &seen.vi), join(&text.en, &seen.en));
        let rule =
            issue::Rule { profile: format!("{BASE}/{CATALOGUE}").into(), key: Some(id.into()) };
        let issue = Issue { severity, rule: Some(rule), ..Issue::error(code, text) };
        self.issues.push(issue.at(element));
    }
}

fn join(rule: &str, seen: &str) -> String {
    if seen.is_empty() { rule.to_owned() } else { format!("{rule} {seen}") }
}
