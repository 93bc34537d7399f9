//! What code systems say of codes and of texts: what is a code, how it is called, which one was meant.

use std::sync::Arc;

use super::language::{Languages, display_of, displays};
use super::service::{CodeRef, Meaning, Terminology};
use super::system::concept::Content;
use super::system::names::Names;
use super::system::spelling::spellings;
use super::validate::display::is_same_display;
use crate::budget;

impl Terminology {
    /// What its own code system says of a code.
    pub fn meaning(&self, code: CodeRef<'_>) -> Meaning {
        let source = code.system.and_then(|system| self.system(system, code.version));
        let Some(source) = source else { return Meaning::Unknown };
        let about = source.about();
        match (source.find(code.code), about.content) {
            (_, Content::Supplement) => Meaning::Supplement,
            (Ok(Some(concept)), _) => {
                let displays = displays(Some(about), &concept, None);
                let is_one = |given: &str| {
                    displays.iter().any(|display| is_same_display(display.text, given))
                };
                let wrong_display =
                    code.display.filter(|given| !displays.is_empty() && !is_one(given));
                let texts = || displays.iter().map(|display| display.text.into()).collect();
                Meaning::Known {
                    wrong_display: wrong_display.map(|_| texts()),
                    is_inactive: concept.is_inactive,
                }
            }
            (Ok(None), Content::Complete) => Meaning::NoCode,
            _ => Meaning::Unknown,
        }
    }

    /// The code that was probably meant by one that its system does not have: with its zeros, without
    /// spaces, or in other letters.
    pub fn meant(&self, code: CodeRef<'_>) -> Option<String> {
        let source = self.system(code.system?, code.version)?;
        let is_there = |code: &String| matches!(source.find(code), Ok(Some(_)));
        spellings(code.code).find(is_there)
    }

    /// The code of a system that a text is the name of.
    pub fn named(&self, system: &str, version: Option<&str>, display: &str) -> Option<Box<str>> {
        self.names_of(system, version)?.code(display)
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
