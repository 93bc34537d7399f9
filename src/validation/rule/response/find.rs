//! The questionnaire that a response answers: contained, in the same Bundle, or in the library.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::check::{Check, Questionnaire};
use crate::fhir::issue::IssueCode;
use crate::fhir::member::{members, text};
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{shown, warning};
use crate::validation::rule::known::{self, Known};
use crate::validation::walk::Walk;

/// Checks a response.
pub(in crate::validation::rule) fn check<'a>(
    walk: &mut Walk<'a>,
    object: &'a Object,
    path: &Path<'_>,
) {
    let Some(canonical) = object.get("questionnaire").and_then(Value::as_str) else { return };
    let known = known::find(walk, "Questionnaire", canonical);
    let Some(questionnaire) = known.as_ref().map(Known::resource) else {
        let canonical = shown(canonical);
        let issue = warning(
            IssueCode::NotFound,
            format!(
                "Không biết bộ câu hỏi “{canonical}”, nên các câu trả lời chưa được kiểm tra theo bộ câu hỏi."
            ),
            format!(
                "The questionnaire “{canonical}” is not known, so the answers were not checked against it."
            ),
        );
        return walk.report(&path.child("questionnaire"), issue);
    };
    let mut items = FxHashMap::default();
    index(questionnaire, &mut items);
    let questionnaire = Questionnaire { resource: questionnaire, items };
    Check::new(walk, &questionnaire).whole(path);
}

fn index<'q>(parent: &'q Value, items: &mut FxHashMap<&'q str, &'q Value>) {
    for item in members(parent, "item") {
        if let Some(link) = text(item, "linkId") {
            items.entry(link).or_insert(item);
        }
        index(item, items);
    }
}
