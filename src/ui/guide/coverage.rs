//! Every item → profile → examples → rules: the table that the build makes from the files.

use maud::{Markup, html};
use serde_json::Value;

use super::content::Page;
use super::source::{Guide, text, texts};
use super::words::Words;

/// The table.
pub(super) fn page(guide: &Guide, words: Words) -> Page {
    let rows = guide.list("coverage");
    let covered =
        rows.iter().filter(|row| !texts(row, "good").is_empty() && !texts(row, "bad").is_empty());
    let title = words.pick("Bảng bao phủ", "Coverage").to_owned();
    let body = html! {
        p { (covered.count()) " / " (rows.len()) " "
            (words.pick("mục có cả ví dụ đúng và ví dụ sai. Mục còn lại không phải là dữ liệu.",
                        "items have a good and a bad example. The others are not data.")) }
        div .wide { table {
            tr { th { (words.pick("Mục", "Item")) } th { (words.pick("Khuôn dữ liệu", "Profile")) }
                 th { (words.pick("Mã", "Codes")) } th { (words.pick("Ví dụ đúng", "Good")) }
                 th { (words.pick("Ví dụ sai", "Bad")) } th { (words.pick("Quy tắc", "Rules")) } }
            @for row in rows { (line(guide, words, row)) }
        } }
    };
    Page { title, body }
}

fn line(guide: &Guide, words: Words, row: &Value) -> Markup {
    let item = text(row, "item");
    let label = guide.item(item).and_then(|item| item.get("label"));
    html! {
        tr {
            td { (words.link(&format!("/item/{item}"), item)) br; small { (label.map_or("", |label| words.of(label))) } }
            td { @if let Some(profile) = row.get("profile").and_then(Value::as_str) {
                (words.link(&format!("/profile/{profile}"), profile)) } }
            td .codes { @for code in texts(row, "codes") { code { (short(code)) } " " } }
            td { (examples(words, &texts(row, "good"))) }
            td { (examples(words, &texts(row, "bad"))) }
            td .codes { @for rule in texts(row, "rules") { code { (rule) } " " } }
        }
    }
}

/// A code with the end of its system.
fn short(code: &str) -> &str {
    code.rsplit('/').next().unwrap_or(code)
}

fn examples(words: Words, files: &[&str]) -> Markup {
    html! {
        @for file in files {
            @let name = file.rsplit(['#', '/']).next().unwrap_or(file);
            @let id = name.strip_suffix(".json").unwrap_or(name);
            (words.link(&format!("/example/{id}"), id)) " "
        }
    }
}
