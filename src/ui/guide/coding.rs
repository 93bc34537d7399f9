//! Code systems and value sets.

use maud::{Markup, html};
use serde_json::Value;

use super::content::Page;
use super::source::{Guide, list, text};
use super::words::{Words, page};

/// Concepts that a page shows; those of communes are thousands.
const MOST: usize = 1000;

/// A code system with its concepts.
pub(super) fn system(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let system = guide.definition("CodeSystem", id)?;
    let concepts = list(system, "concept");
    let listed = guide.list("lists").iter().find(|one| text(one, "name") == id);
    let body = html! {
        (head(words, system))
        div .wide { table {
            tr { th { (words.pick("Mã", "Code")) } th { (words.pick("Tên", "Display")) } th { (words.pick("Màu đề xuất", "Proposed colour")) } }
            @for concept in concepts.iter().take(MOST) { (row(words, listed, concept, 0)) }
        } }
        @if concepts.len() > MOST { p .note { "… " (concepts.len().saturating_sub(MOST)) } }
    };
    Some(Page { title: words.translated(system, "title").to_owned(), body })
}

/// A concept and those below it.
fn row(words: Words, listed: Option<&Value>, concept: &Value, depth: usize) -> Markup {
    let code = text(concept, "code");
    let answers = listed.map(|one| list(one, "concepts")).unwrap_or_default();
    let answer = answers.iter().find(|answer| text(answer, "code") == code);
    let colour = answer.map(|answer| text(answer, "colour")).unwrap_or_default();
    html! {
        tr { td { @for _ in 0..depth { "– " } code { (code) } } td { (words.concept(concept)) }
             td { (cell(words, colour)) } }
        // The guide's systems are two levels deep.
        @if depth < 4 { @for below in list(concept, "concept") { (row(words, listed, below, depth.saturating_add(1))) } }
    }
}

/// A colour as a cell of the booklet has it.
pub(super) fn cell(words: Words, colour: &str) -> Markup {
    html! {
        @match colour {
            "yellow" => span .cell.yellow { (words.pick("vàng", "yellow")) },
            "white" => span .cell.white { (words.pick("trắng", "white")) },
            _ => {}
        }
    }
}

/// A value set: what it takes from where.
pub(super) fn value_set(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let value_set = guide.definition("ValueSet", id)?;
    let compose = value_set.get("compose")?;
    let body = html! {
        (head(words, value_set))
        @for (heading, parts) in [("", list(compose, "include")), (words.pick("Trừ", "Except"), list(compose, "exclude"))] {
            @if !parts.is_empty() && !heading.is_empty() { h2 { (heading) } }
            @for part in parts { (include(guide, words, part)) }
        }
    };
    Some(Page { title: words.translated(value_set, "title").to_owned(), body })
}

fn include(guide: &Guide, words: Words, part: &Value) -> Markup {
    let (system, concepts) = (text(part, "system"), list(part, "concept"));
    html! {
        p { @if !system.is_empty() { (words.canonical(guide, system)) }
            @for set in list(part, "valueSet").iter().filter_map(Value::as_str) { " " (words.canonical(guide, set)) }
            @if concepts.is_empty() { " – " (words.pick("mọi mã", "all codes")) }
            @for filter in list(part, "filter") {
                " " code { (text(filter, "property")) " " (text(filter, "op")) " " (text(filter, "value")) } } }
        @if !concepts.is_empty() {
            div .wide { table { @for concept in concepts {
                @let code = text(concept, "code");
                tr { td { code { (code) } } td { (name(guide, words, system, concept)) } }
            } } }
        }
    }
}

/// What a concept is called, by the value set or by its code system.
fn name<'g>(guide: &'g Guide, words: Words, system: &str, concept: &'g Value) -> &'g str {
    let own = words.concept(concept);
    if !own.is_empty() {
        return own;
    }
    let id = guide.below(system).and_then(|below| below.strip_prefix("CodeSystem/"));
    let known = id.and_then(|id| guide.definition("CodeSystem", id));
    let found = known.and_then(|known| find(list(known, "concept"), text(concept, "code"), 4));
    found.map_or("", |found| words.concept(found))
}

fn find<'v>(concepts: &'v [Value], code: &str, depth: usize) -> Option<&'v Value> {
    let below = depth.checked_sub(1)?;
    concepts.iter().find_map(|concept| match text(concept, "code") == code {
        true => Some(concept),
        false => find(list(concept, "concept"), code, below),
    })
}

/// What every definition says of itself.
pub(super) fn head(words: Words, definition: &Value) -> Markup {
    let purpose = text(definition, "purpose");
    html! {
        p { (words.translated(definition, "description")) }
        p { code { (text(definition, "url")) "|" (text(definition, "version")) } " – " (text(definition, "status"))
            @if let Some(page) = page(text(definition, "resourceType")) {
                " – " a href=(format!("/guide/{page}/{}.json", text(definition, "id"))) { "JSON" }
            } }
        @if !purpose.is_empty() { p .note { (words.pick("Nguồn: ", "Source: ")) (purpose) } }
    }
}
