//! The tags of an XML text, one after the other, <https://www.w3.org/TR/xml/>.
//!
//! quick-xml cuts the text; what it leaves to its users is checked here: names, characters,
//! references, namespaces, the one root, and the limits. Nothing in here follows a reference to
//! anything, and a document type definition ends the reading.

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use super::attribute::{self, Attributes};
use super::fault::XmlFault;
use super::scope::{Scope, Space};
use super::wrong::Wrong;

/// Elements that may be open at once. Resources end earlier, at the limit they share with JSON;
/// the rest is for what is in a narrative.
pub(in crate::xml) const DEPTH: usize = 250;

/// What comes next inside the root.
#[derive(Debug)]
pub(in crate::xml) enum Token<'s> {
    Start(Tag<'s>),
    End,
    /// Text that is not white space, and where it is.
    Text(usize),
}

/// The tag that opens an element.
#[derive(Debug)]
pub(in crate::xml) struct Tag<'s> {
    /// Where it begins.
    pub(in crate::xml) start: usize,
    pub(in crate::xml) prefix: &'s str,
    pub(in crate::xml) name: &'s str,
    pub(in crate::xml) space: Space,
    pub(in crate::xml) attributes: Attributes<'s>,
}

/// The tags of a text.
pub(in crate::xml) struct Tokens<'s> {
    text: &'s str,
    reader: Reader<&'s [u8]>,
    scope: Scope<'s>,
    open: usize,
    limit: usize,
}

impl<'s> Tokens<'s> {
    /// Begins a text in which so many elements may be open at once.
    pub(in crate::xml) fn new(text: &'s str, limit: usize) -> Result<Self, XmlFault> {
        if text.starts_with('\u{FEFF}') {
            return Err(Wrong::TextOutside.at(0));
        }
        if let Some(at) = illegal_character(text) {
            return Err(Wrong::Character.at(at));
        }
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_comments = true;
        config.expand_empty_elements = true;
        Ok(Self { text, reader, scope: Scope::default(), open: 0, limit })
    }

    /// The text between two places.
    pub(in crate::xml) fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many bytes have been read.
    pub(in crate::xml) fn at(&self) -> usize {
        // A text in memory is no longer than `usize` counts.
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The tag of the root.
    pub(in crate::xml) fn root(&mut self) -> Result<Tag<'s>, XmlFault> {
        loop {
            let (start, event) = self.event()?;
            match event {
                Event::Start(tag) => return self.tag(start, &tag),
                Event::Decl(declaration) if start == 0 => {
                    check_encoding(&declaration).map_err(|wrong| wrong.at(start))?;
                }
                Event::Decl(_) => return Err(Wrong::LateDeclaration.at(start)),
                Event::Text(text) if is_blank(&text) => {}
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Err(Wrong::NoRoot.at(start)),
                Event::DocType(_) => return Err(Wrong::DocumentType.at(start)),
                Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::End(_)
                | Event::Empty(_) => return Err(Wrong::TextOutside.at(start)),
            }
        }
    }

    /// What comes next inside the root.
    pub(in crate::xml) fn next(&mut self) -> Result<Token<'s>, XmlFault> {
        loop {
            let (start, event) = self.event()?;
            match event {
                Event::Start(tag) => return Ok(Token::Start(self.tag(start, &tag)?)),
                Event::End(_) => {
                    self.scope.leave(self.open);
                    self.open -= 1;
                    return Ok(Token::End);
                }
                Event::Text(text) if is_blank(&text) => {}
                Event::Text(text) if text.contains("]]>") => {
                    return Err(Wrong::SectionEnd.at(start));
                }
                Event::Text(_) => return Ok(Token::Text(start)),
                Event::CData(text) if is_blank(&text) => {}
                Event::CData(_) => return Ok(Token::Text(start)),
                Event::GeneralRef(reference) => {
                    check_reference(&reference).map_err(|wrong| wrong.at(start))?;
                    return Ok(Token::Text(start));
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Decl(_) => return Err(Wrong::LateDeclaration.at(start)),
                Event::DocType(_) => return Err(Wrong::DocumentType.at(start)),
                Event::Eof | Event::Empty(_) => return Err(Wrong::Unclosed.at(start)),
            }
        }
    }

    /// Reads on to the end of the element whose tag was the last one.
    pub(in crate::xml) fn skip(&mut self) -> Result<(), XmlFault> {
        let within = self.open;
        loop {
            if matches!(self.next()?, Token::End) && self.open < within {
                return Ok(());
            }
        }
    }

    /// Reads what is behind the root.
    pub(in crate::xml) fn finish(&mut self) -> Result<(), XmlFault> {
        loop {
            let (start, event) = self.event()?;
            match event {
                Event::Eof => return Ok(()),
                Event::Text(text) if is_blank(&text) => {}
                Event::Comment(_) | Event::PI(_) => {}
                _ => return Err(Wrong::TextOutside.at(start)),
            }
        }
    }

    fn event(&mut self) -> Result<(usize, Event<'s>), XmlFault> {
        let start = self.at();
        match self.reader.read_event() {
            Ok(event) => Ok((start, event)),
            Err(error) => Err(wrong(&error).at(start)),
        }
    }

    fn tag(&mut self, start: usize, tag: &BytesStart<'s>) -> Result<Tag<'s>, XmlFault> {
        if self.open >= self.limit {
            return Err(Wrong::TooDeep(self.limit).at(start));
        }
        self.open += 1;
        // The same text as in the event, but it lives as long as the whole.
        let whole = self.slice(start + 1, start + 1 + tag.len());
        let length = tag.name().0.len();
        let mut read = || -> Result<Tag<'s>, Wrong> {
            let (prefix, name) = split_name(whole.get(..length).unwrap_or_default())?;
            let attributes = attribute::read(whole, length, &mut self.scope, self.open)?;
            let space = self.scope.of_element(prefix)?;
            Ok(Tag { start, prefix, name, space, attributes })
        };
        read().map_err(|wrong| wrong.at(start))
    }
}

/// Whether XML may have this character, <https://www.w3.org/TR/xml/#charsets>.
pub(in crate::xml) fn is_character(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r')
        || letter >= ' ' && !matches!(letter, '\u{FFFE}' | '\u{FFFF}')
}

/// Takes a name apart into its prefix, which may be empty, and the rest.
pub(super) fn split_name(name: &str) -> Result<(&str, &str), Wrong> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_name(prefix) => (prefix, local),
        Some(_) => return Err(Wrong::Name(name.into())),
        None => ("", name),
    };
    if is_name(local) { Ok((prefix, local)) } else { Err(Wrong::Name(name.into())) }
}

fn is_name(name: &str) -> bool {
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii();
    let is_part = |byte: u8| is_start(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    name.bytes().next().is_some_and(is_start) && name.bytes().all(is_part)
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
}

fn illegal_character(text: &str) -> Option<usize> {
    let may_be = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0xEF;
    if !text.bytes().any(may_be) {
        return None;
    }
    text.char_indices().find(|(_, letter)| !is_character(*letter)).map(|(at, _)| at)
}

/// FHIR is UTF-8. Where a writer claims UTF-16 it has kept its claim from memory, because in that
/// encoding the claim itself would not be readable here.
fn check_encoding(declaration: &BytesDecl<'_>) -> Result<(), Wrong> {
    let Some(Ok(encoding)) = declaration.encoding() else { return Ok(()) };
    let known = ["utf-8", "utf8", "us-ascii", "ascii", "utf-16"];
    if known.iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(Wrong::Encoding(encoding.into_owned()))
}

fn check_reference(reference: &BytesRef<'_>) -> Result<(), Wrong> {
    match reference.resolve_char_ref() {
        Ok(Some(letter)) if is_character(letter) => Ok(()),
        Ok(None) if matches!(&**reference, "lt" | "gt" | "amp" | "quot" | "apos") => Ok(()),
        Ok(None) => Err(Wrong::Entity((**reference).to_owned())),
        Ok(Some(_)) | Err(_) => Err(Wrong::Character),
    }
}

fn wrong(error: &Error) -> Wrong {
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            Wrong::Mismatch { expected: expected.clone(), found: found.clone() }
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            Wrong::Mismatch { expected: String::new(), found: found.clone() }
        }
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => Wrong::Comment,
        Error::IllFormed(IllFormedError::UnclosedReference) => Wrong::Entity(String::new()),
        _ => Wrong::Unclosed,
    }
}
