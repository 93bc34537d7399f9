//! The value sets of the embedded definitions, each read when it is first asked for.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::code_set::CodeSet;
use super::package::{self, DefinitionError};

const HEAD: &str = r#"{"resourceType":"ValueSet","url":""#;

/// The unpacked value sets, by URL.
#[derive(Debug, Default)]
pub(crate) struct Terminology {
    text: String,
    value_sets: FxHashMap<Box<str>, ValueSetEntry>,
}

#[derive(Debug)]
struct ValueSetEntry {
    line: Range<usize>,
    codes: OnceLock<Option<CodeSet>>,
}

impl Terminology {
    /// Unpacks the embedded value sets and finds where each one is.
    pub(crate) fn embedded() -> Result<Self, DefinitionError> {
        let mut text = package::unpack(package::TERMINOLOGY)?;
        // Code systems come first and are not asked for here.
        text.drain(..text.find(HEAD).unwrap_or_default());
        text.shrink_to_fit();
        let mut value_sets = FxHashMap::default();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            if let Some((url, _)) = line.strip_prefix(HEAD).and_then(|rest| rest.split_once('"')) {
                let entry = ValueSetEntry { line: start..end, codes: OnceLock::new() };
                value_sets.insert(url.into(), entry);
            }
            start = end;
        }
        Ok(Self { text, value_sets })
    }

    /// The codes of a value set; none when it is not known or has no expansion.
    pub(crate) fn value_set(&self, url: &str) -> Option<&CodeSet> {
        let entry = self.value_sets.get(url)?;
        let read = || {
            let line = self.text.get(entry.line.clone())?;
            CodeSet::new(serde_json::from_str(line).ok()?)
        };
        entry.codes.get_or_init(read).as_ref()
    }
}
