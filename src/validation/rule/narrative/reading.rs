//! A narrative's `div`, read once: its links, its anchors, its languages.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements in elements; deeper narratives are not looked into.
const DEPTH: usize = 200;

/// What a narrative holds; values of attributes are as written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// `href` of links.
    pub(super) links: Vec<String>,
    /// `src` of images.
    pub(super) images: Vec<String>,
    /// `id` and `name`, to which links may point.
    pub(super) anchors: Vec<String>,
    /// The language of the whole.
    pub(super) language: Option<String>,
    /// The languages of the sections directly below the whole.
    pub(super) sections: Vec<String>,
    /// Whether there is content beside the sections.
    pub(super) has_other: bool,
    /// Whether there is something to read or to see.
    pub(super) has_content: bool,
}

/// Reads a `div`; none when it is not well-formed.
pub(super) fn read(text: &str) -> Option<Reading> {
    let mut reader = Reader::from_str(text);
    let mut reading = Reading::default();
    let mut depth = 0;
    // The depth of the section at hand.
    let mut section = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                if depth == 1 && reading.section(&tag) {
                    section = Some(depth);
                }
                reading.tag(&tag, depth, section.is_some());
                depth += 1;
                if depth > DEPTH {
                    return None;
                }
            }
            Event::Empty(tag) => reading.tag(&tag, depth, section.is_some()),
            Event::End(_) => {
                depth -= 1;
                section = section.filter(|section| *section < depth);
            }
            Event::Text(text) => {
                // A space that does not break is something to read.
                let is_space = |letter| matches!(letter, ' ' | '\t' | '\r' | '\n');
                reading.content(!text.chars().all(is_space), section.is_some());
            }
            Event::GeneralRef(_) | Event::CData(_) => reading.content(true, section.is_some()),
            Event::Eof => return Some(reading),
            _ => {}
        }
    }
}

impl Reading {
    fn content(&mut self, is_there: bool, in_section: bool) {
        self.has_content |= is_there;
        self.has_other |= is_there && !in_section;
    }

    /// Whether a tag directly below the whole begins a section in a language.
    fn section(&mut self, tag: &BytesStart<'_>) -> bool {
        let language = language(tag).filter(|_| tag.name().as_ref() == "div");
        let Some(language) = language else { return false };
        self.sections.push(language);
        true
    }

    fn tag(&mut self, tag: &BytesStart<'_>, depth: usize, in_section: bool) {
        if depth == 0 {
            self.language = language(tag);
        }
        for attribute in tag.attributes().flatten() {
            let value = attribute.value;
            match (tag.name().as_ref(), attribute.key.as_ref()) {
                ("a", "href") => self.links.push(value.into_owned()),
                ("img", "src") => {
                    self.images.push(value.into_owned());
                    self.content(true, in_section);
                }
                (_, "id" | "name" | "xml:id") => self.anchors.push(value.into_owned()),
                _ => {}
            }
        }
    }
}

fn language(tag: &BytesStart<'_>) -> Option<String> {
    let mut attributes = tag.attributes().flatten();
    let language = attributes.find(|one| matches!(one.key.as_ref(), "lang" | "xml:lang"))?;
    Some(language.value.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    #[test]
    fn links_anchors_and_languages_are_found() {
        let text = "<div lang='vi'>x<div lang='en'><a href='#a'>y</a></div><p id='q'/>\
                    <img src='data:,'/></div>";
        let reading = read(text).expect("well-formed");
        assert_eq!(reading.links, ["#a"]);
        assert_eq!(reading.images, ["data:,"]);
        assert_eq!(reading.anchors, ["q"]);
        assert_eq!(reading.language.as_deref(), Some("vi"));
        assert_eq!(reading.sections, ["en"]);
        assert!(reading.has_other && reading.has_content);
        let sections = read("<div> <div lang='en'>x<p>y</p></div> </div>").expect("well-formed");
        assert!(!sections.has_other && sections.has_content);
        assert!(!read("<div><p> </p></div>").expect("well-formed").has_content);
        assert!(read(&"<div>".repeat(1000)).is_none());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(<div[ a-z='/>&;#!-]{0,9}|</div>|x){0,9}") {
            read(&text);
        }
    }
}
