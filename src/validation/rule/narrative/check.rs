//! The rules of one narrative.

use serde_json::Value;

use super::{language, link, reading, structure};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, when_strict};
use crate::validation::walk::Walk;

/// Checks a narrative.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let Some(text) = object.get("div").and_then(Value::as_str) else { return };
    // What is not well-formed breaks txt-1.
    let Some(reading) = reading::read(text) else { return };
    let path = path.child("div");
    if !reading.has_content {
        let issue = error(
            IssueCode::Invariant,
            "txt-2: phần tường thuật phải có nội dung, không chỉ khoảng trắng.",
            "txt-2: the narrative must have content other than white space.",
        );
        walk.report(&path, when_strict(walk, issue));
    }
    for issue in structure::check(text) {
        walk.report(&path, when_strict(walk, issue));
    }
    link::check(walk, &reading, &path);
    language::check(walk, &reading, &path);
}
