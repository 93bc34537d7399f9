//! An example, good or bad, and lists of them.

use maud::{Markup, html};
use serde_json::Value;

use super::content::Page;
use super::source::{Guide, list, text, texts};
use super::words::Words;

/// The examples a table shows at once.
const MOST: usize = 40;

/// The page of an example.
pub(super) fn page(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let row = guide.examples.iter().find(|row| text(row, "id") == id)?;
    let items = texts(row, "items");
    let body = html! {
        p { (fault(words, row)) }
        @if let Some(said) = said(guide, words, row) { p .note { (said) } }
        @if let Some(profile) = row.get("profile").and_then(Value::as_str) {
            p { (words.pick("Khuôn dữ liệu: ", "Profile: ")) (words.canonical(guide, profile)) }
        }
        @if !items.is_empty() {
            p { (words.pick("Mục: ", "Items: "))
                @for item in items { (words.link(&format!("/item/{item}"), item)) " " } }
        }
        p { a href=(format!("/guide/example/{id}.json")) { "JSON" } }
        pre { (row.get("resource").map(pretty).unwrap_or_default()) }
        p .note { code { "profiles/examples/" (text(row, "file")) } }
    };
    Some(Page { title: id.to_owned(), body })
}

/// What must be found about an example.
fn fault(words: Words, row: &Value) -> Markup {
    let expect = row.get("expect").filter(|expect| !expect.is_null());
    html! {
        @match expect {
            None => { (words.pick("Ví dụ đúng: được nhận.", "A good example: it is accepted.")) }
            Some(expect) => {
                (words.pick("Ví dụ sai: ", "A bad example: "))
                b { (text(expect, "severity")) } " " code { (text(expect, "element")) } " "
                code { (expect.get("rule").and_then(Value::as_str).unwrap_or_else(|| text(expect, "kind"))) }
            }
        }
    }
}

/// What the rule says that a bad example breaks.
fn said<'g>(guide: &'g Guide, words: Words, row: &'g Value) -> Option<&'g str> {
    let rule = row.get("expect")?.get("rule")?.as_str()?;
    let across = guide.list("rules").iter().find(|one| text(one, "id") == rule);
    if let Some(across) = across {
        return across.get("text").map(|text| words.of(text));
    }
    let elements = guide
        .of_type("StructureDefinition")
        .filter_map(|one| one.get("differential"))
        .flat_map(|differential| list(differential, "element"));
    let mut constraints = elements.flat_map(|element| list(element, "constraint"));
    constraints.find(|one| text(one, "key") == rule).map(|one| words.translated(one, "human"))
}

/// A list of examples, those that are good first.
pub(super) fn listed(words: Words, rows: &[&Value]) -> Markup {
    let is_good = |row: &&&Value| row.get("expect").is_some_and(Value::is_null);
    let (good, bad): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(is_good);
    html! {
        @for (heading, rows) in [(words.pick("Ví dụ đúng", "Good examples"), good), (words.pick("Ví dụ sai", "Bad examples"), bad)] {
            @if !rows.is_empty() {
                h2 { (heading) " (" (rows.len()) ")" }
                ul { @for row in rows.iter().take(MOST) {
                    @let id = text(row, "id");
                    li { (words.link(&format!("/example/{id}"), id))
                        @if let Some(expect) = row.get("expect").filter(|expect| !expect.is_null()) {
                            " – " (text(expect, "severity")) " " code { (text(expect, "element")) } " "
                            code { (expect.get("rule").and_then(Value::as_str).unwrap_or_else(|| text(expect, "kind"))) }
                        } }
                } }
                @if rows.len() > MOST { p .note { "… " (rows.len().saturating_sub(MOST)) } }
            }
        }
    }
}

/// JSON as people read it.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
