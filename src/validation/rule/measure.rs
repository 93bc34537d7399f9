//! Measures: criteria in CQL are those of a library,
//! <https://hl7.org/fhir/R4/measure-definitions.html#Measure.library>.

use serde_json::Value;

use super::finding::{error, when_strict};
use crate::fhir::issue::IssueCode;
use crate::fhirpath::member::{member, members, text};
use crate::validation::path::Path;
use crate::validation::walk::Walk;

/// Where criteria may stand, below the measure and below what stands there.
const PLACES: [&str; 5] = ["group", "population", "stratifier", "component", "supplementalData"];

/// Checks a measure.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    if members(walk.resource, "library").is_empty() {
        criteria(walk, walk.resource, path);
    }
}

fn criteria(walk: &mut Walk<'_>, parent: &Value, path: &Path<'_>) {
    let language = member(parent, "criteria").and_then(|criteria| text(criteria, "language"));
    if language.is_some_and(|language| matches!(language, "text/cql" | "text/cql.identifier")) {
        let issue = error(
            IssueCode::Invalid,
            "Tiêu chí viết bằng CQL, nhưng Measure.library không nêu thư viện nào.",
            "The criteria are in CQL, but Measure.library names no library.",
        );
        walk.report(&path.child("criteria"), when_strict(walk, issue));
    }
    for name in PLACES {
        for (at, below) in members(parent, name).iter().enumerate() {
            if walk.is_full() {
                return;
            }
            criteria(walk, below, &path.item(name, at));
        }
    }
}
