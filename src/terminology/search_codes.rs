//! The codes that the modifiers of token searches stand for,
//! <https://hl7.org/fhir/R4/search.html#token>:
//!
//! | search | asks |
//! |---|---|
//! | `code:in=[value set]`, `code:not-in=…` | [`Terminology::codes_of`] |
//! | `code:below=[system]\|[code]` | [`Terminology::codes_below`] |
//! | `code:above=[system]\|[code]` | [`Terminology::codes_above`] |
//!
//! What comes back is compared with what resources say, as system and code; versions do not
//! matter there. An error is told as [`TerminologyError::issue`]: the value set or system is not
//! known, it cannot be listed, or there are more codes than a query takes.

use rustc_hash::FxHashSet;

use super::error::TerminologyError;
use super::filter::{Filter, Operator};
use super::scope::Scope;
use super::service::Terminology;
use super::system::source::Selection;
use super::system::subsume::no_system;
use super::value_set::expand::{ExpandRequest, expand};

/// A system and one of its codes.
pub type SystemCode = (Box<str>, Box<str>);

/// Codes to search for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchCodes {
    /// Each once.
    pub codes: Vec<SystemCode>,
    /// Whether the server has all of them. When it has not, because only a part of a system is
    /// known, `:in` may find too little and `:not-in` too much: tell the client.
    pub is_whole: bool,
}

impl Terminology {
    /// The codes of a value set, inactive ones too: resources may have them from before.
    pub fn codes_of(&self, value_set: &str, limit: usize) -> Result<SearchCodes, TerminologyError> {
        if let Some(codes) = self.flat_set(value_set).whole() {
            let codes: Vec<SystemCode> = codes.take(limit + 1).collect();
            return match codes.len() > limit {
                true => Err(TerminologyError::TooCostly { limit }),
                false => Ok(SearchCodes { codes, is_whole: true }),
            };
        }
        let scope = Scope::new(self);
        let value_set = scope.value_set(value_set)?;
        let request = ExpandRequest {
            filter: "",
            offset: 0,
            count: None,
            limit,
            active_only: false,
            without_abstract: false,
            flat: true,
        };
        let expansion = expand(&scope, &value_set, &request)?;
        let mut seen = FxHashSet::default();
        let codes = expansion.entries.into_iter().map(|entry| entry.found);
        let codes = codes.map(|found| (found.system, found.concept.code.clone()));
        let codes = codes.filter(|code| seen.insert(code.clone())).collect();
        Ok(SearchCodes { codes, is_whole: expansion.fragments.is_empty() })
    }

    /// A code and all codes below it; none when the system has no such code.
    pub fn codes_below(
        &self,
        system: &str,
        code: &str,
        limit: usize,
    ) -> Result<SearchCodes, TerminologyError> {
        self.related(system, code, Operator::IsA, limit)
    }

    /// A code and all codes above it; none when the system has no such code.
    pub fn codes_above(
        &self,
        system: &str,
        code: &str,
        limit: usize,
    ) -> Result<SearchCodes, TerminologyError> {
        self.related(system, code, Operator::Generalizes, limit)
    }

    fn related(
        &self,
        system: &str,
        code: &str,
        operator: Operator,
        limit: usize,
    ) -> Result<SearchCodes, TerminologyError> {
        let scope = Scope::new(self);
        let source = self.system(system, None).filter(|_| scope.knows_system(system));
        let source = source.ok_or_else(|| no_system(&scope, system, None))?;
        let filter = Filter { property: "concept".into(), operator, value: code.into() };
        let selection =
            Selection { filters: std::slice::from_ref(&filter), ..Selection::default() };
        let found = source.walk(&selection, 0, limit.saturating_add(1))?;
        if found.len() > limit {
            return Err(TerminologyError::TooCostly { limit });
        }
        let codes = found.into_iter().map(|concept| (system.into(), concept.code.clone()));
        let is_whole = source.about().content == super::system::concept::Content::Complete;
        Ok(SearchCodes { codes: codes.collect(), is_whole })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use super::*;
    use crate::definitions::registry::Registry;

    static TERMINOLOGY: LazyLock<Terminology> =
        LazyLock::new(|| Terminology::new(Arc::new(Registry::r4().expect("R4"))));
    const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    #[test]
    fn value_sets_are_lists_of_codes() {
        let gender = "http://hl7.org/fhir/ValueSet/administrative-gender";
        let found = TERMINOLOGY.codes_of(gender, 10).expect("codes");
        assert!(found.codes.len() == 4 && found.is_whole);
        let system = "http://hl7.org/fhir/administrative-gender";
        assert!(found.codes.contains(&(system.into(), "female".into())));
        let pinned = TERMINOLOGY.codes_of(&format!("{gender}|4.0.1"), 10).expect("codes");
        assert_eq!(pinned.codes.len(), 4);
        let few = TERMINOLOGY.codes_of(gender, 3);
        assert!(matches!(few, Err(TerminologyError::TooCostly { limit: 3 })));
        let none = TERMINOLOGY.codes_of("http://example.org/none", 10);
        assert!(matches!(none, Err(TerminologyError::NoValueSet(_))));
        let units = TERMINOLOGY.codes_of("http://unitsofmeasure.org/vs", 10);
        assert!(matches!(units, Err(TerminologyError::Source(_))), "{units:?}");
    }

    #[test]
    fn codes_have_others_below_and_above() {
        let has = |found: &SearchCodes, code: &str| {
            found.codes.contains(&(ACT.into(), code.into())) && found.is_whole
        };
        let below = TERMINOLOGY.codes_below(ACT, "CC", 100).expect("codes");
        assert!(has(&below, "V") && has(&below, "CC"), "{below:?}");
        let above = TERMINOLOGY.codes_above(ACT, "V", 100).expect("codes");
        assert!(has(&above, "CC") && has(&above, "V"), "{above:?}");
        let unknown = TERMINOLOGY.codes_below(ACT, "no such code", 100).expect("codes");
        assert!(unknown.codes.is_empty());
        let none = TERMINOLOGY.codes_below("http://snomed.info/sct", "73211009", 100);
        assert!(matches!(none, Err(TerminologyError::NoSystem { .. })));
        let few = TERMINOLOGY.codes_below(ACT, "_ActEncounterCode", 1);
        assert!(matches!(few, Err(TerminologyError::TooCostly { .. })));
    }
}
