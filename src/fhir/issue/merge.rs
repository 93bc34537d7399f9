//! Findings put together: what is said twice is said once, and the strongest of what says the same
//! stays.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Issue, Severity};

/// Leaves out what another finding says of the same element in the same words: a profile repeats
/// what it inherits. Of two that do not weigh the same the stronger stays, whichever came first.
pub fn once(issues: &mut Vec<Issue>) {
    let mut stays = vec![true; issues.len()];
    let mut told: HashMap<(Option<&str>, &str), (usize, &Issue)> = HashMap::new();
    for (at, issue) in issues.iter().enumerate() {
        let gone = match told.entry((issue.expression.as_deref(), &issue.text.vi)) {
            Entry::Vacant(place) => {
                place.insert((at, issue));
                continue;
            }
            Entry::Occupied(mut place) if rank(issue) < rank(place.get().1) => {
                place.insert((at, issue)).0
            }
            Entry::Occupied(_) => at,
        };
        if let Some(stays) = stays.get_mut(gone) {
            *stays = false;
        }
    }
    let mut stays = stays.into_iter();
    issues.retain(|_| stays.next().unwrap_or(true));
}

/// How strong a finding is, the worst first; what a write is told as strongly goes before what only
/// who asks is told so.
fn rank(issue: &Issue) -> (Severity, bool) {
    (issue.severity, issue.only_asked.is_some())
}

/// Adds findings to those about the text itself. What is wrong with an element in the text shows in
/// the resource as well, and need not be told twice; what is only unusual in the text hides nothing.
pub fn add_others(issues: &mut Vec<Issue>, others: Vec<Issue>) {
    let known = issues.len();
    for other in others {
        let says_it = |issue: &Issue| {
            let is_wrong = issue.severity.refuses() && issue.only_asked.is_none();
            issue.expression == other.expression
                && (is_wrong || issue.code == other.code && issue.severity <= other.severity)
        };
        if !issues.iter().take(known).any(says_it) {
            issues.push(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::issue::{IssueCode, Text};

    fn issue(severity: Severity, place: &str, text: &str) -> Issue {
        let issue = Issue::error(IssueCode::CodeInvalid, Text::new(text, text));
        Issue { severity, ..issue.at(place) }
    }

    fn shown(issues: &[Issue]) -> Vec<(Severity, &str)> {
        issues.iter().map(|issue| (issue.severity, issue.text.vi.as_str())).collect()
    }

    #[test]
    fn the_strongest_of_the_same_words_stays() {
        use Severity::{Error, Information, Warning};
        let mut all = vec![
            issue(Warning, "Patient.a", "x"),
            issue(Warning, "Patient.b", "x"),
            issue(Error, "Patient.a", "x"),
            issue(Information, "Patient.a", "x"),
            issue(Error, "Patient.a", "x"),
            issue(Information, "Patient.a", "y"),
        ];
        once(&mut all);
        assert_eq!(shown(&all), [(Warning, "x"), (Error, "x"), (Information, "y")]);
    }

    #[test]
    fn what_is_unusual_in_the_text_hides_nothing_worse() {
        use Severity::{Error, Warning};
        let unusual = Issue { only_asked: Some("text"), ..issue(Error, "Patient.a", "text") };
        for first in [unusual, issue(Warning, "Patient.a", "text")] {
            let mut all = vec![first];
            let other = Issue { code: IssueCode::Required, ..issue(Error, "Patient.a", "y") };
            add_others(&mut all, vec![other, issue(Warning, "Patient.a", "x")]);
            assert_eq!(all.len(), 2, "{all:#?}");
        }
        let mut all = vec![issue(Error, "Patient.a", "text")];
        add_others(&mut all, vec![issue(Error, "Patient.a", "y"), issue(Error, "Patient.b", "z")]);
        assert_eq!(shown(&all), [(Error, "text"), (Error, "z")]);
    }
}
