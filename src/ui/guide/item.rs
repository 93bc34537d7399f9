//! An item of the booklet: all the catalogue says of it.

use maud::{Markup, html};
use serde_json::Value;

use super::coding::cell;
use super::example;
use super::page::Page;
use super::source::{Guide, list, text, texts};
use super::words::Words;

/// The page of an item.
pub(super) fn page(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let item = guide.item(id)?;
    let label = item.get("label").map_or("", |label| words.of(label));
    let rows: Vec<&Value> =
        guide.examples.iter().filter(|row| texts(row, "items").contains(&id)).collect();
    let body = html! {
        (unverified(words, item))
        dl { (place(guide, words, item)) (value(guide, words, item)) (origin(words, item)) }
        (codes(words, item))
        (ranges(words, item))
        (colours(guide, words, item))
        (exchange(words, item))
        (example::listed(words, &rows))
    };
    Some(Page { title: format!("{id} – {label}"), body })
}

fn unverified(words: Words, item: &Value) -> Markup {
    html! {
        @if item.get("verified") != Some(&Value::Bool(true)) {
            p .note { (words.pick("Chưa được đối chiếu với sổ in.", "Not verified against the printed booklet.")) }
        }
    }
}

fn pair(name: &str, value: &Markup) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

fn place(guide: &Guide, words: Words, item: &Value) -> Markup {
    let section =
        guide.list("sections").iter().find(|one| text(one, "section") == text(item, "section"));
    let section = section.and_then(|one| one.get("title")).map_or("", |title| words.of(title));
    let carrier = item.get("carrier").map(|carrier| text(carrier, "path")).unwrap_or_default();
    let profiles = [text(item, "profile")].into_iter().chain(texts(item, "otherProfiles"));
    let subject = match text(item, "subject") {
        "mother" => words.pick("mẹ", "mother"),
        "child" => words.pick("trẻ", "child"),
        _ => words.pick("thai nhi", "fetus"),
    };
    let required = texts(item, "requiredAt").join(", ");
    html! {
        (pair(words.pick("Phần", "Section"), &html! { (section) " " small { (text(item, "page")) } }))
        (pair(words.pick("Nằm ở", "Where"), &html! { code { (carrier) } }))
        (pair(words.pick("Hồ sơ", "Profile"), &html! { @for id in profiles.filter(|id| !id.is_empty()) { (words.link(&format!("/profile/{id}"), id)) " " } }))
        (pair(words.pick("Về ai", "About"), &html! { (subject) ", " (text(item, "per")) " " small { (text(item, "cardinality")) } }))
        @if !required.is_empty() { (pair(words.pick("Cần có ở", "Required at"), &html! { (required) })) }
    }
}

fn value(guide: &Guide, words: Words, item: &Value) -> Markup {
    let Some(value) = item.get("value") else { return html! {} };
    let types = texts(value, "types").join(", ");
    let units: Vec<&str> = match texts(value, "units") {
        several if !several.is_empty() => several,
        _ => Some(text(value, "unit")).filter(|unit| !unit.is_empty()).into_iter().collect(),
    };
    let (set, list) = (text(value, "valueSet"), text(value, "list"));
    html! {
        @if !types.is_empty() { (pair(words.pick("Kiểu giá trị", "Type of value"), &html! { (types) })) }
        @if !units.is_empty() { (pair(words.pick("Đơn vị (UCUM)", "Unit (UCUM)"), &html! { @for unit in units { code { (unit) } " " } })) }
        @if !list.is_empty() { (pair(words.pick("Câu trả lời", "Answers"), &words.link(&format!("/code-system/{list}"), list))) }
        @if !set.is_empty() { (pair(words.pick("Bộ mã", "Value set"), &words.canonical(guide, set))) }
        @if !text(value, "notDone").is_empty() { (pair(words.pick("Không làm", "Not done"), &html! { (text(value, "notDone")) })) }
    }
}

fn origin(words: Words, item: &Value) -> Markup {
    html! {
        (pair(words.pick("Nguồn", "Source"), &html! { (texts(item, "source").join("; ")) }))
        (pair(words.pick("Mức chắc chắn", "Certainty"), &html! { (text(item, "certainty")) }))
    }
}

fn codes(words: Words, item: &Value) -> Markup {
    html! {
        @if !list(item, "codes").is_empty() {
            h2 { (words.pick("Mã", "Codes")) }
            div .wide { table { @for coding in list(item, "codes") {
                tr { td { code { (text(coding, "system")) "|" (text(coding, "code")) } } td { (text(coding, "display")) }
                     td { small { (text(coding, "certainty")) " " (text(coding, "source")) } } }
            } } }
        }
    }
}

fn ranges(words: Words, item: &Value) -> Markup {
    let range = |name: &str| item.get("range").and_then(|ranges| ranges.get(name));
    let end =
        |limits: &Value, name: &str| limits.get(name).map(ToString::to_string).unwrap_or_default();
    let rows = [
        ("possible", words.pick("Có thể (ngoài khoảng: lỗi)", "Possible (error outside)")),
        ("plausible", words.pick("Hợp lý (ngoài khoảng: cảnh báo)", "Plausible (warning outside)")),
    ];
    html! {
        @if item.get("range").is_some() {
            h2 { (words.pick("Khoảng giá trị", "Ranges")) }
            div .wide { table { @for (name, label) in rows {
                @if let Some(limits) = range(name) {
                    tr { td { (label) } td { (end(limits, "low")) " – " (end(limits, "high")) } td { small { (text(limits, "source")) } } }
                }
            } } }
        }
    }
}

fn colours(guide: &Guide, words: Words, item: &Value) -> Markup {
    let name = item.get("value").map(|value| text(value, "list")).unwrap_or_default();
    let answers = guide.list("lists").iter().find(|one| text(one, "name") == name);
    let answers = answers.map(|one| list(one, "concepts")).unwrap_or_default();
    let note = text(item, "colourNote");
    html! {
        @if !answers.is_empty() || !list(item, "colours").is_empty() {
            h2 { (words.pick("Màu ô (đề xuất)", "Cell colours (proposed)")) }
            ul {
                @for answer in answers {
                    li { (cell(words, text(answer, "colour"))) " " code { (text(answer, "code")) } " " (words.of(answer)) } }
                @for colour in list(item, "colours") {
                    li { (cell(words, text(colour, "colour"))) " " (colour.get("when").map(condition).unwrap_or_default()) } }
            }
        }
        @if !note.is_empty() { p .note { (note) } }
    }
}

/// When a cell has a colour.
fn condition(when: &Value) -> String {
    let signs = [("low", "≥"), ("above", ">"), ("high", "≤"), ("below", "<"), ("boolean", "=")];
    let parts = signs.iter().filter_map(|(name, sign)| Some(format!("{sign} {}", when.get(name)?)));
    parts.collect::<Vec<_>>().join(", ")
}

fn exchange(words: Words, item: &Value) -> Markup {
    html! {
        @if !list(item, "exchange").is_empty() {
            h2 { (words.pick("Mã trao đổi của Bộ Y tế", "Exchange codes of the Ministry")) }
            div .wide { table { @for row in list(item, "exchange") {
                tr { td { (text(row, "standard")) } td { code { (text(row, "field")) } } td { small { (text(row, "values")) } } }
            } } }
        }
    }
}
