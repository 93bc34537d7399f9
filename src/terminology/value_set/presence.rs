//! Looks for a code in a value set without expanding it,
//! <https://hl7.org/fhir/R4/valueset.html#compositions>.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::definition::{Include, ValueSet};
use super::found::{Found, Listed, Problem};
use super::import::import;
use crate::terminology::error::TerminologyError;
use crate::terminology::filter::rule::Rules;
use crate::terminology::scope::Scope;
use crate::terminology::system::concept::{Concept, Content};
use crate::terminology::system::source::{Selection, Source};

/// What a filter costs, as steps.
const FILTER_STEPS: usize = 100;

/// The code that is looked for. Without a system it is one of any system of the value set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SoughtCode<'a> {
    pub(crate) system: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) code: &'a str,
}

/// A search, with what it met on its way.
#[derive(Debug)]
pub(crate) struct Search<'s, 't, 'a> {
    pub(in crate::terminology) scope: &'s Scope<'t>,
    pub(in crate::terminology) asked: SoughtCode<'a>,
    path: Vec<Box<str>>,
    /// What was found in value sets before.
    done: FxHashMap<Box<str>, Vec<Found>>,
    /// Problems of systems that could not be asked.
    pub(crate) unresolved: Vec<Problem>,
    /// The concept, as far as its system has it, although it is not in the value set.
    pub(crate) outside: Option<Found>,
    /// It is left out for being inactive only.
    pub(crate) is_inactive: bool,
    /// A system that does not have the code, but is not all there.
    pub(crate) fragment: Option<Source>,
    /// The systems that were asked.
    pub(crate) systems: Vec<Source>,
    pub(crate) value_sets: Vec<Arc<ValueSet>>,
}

impl<'s, 't, 'a> Search<'s, 't, 'a> {
    pub(crate) fn new(scope: &'s Scope<'t>, asked: SoughtCode<'a>) -> Self {
        Self {
            scope,
            asked,
            path: Vec::new(),
            done: FxHashMap::default(),
            unresolved: Vec::new(),
            outside: None,
            is_inactive: false,
            fragment: None,
            systems: Vec::new(),
            value_sets: Vec::new(),
        }
    }

    /// Where the code is in a value set; nowhere when it is not in it.
    pub(crate) fn run(&mut self, value_set: &ValueSet) -> Result<Vec<Found>, TerminologyError> {
        let name = value_set.canonical();
        if self.path.contains(&name) && !name.is_empty() {
            return Err(TerminologyError::Circular(name));
        }
        if let Some(found) = self.done.get(&name) {
            return Ok(found.clone());
        }
        self.path.push(name.clone());
        let found = self.composed(value_set);
        self.path.pop();
        if let (Ok(found), false) = (&found, name.is_empty()) {
            self.done.insert(name, found.clone());
        }
        found
    }

    fn composed(&mut self, value_set: &ValueSet) -> Result<Vec<Found>, TerminologyError> {
        let mut found = Vec::new();
        for include in &value_set.include {
            found.extend(self.include(value_set, include, false)?);
        }
        if found.is_empty() {
            found = self.published(value_set);
        }
        if found.is_empty() {
            return Ok(found);
        }
        let by_version = value_set.is_by_version();
        let excluded = self.excluded(value_set)?;
        found.retain(|found| {
            !excluded.iter().any(|other| {
                other.system == found.system
                    && other.concept.code == found.concept.code
                    && (!by_version || other.version == found.version)
            })
        });
        if value_set.inactive == Some(false) {
            let before = found.len();
            found.retain(|found| !found.concept.is_inactive);
            self.is_inactive |= found.len() < before && found.is_empty();
        }
        Ok(found)
    }

    /// What the expansion says that a value set carries, where systems could not be asked.
    fn published(&mut self, value_set: &ValueSet) -> Vec<Found> {
        let is_settled = self.unresolved.is_empty() && self.fragment.is_none();
        if is_settled && !value_set.include.is_empty() {
            return Vec::new();
        }
        let expanded = value_set.expanded();
        let found = expanded.find(self.asked.system, self.asked.code);
        if !found.is_empty() || expanded.is_complete {
            self.unresolved.clear();
            self.fragment = None;
        }
        found
    }

    /// What the excludes of a value set take out.
    pub(crate) fn excluded(
        &mut self,
        value_set: &ValueSet,
    ) -> Result<Vec<Found>, TerminologyError> {
        let mut found = Vec::new();
        for exclude in &value_set.exclude {
            found.extend(self.include(value_set, exclude, true)?);
        }
        Ok(found)
    }

    fn include(
        &mut self,
        value_set: &ValueSet,
        include: &Include,
        is_exclude: bool,
    ) -> Result<Vec<Found>, TerminologyError> {
        self.scope.spend(1 + include.filters.len() * FILTER_STEPS)?;
        let Some(system) = include.system.as_deref() else {
            return self.imported(value_set, &include.value_sets);
        };
        if self.asked.system.is_some_and(|asked| asked != system) {
            return Ok(Vec::new());
        }
        let Some(found) = self.in_system(system, include, is_exclude)? else {
            return Ok(Vec::new());
        };
        if include.value_sets.is_empty() {
            return Ok(vec![found]);
        }
        let imported = self.imported(value_set, &include.value_sets)?;
        let is_in = imported
            .iter()
            .any(|other| other.system == found.system && other.concept.code == found.concept.code);
        Ok(if is_in { vec![found] } else { Vec::new() })
    }

    /// What all of some value sets have.
    fn imported(
        &mut self,
        value_set: &ValueSet,
        canonicals: &[Box<str>],
    ) -> Result<Vec<Found>, TerminologyError> {
        let mut all: Option<Vec<Found>> = None;
        for canonical in canonicals {
            let imported = import(self.scope, value_set, canonical)?;
            let found = self.run(&imported)?;
            if !self.value_sets.iter().any(|known| Arc::ptr_eq(known, &imported)) {
                self.value_sets.push(imported);
            }
            all = Some(match all {
                None => found,
                Some(mut all) => {
                    all.retain(|one| {
                        found.iter().any(|other| {
                            other.system == one.system && other.concept.code == one.concept.code
                        })
                    });
                    all
                }
            });
        }
        Ok(all.unwrap_or_default())
    }

    fn in_system(
        &mut self,
        system: &str,
        include: &Include,
        is_exclude: bool,
    ) -> Result<Option<Found>, TerminologyError> {
        let (source, problems) = self.resolve(system, include.version.as_deref(), is_exclude);
        let Some(source) = source else {
            let listed = include.listed(self.asked.code, true);
            if let Some(listed) = listed
                && !self.scope.knows_system(system)
            {
                return Ok(Some(listed_only(system, include, listed)));
            }
            // Codes that are listed are known not to be others; of the rest nothing is known.
            if include.listed.is_empty() || self.scope.knows_system(system) {
                self.unresolved.extend(problems);
            }
            return Ok(None);
        };
        let is_case_sensitive = source.about().is_case_sensitive;
        let Some(concept) = source.find(self.asked.code)? else {
            if source.about().content != Content::Complete
                && include.filters.is_empty()
                && (include.listed.is_empty()
                    || include.listed(self.asked.code, is_case_sensitive).is_some())
                && !is_exclude
            {
                self.fragment = Some(Arc::clone(&source));
            }
            return Ok(None);
        };
        let listed = include.listed(&concept.code, is_case_sensitive).cloned();
        let selection = Selection { filters: &include.filters, ..Selection::default() };
        let rules = Rules::new(source.about(), &selection)?;
        let is_in =
            (include.listed.is_empty() || listed.is_some()) && rules.hold(&*source, &concept)?;
        let found = Found {
            system: system.into(),
            version: source.about().version.clone(),
            source: Some(source),
            concept,
            listed,
            problems,
        };
        if !is_in && !is_exclude && self.outside.is_none() {
            self.outside = Some(found.clone());
        }
        if is_in && !is_exclude {
            self.outside = Some(found.clone());
        }
        Ok(is_in.then_some(found))
    }
}

/// A code of which only the value set knows.
pub(crate) fn listed_only(system: &str, include: &Include, listed: &Arc<Listed>) -> Found {
    let concept = Concept {
        code: listed.code.clone(),
        display: listed.display.clone(),
        ..Concept::default()
    };
    Found {
        system: system.into(),
        version: include.version.clone(),
        source: None,
        concept: Arc::new(concept),
        listed: Some(Arc::clone(listed)),
        problems: Vec::new(),
    }
}
