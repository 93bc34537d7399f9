//! Structure definitions: their differential can be made into a snapshot,
//! <https://hl7.org/fhir/R4/profiling.html#snapshot>.

use serde_json::Value;

use super::finding::when_strict;
use crate::fhir::issue::IssueCode;
use crate::fhirpath::member::{member, text};
use crate::validation::path::Path;
use crate::validation::walk::Walk;

/// Checks a definition that constrains another.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let definition: &Value = walk.resource;
    if text(definition, "derivation") != Some("constraint")
        || member(definition, "differential").is_none()
        || walk.malformed > 0
    {
        return;
    }
    let found = match walk.engine.profiles.snapshots().generate(definition) {
        Ok(snapshot) => snapshot.issues.to_vec(),
        Err(issue) => vec![issue],
    };
    for issue in found {
        // What it builds on may be known elsewhere.
        let is_unknown = issue.code == IssueCode::NotFound;
        let issue = if is_unknown { issue.warning() } else { when_strict(walk, issue) };
        match &issue.expression {
            Some(expression) => {
                let below = expression.split_once('.').map(|(_, rest)| rest.to_owned());
                match below {
                    Some(below) => walk.report(&path.child(&below), issue),
                    None => walk.report(path, issue),
                }
            }
            None => walk.report(path, issue),
        }
    }
}
