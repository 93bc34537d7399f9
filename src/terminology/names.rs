//! The names of a code system, to find whose name a text is.
//!
//! Only systems in memory that are complete have them: those of publishers change their names from
//! version to version, and lend them to each other.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::concept::Content;
use super::language::{Languages, display_of, displays};
use super::service::Terminology;
use super::source::{ConceptSource, Selection};
use crate::budget;

/// Concepts of the largest system that is looked at.
const MOST: usize = 50_000;

/// Codes by what they are called.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By display, in small letters.
    by_display: FxHashMap<Box<str>, Box<str>>,
}

impl Names {
    fn of(source: &dyn ConceptSource) -> Self {
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

    /// What it costs to keep them.
    pub(super) fn weight(&self) -> u32 {
        u32::try_from(self.by_display.len() + 1).unwrap_or(u32::MAX)
    }
}

impl Terminology {
    /// The code of a system that a text is the name of.
    pub fn named(&self, system: &str, version: Option<&str>, display: &str) -> Option<Box<str>> {
        self.names_of(system, version)?.by_display.get(&*display.to_lowercase()).cloned()
    }

    /// What a code is called in a language, or else by its system.
    pub fn display(&self, system: &str, code: &str, language: &str) -> Option<String> {
        let source = self.system(system, None)?;
        let concept = source.find(code).ok()??;
        let languages = Languages::parse(language);
        display_of(source.about(), &concept, languages.as_ref()).map(str::to_owned)
    }

    /// The names of a system, worked out when first asked for.
    fn names_of(&self, system: &str, version: Option<&str>) -> Option<Arc<Names>> {
        if self.sources().find(system, None).is_some() {
            return None;
        }
        let key = format!("{system}|{}", version.unwrap_or_default());
        let library = &self.registry.library;
        if let Some((basis, names)) = self.names.get(&*key)
            && library.holds(&basis)
        {
            return Some(names);
        }
        let make = || Some(Arc::new(Names::of(&*self.system(system, version)?)));
        let (names, basis) = library.watch(make);
        let names = names?;
        // What a budget ended early is not kept for others.
        if !budget::is_spent() {
            self.names.insert(key.into(), (basis, Arc::clone(&names)));
        }
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::registry::Registry;

    #[test]
    fn a_name_leads_to_its_code() {
        const GENDERS: &str = "http://hl7.org/fhir/administrative-gender";
        let terminology = Terminology::new(Arc::new(Registry::r4().expect("R4")));
        let named = |display: &str| terminology.named(GENDERS, None, display);
        assert_eq!(named("female").as_deref(), Some("female"));
        assert_eq!(named("Male").as_deref(), Some("male"));
        assert_eq!(named("nobody"), None);
        assert_eq!(terminology.named("http://loinc.org", None, "Body weight"), None);
    }
}
