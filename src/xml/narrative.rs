//! The `div` of a narrative: XML in both formats, <https://hl7.org/fhir/R4/narrative.html>.
//!
//! In JSON it is a string that holds the XML of one element, which is on its own and so declares
//! its namespace itself. It is kept byte for byte, white space, comments and spelling included;
//! only where a text relies on declarations outside of the `div`, or has CDATA, is it written anew.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};

use super::finding;
use super::object::Reading;
use super::path::Path;
use super::syntax::fault::XmlFault;
use super::syntax::scope::{Space, XHTML};
use super::syntax::tokens::{Tag, Token, Tokens};
use super::writer::escape;
use crate::fhir::json::DEPTH;
use crate::fhir::text::html_entity;

/// What a section of text begins with in which no sign is special.
const SECTION: &str = "<![CDATA[";

impl<'s> Reading<'s, '_> {
    /// Reads on to the end of the `div` whose tag was the last one; its text.
    pub(super) fn narrative(&mut self, tag: &Tag<'s>, path: &Path<'_>) -> Result<String, XmlFault> {
        let mut is_plain = self.narrative_tag(tag, path);
        let mut open = 1_usize;
        while open > 0 {
            match self.tokens.next()? {
                Token::Start(child) => {
                    open += 1;
                    is_plain &= self.narrative_tag(&child, path);
                }
                Token::End => open -= 1,
                Token::Text(_) => {}
            }
        }
        let div = self.tokens.slice(tag.start, self.tokens.at());
        let div = match div.contains(SECTION) {
            true => Cow::Owned(without_sections(div)),
            false => Cow::Borrowed(div),
        };
        Ok(match (is_plain, tag.attributes.has_default) {
            (true, true) => div.into_owned(),
            (true, false) => with_namespace(&div),
            (false, _) => without_prefixes(&div),
        })
    }

    /// Whether a tag of a narrative means the same anywhere.
    fn narrative_tag(&mut self, tag: &Tag<'s>, path: &Path<'_>) -> bool {
        if tag.space != Space::Xhtml {
            self.report(tag.start, path, finding::namespace(tag.name, XHTML));
        }
        for attribute in &tag.attributes.list {
            if !matches!(attribute.space, Space::None | Space::Xml) {
                self.report(tag.start, path, finding::narrative_attribute(attribute.name));
            }
        }
        tag.prefix.is_empty()
    }
}

/// Writes a narrative. One that is not the XML of a `div` is shown as the text that it is: nothing
/// in a resource may change what is around it.
pub(super) fn put(out: &mut String, div: &str) {
    if let Some(numbered) = html_entity::by_number(div) {
        return put(out, &numbered);
    }
    match whole(div) {
        Some((div, true)) => out.push_str(div),
        Some((div, false)) => out.push_str(&with_namespace(div)),
        None => {
            out.push_str("<div xmlns=\"");
            out.push_str(XHTML);
            out.push_str("\">");
            escape(out, div);
            out.push_str("</div>");
        }
    }
}

/// The one element of a text, and whether it declares its namespace; none when there is another
/// element, or none, or when it is not well-formed.
fn whole(text: &str) -> Option<(&str, bool)> {
    let mut tokens = Tokens::new(text, DEPTH).ok()?;
    let tag = tokens.root().ok()?;
    tokens.skip().ok()?;
    let div = tokens.slice(tag.start, tokens.at());
    tokens.finish().ok()?;
    let is_plain = tag.prefix.is_empty();
    match tag.space {
        Space::Xhtml if tag.name == "div" => Some((div, true)),
        Space::None if tag.name == "div" && is_plain && !tag.attributes.has_default => {
            Some((div, false))
        }
        _ => None,
    }
}

/// Declares the namespace on a `div` that has none.
fn with_namespace(div: &str) -> String {
    let rest = div.strip_prefix("<div").unwrap_or(div);
    format!("<div xmlns=\"{XHTML}\"{rest}")
}

/// Writes the texts of CDATA sections as texts: where a narrative is read as HTML, a section is none.
fn without_sections(div: &str) -> String {
    rewritten(div, |out, event| {
        match event {
            Event::CData(text) => put_text(out, text),
            _ => return false,
        }
        true
    })
}

/// Writes a `div` anew whose elements have prefixes. All of them are in one namespace, so that one
/// declaration on the `div` is enough.
fn without_prefixes(div: &str) -> String {
    rewritten(div, |out, event| {
        match event {
            Event::Start(tag) => put_tag(out, tag, ">"),
            Event::Empty(tag) => put_tag(out, tag, "/>"),
            Event::End(tag) => out.extend(["</", tag.local_name().into_inner(), ">"]),
            _ => return false,
        }
        true
    })
}

/// Writes a `div` anew: what `put` does not write stays as it is.
fn rewritten(div: &str, put: impl Fn(&mut String, &Event<'_>) -> bool) -> String {
    let mut out = String::with_capacity(div.len() + 64);
    let mut reader = Reader::from_str(div);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        // The text was read once already, so there is no error any more.
        let Ok(event) = reader.read_event() else { return out };
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        if event == Event::Eof {
            return out;
        }
        if !put(&mut out, &event) {
            out.push_str(div.get(start..end).unwrap_or_default());
        }
    }
}

fn put_text(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

fn put_tag(out: &mut String, tag: &BytesStart<'_>, end: &str) {
    let is_first = out.is_empty();
    out.extend(["<", tag.local_name().into_inner()]);
    if is_first {
        out.extend([" xmlns=\"", XHTML, "\""]);
    }
    for attribute in Attributes::new(tag, tag.name().0.len()).filter_map(Result::ok) {
        let name = attribute.key.0;
        let is_kept = match name.split_once(':') {
            Some((prefix, _)) => prefix == "xml",
            None => name != "xmlns",
        };
        if is_kept {
            let quote = if attribute.value.contains('"') { "'" } else { "\"" };
            out.extend([" ", name, "=", quote, &attribute.value, quote]);
        }
    }
    out.push_str(end);
}
