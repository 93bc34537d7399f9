//! Full-text queries, <https://hl7.org/fhir/R4/search.html#content>.
//!
//! ```text
//! query  = all *( "OR" all )
//! all    = part *( ["AND"] part )
//! part   = ("NOT" / "-") part / one
//! one    = "(" query ")" / DQUOTE words DQUOTE ["*"] / word ["*"]
//! ```
//!
//! `AND` and `OR` may be small letters, as in the specification's example. A word with a hyphen in it,
//! or anything else that parts words, is a phrase.

use crate::fhir::issue::Text;
use crate::fhir::text::word::{Word, words};

/// What a query says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::search) enum Said {
    /// Words one behind the other, and whether the last one goes on.
    Phrase(Vec<Word>, bool),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// Why a query is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::search) enum Wrong {
    /// At a character, counted from 1, something else is expected.
    At(usize, Text),
    /// More phrases than a search may have.
    Phrases,
    /// More parentheses, one within the other.
    Depth,
}

/// Reads a query of so many phrases and levels at the most.
pub(in crate::search) fn parse(text: &str, most: (usize, usize)) -> Result<Said, Wrong> {
    let characters = text.chars().collect();
    let mut reader = Reader { characters, at: 0, phrases: most.0, levels: most.1 };
    let said = reader.query()?;
    match reader.peek() {
        None => Ok(said),
        Some(_) => Err(reader.wrong("AND, OR, một từ, hoặc hết / AND, OR, a word, or the end")),
    }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    /// Phrases that may still come.
    phrases: usize,
    /// Levels that may still be opened.
    levels: usize,
}

impl Reader {
    fn query(&mut self) -> Result<Said, Wrong> {
        let mut any = vec![self.all()?];
        while self.takes("OR", true) {
            any.push(self.all()?);
        }
        Ok(only(any, Said::Any))
    }

    fn all(&mut self) -> Result<Said, Wrong> {
        let mut all = vec![self.part()?];
        loop {
            let is_joined = self.takes("AND", true);
            if !is_joined && (matches!(self.peek(), None | Some(')')) || self.has("OR", true)) {
                return Ok(only(all, Said::All));
            }
            all.push(self.part()?);
        }
    }

    fn part(&mut self) -> Result<Said, Wrong> {
        let mut is_not = false;
        loop {
            let is_dash = self.peek() == Some('-') && self.ahead(1).is_some_and(begins);
            if is_dash {
                self.at += 1;
            } else if !self.takes("NOT", false) {
                break;
            }
            is_not = !is_not;
        }
        let one = self.one()?;
        Ok(if is_not { Said::Not(Box::new(one)) } else { one })
    }

    fn one(&mut self) -> Result<Said, Wrong> {
        match self.peek() {
            Some('(') => {
                self.levels = self.levels.checked_sub(1).ok_or(Wrong::Depth)?;
                self.at += 1;
                let inner = self.query()?;
                if self.peek() != Some(')') {
                    return Err(self.wrong("một dấu ) / a closing parenthesis"));
                }
                self.at += 1;
                self.levels += 1;
                Ok(inner)
            }
            Some('"') => self.quoted(),
            Some(_) if !self.has("AND", true) && !self.has("OR", true) => self.word(),
            _ => Err(self.wrong("một từ / a word")),
        }
    }

    fn quoted(&mut self) -> Result<Said, Wrong> {
        let begin = self.at;
        self.at += 1;
        let text = self.run(|c| c != '"');
        if self.ahead(0) != Some('"') {
            return Err(self.wrong("dấu \" đóng / a closing quotation mark"));
        }
        self.at += 1;
        self.phrase(&text, begin)
    }

    fn word(&mut self) -> Result<Said, Wrong> {
        let begin = self.at;
        let text = self.run(|c| !c.is_whitespace() && !['(', ')', '"', '*'].contains(&c));
        self.phrase(&text, begin)
    }

    fn phrase(&mut self, text: &str, begin: usize) -> Result<Said, Wrong> {
        let words: Vec<Word> = words(text).collect();
        if words.is_empty() {
            self.at = begin;
            return Err(self.wrong("một từ có chữ hay số / a word with letters or digits"));
        }
        self.phrases = self.phrases.checked_sub(words.len()).ok_or(Wrong::Phrases)?;
        let is_start = self.ahead(0) == Some('*');
        self.at += usize::from(is_start);
        if self.ahead(0).is_some_and(|c| !c.is_whitespace() && c != ')') {
            return Err(self.wrong("một dấu cách / a blank"));
        }
        Ok(Said::Phrase(words, is_start))
    }

    /// The characters from here on that are so.
    fn run(&mut self, is_so: impl Fn(char) -> bool) -> String {
        let text: String =
            self.characters.iter().skip(self.at).copied().take_while(|c| is_so(*c)).collect();
        self.at += text.chars().count();
        text
    }

    /// Takes a sign that is a word.
    fn takes(&mut self, sign: &str, may_be_small: bool) -> bool {
        let has = self.has(sign, may_be_small);
        self.at += if has { sign.len() } else { 0 };
        has
    }

    /// Whether a sign that is a word comes next.
    fn has(&mut self, sign: &str, may_be_small: bool) -> bool {
        self.peek();
        let next: String = self.characters.iter().skip(self.at).take(sign.len()).collect();
        let small = may_be_small && next == sign.to_lowercase();
        let ends = self.ahead(sign.len()).is_none_or(|c| c.is_whitespace() || "()\"".contains(c));
        ends && (small || next == sign)
    }

    /// The next character that is no blank.
    fn peek(&mut self) -> Option<char> {
        while self.ahead(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> Option<char> {
        self.characters.get(self.at + by).copied()
    }

    /// That something is expected here, in both languages.
    fn wrong(&self, expected: &str) -> Wrong {
        let (vi, en) = expected.split_once(" / ").unwrap_or((expected, expected));
        Wrong::At(self.at + 1, Text::new(vi, en))
    }
}

/// Whether something that a dash may take out begins so.
fn begins(c: char) -> bool {
    !c.is_whitespace() && c != '-'
}

fn only(mut several: Vec<Said>, make: fn(Vec<Said>) -> Said) -> Said {
    match (several.len(), several.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            several.extend(last);
            make(several)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(said: &Said) -> String {
        let each = |all: &[Said]| all.iter().map(told).collect::<Vec<_>>().join(" ");
        match said {
            Said::Phrase(words, is_start) => {
                let words: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
                format!("{}{}", words.join("_"), if *is_start { "*" } else { "" })
            }
            Said::All(all) => format!("&({})", each(all)),
            Said::Any(any) => format!("|({})", each(any)),
            Said::Not(one) => format!("!{}", told(one)),
        }
    }

    fn read(text: &str) -> Result<String, Wrong> {
        parse(text, (20, 3)).map(|said| told(&said))
    }

    #[test]
    fn queries_are_read() {
        for (text, expected) in [
            ("bé", "be"),
            ("tiền sản  giật", "&(tien san giat)"),
            ("\"tiền sản giật\" mẹ", "&(tien_san_giat me)"),
            ("(bone OR liver) and metastases", "&(|(bone liver) metastases)"),
            ("a b OR c d", "|(&(a b) &(c d))"),
            ("a -b NOT c AND NOT (d or e)", "&(a !b !c !|(d e))"),
            ("ng* \"a b\"*", "&(ng* a_b*)"),
            ("tiền-sản-giật or-b", "&(tien_san_giat or_b)"),
            ("- a", "a"),
            ("NOT NOT a", "a"),
            ("not \"OR\" android", "&(not or android)"),
        ] {
            let found = read(text);
            if text == "- a" {
                assert!(found.is_err(), "{found:?}");
            } else {
                assert_eq!(found.as_deref(), Ok(expected), "{text}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        for (text, at) in [
            ("", 1),
            ("a (b", 5),
            ("a )", 3),
            ("\"a b", 5),
            ("a OR", 5),
            ("OR a", 1),
            ("a AND OR b", 7),
            ("a* b*c", 6),
            ("mẹ ...", 4),
            ("*", 1),
            ("\"\"", 1),
        ] {
            match read(text) {
                Err(Wrong::At(found, _)) => assert_eq!(found, at, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(read("((((a))))"), Err(Wrong::Depth));
        assert_eq!(read(&"a ".repeat(21)), Err(Wrong::Phrases));
    }
}
