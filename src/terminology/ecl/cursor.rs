//! The smallest parts of ECL: signs, words, identifiers, terms, numbers, texts.

/// Concepts that are read, more than anybody writes.
const MOST: usize = 10_000;

/// A text and how far it was read. What is not found leaves the place where it was not found.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    rest: &'t str,
    /// Concepts that may still be read: what could be meant in two ways is read twice.
    left: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, rest: text, left: MOST }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Where the rest begins, in characters from 1.
    pub(super) fn column(&self) -> usize {
        let read = self.text.len().saturating_sub(self.rest.len());
        let read = self.text.get(..read).unwrap_or_default();
        read.chars().count().saturating_add(1)
    }

    /// White space and comments.
    pub(super) fn space(&mut self) {
        loop {
            let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
            let comment = rest.strip_prefix("/*").and_then(|below| below.split_once("*/"));
            match comment {
                Some((_, after)) => self.rest = after,
                None => {
                    self.rest = rest;
                    return;
                }
            }
        }
    }

    pub(super) fn is_next(&self, sign: &str) -> bool {
        self.rest.starts_with(sign)
    }

    /// A sign, when it is next.
    pub(super) fn sign(&mut self, sign: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    /// The first of these signs that is next.
    pub(super) fn one_of(&mut self, signs: &[&str]) -> Option<()> {
        signs.iter().find_map(|sign| self.sign(sign))
    }

    /// A word, whatever its case, that no other letter or digit follows.
    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        let found = self.rest.get(..word.len())?;
        let after = self.rest.get(word.len()..)?;
        let is_whole = !after.starts_with(|next: char| next.is_alphanumeric());
        (found.eq_ignore_ascii_case(word) && is_whole).then(|| self.rest = after)
    }

    /// An identifier: 6 to 18 digits, the first of which is not 0.
    pub(super) fn identifier(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_one = (6..=18).contains(&digits) && !self.rest.starts_with('0');
        self.take(is_one, digits)
    }

    /// `LOINC#54486-6`
    pub(super) fn alternate_identifier(&mut self) -> Option<()> {
        let (scheme, after) = self.rest.split_once('#')?;
        let is_quoted = scheme.len() > 2 && scheme.starts_with('"') && scheme.ends_with('"');
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_plain =
            scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(legal);
        let code = after.bytes().take_while(|b| legal(char::from(*b)) || *b == b'.').count();
        if !(is_quoted || is_plain) || code == 0 {
            return None;
        }
        self.rest = after.get(code..)?;
        Some(())
    }

    /// What stands between two bars, if a bar is next.
    pub(super) fn term(&mut self) -> Option<()> {
        let before = self.rest;
        self.space();
        if self.sign("|").is_none() {
            self.rest = before;
            return Some(());
        }
        match self.rest.split_once('|') {
            Some((term, after)) if !term.trim().is_empty() => {
                self.rest = after;
                Some(())
            }
            Some(_) => None,
            None => self.give_up(),
        }
    }

    /// `-1.5`
    pub(super) fn number(&mut self) -> Option<()> {
        let _sign = self.one_of(&["-", "+"]);
        self.digits()?;
        match self.sign(".") {
            Some(()) => self.digits(),
            None => Some(()),
        }
    }

    pub(super) fn digits(&mut self) -> Option<()> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.take(digits > 0, digits)
    }

    /// A text in quotation marks, in which `\` goes before what would end it.
    pub(super) fn quoted(&mut self) -> Option<()> {
        self.sign("\"")?;
        let mut is_escaped = false;
        for (at, found) in self.rest.char_indices() {
            match found {
                '"' if !is_escaped => {
                    self.rest = self.rest.get(at..)?;
                    return self.sign("\"");
                }
                found => is_escaped = found == '\\' && !is_escaped,
            }
        }
        self.give_up()
    }

    /// `{{ … }}` with whatever is inside; texts may hold the end.
    pub(super) fn filter(&mut self) -> Option<()> {
        self.sign("{{")?;
        loop {
            if self.sign("}}").is_some() {
                return Some(());
            }
            if self.is_next("\"") {
                self.quoted()?;
                continue;
            }
            let next = self.rest.chars().next()?;
            self.rest = self.rest.get(next.len_utf8()..)?;
        }
    }

    /// A place to come back to.
    pub(super) fn place(&self) -> &'t str {
        self.rest
    }

    pub(super) fn back_to(&mut self, place: &'t str) {
        self.rest = place;
    }

    fn take(&mut self, is_one: bool, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..).filter(|_| is_one)?;
        Some(())
    }

    /// What should have come is missing at the end.
    fn give_up(&mut self) -> Option<()> {
        self.rest = "";
        None
    }
}
