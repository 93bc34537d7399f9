//! Whether a text is a narrative that FHIR allows, <https://hl7.org/fhir/R4/narrative.html#xhtml>:
//! well-formed, with only elements and attributes for formatting. That there is something to read is
//! a question of its own, because official examples have narratives without.

use crate::fhir::html_entity;

/// The elements without content of their own meaning beyond formatting.
const ELEMENTS: [&str; 60] = [
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
    "del",
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
    "ins",
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
const OWN: [(&str, &[&str]); 10] = [
    ("a", &["charset", "coords", "href", "hreflang", "name", "rel", "rev", "shape", "type"]),
    ("area", &["alt", "coords", "href", "nohref", "shape"]),
    ("blockquote", &["cite"]),
    ("div", &["xmlns"]),
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
    let mut reader = Reader { rest: text.trim(), open: Vec::new(), has_content: false };
    let read = reader.rest.starts_with("<div").then(|| reader.read())?;
    read.map(|()| reader.has_content)
}

struct Reader<'a> {
    rest: &'a str,
    open: Vec<&'a str>,
    has_content: bool,
}

impl<'a> Reader<'a> {
    /// Reads one element to its end, after which nothing may follow.
    fn read(&mut self) -> Option<()> {
        loop {
            let (before, after) = self.rest.split_once('<')?;
            self.text(before)?;
            self.rest = after;
            if let Some(comment) = after.strip_prefix("!--") {
                self.rest = comment.split_once("-->")?.1;
            } else if let Some(close) = after.strip_prefix('/') {
                let (name, after) = close.split_once('>')?;
                if self.open.pop()? != name.trim_end() {
                    return None;
                }
                self.rest = after;
            } else {
                self.start()?;
            }
            if self.open.is_empty() {
                return self.rest.trim().is_empty().then_some(());
            }
        }
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let mut parts = text.split('&');
        self.has_content |= !text.trim().is_empty();
        parts.next();
        parts.all(is_entity).then_some(())
    }

    fn start(&mut self) -> Option<()> {
        let end = self.rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
        let (name, after) = self.rest.split_at_checked(end)?;
        self.rest = after;
        if !ELEMENTS.contains(&name) {
            return None;
        }
        self.has_content |= name == "img";
        loop {
            let trimmed = self.rest.trim_start();
            if let Some(after) = trimmed.strip_prefix("/>") {
                self.rest = after;
                return Some(());
            }
            if let Some(after) = trimmed.strip_prefix('>') {
                self.rest = after;
                self.open.push(name);
                return Some(());
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
        let own = OWN.iter().find(|(owner, _)| *owner == element);
        let allowed = ATTRIBUTES.contains(&name)
            || matches!(name, "xml:lang" | "xml:space" | "xml:id")
            || own.is_some_and(|(_, names)| names.contains(&name));
        let known = name != "xmlns" || value == "http://www.w3.org/1999/xhtml";
        let safe = !value.contains('<') && !value.trim_start().starts_with("javascript:");
        (allowed && known && safe && value.split('&').skip(1).all(is_entity)).then_some(())
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
