//! Concept maps: the codes that they map are codes of their systems,
//! <https://hl7.org/fhir/R4/conceptmap.html>.

use serde_json::Value;

use super::finding::{error, shown, when_strict};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhirpath::member::{members, text};
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::path::Path;
use crate::validation::walk::Walk;

/// Checks a concept map.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let map: &Value = walk.resource;
    for (at, group) in members(map, "group").iter().enumerate() {
        let path = path.item("group", at);
        for (at, element) in members(group, "element").iter().enumerate() {
            if walk.is_full() {
                return;
            }
            let path = path.item("element", at);
            known(walk, (group, "source", "sourceVersion"), element, &path);
            for (at, target) in members(element, "target").iter().enumerate() {
                known(walk, (group, "target", "targetVersion"), target, &path.item("target", at));
            }
        }
    }
}

fn known(
    walk: &mut Walk<'_>,
    (group, system, version): (&Value, &str, &str),
    coded: &Value,
    path: &Path<'_>,
) {
    let (Some(system), Some(code)) = (text(group, system), text(coded, "code")) else { return };
    let asked =
        CodeRef { system: Some(system), version: text(group, version), code, display: None };
    if walk.engine.terminology.meaning(asked) == Meaning::NoCode {
        let issue = no_code(system, code);
        walk.report(&path.child("code"), when_strict(walk, issue));
    }
}

fn no_code(system: &str, code: &str) -> Issue {
    let (code, system) = (shown(code), shown(system));
    error(
        IssueCode::CodeInvalid,
        format!("Hệ mã {system} không có mã “{code}”."),
        format!("The code system {system} has no code “{code}”."),
    )
}
