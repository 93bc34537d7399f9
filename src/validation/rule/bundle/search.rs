//! Results of searches, <https://hl7.org/fhir/R4/bundle.html#searchset>.

use serde_json::Value;

use super::entry::{BundleEntry, Entries};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, warning, when_strict};
use crate::validation::walk::Walk;

/// Checks the entries of a searchset.
pub(super) fn check(walk: &mut Walk<'_>, bundle: &Value, entries: &Entries<'_>, path: &Path<'_>) {
    let mut links = members(bundle, "link").iter();
    let own = links.find(|link| text(link, "relation") == Some("self"));
    let Some(own) = own.and_then(|link| text(link, "url")) else {
        let issue = warning(
            IssueCode::Invalid,
            "Kết quả tìm kiếm nên có liên kết “self” cho biết đã tìm theo tham số nào.",
            "The result of a search should have a “self” link that says which parameters were used.",
        );
        walk.report(path, issue);
        // What an entry says of itself holds, whatever the search was for.
        for (at, entry) in entries.list.iter().enumerate() {
            let Some(kind) = entry.kind.filter(|_| mode(entry).is_some()) else { continue };
            for issue in issues(entry, kind, &[], true) {
                let issue = when_strict(walk, issue);
                walk.report(&path.item("entry", at).child("resource"), issue);
            }
        }
        return;
    };
    let types = types(own);
    let has_modes = entries.list.iter().any(|entry| mode(entry).is_some());
    for (at, entry) in entries.list.iter().enumerate() {
        let path = path.item("entry", at);
        let Some(kind) = entry.kind else {
            let issue = error(
                IssueCode::Invalid,
                "Mỗi mục của kết quả tìm kiếm phải chứa tài nguyên.",
                "Each entry of a search's result must hold a resource.",
            );
            walk.report(&path, issue);
            continue;
        };
        let path = path.child("resource");
        for issue in issues(entry, kind, &types, has_modes) {
            walk.report(&path, when_strict(walk, issue));
        }
    }
}

fn issues(entry: &BundleEntry<'_>, kind: &str, types: &[&str], has_modes: bool) -> Vec<Issue> {
    let is_result = types.is_empty() || types.contains(&kind);
    let mode = mode(entry);
    let (needs_id, needs_type) = match mode {
        Some("match") => (true, true),
        Some("include") => (true, false),
        Some("outcome") => {
            return (kind != "OperationOutcome").then(|| not_outcome(kind)).into_iter().collect();
        }
        _ => (kind != "OperationOutcome", kind != "OperationOutcome" && !has_modes),
    };
    let mut issues = Vec::new();
    if needs_id && entry.id.is_none() {
        issues.push(error(
            IssueCode::Invalid,
            "Tài nguyên trong kết quả tìm kiếm phải có id.",
            "A resource in the result of a search must have an id.",
        ));
    }
    if needs_type && !is_result {
        let types = types.join(", ");
        issues.push(error(
            IssueCode::Invalid,
            format!("Tìm kiếm này trả về {types}, nhưng mục này là {kind}."),
            format!("This search is for {types}, but this is {kind}."),
        ));
    }
    // Without modes nobody can tell matches from what came along.
    if mode.is_none() { issues.into_iter().map(Issue::warning).collect() } else { issues }
}

fn not_outcome(kind: &str) -> Issue {
    error(
        IssueCode::Invalid,
        format!("Mục có search.mode = outcome phải là OperationOutcome, nhưng đây là {kind}."),
        format!(
            "An entry with search.mode = outcome must be an OperationOutcome, but this is {kind}."
        ),
    )
}

fn mode<'b>(entry: &BundleEntry<'b>) -> Option<&'b str> {
    text(member(entry.value, "search")?, "mode")
}

/// The types that a search was for, as its URL says them.
fn types(url: &str) -> Vec<&str> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = path.trim_end_matches("/_search").trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    if ResourceKind::parse(last).is_some() {
        return vec![last];
    }
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("_type="));
    let asked = asked.unwrap_or_default().split(',').flat_map(|part| part.split("%2C"));
    asked.filter(|kind| ResourceKind::parse(kind).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::types;

    #[test]
    fn a_search_says_its_types() {
        assert_eq!(types("http://a/fhir/Patient?name=x"), ["Patient"]);
        assert_eq!(types("Patient/_search"), ["Patient"]);
        assert_eq!(types("http://a/?_type=Patient,Group&x=1"), ["Patient", "Group"]);
        assert!(types("http://a/b?c=d").is_empty());
    }
}
