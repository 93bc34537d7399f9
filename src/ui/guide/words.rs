//! The language of a page.

use maud::{Markup, html};
use serde_json::Value;

use super::source::{Guide, list, text};

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// Vietnamese, or English.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    is_english: bool,
}

impl Words {
    pub(super) fn new(is_english: bool) -> Self {
        Self { is_english }
    }

    pub(super) fn code(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The one of two texts.
    pub(super) fn pick<T>(self, vi: T, en: T) -> T {
        if self.is_english { en } else { vi }
    }

    /// The one of an object `{ vi, en }`.
    pub(super) fn of(self, value: &Value) -> &str {
        text(value, self.code())
    }

    /// A text of a definition, or its translation.
    pub(super) fn translated<'v>(self, value: &'v Value, name: &str) -> &'v str {
        let extensions = value.get(format!("_{name}")).map(|extra| list(extra, "extension"));
        let wanted = |extension: &&Value| {
            let mut parts = list(extension, "extension").iter();
            text(extension, "url") == TRANSLATION
                && parts.any(|part| text(part, "valueCode") == self.code())
        };
        let found = extensions.unwrap_or_default().iter().find(wanted);
        let content = found.and_then(|extension| {
            let mut parts = list(extension, "extension").iter();
            parts.find_map(|part| part.get("valueString").or_else(|| part.get("valueMarkdown")))
        });
        content.and_then(Value::as_str).unwrap_or_else(|| text(value, name))
    }

    /// What a concept is called.
    pub(super) fn concept(self, concept: &Value) -> &str {
        let designations = list(concept, "designation").iter();
        let mut named = designations.filter(|one| text(one, "language") == self.code());
        named.next().map_or_else(|| text(concept, "display"), |one| text(one, "value"))
    }

    /// The address of a page in this language.
    pub(super) fn href(self, path: &str) -> String {
        format!("/guide{path}{}", self.pick("", "?lang=en"))
    }

    /// A link to a page.
    pub(super) fn link(self, path: &str, label: &str) -> Markup {
        html! { a href=(self.href(path)) { (label) } }
    }

    /// A canonical: a link when it is one of the guide's.
    pub(super) fn canonical(self, guide: &Guide, url: &str) -> Markup {
        let plain = url.split('|').next().unwrap_or(url);
        let page = guide.below(plain).and_then(|below| {
            let (kind, id) = below.split_once('/')?;
            guide.definition(kind, id)?;
            Some((page(kind)?, id))
        });
        match page {
            Some((page, id)) => self.link(&format!("/{page}/{id}"), id),
            None => html! { code { (url) } },
        }
    }
}

/// The types of definitions that have pages, and what their pages are called.
const PAGES: [(&str, &str); 5] = [
    ("StructureDefinition", "profile"),
    ("CodeSystem", "code-system"),
    ("ValueSet", "value-set"),
    ("Questionnaire", "form"),
    ("ConceptMap", "map"),
];

/// The pages about a type of definition.
pub(super) fn page(kind: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == kind).map(|(_, page)| *page)
}

/// The type of definition that pages are about.
pub(super) fn kind(page: &str) -> Option<&'static str> {
    PAGES.iter().find(|(_, known)| *known == page).map(|(kind, _)| *kind)
}
