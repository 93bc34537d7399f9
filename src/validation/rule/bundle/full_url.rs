//! `Bundle.entry.fullUrl`, <https://hl7.org/fhir/R4/bundle.html#bundle-unique>: there, absolute, and
//! the URL of the resource in the entry.

use super::entry::{BundleEntry, Entries};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};
use crate::validation::element::path::Path;
use crate::validation::rule::absolute::is_absolute;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Checks the URLs of all entries.
pub(super) fn check(walk: &mut Walk<'_>, entries: &Entries<'_>, kind: &str, path: &Path<'_>) {
    let may_lack =
        matches!(kind, "transaction" | "transaction-response" | "batch" | "batch-response");
    for (at, entry) in entries.list.iter().enumerate() {
        let path = path.item("entry", at);
        let issue = match entry.full_url {
            Some(url) => wrong(url, entry),
            None if may_lack || is_outcome(entry) => None,
            None => Some(error(
                IssueCode::Invalid,
                "Thiếu fullUrl: trừ transaction và batch, mỗi mục của Bundle phải có fullUrl là định danh của tài nguyên trong mục.",
                "The fullUrl is missing: except in transactions and batches, each entry has one, which identifies its resource.",
            )),
        };
        if let Some(issue) = issue {
            walk.report(&path.child("fullUrl"), when_strict(walk, issue));
        }
    }
}

/// What a search says of itself has no identity.
fn is_outcome(entry: &BundleEntry<'_>) -> bool {
    let mode = member(entry.value, "search").and_then(|search| text(search, "mode"));
    mode == Some("outcome") && entry.kind == Some("OperationOutcome")
}

fn wrong(url: &str, entry: &BundleEntry<'_>) -> Option<Issue> {
    let shown = shown(url);
    if !is_absolute(url) {
        return Some(error(
            IssueCode::Invalid,
            format!("fullUrl phải là URL tuyệt đối, không phải “{shown}”."),
            format!("The fullUrl must be an absolute URL, not “{shown}”."),
        ));
    }
    let (kind, Some(target)) = (entry.kind?, restful(url)) else { return None };
    let Some(id) = entry.id else {
        return Some(error(
            IssueCode::Invalid,
            format!("fullUrl “{shown}” là URL trên máy chủ FHIR, nhưng tài nguyên không có id."),
            format!("The fullUrl “{shown}” is that of a FHIR server, but the resource has no id."),
        ));
    };
    (target != format!("{kind}/{id}")).then(|| {
        error(
            IssueCode::Invalid,
            format!(
                "fullUrl “{shown}” là URL trên máy chủ FHIR, nên phải kết thúc bằng {kind}/{id}."
            ),
            format!(
                "The fullUrl “{shown}” is that of a FHIR server, so it must end in {kind}/{id}."
            ),
        )
    })
}

/// `Patient/1` of a URL that a FHIR server may have.
fn restful(url: &str) -> Option<&str> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return None;
    }
    let url = url.split_once("/_history/").map_or(url, |(url, _)| url);
    let (rest, id) = url.rsplit_once('/')?;
    let (_, kind) = rest.rsplit_once('/')?;
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let is_id = (1..=64).contains(&id.len()) && id.bytes().all(legal);
    ResourceKind::parse(kind).filter(|_| is_id)?;
    url.get(rest.len() - kind.len()..)
}

#[cfg(test)]
mod tests {
    use super::restful;

    #[test]
    fn urls_of_servers_end_in_type_and_id() {
        assert_eq!(restful("http://a/fhir/Patient/1"), Some("Patient/1"));
        assert_eq!(restful("https://a/Patient/1/_history/2"), Some("Patient/1"));
        for other in ["urn:uuid:1", "http://a/Chicken/1", "http://a/Patient/1?a", "http://a"] {
            assert_eq!(restful(other), None, "{other}");
        }
    }
}
