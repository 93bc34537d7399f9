//! The codes of a value set, from its expansion, <https://hl7.org/fhir/R4/valueset.html#expansion>.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use smallvec::SmallVec;

/// The codes of a value set, as far as they are known.
#[derive(Debug, Default)]
pub struct CodeSet {
    is_complete: bool,
    systems: Vec<Box<str>>,
    /// The systems of each code, as positions in `systems`.
    codes: FxHashMap<Box<str>, SmallVec<[usize; 1]>>,
}

/// What is read of a `ValueSet`.
#[derive(Deserialize)]
pub(crate) struct ValueSet {
    #[serde(default)]
    compose: Compose,
    expansion: Option<Expansion>,
}

#[derive(Default, Deserialize)]
struct Compose {
    #[serde(default)]
    include: Vec<Include>,
}

#[derive(Deserialize)]
struct Include {
    #[serde(default)]
    concept: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Expansion {
    total: Option<usize>,
    /// Says why codes are missing: too costly, or an open set.
    #[serde(default)]
    extension: Vec<serde::de::IgnoredAny>,
    /// Only `limitedExpansion` is kept in the packed files.
    #[serde(default)]
    parameter: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    contains: Vec<Contains>,
}

#[derive(Deserialize)]
struct Contains {
    system: Option<Box<str>>,
    code: Option<Box<str>>,
    #[serde(default, rename = "abstract")]
    is_abstract: bool,
    #[serde(default)]
    contains: Vec<Contains>,
}

impl Compose {
    /// Whether the definition itself lists every code and there are no more than these.
    fn enumerates(&self, listed: usize) -> bool {
        let codes: usize = self.include.iter().map(|include| include.concept.len()).sum();
        self.include.iter().all(|include| !include.concept.is_empty()) && codes == listed
    }
}

impl CodeSet {
    /// Takes the expansion of a value set; none when it has none.
    pub(crate) fn new(value_set: ValueSet) -> Option<Self> {
        let expansion = value_set.expansion?;
        let mut set = Self::default();
        let listed = set.add(&expansion.contains);
        let says_everything = expansion.extension.is_empty() && expansion.parameter.is_empty();
        let has_all = says_everything && expansion.total.is_none_or(|total| total <= listed);
        set.is_complete = listed > 0 && (has_all || value_set.compose.enumerates(listed));
        Some(set)
    }

    /// Whether the set has no other codes than the known ones.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether a code of a system is in the set.
    pub fn contains(&self, system: &str, code: &str) -> bool {
        let Some(systems) = self.codes.get(code) else { return false };
        systems.iter().any(|at| self.systems.get(*at).is_some_and(|known| **known == *system))
    }

    /// Whether a code of any system is in the set: for elements of type `code`.
    pub fn contains_code(&self, code: &str) -> bool {
        self.codes.contains_key(code)
    }

    /// The codes of the set, in no order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.keys().map(|code| &**code)
    }

    /// Adds entries and what is below them; gives how many there were.
    fn add(&mut self, entries: &[Contains]) -> usize {
        let mut listed = 0;
        for Contains { system, code, is_abstract, contains } in entries {
            if let (Some(code), false) = (code, is_abstract) {
                let system = self.system(system.as_deref().unwrap_or_default());
                self.codes.entry(code.clone()).or_default().push(system);
            }
            listed += 1 + self.add(contains);
        }
        listed
    }

    fn system(&mut self, system: &str) -> usize {
        let known = self.systems.iter().position(|known| **known == *system);
        known.unwrap_or_else(|| {
            self.systems.push(system.into());
            self.systems.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(expansion: &str) -> CodeSet {
        let text = format!(r#"{{"expansion":{expansion}}}"#);
        CodeSet::new(serde_json::from_str(&text).expect("a value set")).expect("an expansion")
    }

    #[test]
    fn knows_codes_by_system_and_alone() {
        let set = read(
            r#"{"total":3,"contains":[{"system":"s","code":"a","contains":[{"system":"t","code":"b"}]},
                {"system":"s","code":"c","abstract":true}]}"#,
        );
        assert!(set.is_complete());
        assert!(set.contains("s", "a") && set.contains("t", "b"));
        assert!(!set.contains("s", "b") && !set.contains("s", "x"));
        assert!(set.contains_code("b") && !set.contains_code("c"));
    }

    #[test]
    fn a_definition_that_lists_its_codes_is_complete_even_when_the_expansion_is_limited() {
        let read = |concepts: &str| {
            let text = format!(
                r#"{{"compose":{{"include":[{{"system":"s","concept":[{concepts}]}}]}},
                "expansion":{{"parameter":[{{"name":"limitedExpansion"}}],
                "contains":[{{"system":"s","code":"a"}}]}}}}"#
            );
            CodeSet::new(serde_json::from_str(&text).expect("a value set")).expect("an expansion")
        };
        assert!(read(r#"{"code":"a"}"#).is_complete());
        assert!(!read(r#"{"code":"a"},{"code":"b"}"#).is_complete());
        assert!(!read("").is_complete());
    }

    #[test]
    fn an_expansion_that_lacks_codes_is_not_complete() {
        for expansion in [
            r#"{"total":2,"contains":[{"system":"s","code":"a"}]}"#,
            r#"{"contains":[]}"#,
            r#"{"extension":[{"url":"u"}],"contains":[{"system":"s","code":"a"}]}"#,
            r#"{"parameter":[{"name":"limitedExpansion"}],"contains":[{"system":"s","code":"a"}]}"#,
        ] {
            assert!(!read(expansion).is_complete(), "{expansion}");
        }
    }
}
