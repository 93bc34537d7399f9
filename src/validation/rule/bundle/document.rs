//! Documents, <https://hl7.org/fhir/R4/documents.html#content>: a Composition first, all that it
//! refers to in the Bundle, and nothing in it that does not belong to it.

use serde_json::Value;

use super::entry::{BundleEntry, Entries};
use super::reach::linked;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Checks a document.
pub(super) fn check(walk: &mut Walk<'_>, bundle: &Value, entries: &Entries<'_>, path: &Path<'_>) {
    let Some(first) = entries.list.first() else { return };
    let Some(composition) = first.resource else { return };
    let entry = path.item("entry", 0);
    let place = entry.child("resource");
    if first.kind != Some("Composition") {
        let issue = error(
            IssueCode::Invalid,
            "Mục đầu tiên của tài liệu phải là Composition.",
            "The first entry of a document must be a Composition.",
        );
        return walk.report(&place, issue);
    }
    let mut checked = Checked { walk, entries, first };
    checked.references(composition, &["subject", "encounter", "author", "custodian"], &place);
    for (at, attester) in members(composition, "attester").iter().enumerate() {
        checked.references(attester, &["party"], &place.item("attester", at));
    }
    for (at, event) in members(composition, "event").iter().enumerate() {
        checked.references(event, &["detail"], &place.item("event", at));
    }
    checked.sections(composition, &place);
    unlinked(walk, bundle, entries, path);
}

struct Checked<'w, 'a, 'b> {
    walk: &'w mut Walk<'a>,
    entries: &'w Entries<'b>,
    first: &'w BundleEntry<'b>,
}

impl Checked<'_, '_, '_> {
    fn sections(&mut self, parent: &Value, path: &Path<'_>) {
        for (at, section) in members(parent, "section").iter().enumerate() {
            let path = path.item("section", at);
            self.references(section, &["author", "focus", "entry"], &path);
            self.sections(section, &path);
        }
    }

    /// Checks that the references of some elements lead to one entry each.
    fn references(&mut self, object: &Value, names: &[&str], path: &Path<'_>) {
        for name in names {
            let is_list = matches!(member(object, name), Some(Value::Array(_)));
            for (at, reference) in members(object, name).iter().enumerate() {
                let Some(text) = text(reference, "reference") else { continue };
                let place = if is_list { path.item(name, at) } else { path.child(name) };
                if let Some(issue) = self.unresolved(text) {
                    self.walk.report(&place, when_strict(self.walk, issue));
                }
            }
        }
    }

    fn unresolved(&self, reference: &str) -> Option<Issue> {
        if reference.starts_with('#') {
            return None;
        }
        let found = self.entries.resolve(self.first, reference).len();
        let reference = shown(reference);
        match found {
            0 => Some(error(
                IssueCode::NotFound,
                format!(
                    "Không tìm thấy “{reference}” trong tài liệu: mọi thứ Composition tham chiếu phải nằm trong Bundle, với fullUrl khớp với tham chiếu."
                ),
                format!(
                    "“{reference}” is not in the document: all that the Composition refers to is in the Bundle, under the fullUrl that the reference means."
                ),
            )),
            1 => None,
            many => Some(error(
                IssueCode::MultipleMatches,
                format!("“{reference}” trỏ đến {many} mục của tài liệu."),
                format!("“{reference}” means {many} entries of the document."),
            )),
        }
    }
}

fn unlinked(walk: &mut Walk<'_>, bundle: &Value, entries: &Entries<'_>, path: &Path<'_>) {
    for (at, is_linked) in linked(bundle, entries).into_iter().enumerate() {
        if is_linked {
            continue;
        }
        let url = entries.list.get(at).and_then(|entry| entry.full_url).unwrap_or("-");
        let url = shown(url);
        let issue = error(
            IssueCode::Informational,
            format!(
                "Mục “{url}” không có liên kết nào (xuôi hay ngược) với Composition của tài liệu."
            ),
            format!(
                "The entry “{url}” is not linked, forwards or backwards, with the document's Composition."
            ),
        );
        walk.report(&path.item("entry", at), when_strict(walk, issue));
    }
}
