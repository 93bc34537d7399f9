//! One answer: its type, its options, its limits.

use serde_json::Value;

use super::enable::{equal, value};
use super::items::Check;
use super::{limit, option, quantity, reference};
use crate::fhir::issue::IssueCode;
use crate::fhirpath::member::{members, text};
use crate::validation::path::Path;
use crate::validation::rule::finding::error;

const EXCLUSIVE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";

/// Checks an answer against its question.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    answer: &Value,
    path: &Path<'_>,
) {
    let Some((kind, found)) = value(answer, "value") else { return };
    let path = &path.child("value");
    let item = text(question, "type").unwrap_or_default();
    let allowed = types(item);
    if allowed.is_empty() {
        return;
    }
    if !allowed.contains(&kind) {
        let (shown, kind) = (allowed.join(", "), kind.to_owned());
        let issue = error(
            IssueCode::Invariant,
            format!("Câu hỏi loại {item} cần câu trả lời kiểu {shown}, nhưng nhận được {kind}."),
            format!(
                "A question of type {item} takes an answer of type {shown}, but this is {kind}."
            ),
        );
        return check.walk.report(path, issue);
    }
    option::check(check, question, kind, found, path);
    limit::check(check, question, found, path);
    match kind {
        "Quantity" => quantity::check(check, question, found, path),
        "Reference" => reference::check(check, question, found, path),
        _ => {}
    }
}

/// The types of answers to a type of question, as keys say them.
fn types(item: &str) -> &'static [&'static str] {
    match item {
        "boolean" => &["Boolean"],
        "decimal" => &["Decimal"],
        "integer" => &["Integer"],
        "date" => &["Date"],
        "dateTime" => &["DateTime"],
        "time" => &["Time"],
        "string" | "text" => &["String"],
        "url" => &["Uri"],
        "choice" | "open-choice" => &["Coding", "Date", "Time", "Integer", "String", "Reference"],
        "attachment" => &["Attachment"],
        "reference" => &["Reference"],
        "quantity" => &["Quantity"],
        _ => &[],
    }
}

/// Checks that an option which excludes others stands alone.
pub(super) fn exclusive(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    answers: &[Value],
    path: &Path<'_>,
) {
    if answers.len() < 2 {
        return;
    }
    let is_exclusive = |option: &&Value| {
        let mut marks = members(option, "extension").iter();
        marks.any(|mark| {
            text(mark, "url") == Some(EXCLUSIVE)
                && value(mark, "value").is_some_and(|(_, value)| value == true)
        })
    };
    for option in members(question, "answerOption").iter().filter(is_exclusive) {
        let Some((_, option)) = value(option, "value") else { continue };
        let chosen = answers.iter().position(|answer| {
            value(answer, "value").is_some_and(|(_, found)| equal(found, option))
        });
        if let Some(index) = chosen {
            let issue = error(
                IssueCode::Invariant,
                "Lựa chọn này loại trừ mọi lựa chọn khác, nên không được chọn cùng câu trả lời khác.",
                "This option excludes all others, so it may not be chosen together with another.",
            );
            check.walk.report(&path.item("answer", index), issue);
        }
    }
}
