//! Concept maps: codes that their systems have, <https://hl7.org/fhir/R4/conceptmap.html>.

use serde_json::Value;

use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::fhirpath::member::{members, text};
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::path::Path;
use crate::validation::walk::Walk;

/// Checks a concept map.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    for (at, group) in members(walk.resource, "group").iter().enumerate() {
        let path = path.item("group", at);
        for (at, element) in members(group, "element").iter().enumerate() {
            if walk.is_full() {
                return;
            }
            let path = path.item("element", at);
            code(walk, (group, "source"), element, &path);
            for (at, target) in members(element, "target").iter().enumerate() {
                code(walk, (group, "target"), target, &path.item("target", at));
            }
        }
    }
}

/// Checks a code against the system of its side.
fn code(walk: &mut Walk<'_>, (group, side): (&Value, &str), coded: &Value, path: &Path<'_>) {
    let (Some(system), Some(code)) = (text(group, side), text(coded, "code")) else { return };
    let version = match side {
        "source" => text(group, "sourceVersion"),
        _ => text(group, "targetVersion"),
    };
    let asked = CodeRef { system: Some(system), version, code, display: None };
    if walk.engine.terminology.meaning(asked) == Meaning::NoCode {
        let (code, system) = (shown(code), shown(system));
        let issue = error(
            IssueCode::CodeInvalid,
            format!("Hệ mã {system} không có mã “{code}”."),
            format!("The code system {system} has no code “{code}”."),
        );
        walk.report(&path.child("code"), when_strict(walk, issue));
    }
}
