//! The questionnaire that a response answers: contained, in the same Bundle, or in the library.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::items::Check;
use crate::fhir::issue::IssueCode;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::member::{member, members, text};
use crate::validation::path::Path;
use crate::validation::rule::finding::{shown, warning};
use crate::validation::walk::{Object, Walk};

/// A questionnaire, and its items by their link ids.
pub(super) struct Questionnaire<'q> {
    pub(super) resource: &'q Value,
    pub(super) items: FxHashMap<&'q str, &'q Value>,
}

/// Checks a response.
pub(in crate::validation::rule) fn check<'a>(
    walk: &mut Walk<'a>,
    object: &'a Object,
    path: &Path<'_>,
) {
    let Some(canonical) = object.get("questionnaire").and_then(Value::as_str) else { return };
    let near = near(walk, canonical);
    let kept = match near {
        Some(_) => None,
        None => ResourceKind::parse("Questionnaire")
            .and_then(|kind| walk.registry.library.find(kind, canonical)),
    };
    let Some(questionnaire) = near.or(kept.as_ref().map(Arc::as_ref)) else {
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

/// The questionnaire beside the response.
fn near<'a>(walk: &Walk<'a>, canonical: &str) -> Option<&'a Value> {
    let is_questionnaire =
        |resource: &&Value| text(resource, "resourceType") == Some("Questionnaire");
    if let Some(id) = canonical.strip_prefix('#') {
        let mut contained = walk.contained.iter().filter(is_questionnaire);
        return contained.find(|resource| text(resource, "id") == Some(id));
    }
    let (url, version) = match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    };
    let entries = walk.bundle.as_ref()?.entries();
    let mut inner = entries.filter_map(|entry| member(entry, "resource")).filter(is_questionnaire);
    inner.find(|resource| {
        let is_version = version.is_none_or(|version| text(resource, "version") == Some(version));
        text(resource, "url") == Some(url) && is_version
    })
}

fn index<'q>(parent: &'q Value, items: &mut FxHashMap<&'q str, &'q Value>) {
    for item in members(parent, "item") {
        if let Some(link) = text(item, "linkId") {
            items.entry(link).or_insert(item);
        }
        index(item, items);
    }
}
