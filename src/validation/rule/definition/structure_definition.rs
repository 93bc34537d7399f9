//! Structure definitions: their differential can be made into a snapshot,
//! <https://hl7.org/fhir/R4/profiling.html#snapshot>.

use serde_json::Value;

use super::extension_definition;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::narrowed;
use crate::validation::rule::finding::{error, when_strict};
use crate::validation::walk::Walk;

/// Checks a definition that constrains another. What contradicts the base is an error for who
/// writes, too: values would be held to something else than what the definition says.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let definition: &Value = walk.resource;
    against_base(walk, definition, path);
    if text(definition, "derivation") != Some("constraint") || walk.malformed > 0 {
        return;
    }
    let made = walk.engine.profiles.snapshots().generate(definition);
    let found = match &made {
        Ok(snapshot) => narrowed::findings(snapshot, &walk.engine.terminology),
        Err(issue) => vec![issue.clone()],
    };
    if let Ok(snapshot) = &made
        && member(definition, "differential").is_some()
    {
        beside_snapshot(walk, definition, &snapshot.definition, path);
    }
    for issue in &found {
        // What it builds on may be known elsewhere.
        let is_unknown = issue.code == IssueCode::NotFound;
        let issue = if is_unknown { issue.clone().warning() } else { issue.clone() };
        let id = issue.expression.as_deref();
        let at = id.and_then(|id| {
            place(definition, "differential", id).or_else(|| place(definition, "snapshot", id))
        });
        match at {
            Some((list, at)) => walk.report(&path.child(list).item("element", at), issue),
            None => walk.report(path, issue),
        }
    }
    given(walk, definition, &found, path);
}

/// Checks a snapshot that comes beside a differential. The server makes its own, so that it is no
/// reason to refuse the definition; others may use it.
fn given(walk: &mut Walk<'_>, definition: &Value, told: &[Issue], path: &Path<'_>) {
    if member(definition, "differential").is_none() {
        return;
    }
    let Some(given) = walk.engine.profiles.snapshots().given(definition) else { return };
    for issue in narrowed::findings(&given, &walk.engine.terminology) {
        let Some(id) = issue.expression.as_deref() else { continue };
        let is_told = told.iter().any(|other| other.expression == issue.expression);
        if let Some((list, at)) = place(definition, "snapshot", id)
            && issue.severity.refuses()
            && !is_told
        {
            let path = path.child(list);
            let issue = when_strict(walk, issue);
            walk.report(&path.item("element", at), issue);
        }
    }
}

/// Where a definition speaks of an element in one of its lists.
fn place<'l>(definition: &Value, list: &'l str, id: &str) -> Option<(&'l str, usize)> {
    let of = member(definition, list)?;
    let all = members(of, "element");
    let by = |name: &str, value: &str| all.iter().position(|one| text(one, name) == Some(value));
    let bare: Vec<&str> =
        id.split('.').map(|step| step.split(':').next().unwrap_or(step)).collect();
    let at = by("id", id).or_else(|| by("path", &bare.join(".")))?;
    Some((list, at))
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
    let known = walk.registry.library.find(ResourceKind::STRUCTURE_DEFINITION, base);
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
            walk.report(&path, issue);
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
