//! Whether a text is a narrative that FHIR allows, <https://hl7.org/fhir/R4/narrative.html#xhtml>:
//! well-formed, with only elements and attributes for formatting. That there is something to read is
//! a question of its own, because official examples have narratives without.

use crate::fhir::text::html_entity;

/// The elements without content of their own meaning beyond formatting: chapters 7 to 11 and 15 of
/// HTML 4.0, but for section 4 of chapter 9.
const ELEMENTS: [&str; 58] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "map",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "font",
    "center",
    "dir",
    "s",
];

const ATTRIBUTES: [&str; 21] = [
    "abbr",
    "accesskey",
    "align",
    "axis",
    "char",
    "charoff",
    "class",
    "colspan",
    "dir",
    "headers",
    "id",
    "idref",
    "lang",
    "rowspan",
    "scope",
    "span",
    "style",
    "tabindex",
    "title",
    "valign",
    "width",
];

/// Attributes of one element.
const OWN: [(&str, &[&str]); 9] = [
    ("a", &["charset", "coords", "href", "hreflang", "name", "rel", "rev", "shape", "type"]),
    ("area", &["alt", "coords", "href", "nohref", "shape"]),
    ("blockquote", &["cite"]),
    ("img", &["alt", "border", "height", "ismap", "longdesc", "src", "usemap"]),
    ("map", &["name"]),
    ("pre", &["space"]),
    ("q", &["cite"]),
    ("table", &["border", "cellpadding", "cellspacing", "frame", "rules", "summary"]),
    ("td", &["nowrap"]),
];

/// Whether a narrative's `div` is well-formed and only formats.
pub(super) fn is_narrative(text: &str) -> bool {
    content(text).is_some()
}

/// Whether a narrative's `div` also has something to read.
pub(super) fn has_content(text: &str) -> bool {
    content(text) == Some(true)
}

fn content(text: &str) -> Option<bool> {
    let text = text.trim_matches(SPACE);
    let mut reader =
        Reader { rest: text, open: Vec::new(), prefixes: Vec::new(), has_content: false };
    reader.read()?;
    Some(reader.has_content)
}

/// White space as XML has it: a space that does not break is something to read.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

const XHTML: &str = "http://www.w3.org/1999/xhtml";

struct Reader<'a> {
    rest: &'a str,
    open: Vec<&'a str>,
    /// The prefixes that were declared, and whether they stand for XHTML.
    prefixes: Vec<(&'a str, bool)>,
    has_content: bool,
}

impl<'a> Reader<'a> {
    /// Reads one element to its end, after which nothing may follow.
    fn read(&mut self) -> Option<()> {
        loop {
            let (before, after) = self.rest.split_once('<')?;
            if self.open.is_empty() && !before.trim_matches(SPACE).is_empty() {
                return None;
            }
            self.text(before)?;
            self.rest = after;
            if let Some(comment) = after.strip_prefix("!--") {
                self.rest = comment.split_once("-->")?.1;
                continue;
            }
            if let Some(close) = after.strip_prefix('/') {
                let (name, after) = close.split_once('>')?;
                if self.open.pop()? != name.trim_end() {
                    return None;
                }
                self.rest = after;
            } else {
                let is_root = self.open.is_empty();
                let name = self.start()?;
                if is_root && name != "div" {
                    return None;
                }
            }
            if self.open.is_empty() {
                return only_comments(self.rest);
            }
        }
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let mut parts = text.split('&');
        self.has_content |= !text.trim_matches(SPACE).is_empty();
        parts.next();
        parts.all(is_entity).then_some(())
    }

    /// Reads the start of an element and gives its name, without a prefix.
    fn start(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
        let (written, after) = self.rest.split_at_checked(end)?;
        let (prefix, name) = match written.split_once(':') {
            Some((prefix, name)) => (Some(prefix), name),
            None => (None, written),
        };
        self.rest = after;
        if !ELEMENTS.contains(&name) {
            return None;
        }
        self.has_content |= name == "img";
        loop {
            let trimmed = self.rest.trim_start();
            let is_over = trimmed.starts_with("/>") || trimmed.starts_with('>');
            // The element may declare its prefix itself.
            if is_over && prefix.is_some_and(|prefix| !self.is_xhtml(prefix)) {
                return None;
            }
            if let Some(after) = trimmed.strip_prefix("/>") {
                self.rest = after;
                return Some(name);
            }
            if let Some(after) = trimmed.strip_prefix('>') {
                self.rest = after;
                self.open.push(written);
                return Some(name);
            }
            if trimmed.len() == self.rest.len() {
                return None;
            }
            self.rest = trimmed;
            self.attribute(name)?;
        }
    }

    fn attribute(&mut self, element: &str) -> Option<()> {
        let (name, after) = self.rest.split_once('=')?;
        let name = name.trim_end();
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        self.rest = after;
        if let Some(prefix) = name.strip_prefix("xmlns:") {
            self.prefixes.push((prefix, value == XHTML));
            return (!value.contains('<')).then_some(());
        }
        let own = OWN.iter().find(|(owner, _)| *owner == element);
        let allowed = ATTRIBUTES.contains(&name)
            || matches!(name, "xml:lang" | "xml:space" | "xml:id" | "xmlns")
            || own.is_some_and(|(_, names)| names.contains(&name));
        let known = name != "xmlns" || value == XHTML;
        let safe = !value.contains('<') && !value.trim_start().starts_with("javascript:");
        (allowed && known && safe && value.split('&').skip(1).all(is_entity)).then_some(())
    }

    /// Whether the latest declaration of a prefix is for XHTML.
    fn is_xhtml(&self, prefix: &str) -> bool {
        let mut declared = self.prefixes.iter().rev();
        declared.find(|(name, _)| *name == prefix).is_some_and(|(_, is_xhtml)| *is_xhtml)
    }
}

/// Whether nothing but comments is left.
fn only_comments(mut rest: &str) -> Option<()> {
    loop {
        rest = rest.trim_start_matches(SPACE);
        if rest.is_empty() {
            return Some(());
        }
        rest = rest.strip_prefix("<!--")?.split_once("-->")?.1;
    }
}

/// What stands behind a `&` up to the next.
fn is_entity(text: &str) -> bool {
    let Some((name, _)) = text.split_once(';') else { return false };
    match name.strip_prefix('#') {
        Some(number) => character(number).is_some(),
        None => html_entity::is_name(name),
    }
}

/// The character that a number stands for.
fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    #[track_caller]
    fn check(inner: &str, expected: bool) {
        let text = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>");
        assert_eq!(is_narrative(&text), expected, "{text}");
    }

    #[test]
    fn narratives_only_format() {
        check("Mẹ", true);
        check("<p class='a'>x<br/>&nbsp;&#160;&lt;</p><!-- <x> -->", true);
        check("<a href=\"http://a?b&amp;c\">x</a><img src=\"#a\" alt=\"x\"/>", true);
        check("", true);
        check(" <p> </p>", true);
        check("<script>x</script>", false);
        check("<p onclick=\"x\">x</p>", false);
        check("<a href=\"javascript:x\">x</a>", false);
        check("<p>x</div>", false);
        for bad in ["x & y", "&bogus;", "&#xD800;", "&#;", "<p title='&bogus;'>x</p>"] {
            check(bad, false);
        }
        check("&Eacute;&apos;&#x1F600;", true);
        check("<p", false);
        assert!(!has_content("<div> <p> </p></div>") && has_content("<div> x</div>"));
        assert!(has_content("<div><img src='#a'/></div>"));
        check("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>", true);
        check("<p xmlns=\"http://example.org/x\">x</p>", false);
        check("<p xmlns:a=\"http://example.org/a\">x</p>", true);
        check("<p xmlns:a=\"http://example.org/a\"><a:b>x</a:b></p>", false);
        check("<h:b xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:b>", true);
        check("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:script>", false);
        check("<h:b>x</h:b>", false);
        assert!(has_content("<div>\u{a0}</div>"));
        assert!(!is_narrative("<!-- x --><p>x</p>") && is_narrative("<!-- x --><div>x</div>"));
        assert!(!is_narrative("text"));
        assert!(!is_narrative("<p>x</p>"));
        assert!(!is_narrative("<div>x</div><div>y</div>"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "<div[ a-z<>/=\"'&;#!é-]{0,60}") {
            is_narrative(&text);
        }
    }
}
