//! Ids within a resource: those of elements are unique, <https://hl7.org/fhir/R4/element.html#id>.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// Checks a resource. Only for who asks: it looks at everything once more.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    if !walk.request.strict {
        return;
    }
    let mut seen = FxHashSet::default();
    let mut twice = Vec::new();
    for (key, value) in object {
        // Those of elements of definitions stand for their paths, in both lists.
        if !matches!(key.as_str(), "snapshot" | "differential") {
            elements(value, &mut seen, &mut twice);
        }
    }
    for id in twice {
        let id = shown(id);
        let issue = error(
            IssueCode::Invalid,
            format!("Có hai phần tử cùng id “{id}” trong tài nguyên này."),
            format!("Two elements of this resource have the id “{id}”."),
        );
        walk.report(path, when_strict(walk, issue));
    }
}

/// Gathers the ids of elements; resources inside have their own.
fn elements<'v>(value: &'v Value, seen: &mut FxHashSet<&'v str>, twice: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| elements(item, seen, twice)),
        Value::Object(object) if !object.contains_key("resourceType") => {
            if let Some(id) = object.get("id").and_then(Value::as_str)
                && !seen.insert(id)
            {
                twice.push(id);
            }
            object.values().for_each(|value| elements(value, seen, twice));
        }
        _ => {}
    }
}
