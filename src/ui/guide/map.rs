//! Concept maps.

use maud::html;

use super::coding::head;
use super::content::Page;
use super::source::{Guide, list, text};
use super::words::Words;

/// A concept map, code by code.
pub(super) fn page(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let map = guide.definition("ConceptMap", id)?;
    let body = html! {
        (head(words, map))
        @for group in list(map, "group") {
            p { (words.canonical(guide, text(group, "source"))) " → " (words.canonical(guide, text(group, "target"))) }
            div .wide { table { @for element in list(group, "element") {
                @for target in list(element, "target") {
                    tr { td { code { (text(element, "code")) } " " (text(element, "display")) }
                         td { (text(target, "equivalence")) }
                         td { code { (text(target, "code")) } " " (text(target, "display")) } }
                }
            } } }
        }
    };
    Some(Page { title: words.translated(map, "title").to_owned(), body })
}
