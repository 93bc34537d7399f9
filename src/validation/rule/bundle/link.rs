//! `Bundle.link`: links that page a search belong to searches only; a document's style sheets are
//! in it, <https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.link>.

use serde_json::Value;

use crate::fhir::issue::IssueCode;
use crate::fhir::member::{members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Checks the links of a Bundle.
pub(super) fn check(walk: &mut Walk<'_>, bundle: &Value, kind: &str, path: &Path<'_>) {
    let mut seen = Vec::new();
    for (at, link) in members(bundle, "link").iter().enumerate() {
        let Some(relation) = text(link, "relation") else { continue };
        let path = path.item("link", at);
        let pages = matches!(relation, "first" | "previous" | "prev" | "next" | "last");
        if pages && !matches!(kind, "searchset" | "history") {
            let issue = error(
                IssueCode::Invalid,
                format!("Liên kết “{relation}” chỉ dùng cho kết quả tìm kiếm, không dùng ở đây."),
                format!("The link “{relation}” is for the results of searches, not for this."),
            );
            walk.report(&path.child("relation"), when_strict(walk, issue));
        } else if pages || relation == "self" {
            if seen.contains(&relation) {
                let issue = error(
                    IssueCode::Invalid,
                    format!("Liên kết “{relation}” xuất hiện nhiều lần."),
                    format!("The link “{relation}” is there more than once."),
                );
                walk.report(&path.child("relation"), when_strict(walk, issue));
            }
            seen.push(relation);
        }
        if kind == "document" && relation == "stylesheet" {
            style_sheet(walk, bundle, link, &path);
        }
    }
}

fn style_sheet(walk: &mut Walk<'_>, bundle: &Value, link: &Value, path: &Path<'_>) {
    let Some(url) = text(link, "url") else { return };
    let mut entries = members(bundle, "entry").iter();
    if entries.any(|entry| text(entry, "fullUrl") == Some(url)) {
        return;
    }
    let url = shown(url);
    let issue = error(
        IssueCode::NotFound,
        format!("Không tìm thấy bảng định kiểu “{url}” trong tài liệu này."),
        format!("The style sheet “{url}” is not in this document."),
    );
    walk.report(&path.child("url"), when_strict(walk, issue));
}
