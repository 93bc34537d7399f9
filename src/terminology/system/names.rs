//! The names of a code system, to find whose name a text is.
//!
//! Only systems in memory that are complete have them: those of publishers change their names from
//! version to version, and lend them to each other.

use rustc_hash::FxHashMap;

use super::concept::Content;
use super::source::{ConceptSource, Selection};
use crate::terminology::language::displays;

/// Concepts of the largest system that is looked at.
const MOST: usize = 50_000;

/// Codes by what they are called.
#[derive(Debug, Default)]
pub(in crate::terminology) struct Names {
    /// By display, in small letters.
    by_display: FxHashMap<Box<str>, Box<str>>,
}

impl Names {
    pub(in crate::terminology) fn of(source: &dyn ConceptSource) -> Self {
        let mut names = Self::default();
        let about = source.about();
        if !matches!(about.content, Content::Complete) {
            return names;
        }
        let everything = Selection::default();
        if source.count(&everything).map_or(true, |count| count > MOST) {
            return names;
        }
        for concept in source.walk(&everything, 0, MOST).unwrap_or_default() {
            for display in displays(Some(about), &concept, None) {
                let display = display.text.to_lowercase().into();
                names.by_display.entry(display).or_insert_with(|| concept.code.clone());
            }
        }
        names
    }

    /// The code that is called so, whatever its letters.
    pub(in crate::terminology) fn code(&self, display: &str) -> Option<Box<str>> {
        self.by_display.get(&*display.to_lowercase()).cloned()
    }

    /// What it costs to keep them.
    pub(in crate::terminology) fn weight(&self) -> u32 {
        u32::try_from(self.by_display.len() + 1).unwrap_or(u32::MAX)
    }
}
