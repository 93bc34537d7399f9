//! Structure definitions: their differential can be made into a snapshot,
//! <https://hl7.org/fhir/R4/profiling.html#snapshot>.

use serde_json::Value;

use super::extension_definition;
use super::finding::{error, when_strict};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::member::{member, members, text};
use crate::validation::path::Path;
use crate::validation::walk::Walk;

/// Checks a definition that constrains another.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let definition: &Value = walk.resource;
    against_base(walk, definition, path);
    if text(definition, "derivation") != Some("constraint")
        || member(definition, "differential").is_none()
        || walk.malformed > 0
    {
        return;
    }
    let made = walk.engine.profiles.snapshots().generate(definition);
    let found = match &made {
        Ok(snapshot) => snapshot.issues.to_vec(),
        Err(issue) => vec![issue.clone()],
    };
    if let Ok(snapshot) = &made {
        beside_snapshot(walk, definition, &snapshot.definition, path);
    }
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

/// What a definition says of itself agrees with its base.
fn against_base(walk: &mut Walk<'_>, definition: &Value, path: &Path<'_>) {
    let Some(base) = text(definition, "baseDefinition") else { return };
    if text(definition, "derivation").is_none() {
        let issue = error(
            IssueCode::BusinessRule,
            "Có baseDefinition thì phải có derivation.",
            "A definition with a baseDefinition needs a derivation.",
        );
        walk.report(path, when_strict(walk, issue));
    }
    let kind = ResourceKind::parse("StructureDefinition");
    let known = kind.and_then(|kind| walk.registry.library.find(kind, base));
    let wanted = known.as_deref().and_then(|known| text(known, "kind")).unwrap_or_default();
    let is_constraint = text(definition, "derivation") == Some("constraint");
    let found = text(definition, "kind").filter(|kind| is_constraint && *kind != wanted);
    if let Some(found) = found.filter(|_| !wanted.is_empty()) {
        let issue = error(
            IssueCode::BusinessRule,
            format!("kind là {found}, nhưng của định nghĩa gốc là {wanted}."),
            format!("The kind is {found}, but that of the base is {wanted}."),
        );
        walk.report(&path.child("kind"), when_strict(walk, issue));
    }
}

/// The differential, seen beside the snapshot it makes: order, and the types of values.
fn beside_snapshot(walk: &mut Walk<'_>, definition: &Value, snapshot: &Value, path: &Path<'_>) {
    let list = |of: &'_ Value, name: &str| -> Vec<Value> {
        let found = member(of, name).map(|list| members(list, "element").to_vec());
        found.unwrap_or_default()
    };
    let elements = list(snapshot, "snapshot");
    let place = |id: &str| elements.iter().position(|one| text(one, "id") == Some(id));
    let differential = path.child("differential");
    let mut last = 0;
    for (at, element) in list(definition, "differential").iter().enumerate() {
        let Some(at_snapshot) = text(element, "id").and_then(place) else { continue };
        let path = differential.item("element", at);
        if at_snapshot < last {
            let issue = error(
                IssueCode::BusinessRule,
                "Phần tử không đứng theo thứ tự của định nghĩa gốc.",
                "The element is not in the order of the base definition.",
            );
            walk.report(&path, when_strict(walk, issue));
        }
        last = last.max(at_snapshot);
        if let Some(issue) = elements.get(at_snapshot).and_then(|whole| value_type(element, whole))
        {
            walk.report(&path, when_strict(walk, issue));
        }
    }
    if text(definition, "type") == Some("Extension") {
        extension_definition::check(walk, definition, snapshot, path);
    }
}

/// A fixed value or pattern is of a type that the element may have.
fn value_type(element: &Value, whole: &Value) -> Option<Issue> {
    let found = element.as_object()?.keys().find_map(|key| {
        ["fixed", "pattern"].into_iter().find_map(|prefix| key.strip_prefix(prefix))
    })?;
    let types = members(whole, "type");
    let code = |one: &Value| {
        let code = text(one, "code")?;
        // `id`, `url` and `value` have types of FHIRPath.
        (!code.contains("://")).then(|| code.to_owned())
    };
    let codes: Option<Vec<String>> = types.iter().map(code).collect();
    let codes = codes.filter(|codes| !codes.is_empty())?;
    let is_one = codes.iter().any(|code| code.eq_ignore_ascii_case(found));
    (!is_one).then(|| {
        let allowed = codes.join(", ");
        error(
            IssueCode::BusinessRule,
            format!("Giá trị cố định có kiểu {found}, nhưng phần tử có kiểu {allowed}."),
            format!("The fixed value is a {found}, but the element takes {allowed}."),
        )
    })
}
