//! Messages, <https://hl7.org/fhir/R4/messaging.html>: a `MessageHeader` first, its focus in the
//! Bundle.

use super::entry::Entries;
use super::reach::linked;
use crate::fhir::issue::IssueCode;
use crate::fhir::member::{members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, warning, when_strict};
use crate::validation::walk::Walk;

/// Checks a message.
pub(super) fn check(walk: &mut Walk<'_>, entries: &Entries<'_>, path: &Path<'_>) {
    let Some(first) = entries.list.first() else { return };
    let Some(header) = first.resource else { return };
    let entry = path.item("entry", 0);
    let place = entry.child("resource");
    if first.kind != Some("MessageHeader") {
        let issue = error(
            IssueCode::Invalid,
            "Mục đầu tiên của thông điệp phải là MessageHeader.",
            "The first entry of a message must be a MessageHeader.",
        );
        return walk.report(&place, issue);
    }
    for (at, focus) in members(header, "focus").iter().enumerate() {
        let Some(reference) = text(focus, "reference").filter(|text| !text.starts_with('#')) else {
            continue;
        };
        if entries.resolve(first, reference).is_empty() {
            let reference = shown(reference);
            let issue = error(
                IssueCode::NotFound,
                format!("Không tìm thấy “{reference}” trong thông điệp."),
                format!("“{reference}” is not in the message."),
            );
            walk.report(&place.item("focus", at), when_strict(walk, issue));
        }
    }
    let bundle = walk.resource;
    for (at, is_linked) in linked(bundle, entries).into_iter().enumerate() {
        if is_linked {
            continue;
        }
        let url = shown(entries.list.get(at).and_then(|entry| entry.full_url).unwrap_or("-"));
        let issue = warning(
            IssueCode::Informational,
            format!(
                "Mục “{url}” không có liên kết nào với MessageHeader. Kiểm tra xem có cần gửi kèm không."
            ),
            format!(
                "The entry “{url}” is not linked with the MessageHeader. Check that it is needed."
            ),
        );
        walk.report(&path.item("entry", at), issue);
    }
}
