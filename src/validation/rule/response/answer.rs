//! One answer: its type, its options, its limits.

use serde_json::Value;

use super::check::Check;
use super::enable::{equal, value};
use super::{limit, option, quantity, reference};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};

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
    if kind == "Reference"
        && let Some(issue) = unknown_type(found)
    {
        let issue = when_strict(check.walk, issue);
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

/// A URL that ends as those of resources do, with a type that R4 has not.
fn unknown_type(reference: &Value) -> Option<Issue> {
    let url = text(reference, "reference").filter(|url| url.starts_with("http"))?;
    let url = url.split_once("/_history/").map_or(url, |(current, _)| current);
    let mut parts = url.rsplit('/');
    let (id, name) = (parts.next()?, parts.next()?);
    let is_like_one = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic())
        && ResourceId::parse(id).is_some();
    (is_like_one && ResourceKind::parse(name).is_none()).then(|| {
        let name = shown(name);
        error(
            IssueCode::Invariant,
            format!("“{name}” trong tham chiếu không phải là loại tài nguyên của FHIR R4."),
            format!("“{name}” in the reference is not a resource type of FHIR R4."),
        )
    })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn urls_of_resources_say_a_type_of_r4() {
        let is_unknown =
            |reference: &str| unknown_type(&json!({ "reference": reference })).is_some();
        for good in
            ["https://a.b/Patient/1", "http://a.b/c/d", "Nope/1", "http://a.b/Foo/a b", "urn:x"]
        {
            assert!(!is_unknown(good), "{good}");
        }
        for bad in ["https://a.b/Chicken/1", "http://a.b/fhir/Pateint/x/_history/2"] {
            assert!(is_unknown(bad), "{bad}");
        }
    }
}
