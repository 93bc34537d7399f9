//! The rules across records, as the catalogue lists them.

use maud::html;
use serde_json::Value;

use super::content::Page;
use super::source::{Guide, text, texts};
use super::words::Words;

/// Every rule with its severity, its text, its source and the examples that break it.
pub(super) fn page(guide: &Guide, words: Words) -> Page {
    let title = words.pick("Quy tắc giữa các bản ghi", "Rules across records").to_owned();
    let breaks = |id: &str| -> Vec<&str> {
        let expected = |row: &&Value| {
            row.get("expect").and_then(|expect| expect.get("rule")?.as_str()) == Some(id)
        };
        guide.examples.iter().filter(expected).map(|row| text(row, "id")).collect()
    };
    let body = html! {
        p .note { (words.pick(
            "Kiểm khi ghi, trong cùng một giao dịch, và khi gọi $validate. Chỉ là lỗi khi hồ sơ tự mâu thuẫn; điều hiếm gặp chỉ là cảnh báo.",
            "Checked on write, in the same transaction, and by $validate. They are errors only where a record contradicts itself; what is merely unlikely is a warning.")) }
        div .wide { table {
            tr { th { (words.pick("Mã", "Key")) } th { (words.pick("Mức", "Severity")) }
                 th { (words.pick("Nội dung", "What it says")) } th { (words.pick("Nguồn", "Source")) }
                 th { (words.pick("Ví dụ sai", "Bad examples")) } }
            @for rule in guide.list("rules") {
                @let id = text(rule, "id");
                tr id=(id) {
                    td { code { (id) } br; small { (texts(rule, "records").join(", ")) } }
                    td { (text(rule, "severity")) }
                    td { (rule.get("text").map_or("", |text| words.of(text))) (parameters(rule)) }
                    td { (texts(rule, "source").join("; ")) }
                    td { @for example in breaks(id) { (words.link(&format!("/example/{example}"), example)) " " } }
                }
            }
        } }
    };
    Page { title, body }
}

fn parameters(rule: &Value) -> maud::Markup {
    html! {
        @if let Some(parameters) = rule.get("parameters") {
            details { summary { small { "parameters" } } pre { (super::example::pretty(parameters)) } }
        }
    }
}
