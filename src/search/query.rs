//! The grammar of a query string: names, modifiers, values.
//!
//! ```text
//! query     = pair *( "&" pair )
//! pair      = name [ ":" modifier ] "=" value *( "," value )
//! value     = text, where "\," "\|" "\$" "\\" stand for the character itself
//! ```

use super::fault::Fault;
use crate::definitions::base::today;

/// A query string taken apart, in the order it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub parameters: Vec<Parameter>,
}

/// One pair of a query string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub modifier: Option<String>,
    /// The value as written, percent-decoded: for links. Names of the guide are those of today.
    pub text: String,
}

impl Query {
    /// Takes query strings apart, that of the URL first, then that of a form's body.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let pairs = texts.into_iter().flat_map(|text| form_urlencoded::parse(text.as_bytes()));
        let parameters = pairs
            .filter(|(name, text)| !(name.is_empty() && text.is_empty()))
            .map(|(name, text)| Parameter::new(&name, today(&text).into_owned()));
        Self { parameters: parameters.collect() }
    }
}

impl Parameter {
    /// A parameter of a key (`name` or `name:modifier`) and its text.
    pub fn new(key: &str, text: String) -> Self {
        let (name, modifier) = match key.split_once(':') {
            Some((name, modifier)) => (name, Some(modifier.to_owned())),
            None => (key, None),
        };
        Self { name: name.to_owned(), modifier, text }
    }

    /// Name and modifier, as written.
    pub fn key(&self) -> String {
        match &self.modifier {
            Some(modifier) => format!("{}:{modifier}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether it is text that can be compared with: percent-encoded UTF-8 without NUL, which no
    /// resource has and not every database takes.
    pub fn check_text(&self) -> Result<(), Fault> {
        let is_wrong = |text: &str| text.contains(['\0', '\u{fffd}']);
        let modifier = self.modifier.as_deref().unwrap_or_default();
        match [self.name.as_str(), modifier, self.text.as_str()].into_iter().any(is_wrong) {
            true => Err(Fault::Text),
            false => Ok(()),
        }
    }

    /// The values between commas, still escaped; none is empty.
    pub fn values(&self) -> Result<Vec<&str>, Fault> {
        let values = split(&self.text, b',');
        if values.iter().any(|value| value.is_empty()) {
            return Err(Fault::EmptyValue);
        }
        Ok(values)
    }
}

/// Splits at a separator that is not escaped.
pub(super) fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut rest, mut at) = (text, 0);
    while let Some(byte) = rest.as_bytes().get(at) {
        match *byte {
            b'\\' => at += 2,
            byte if byte == separator => {
                let (part, after) = rest.split_at(at);
                parts.push(part);
                rest = after.get(1..).unwrap_or_default();
                at = 0;
            }
            _ => at += 1,
        }
    }
    parts.push(rest);
    parts
}

/// Takes the escapes out of a value.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>, &str)]) {
        let found = Query::parse([text]);
        let found: Vec<_> = found
            .parameters
            .iter()
            .map(|found| (found.name.as_str(), found.modifier.as_deref(), found.text.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_modifiers_and_values_are_told_apart() {
        check(
            "name:exact=%C3%81nh&&_count=5",
            &[("name", Some("exact"), "Ánh"), ("_count", None, "5")],
        );
        check("a=b+c&a", &[("a", None, "b c"), ("a", None, "")]);
        check("", &[]);
    }

    #[test]
    fn commas_part_values_unless_escaped() {
        assert_eq!(split(r"a,b\,c,d\\,e", b','), ["a", r"b\,c", r"d\\", "e"]);
        assert_eq!(split(r"ends\", b','), [r"ends\"]);
        assert_eq!(unescape(r"b\,c\\\|"), r"b,c\|");
    }
}
