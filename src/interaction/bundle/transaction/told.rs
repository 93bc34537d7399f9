//! What was found about the whole of a transaction, told entry by entry.

use crate::fhir::issue::Issue;
use crate::interaction::bundle::entries::place;
use crate::interaction::respond::Answer;

/// Adds the findings about each entry to those of its resource; `kind` tells its type.
pub(super) fn tell<'k>(
    told: &[Issue],
    held: &mut Vec<(usize, Vec<Issue>)>,
    kind: impl Fn(usize) -> Option<&'k str>,
) {
    for issue in told {
        let Some((entry, below)) = issue.expression.as_deref().and_then(place) else { continue };
        let mut issue = issue.clone();
        if let Some(path) = below.strip_prefix(".resource") {
            issue.expression = Some(format!("{}{path}", kind(entry).unwrap_or("Resource")));
        }
        match held.iter_mut().find(|(number, _)| *number == entry) {
            Some((_, issues)) if issues.contains(&issue) => {}
            Some((_, issues)) => issues.push(issue),
            None => held.push((entry, vec![issue])),
        }
    }
}

/// Tells of what was sent for resources that were there already.
pub(super) fn tell_those_found(answers: &mut [Option<Answer>], held: Vec<(usize, Vec<Issue>)>) {
    for (number, issues) in held {
        if let Some(Some(Answer::Saved(saved))) = answers.get_mut(number)
            && saved.issues.is_empty()
        {
            saved.issues = issues;
        }
    }
}

/// Whether a finding is about an entry, or what is in it.
pub(super) fn is_of_entry(issue: &Issue) -> bool {
    issue.expression.as_deref().is_some_and(|expression| place(expression).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::issue::{IssueCode, Text};

    #[test]
    fn a_finding_belongs_to_its_entry() {
        let issue = |place: &str| Issue::error(IssueCode::Value, Text::new("", "")).at(place);
        let told = [
            issue("Bundle.entry[3].resource.code.coding[0]"),
            issue("Bundle.entry[3].resource"),
            issue("Bundle.entry[3].fullUrl"),
            issue("Bundle.type"),
        ];
        let mut held = Vec::new();
        tell(&told, &mut held, |_| Some("Observation"));
        let (entry, issues) = held.pop().expect("an entry");
        let places: Vec<_> =
            issues.iter().filter_map(|issue| issue.expression.as_deref()).collect();
        assert_eq!((entry, held.len()), (3, 0));
        assert_eq!(
            places,
            ["Observation.code.coding[0]", "Observation", "Bundle.entry[3].fullUrl"]
        );
        assert!(is_of_entry(&told[2]) && !is_of_entry(&told[3]));
    }
}
