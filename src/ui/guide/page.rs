//! Which page is at which path, and what all pages have.

use maud::{DOCTYPE, PreEscaped, html};

use super::content::Page;
use super::source::{Guide, text};
use super::words::{self, Words};
use super::{coding, coverage, example, form, index, item, map, profile, rules};
use crate::snapshot::service::Snapshots;

const STYLE: &str = "body{font:16px/1.55 system-ui,sans-serif;margin:0;color:#222}\
main,header,footer{max-width:62rem;margin:0 auto;padding:.6rem 1rem}header{border-bottom:3px solid #f4d84a}\
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem}nav a{white-space:nowrap}h1{margin:.4rem 0;font-size:1.6rem}h2{margin:1.6rem 0 .4rem;font-size:1.2rem}\
a{color:#0b5e8a}code,pre{background:#f6f6f2;font-size:.9em;border-radius:.2rem}code{padding:0 .2rem;overflow-wrap:anywhere}\
pre{padding:.6rem;overflow:auto}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #ddd;padding:.3rem .5rem;text-align:left;vertical-align:top}td.name,td.name code,td.codes code{white-space:nowrap}td.long{min-width:14rem}th{background:#faf7e4}\
.yellow{background:#fff2a8}.white{background:#fff;border:1px solid #bbb}.cell{padding:0 .4rem;border-radius:.2rem}\
.note,small{color:#555}dt{font-weight:600}dd{margin:0 0 .4rem 1rem}li{margin:.2rem 0}details{margin:.3rem 0}\
@media(max-width:40rem){ul,ol{padding-left:1.3rem}pre{font-size:.75em}.wide{overflow-x:visible}.wide table,.wide tbody,.wide tr,.wide td,.wide th{display:block;border:0}\
.wide tr{border:1px solid #ddd;margin:.4rem 0;padding:.3rem .5rem}.wide tr:not(:has(td)),.wide td:empty{display:none}.wide td,.wide th{padding:.1rem 0}\
.wide td.name,.wide td.name code{white-space:normal}.wide td.codes code{display:inline-block;max-width:100%;white-space:normal}}";

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
    let other = Words::new(words.code() == "vi");
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    let markup = html! {
        (DOCTYPE)
        html lang=(words.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (page.title) " – Mebe" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { nav {
                    (words.link("", words.pick("Bộ hướng dẫn", "Guide")))
                    (words.link("/items", words.pick("Các mục của sổ", "Items")))
                    (words.link("/rules", words.pick("Quy tắc giữa các bản ghi", "Rules across records")))
                    (words.link("/coverage", words.pick("Bảng bao phủ", "Coverage")))
                    a href=(other.href(&path)) lang=(other.code()) { (other.pick("Tiếng Việt", "English")) }
                } }
                main { h1 { (page.title) } (page.body) }
            }
        }
    };
    markup.into_string()
}
