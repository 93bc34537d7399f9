//! Concept maps: codes that their systems have, and that are in the sets which are mapped,
//! <https://hl7.org/fhir/R4/conceptmap.html>.

use serde_json::Value;

use super::value_set::{is_supplement, is_value_set};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::terminology::service::{CodeRef, Meaning, Membership};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// One side of a map: where its codes are from.
#[derive(Clone, Copy)]
struct Side<'v> {
    /// `source` or `target`: the property of a group with the system.
    name: &'static str,
    version: &'static str,
    /// The value set that the map says it is from, or to.
    set: Option<&'v str>,
    /// Whether its system can be one.
    has_system: bool,
}

/// Checks a concept map.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let map = walk.resource;
    // What a URI names may be a system, too; then it says nothing of which of its codes.
    let set = |canonical: &str, uri: &str| text(map, canonical).or_else(|| text(map, uri));
    let source = Side {
        name: "source",
        version: "sourceVersion",
        set: set("sourceCanonical", "sourceUri"),
        has_system: true,
    };
    let target = Side {
        name: "target",
        version: "targetVersion",
        set: set("targetCanonical", "targetUri"),
        has_system: true,
    };
    for (at, group) in members(map, "group").iter().enumerate() {
        let path = path.item("group", at);
        let [from, to] = [source, target].map(|side| Side {
            // What is no system has no codes to look for.
            has_system: system(walk, side, group, &path),
            ..side
        });
        for (at, element) in members(group, "element").iter().enumerate() {
            if walk.is_full() {
                return;
            }
            let path = path.item("element", at);
            code(walk, from, group, element, &path);
            for (at, mapped) in members(element, "target").iter().enumerate() {
                code(walk, to, group, mapped, &path.item("target", at));
            }
        }
        if let Some(unmapped) = member(group, "unmapped") {
            code(walk, to, group, unmapped, &path.child("unmapped"));
        }
    }
}

/// Checks that the system of a side is one, and says whether it is.
fn system(walk: &mut Walk<'_>, side: Side<'_>, group: &Value, path: &Path<'_>) -> bool {
    let Some(system) = text(group, side.name) else { return true };
    let (vi, en) = if is_value_set(walk, system) {
        ("là một bộ giá trị", "is a value set")
    } else if is_supplement(walk, system) {
        ("là một phần bổ sung (supplement)", "is a supplement")
    } else {
        return true;
    };
    let system = shown(system);
    let issue = error(
        IssueCode::Invalid,
        format!("{system} {vi}, không phải hệ mã."),
        format!("{system} {en}, not a code system."),
    );
    walk.report(&path.child(side.name), when_strict(walk, issue));
    false
}

/// Checks a code against the system and the set of its side.
fn code(walk: &mut Walk<'_>, side: Side<'_>, group: &Value, coded: &Value, path: &Path<'_>) {
    let system = text(group, side.name).filter(|_| side.has_system);
    let (Some(system), Some(code)) = (system, text(coded, "code")) else { return };
    let version = text(group, side.version);
    let asked = CodeRef { system: Some(system), version, code, display: None };
    let issue = match walk.engine.terminology.meaning(asked) {
        Meaning::NoCode => Some(no_code(system, code)),
        // Who does not know the codes of a system does not know either which of them a set has.
        Meaning::Unknown => None,
        Meaning::Known { .. } | Meaning::Supplement => outside(walk, side, asked),
    };
    if let Some(issue) = issue {
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

/// What is wrong with a code that is not in the value set of its side.
fn outside(walk: &Walk<'_>, side: Side<'_>, code: CodeRef<'_>) -> Option<Issue> {
    let set = side.set?;
    let is_outside = walk.engine.terminology.membership(set, code) == Membership::NotMember;
    is_outside.then(|| {
        let (code, set) = (shown(code.code), shown(set));
        error(
            IssueCode::CodeInvalid,
            format!("Mã “{code}” không thuộc bộ giá trị {set} mà bảng này nói là ánh xạ."),
            format!("Code “{code}” is not in the value set {set} that this map says it maps."),
        )
    })
}
