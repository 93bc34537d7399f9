//! The rules of one Bundle, by its type.

use serde_json::Value;

use super::entry::Entries;
use super::{document, full_url, link, lookalike, message, search};
use crate::fhir::issue::IssueCode;
use crate::fhir::member::text;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::error;
use crate::validation::walk::Walk;

/// Checks a Bundle.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let bundle: &Value = walk.resource;
    let kind = text(bundle, "type").unwrap_or_default();
    let entries = Entries::of(bundle);
    link::check(walk, bundle, kind, path);
    full_url::check(walk, &entries, kind, path);
    // What a transaction stores gets other references.
    if matches!(kind, "document" | "message" | "collection") {
        lookalike::check(walk, &entries, path);
    }
    match kind {
        "document" | "message" => match entries.list.first() {
            None => walk.report(
                path,
                error(
                    IssueCode::Invalid,
                    "Tài liệu hoặc thông điệp phải có ít nhất một mục: Composition hoặc MessageHeader đứng đầu.",
                    "A document or message must have entries, with the Composition or MessageHeader first.",
                ),
            ),
            Some(first) if first.resource.is_none() => walk.report(
                &path.item("entry", 0),
                error(
                    IssueCode::Invalid,
                    "Mục đầu tiên phải chứa tài nguyên.",
                    "The first entry must hold a resource.",
                ),
            ),
            Some(_) if kind == "document" => document::check(walk, bundle, &entries, path),
            Some(_) => message::check(walk, &entries, path),
        },
        "searchset" => search::check(walk, bundle, &entries, path),
        _ => {}
    }
}
