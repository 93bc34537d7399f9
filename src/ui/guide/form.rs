//! Questionnaires as outlines of forms.

use maud::{Markup, html};
use serde_json::Value;

use super::coding::head;
use super::content::Page;
use super::source::{Guide, list, text};
use super::words::Words;

/// How deep an outline goes.
const DEEPEST: usize = 8;

/// A form.
pub(super) fn page(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let form = guide.definition("Questionnaire", id)?;
    let body = html! {
        (head(words, form))
        p .note { (words.pick(
            "Sau mỗi câu: kiểu, rồi linkId dùng trong phiếu trả lời (QuestionnaireResponse); nhóm cũng có linkId và câu trả lời nằm trong nhóm của nó.",
            "After each question: its type, then the linkId to answer it by (QuestionnaireResponse); groups have one, too, and answers stand within their group.")) }
        (outline(guide, words, list(form, "item"), DEEPEST))
    };
    Some(Page { title: words.translated(form, "title").to_owned(), body })
}

fn outline(guide: &Guide, words: Words, items: &[Value], depth: usize) -> Markup {
    html! {
        @if let (Some(below), false) = (depth.checked_sub(1), items.is_empty()) {
            ul { @for item in items {
                li { (field(guide, words, item)) (outline(guide, words, list(item, "item"), below)) }
            } }
        }
    }
}

fn field(guide: &Guide, words: Words, item: &Value) -> Markup {
    let id = text(item, "linkId");
    let is_required = item.get("required") == Some(&Value::Bool(true));
    let answers = text(item, "answerValueSet");
    html! {
        b { (words.translated(item, "text")) }
        @if is_required { " *" }
        " " small { (text(item, "type")) " · "
            @if guide.item(id).is_some() { (words.link(&format!("/item/{id}"), id)) } @else { code { (id) } }
            @if !answers.is_empty() { " · " (words.canonical(guide, answers)) }
            @for extension in list(item, "extension") { (limit(extension)) } }
        @if !list(item, "answerOption").is_empty() {
            ul { @for option in list(item, "answerOption") {
                @let coding = option.get("valueCoding").unwrap_or(option);
                li { code { (text(coding, "code")) } " " (text(coding, "display")) (text(option, "valueString")) }
            } }
        }
    }
}

/// A unit or a limit of a field.
fn limit(extension: &Value) -> Markup {
    let name = text(extension, "url").rsplit('/').next().unwrap_or_default();
    let coding = extension.get("valueCoding").map(|coding| text(coding, "code"));
    let number = || {
        let value = extension.get("valueInteger").or_else(|| extension.get("valueDecimal"));
        value.map(ToString::to_string).unwrap_or_default()
    };
    html! {
        @match name {
            "questionnaire-unit" => { " · " code { (coding.unwrap_or_default()) } }
            "minValue" => { " · ≥ " (number()) }
            "maxValue" => { " · ≤ " (number()) }
            _ => {}
        }
    }
}
