//! The words of a resource that full-text searches find,
//! <https://hl7.org/fhir/R4/search.html#content>: those of its narrative, and those of all its text.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::config::full_text::FullText;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};
use crate::fhir::text::html_entity;
use crate::fhir::text::word::{Word, words};

/// The words of one resource, each list with spaces between.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// Of the narrative, folded, in order.
    pub narrative: String,
    /// Of everything else, folded, in order.
    pub content: String,
    /// The number of the type; then each word as it is marked, once.
    pub marks: String,
}

/// Words of the narrative, and of everything else, that count: the positions of a `tsvector` end at
/// 16,383.
const MOST: usize = 8_000;
/// How often one word counts: a `tsvector` keeps 256 positions.
const OFTEN: u8 = 250;

/// Members whose text nobody reads: names of things, addresses, bytes.
const SILENT: [&str; 14] = [
    "resourceType",
    "id",
    "versionId",
    "lastUpdated",
    "system",
    "url",
    "reference",
    "profile",
    "implicitRules",
    "contentType",
    "data",
    "hash",
    "linkId",
    "div",
];

/// The words of a resource, as far as they are kept; none when there are none.
pub(super) fn of(kind: ResourceKind, resource: &Value, kept: FullText) -> Option<Words> {
    if kept == FullText::Off {
        return None;
    }
    let (mut narrative, mut content) = (Vec::new(), Vec::new());
    if let Some(div) = member(resource, "text").and_then(|narrative| text(narrative, "div")) {
        narrative.extend(words(&plain(div)).take(MOST));
    }
    if kept == FullText::Content {
        gather(resource, &mut content);
    }
    if narrative.len() + content.len() > usize::from(OFTEN) {
        let mut times = FxHashMap::default();
        narrative.retain(|word| counts(word, &mut times));
        content.retain(|word| counts(word, &mut times));
    }
    let marked: BTreeSet<&str> =
        narrative.iter().chain(&content).filter_map(|word| word.marked.as_deref()).collect();
    let number = kind.number().to_string();
    let marks: Vec<&str> = std::iter::once(number.as_str()).chain(marked).collect();
    let is_empty = narrative.is_empty() && content.is_empty();
    (!is_empty).then(|| Words {
        narrative: joined(&narrative),
        content: joined(&content),
        marks: marks.join(" "),
    })
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
}

/// Whether a word has not been there too often.
fn counts(word: &Word, times: &mut FxHashMap<String, u8>) -> bool {
    let times = times.entry(word.folded.clone()).or_default();
    *times = times.saturating_add(1);
    *times <= OFTEN
}

/// Gathers the words of a value and of all within it.
fn gather(value: &Value, into: &mut Vec<Word>) {
    match value {
        Value::Object(members) => {
            let read = members.iter().filter(|(name, _)| !SILENT.contains(&name.as_str()));
            read.for_each(|(_, value)| gather(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, into)),
        Value::String(text) if !is_silent(text) => {
            into.extend(words(text).take(MOST.saturating_sub(into.len())));
        }
        _ => {}
    }
}

/// Whether a text is an address or a time.
fn is_silent(text: &str) -> bool {
    let is_address = ["http://", "https://", "urn:"].iter().any(|start| text.starts_with(start));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_time = digits == 4
        && text.as_bytes().get(4) == Some(&b'-')
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.+TZ".contains(&byte));
    is_address || is_time
}

/// Elements that stand within a word or beside it: they part no words.
const WITHIN: [&str; 13] =
    ["a", "abbr", "b", "big", "cite", "em", "i", "small", "span", "strong", "sub", "sup", "tt"];

/// The text of a narrative, without its tags.
fn plain(div: &str) -> String {
    let mut plain = String::with_capacity(div.len());
    let mut rest = div;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        rest = match from.strip_prefix("<!--") {
            Some(comment) => comment.split_once("-->").map_or("", |(_, after)| after),
            None if from.starts_with('<') => tag(from, &mut plain),
            None => character(from, &mut plain),
        };
    }
    plain.push_str(rest);
    plain
}

/// Goes past a tag; a blank is left where it parts words.
fn tag<'t>(from: &'t str, plain: &mut String) -> &'t str {
    let Some((tag, after)) = from.split_once('>') else { return "" };
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    if !name.get(..end).is_some_and(|name| WITHIN.contains(&name)) {
        plain.push(' ');
    }
    after
}

/// Takes a character that is named, or numbered; anything else is as it is written.
fn character<'t>(from: &'t str, plain: &mut String) -> &'t str {
    let named = from.get(1..).and_then(|from| from.split_once(';'));
    let known = named.and_then(|(name, after)| Some((html_entity::character(name)?, after)));
    match known {
        Some((character, after)) => {
            plain.push(character);
            after
        }
        None => {
            plain.push(' ');
            from.get(1..).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_narrative_is_read_without_its_tags() {
        for (div, expected) in [
            ("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Mẹ</p><p>bé</p></div>", "  Mẹ  bé  "),
            ("<div>H<b>ò</b>a<br/>b</div>", " Hòa b "),
            ("<div>a &amp; b&#7865;c&#x1EB9;&nbsp;d &lạ</div>", " a & bẹcẹ\u{a0}d  lạ "),
            ("<div>a<!-- b > c -->d</div>", " ad "),
            ("<div>a <", " a "),
        ] {
            assert_eq!(plain(div), expected, "{div}");
        }
    }

    #[test]
    fn words_are_those_that_somebody_reads() {
        let resource = json!({
            "resourceType": "Observation", "id": "o1", "meta": { "lastUpdated": "2026-01-01T00:00:00Z" },
            "text": { "status": "generated", "div": "<div>Cân nặng</div>" },
            "status": "final", "effectiveDateTime": "2026-10-15",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }], "text": "Nặng" },
            "note": [{ "text": "Hoà hoãn, 2026-x" }],
            "valueAttachment": { "data": "AAAA", "title": "Ảnh" },
        });
        let kind = ResourceKind::parse("Observation").expect("a type");
        let words = of(kind, &resource, FullText::Content).expect("words");
        assert_eq!(words.narrative, "can nang");
        assert_eq!(words.content, "generated final 29463 7 nang hoa hoan 2026 x anh");
        let number = kind.number();
        assert_eq!(words.marks, format!("{number} cân hoà hoãn nặng ảnh"));
        let words = of(kind, &resource, FullText::Text).expect("words");
        assert_eq!((words.content.as_str(), words.marks), ("", format!("{number} cân nặng")));
        assert_eq!(of(kind, &resource, FullText::Off), None);
        assert_eq!(of(kind, &json!({ "status": "final" }), FullText::Text), None);
    }

    #[test]
    fn a_word_counts_so_often() {
        let div = format!("<div>{}</div>", "a b ".repeat(400));
        let resource = json!({ "text": { "div": div } });
        let words = of(ResourceKind::PATIENT, &resource, FullText::Text).expect("words");
        assert_eq!(words.narrative.split(' ').count(), 500);
    }
}
