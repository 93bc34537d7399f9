//! References that seem to lead to an entry and do not: `Patient/1` beside a Patient with the id `1`
//! whose `fullUrl` is another, <https://hl7.org/fhir/R4/bundle.html#references>.

use serde_json::Value;

use super::entry::Entries;
use crate::fhir::issue::IssueCode;
use crate::validation::element::path::Path;
use crate::validation::rule::absolute::is_absolute;
use crate::validation::rule::finding::{shown, warning};
use crate::validation::walk::Walk;

/// Checks the entries of a Bundle whose content stays as it is.
pub(super) fn check(walk: &mut Walk<'_>, entries: &Entries<'_>, path: &Path<'_>) {
    for (at, entry) in entries.list.iter().enumerate() {
        let Some(resource) = entry.resource.filter(|_| entry.full_url.is_some()) else { continue };
        let mut found = Vec::new();
        references(resource, &mut |reference| {
            let is_relative = !reference.starts_with('#') && !is_absolute(reference);
            if is_relative
                && entries.resolve(entry, reference).is_empty()
                && entries.has_like(reference)
                && !found.contains(&reference)
            {
                found.push(reference);
            }
        });
        for reference in found {
            let reference = shown(reference);
            // It may lead out of the Bundle all the same; R4's own examples have such.
            let issue = warning(
                IssueCode::Invalid,
                format!(
                    "“{reference}” không dẫn đến mục nào: có tài nguyên cùng loại và id trong Bundle, nhưng fullUrl của nó không khớp."
                ),
                format!(
                    "“{reference}” leads to no entry: the Bundle has a resource of this type and id, but its fullUrl is not the one that the reference means."
                ),
            );
            walk.report(&path.item("entry", at).child("resource"), issue);
        }
    }
}

fn references<'v>(value: &'v Value, give: &mut impl FnMut(&'v str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, give)),
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "reference" => give(text),
                    other => references(other, give),
                }
            }
        }
        _ => {}
    }
}
