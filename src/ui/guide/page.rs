//! Which page is at which path, and what all pages have.

use maud::html;

use super::content::Page;
use super::source::{Guide, text};
use super::words::{self, Words};
use super::{coding, coverage, example, form, index, item, map, profile, rules};
use crate::snapshot::service::Snapshots;
use crate::ui::frame::{Frame, whole as whole_page};
use crate::ui::say::Say;

/// The page at a path below `/guide`; none when there is none.
pub fn of(snapshots: &Snapshots, path: &str, is_english: bool) -> Option<String> {
    let (guide, words) = (Guide::get(), Words::new(is_english));
    let path = path.trim_matches('/');
    let (kind, id) = path.split_once('/').unwrap_or((path, ""));
    let page = match (kind, id) {
        ("", "") => index::page(guide, words),
        ("items", "") => index::items(guide, words),
        ("rules", "") => rules::page(guide, words),
        ("coverage", "") => coverage::page(guide, words),
        ("profile", id) => profile::page(guide, words, snapshots, id)?,
        ("code-system", id) => coding::system(guide, words, id)?,
        ("value-set", id) => coding::value_set(guide, words, id)?,
        ("form", id) => form::page(guide, words, id)?,
        ("map", id) => map::page(guide, words, id)?,
        ("item", id) => item::page(guide, words, id)?,
        ("example", id) => example::page(guide, words, id)?,
        _ => return None,
    };
    Some(whole(words, path, &page))
}

/// The JSON of a definition or an example: a page's path with `.json` at its end.
pub fn json(snapshots: &Snapshots, path: &str) -> Option<String> {
    let guide = Guide::get();
    let (page, id) = path.trim_matches('/').strip_suffix(".json")?.split_once('/')?;
    let example = || guide.examples.iter().find(|row| text(row, "id") == id)?.get("resource");
    let found = match page {
        "example" => example()?,
        page => guide.definition(words::kind(page)?, id)?,
    };
    let whole = (page == "profile").then(|| snapshots.generate(found).ok()).flatten();
    let found = whole.as_ref().map_or(found, |made| &made.definition);
    Some(example::pretty(found))
}

/// The page that says there is none.
pub fn missing(is_english: bool) -> String {
    let words = Words::new(is_english);
    let title = words.pick("Không có trang này", "There is no such page").to_owned();
    let body = html! { p { (words.link("", words.pick("Về mục lục", "To the contents"))) } };
    whole(words, "", &Page { title, body })
}

fn whole(words: Words, path: &str, page: &Page) -> String {
    let path = if path.is_empty() { "/guide".to_owned() } else { format!("/guide/{path}") };
    let body = html! {
        nav .pages aria-label=(words.pick("Bộ hướng dẫn", "Guide")) {
            (words.link("", words.pick("Bộ hướng dẫn", "Guide")))
            (words.link("/items", words.pick("Các mục của sổ", "Items")))
            (words.link("/rules", words.pick("Quy tắc giữa các bản ghi", "Rules across records")))
            (words.link("/coverage", words.pick("Bảng bao phủ", "Coverage")))
        }
        div .guide { (page.body) }
    };
    let say = Say::new(words.code() == "en");
    whole_page(&Frame { say, title: &page.title, path: &path, query: &[], body })
}
