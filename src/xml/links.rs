//! The links of a narrative: `href` of `a` and `src` of `img`,
//! <https://hl7.org/fhir/R4/narrative.html>.

use std::ops::Range;

use quick_xml::escape::{escape, unescape};

/// A narrative with other links; none when `new` gives none for any of them. What is between the
/// links stays as it is, byte for byte; text that looks like a link is none.
pub fn relinked(div: &str, mut new: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let mut made: Option<String> = None;
    let mut copied = 0;
    for place in places(div) {
        let written = div.get(place.clone()).unwrap_or_default();
        let plain = unescape(written).unwrap_or(written.into());
        if let Some(link) = new(&plain) {
            let out = made.get_or_insert_default();
            out.push_str(div.get(copied..place.start).unwrap_or_default());
            out.push_str(&escape(link.as_str()));
            copied = place.end;
        }
    }
    if let Some(out) = &mut made {
        out.push_str(div.get(copied..).unwrap_or_default());
    }
    made
}

/// Where the links are, up to the first tag that is none.
fn places(div: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut scan = Scan { text: div, at: 0 };
    while scan.past("<") {
        let other = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("/", ">")];
        let done = match other.into_iter().find(|(start, _)| scan.rest().starts_with(start)) {
            Some((_, end)) => scan.past(end),
            None => scan.tag(&mut found).is_some(),
        };
        if !done {
            break;
        }
    }
    found
}

/// A place in a text, which moves on.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves behind the next `token`; false when there is none.
    fn past(&mut self, token: &str) -> bool {
        let found = self.rest().find(token);
        self.at += found.map_or(0, |at| at + token.len());
        found.is_some()
    }

    /// Moves behind `token` when it is here.
    fn take(&mut self, token: &str) -> bool {
        let is_here = self.rest().starts_with(token);
        self.at += if is_here { token.len() } else { 0 };
        is_here
    }

    fn while_is(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !is(letter)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// A name without its prefix.
    fn name(&mut self) -> &'t str {
        let ends = |letter: char| letter.is_whitespace() || matches!(letter, '=' | '>' | '/' | '<');
        let name = self.while_is(|letter| !ends(letter));
        name.split_once(':').map_or(name, |(_, local)| local)
    }

    fn blank(&mut self) {
        self.while_is(char::is_whitespace);
    }

    /// Goes through a tag behind its `<`, and adds its links; none when it is no tag.
    fn tag(&mut self, found: &mut Vec<Range<usize>>) -> Option<()> {
        let wanted = match self.name() {
            "a" => "href",
            "img" => "src",
            "" => return None,
            _ => "-",
        };
        loop {
            self.blank();
            if self.take(">") || self.take("/>") {
                return Some(());
            }
            let name = self.name();
            self.blank();
            if name.is_empty() || !self.take("=") {
                return None;
            }
            self.blank();
            let quote = ["\"", "'"].into_iter().find(|quote| self.take(quote))?;
            let start = self.at;
            if !self.past(quote) {
                return None;
            }
            if name == wanted {
                found.push(start..self.at - quote.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[track_caller]
    fn check(div: &str, expected: &str) {
        let new = |link: &str| link.starts_with("urn:").then(|| "Patient/1".to_owned());
        assert_eq!(relinked(div, new).as_deref().unwrap_or(div), expected);
    }

    #[test]
    fn links_of_anchors_and_images_are_taken() {
        check(
            "<div><a href=\"urn:1\">urn:1</a></div>",
            "<div><a href=\"Patient/1\">urn:1</a></div>",
        );
        check("<img alt='x' src = 'urn:1' />", "<img alt='x' src = 'Patient/1' />");
        check(
            "<h:a title=\"&gt;\" href='urn:1'>x</h:a>",
            "<h:a title=\"&gt;\" href='Patient/1'>x</h:a>",
        );
        check("<a\n href=\"urn:&#58;\"/>", "<a\n href=\"Patient/1\"/>");
    }

    #[test]
    fn what_only_looks_like_a_link_stays() {
        for div in [
            "<p>a href=\"urn:1\"</p>",
            "<p title='&lt;a href=\"urn:1\"'/>",
            "<!-- <a href=\"urn:1\"> --><p href=\"urn:1\" src=\"urn:1\"/>",
            "<![CDATA[<a href=\"urn:1\">]]><a src=\"urn:1\"/><img href=\"urn:1\"/>",
            "<a href=urn:1>x</a>",
            "<a href=\"urn:1",
            "<a hrefs=\"urn:1\" data-href=\"urn:1\"/>",
            "",
        ] {
            check(div, div);
        }
    }

    #[test]
    fn what_a_link_says_is_compared_and_written_with_its_escapes() {
        let new = |link: &str| (link == "http://a/Patient/1?x&y").then(|| "a&b".to_owned());
        let div = "<a href=\"http://a/Patient/1?x&amp;y\"/>";
        assert_eq!(relinked(div, new).as_deref(), Some("<a href=\"a&amp;b\"/>"));
    }

    proptest! {
        #[test]
        fn nothing_but_links_changes(div in "[<>a/ ='\"!?img hrefsc-]{0,60}") {
            prop_assert_eq!(relinked(&div, |_| None), None);
            if let Some(made) = relinked(&div, |link| Some(link.to_owned())) {
                prop_assert_eq!(unescape(&made).ok(), unescape(&div).ok());
            }
        }
    }
}
