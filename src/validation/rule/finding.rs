//! Findings of the rules: a code and a sentence in both languages.

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::validation::walk::Walk;

/// The longest part of a value that a sentence repeats.
const MOST: usize = 80;

/// An error.
pub(super) fn error(code: IssueCode, vi: impl Into<String>, en: impl Into<String>) -> Issue {
    Issue::error(code, Text::new(vi, en))
}

/// A warning.
pub(super) fn warning(code: IssueCode, vi: impl Into<String>, en: impl Into<String>) -> Issue {
    error(code, vi, en).warning()
}

/// The value as far as it helps: long ones are cut.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What is wrong only with how a resource hangs together with others, or with what people see of
/// it: an error for who asks whether it is right, a warning for who has to store it.
pub(super) fn when_strict(walk: &Walk<'_>, issue: Issue) -> Issue {
    walk.only_asked("rule", issue)
}
