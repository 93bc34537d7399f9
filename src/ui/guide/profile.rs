//! A profile: its tree of elements, its constraints, its items and examples.

use maud::{Markup, html};
use serde_json::Value;

use super::coding::head;
use super::content::Page;
use super::example;
use super::source::{Guide, list, text, texts};
use super::words::Words;
use crate::snapshot::service::Snapshots;

/// The page of a profile or an extension.
pub(super) fn page(guide: &Guide, words: Words, snapshots: &Snapshots, id: &str) -> Option<Page> {
    let profile = guide.definition("StructureDefinition", id)?;
    let changed = elements(profile, "differential");
    let made = snapshots.generate(profile).ok();
    let whole =
        made.as_ref().map(|made| elements(&made.definition, "snapshot")).unwrap_or_default();
    let url = text(profile, "url");
    let rows: Vec<&Value> =
        guide.examples.iter().filter(|row| text(row, "profile") == url).collect();
    let body = html! {
        (head(words, profile))
        p { (words.pick("Làm trên ", "Based on ")) (words.canonical(guide, text(profile, "baseDefinition"))) }
        h2 { (words.pick("Phần tử được quy định", "Constrained elements")) }
        (tree(guide, words, &shown(whole, changed)))
        details { summary { (words.pick("Mọi phần tử", "All elements")) " (" (whole.len()) ")" }
            (tree(guide, words, &whole.iter().collect::<Vec<_>>())) }
        (constraints(words, changed))
        (items(guide, words, id))
        (example::listed(words, &rows))
    };
    Some(Page { title: words.translated(profile, "title").to_owned(), body })
}

fn elements<'v>(definition: &'v Value, part: &str) -> &'v [Value] {
    definition.get(part).map(|part| list(part, "element")).unwrap_or_default()
}

/// The elements of the snapshot that the differential speaks of, those of the differential where
/// the snapshot has none.
fn shown<'v>(whole: &'v [Value], changed: &'v [Value]) -> Vec<&'v Value> {
    let of = |one: &'v Value| whole.iter().find(|other| text(other, "id") == text(one, "id"));
    changed.iter().map(|one| of(one).unwrap_or(one)).collect()
}

fn tree(guide: &Guide, words: Words, elements: &[&Value]) -> Markup {
    html! {
        div .wide { table {
            tr { th { (words.pick("Phần tử", "Element")) } th { (words.pick("Số lượng", "Card.")) }
                 th { (words.pick("Kiểu", "Type")) } th { (words.pick("Nội dung", "What it is")) } }
            @for element in elements { (row(guide, words, element)) }
        } }
    }
}

fn row(guide: &Guide, words: Words, element: &Value) -> Markup {
    let id = text(element, "id");
    let depth = id.matches('.').count();
    let name = id.rsplit('.').next().unwrap_or(id);
    let number = element.get("min").map(ToString::to_string).unwrap_or_default();
    let cardinality = format!("{number}..{}", text(element, "max"));
    html! {
        tr {
            td .name { @for _ in 0..depth { "· " } code title=(id) { (name) } @if element.get("mustSupport") == Some(&Value::Bool(true)) { " S" } }
            td { @if cardinality != ".." { (cardinality) } }
            td { @for kind in list(element, "type") { (type_of(guide, words, kind)) " " } }
            td .long { (short(guide, words, element)) (fixed(element)) (binding(guide, words, element)) }
        }
    }
}

/// What an element is; of an extension what that one is.
fn short<'g>(guide: &'g Guide, words: Words, element: &'g Value) -> &'g str {
    let profiles = list(element, "type").iter().flat_map(|kind| list(kind, "profile"));
    let mut profiles = profiles.filter_map(|url| guide.below(url.as_str()?)?.split_once('/'));
    let extension = profiles.find_map(|(kind, id)| guide.definition(kind, id));
    match extension.filter(|_| text(element, "id").contains("extension:")) {
        Some(extension) => words.translated(extension, "title"),
        None => words.translated(element, "short"),
    }
}

fn type_of(guide: &Guide, words: Words, kind: &Value) -> Markup {
    let code = text(kind, "code").rsplit('/').next().unwrap_or_default();
    let targets = list(kind, "targetProfile").iter().filter_map(Value::as_str);
    let targets: Vec<&str> = targets.map(|url| url.rsplit('/').next().unwrap_or(url)).collect();
    html! {
        (code)
        @if !targets.is_empty() { "(" (targets.join(" | ")) ")" }
        @for profile in list(kind, "profile").iter().filter_map(Value::as_str) { " " (words.canonical(guide, profile)) }
    }
}

/// The value that an element must have or hold.
fn fixed(element: &Value) -> Markup {
    let object = element.as_object();
    let mut all = object.into_iter().flatten();
    let found = all.find(|(key, _)| {
        ["fixed", "pattern", "minValue", "maxValue"].iter().any(|name| key.starts_with(name))
    });
    html! { @if let Some((key, value)) = found { br; small { (key) ": " code { (value.to_string()) } } } }
}

fn binding(guide: &Guide, words: Words, element: &Value) -> Markup {
    html! {
        @if let Some(binding) = element.get("binding") {
            @let set = text(binding, "valueSet");
            @if !set.is_empty() { br; small { (words.canonical(guide, set)) " (" (text(binding, "strength")) ")" } }
        }
    }
}

fn constraints(words: Words, changed: &[Value]) -> Markup {
    let all: Vec<(&Value, &Value)> = changed
        .iter()
        .flat_map(|element| list(element, "constraint").iter().map(move |one| (element, one)))
        .collect();
    html! {
        @if !all.is_empty() {
            h2 { (words.pick("Ràng buộc", "Constraints")) }
            div .wide { table { @for (element, one) in all {
                tr { td { code { (text(one, "key")) } br; small { (text(one, "severity")) } }
                     td .name { code { (text(element, "id")) } }
                     td .long { (words.translated(one, "human"))
                          details { summary { small { "FHIRPath" } } code { (text(one, "expression")) } }
                          @if !text(one, "requirements").is_empty() { small { (text(one, "requirements")) } } } }
            } } }
        }
    }
}

fn items(guide: &Guide, words: Words, profile: &str) -> Markup {
    let is_held = |item: &&Value| {
        text(item, "profile") == profile || texts(item, "otherProfiles").contains(&profile)
    };
    let items: Vec<&Value> = guide.list("items").iter().filter(is_held).collect();
    html! {
        @if !items.is_empty() {
            h2 { (words.pick("Các mục của sổ", "Items of the booklet")) " (" (items.len()) ")" }
            details { summary { (words.pick("Xem", "Show")) }
                ul { @for item in items {
                    @let id = text(item, "id");
                    li { (words.link(&format!("/item/{id}"), id)) " " (item.get("label").map_or("", |label| words.of(label))) }
                } } }
        }
    }
}
