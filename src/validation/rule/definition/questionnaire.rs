//! Questionnaires: what an `enableWhen` may refer to,
//! <https://hl7.org/fhir/R4/questionnaire.html#2.38.4.10>.
//!
//! That link ids are unique is an invariant of the definition (que-2).

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::fhir::issue::IssueCode;
use crate::fhir::member::{members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, warning, when_strict};
use crate::validation::walk::Walk;

/// Where an item stands: items are numbered in the order they are asked, and those below one have
/// the numbers up to `end`.
#[derive(Debug, Clone, Copy)]
struct ItemPlace {
    at: usize,
    end: usize,
}

/// Checks a Questionnaire.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let questionnaire = walk.resource;
    let mut places = FxHashMap::default();
    number(questionnaire, &mut 0, &mut places);
    items(walk, questionnaire, &places, path);
}

fn number<'q>(parent: &'q Value, next: &mut usize, places: &mut FxHashMap<&'q str, ItemPlace>) {
    for item in members(parent, "item") {
        let at = *next;
        *next += 1;
        number(item, next, places);
        if let Some(link) = text(item, "linkId") {
            places.entry(link).or_insert(ItemPlace { at, end: *next });
        }
    }
}

fn items(
    walk: &mut Walk<'_>,
    parent: &Value,
    places: &FxHashMap<&str, ItemPlace>,
    path: &Path<'_>,
) {
    for (index, item) in members(parent, "item").iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let path = path.item("item", index);
        let own = text(item, "linkId").and_then(|link| places.get(link));
        for (index, condition) in members(item, "enableWhen").iter().enumerate() {
            let path = path.item("enableWhen", index);
            let Some(question) = text(condition, "question") else { continue };
            let target = places.get(question);
            let question = shown(question);
            let issue = match (target, own) {
                (None, _) => error(
                    IssueCode::BusinessRule,
                    format!(
                        "enableWhen trỏ đến câu hỏi “{question}”, nhưng bộ câu hỏi không có linkId này."
                    ),
                    format!(
                        "The enableWhen refers to the question “{question}”, but the questionnaire has no such linkId."
                    ),
                ),
                (Some(target), Some(own)) if target.at == own.at => error(
                    IssueCode::BusinessRule,
                    "enableWhen không được trỏ đến chính mục này.",
                    "An enableWhen may not refer to its own item.",
                ),
                (Some(target), Some(own)) if own.at < target.at && target.at < own.end => error(
                    IssueCode::BusinessRule,
                    format!(
                        "enableWhen không được trỏ đến câu hỏi nằm trong chính mục này (“{question}”): câu hỏi đó chỉ có khi mục này được bật."
                    ),
                    format!(
                        "An enableWhen may not refer to a question inside its own item (“{question}”): that is asked only when this item is enabled."
                    ),
                ),
                (Some(target), Some(own)) if target.at > own.at => warning(
                    IssueCode::BusinessRule,
                    format!("enableWhen trỏ đến câu hỏi “{question}” đứng sau mục này."),
                    format!(
                        "The enableWhen refers to the question “{question}”, which comes after this item."
                    ),
                ),
                _ => continue,
            };
            walk.report(&path, when_strict(walk, issue));
        }
        if members(item, "enableWhen").len() > 1 && text(item, "enableBehavior").is_none() {
            // R4's own expression of the constraint lets two pass.
            let issue = error(
                IssueCode::Invariant,
                "que-12: có nhiều enableWhen thì phải có enableBehavior (all hoặc any).",
                "que-12: with several enableWhen there must be an enableBehavior, all or any.",
            );
            walk.report(&path, when_strict(walk, issue));
        }
        items(walk, item, places, &path);
    }
}
