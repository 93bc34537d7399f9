//! A resource as a page for people: its elements, links that follow references, and its JSON one click
//! away. What is stored is shown as text only: nothing of it becomes part of the page.

use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Frame, whole};
use super::say::Say;
use crate::budget;
use crate::fhir::issue::Language;
use crate::fhir::reference::Target;

/// Elements that may lie inside each other on a page.
const DEPTH: usize = 24;
/// Characters of a text that a page shows.
const TEXT: usize = 4_000;
/// Entries of a Bundle that a page lists.
const ENTRIES: usize = 1_000;

/// What is shown, and where it is.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    pub resource: &'a Value,
    /// The base URL.
    pub base: &'a str,
    pub here: Here<'a>,
    pub language: Language,
}

/// Where a page is: its address, and that of the same as JSON and as XML.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    pub json: &'a str,
    pub xml: &'a str,
    pub path: &'a str,
    pub query: &'a [(String, String)],
    /// Whether the address said the language, which links then say as well.
    pub is_said: bool,
}

/// What all parts of a page know.
#[derive(Clone, Copy)]
struct Place<'a> {
    base: &'a str,
    say: Say,
    is_said: bool,
}

impl Place<'_> {
    /// The address of something below the base, in the language of the page.
    fn at(self, below: &str) -> String {
        self.told(&format!("{}/{below}", self.base))
    }

    fn told(self, address: &str) -> String {
        if self.is_said { self.say.told(address) } else { address.to_owned() }
    }
}

/// The page.
pub fn page(shown: &Shown<'_>) -> String {
    let Shown { resource, base, here, language } = *shown;
    let say = Say { language };
    let place = Place { base, say, is_said: here.is_said };
    let title = title(resource, say);
    let body = html! {
        nav .pages aria-label=(say.pick("Tài nguyên", "Resource")) {
            a href=(here.json) { "JSON" }
            a href=(here.xml) { "XML" }
            (around(resource, place))
        }
        @if let Some(label) = label(resource) { p .big { (label) } }
        @if resource.get("resourceType").is_some_and(|kind| kind == "Bundle") {
            (entries(resource, place))
        } @else {
            (members(resource, place, 0))
        }
        p .dim { (say.pick(
            "Trang này để người đọc; phần mềm nhận JSON hoặc XML như trước (Accept).",
            "This page is for people; software gets JSON or XML as before (Accept).",
        )) }
    };
    whole(&Frame { say, title: &title, path: here.path, query: here.query, body })
}

fn title(resource: &Value, say: Say) -> String {
    let text = |key: &str| resource.get(key).and_then(Value::as_str);
    match (text("resourceType"), text("id")) {
        (Some("Bundle"), None) => match text("type") {
            Some("history") => say.pick("Các phiên bản", "Versions").to_owned(),
            _ => say.pick("Kết quả tìm", "Results").to_owned(),
        },
        (Some(kind), Some(id)) => format!("{kind}/{id}"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => "–".to_owned(),
    }
}

/// Where to go from a resource: its booklet, its history and its type; the pages beside one of a Bundle.
fn around(resource: &Value, place: Place<'_>) -> Markup {
    let text = |key: &str| resource.get(key).and_then(Value::as_str);
    let say = place.say;
    let links = resource.get("link").and_then(Value::as_array).into_iter().flatten();
    html! {
        @match (text("resourceType"), text("id")) {
            (Some("Bundle"), None) => {
                @for (relation, url) in links.filter_map(page_link) {
                    @match relation {
                        "first" => a href=(place.told(url)) { (say.pick("Trang đầu", "First page")) },
                        "previous" => a href=(place.told(url)) { (say.pick("Trang trước", "Previous page")) },
                        "next" => a href=(place.told(url)) { (say.pick("Trang sau", "Next page")) },
                        _ => {},
                    }
                }
            },
            (Some(kind), Some(id)) => {
                a href=(place.at(&format!("{kind}/{id}/_history"))) { (say.pick("Các phiên bản", "Versions")) }
                a href=(place.at(kind)) { (kind) }
                @if kind == "Patient" {
                    a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Mở sổ", "Open the booklet")) }
                }
            },
            _ => {},
        }
    }
}

fn page_link(link: &Value) -> Option<(&str, &str)> {
    Some((link.get("relation")?.as_str()?, link.get("url")?.as_str()?))
}

/// The entries of a Bundle: a line each.
fn entries(bundle: &Value, place: Place<'_>) -> Markup {
    let entries = bundle.get("entry").and_then(Value::as_array);
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).map(cut);
    html! {
        @if let Some(total) = bundle.get("total").map(ToString::to_string) {
            p .dim { (place.say.pick(format!("Tất cả: {total}"), format!("Total: {total}"))) }
        }
        @if entries.is_empty() { p { (place.say.pick("Không có bản ghi nào.", "There are no records.")) } }
        table .members {
            @for entry in entries.iter().take(ENTRIES) {
                @if budget::spend(64).is_ok() {
                    tr {
                        th scope="row" { (link_to(entry, place)) }
                        td { (entry.get("resource").and_then(label).unwrap_or_default()) }
                        td .dim {
                            (text(entry, "/request/method").unwrap_or_default()) " "
                            (text(entry, "/response/lastModified")
                                .or_else(|| text(entry, "/resource/meta/lastUpdated"))
                                .unwrap_or_default())
                        }
                    }
                }
            }
        }
    }
}

fn link_to(entry: &Value, place: Place<'_>) -> Markup {
    let text = |path: &str| entry.pointer(path).and_then(Value::as_str);
    let version = text("/response/etag").and_then(|tag| tag.split('"').nth(1));
    match (text("/resource/resourceType"), text("/resource/id")) {
        (Some(kind), Some(id)) => html! {
            @let below = version.map_or_else(|| format!("{kind}/{id}"), |version| format!("{kind}/{id}/_history/{version}"));
            a href=(place.at(&below)) {
                (kind) "/" (id) @if let Some(version) = version { " v" (version) }
            }
        },
        (Some(kind), None) => html! { (kind) },
        _ => html! { (text("/fullUrl").map(cut).unwrap_or_default()) },
    }
}

/// What a resource is called by: its name, or what it is about.
fn label(resource: &Value) -> Option<String> {
    let text = |path: &str| resource.pointer(path).and_then(Value::as_str).map(cut);
    let name = || {
        let name = resource.pointer("/name/0")?;
        let part = |key: &str| name.get(key).and_then(Value::as_str);
        let given = name.get("given").and_then(Value::as_array).into_iter().flatten();
        let parts = part("family").into_iter().chain(given.filter_map(Value::as_str));
        let whole = parts.collect::<Vec<_>>().join(" ");
        part("text").map(cut).or_else(|| (!whole.is_empty()).then(|| cut(&whole)))
    };
    let first = |paths: &[&str]| paths.iter().find_map(|path| text(path));
    name().or_else(|| {
        first(&[
            "/title",
            "/name",
            "/code/text",
            "/code/coding/0/display",
            "/vaccineCode/text",
            "/vaccineCode/coding/0/display",
            "/type/text",
            "/type/0/text",
            "/class/display",
            "/issue/0/details/text",
            "/description",
        ])
    })
}

/// The members of an object.
fn members(object: &Value, place: Place<'_>, depth: usize) -> Markup {
    let own = object.as_object().into_iter().flatten();
    // The narrative says the same once more.
    let shown = own.filter(|(key, value)| !(*key == "text" && value.get("div").is_some()));
    html! {
        table .members {
            @for (key, value) in shown.filter(|(key, _)| *key != "resourceType" || depth > 0) {
                @for item in items(value) {
                    tr { th scope="row" { (cut(key)) } td { (shown_value(key, item, place, depth)) } }
                }
            }
        }
    }
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        value => vec![value],
    }
}

fn shown_value(key: &str, value: &Value, place: Place<'_>, depth: usize) -> Markup {
    // Who has nothing left sees the rest in JSON.
    if depth > DEPTH || budget::spend(16).is_err() {
        return html! { "…" };
    }
    match value {
        Value::Object(_) => members(value, place, depth + 1),
        Value::Array(items) => html! {
            @for item in items { (shown_value(key, item, place, depth + 1)) " " }
        },
        Value::String(text) => html! {
            @match address(key, text, place) {
                Some(address) => a href=(address) { (cut(text)) },
                None => (cut(text)),
            }
        },
        Value::Null => html! {},
        other => html! { (other.to_string()) },
    }
}

/// Where a text leads: a reference to a resource of this server, or to another one on the web.
fn address(key: &str, text: &str, place: Place<'_>) -> Option<String> {
    if key != "reference" {
        return None;
    }
    match Target::parse(text, place.base) {
        Target::Local { kind, id, version: None } => Some(place.at(&format!("{kind}/{id}"))),
        Target::Local { kind, id, version: Some(version) } => {
            Some(place.at(&format!("{kind}/{id}/_history/{version}")))
        }
        Target::Absolute(url) if url.starts_with("https://") || url.starts_with("http://") => {
            Some(url.to_owned())
        }
        _ => None,
    }
}

/// A text, as long as a page shows it.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(resource: &Value) -> String {
        let base = "http://127.0.0.1:8080/fhir";
        let here = Here {
            json: "/x?_format=json",
            xml: "/x?_format=xml",
            path: "/x",
            query: &[],
            is_said: true,
        };
        page(&Shown { resource, base, here, language: Language::English })
    }

    #[test]
    fn references_are_links_and_nothing_stored_is_part_of_the_page() {
        let page = shown(&json!({ "resourceType": "Observation", "id": "a",
            "subject": { "reference": "Patient/me" }, "note": [{ "text": "<script>alert(1)</script>" }],
            "performer": [{ "reference": "https://other.example/fhir/Practitioner/1" },
                { "reference": "javascript:alert(1)" }, { "reference": "#c" }] }));
        assert!(page.contains("href=\"http://127.0.0.1:8080/fhir/Patient/me?lang=en\""), "{page}");
        assert!(page.contains("href=\"https://other.example/fhir/Practitioner/1\""));
        assert!(
            page.contains("href=\"/x?_format=json\"") && page.contains("/Observation/a/_history")
        );
        assert!(!page.contains("<script") && !page.contains("href=\"javascript"));
    }

    #[test]
    fn what_is_nested_or_long_is_cut() {
        let mut value = json!("x");
        for _ in 0..100 {
            value = json!({ "extension": [value] });
        }
        value["resourceType"] = json!("Basic");
        value["name"] = json!("a".repeat(10_000));
        let page = shown(&value);
        assert!(page.contains('…') && page.len() < 20_000, "{}", page.len());
    }
}
