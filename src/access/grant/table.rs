//! A table of a TOML file, read key by key: where each stands, and which were not asked for.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;

/// A table, with what is wrong in it.
pub(super) struct Table<'t> {
    pub(super) line: usize,
    text: &'t str,
    table: &'t DeTable<'t>,
    /// The keys that it may have.
    known: &'static [&'static str],
}

/// A value and its line.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) line: usize,
    pub(super) value: T,
}

/// The line of a place in a text.
pub(super) fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

impl<'t> Table<'t> {
    /// A table that begins at a place; keys that it may not have are faults.
    pub(super) fn new(
        text: &'t str,
        at: usize,
        table: &'t DeTable<'t>,
        known: &'static [&'static str],
        faults: &mut Vec<Fault>,
    ) -> Self {
        for key in table.keys() {
            let name: &str = key.get_ref().as_ref();
            if !known.contains(&name) {
                let known = known.join(", ");
                faults.push(Fault::new(
                    line(text, key.span().start),
                    name,
                    format!("không có khóa này; có: {known}"),
                    format!("there is no such key; these are: {known}"),
                ));
            }
        }
        Self { line: line(text, at), text, table, known }
    }

    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        debug_assert!(self.known.contains(&key), "{key} is asked for and refused");
        let mut all = self.table.iter();
        let is_it = |name: &str| name == key;
        all.find(|(name, _)| is_it(name.get_ref())).map(|(_, value)| value)
    }

    fn at<T>(&self, value: &Spanned<DeValue<'_>>, found: T) -> At<T> {
        At { line: line(self.text, value.span().start), value: found }
    }

    /// The line of a key's value, or of the table.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.line, |value| line(self.text, value.span().start))
    }

    /// A text.
    pub(super) fn text(&self, key: &str, faults: &mut Vec<Fault>) -> Option<At<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.is_empty() => Some(self.at(value, text.to_string())),
            _ => {
                let line = line(self.text, value.span().start);
                faults.push(Fault::new(line, key, "phải là chuỗi", "must be a text"));
                None
            }
        }
    }

    /// A date or a time, as a text or as TOML has them.
    pub(super) fn time(&self, key: &str, faults: &mut Vec<Fault>) -> Option<At<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Datetime(time) => Some(self.at(value, time.to_string())),
            _ => self.text(key, faults),
        }
    }

    /// A list of texts, or one.
    pub(super) fn texts(&self, key: &str, faults: &mut Vec<Fault>) -> Vec<At<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(all) = value.get_ref() else {
            return self.text(key, faults).into_iter().collect();
        };
        let mut texts = Vec::new();
        for one in all.iter() {
            match one.get_ref() {
                DeValue::String(text) if !text.is_empty() => {
                    texts.push(self.at(one, text.to_string()));
                }
                _ => faults.push(Fault::new(
                    line(self.text, one.span().start),
                    key,
                    "phải là danh sách chuỗi",
                    "must be a list of texts",
                )),
            }
        }
        texts
    }

    /// `true` or `false`; `false` when it is not there.
    pub(super) fn switch(&self, key: &str, faults: &mut Vec<Fault>) -> bool {
        match self.get(key).map(Spanned::get_ref) {
            None => false,
            Some(DeValue::Boolean(is_on)) => *is_on,
            Some(_) => {
                let line = self.line_of(key);
                faults.push(Fault::new(
                    line,
                    key,
                    "phải là true hoặc false",
                    "must be true or false",
                ));
                false
            }
        }
    }
}
