//! Gathers the codes of a value set, <https://hl7.org/fhir/R4/valueset.html#compositions>.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::definition::{Include, ValueSet};
use super::found::Found;
use super::import::import;
use super::presence::{Search, SoughtCode, listed_only};
use crate::terminology::error::TerminologyError;
use crate::terminology::filter::rule::Rules;
use crate::terminology::filter::words::one_has;
use crate::terminology::scope::Scope;
use crate::terminology::system::concept::Content;
use crate::terminology::system::source::{Selection, Source};

/// Codes that are gathered at the most, however few are asked for.
pub(crate) const MOST: usize = 50_000;

/// Gathers codes, and what they were gathered from.
#[derive(Debug)]
pub(crate) struct Gather<'s, 't> {
    pub(in crate::terminology) scope: &'s Scope<'t>,
    pub(in crate::terminology) words: &'s str,
    pub(in crate::terminology) only_active: bool,
    pub(in crate::terminology) most: usize,
    path: Vec<Box<str>>,
    /// What was gathered from value sets before.
    done: FxHashMap<Box<str>, Vec<Found>>,
    pub(crate) systems: Vec<Source>,
    pub(crate) value_sets: Vec<Arc<ValueSet>>,
    /// Systems that are not all there.
    pub(crate) fragments: Vec<Box<str>>,
    /// Systems that are not known: their codes are there because the value set lists them.
    pub(crate) unknown: Vec<Box<str>>,
}

impl<'s, 't> Gather<'s, 't> {
    /// `words` are as [`crate::terminology::filter::words::words`] makes them.
    pub(crate) fn new(scope: &'s Scope<'t>, words: &'s str, only_active: bool) -> Self {
        Self {
            scope,
            words,
            only_active,
            most: MOST,
            path: Vec::new(),
            done: FxHashMap::default(),
            systems: Vec::new(),
            value_sets: Vec::new(),
            fragments: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Every code of a value set, each once.
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
        let published = || value_set.expanded();
        let found = match found {
            Err(TerminologyError::NoSystem { .. }) if !published().entries.is_empty() => {
                self.published(value_set)
            }
            Ok(found) if found.is_empty() && value_set.include.is_empty() => {
                self.published(value_set)
            }
            other => other,
        }?;
        // Only what others import is asked for again.
        if !self.path.is_empty() && !name.is_empty() {
            self.done.insert(name, found.clone());
        }
        Ok(found)
    }

    /// The codes of the expansion that the value set carries.
    fn published(&mut self, value_set: &ValueSet) -> Result<Vec<Found>, TerminologyError> {
        let expanded = value_set.expanded();
        if !expanded.is_complete && !expanded.entries.is_empty() {
            self.fragments.push(value_set.canonical());
        }
        let wanted: Vec<&str> = self.words.split(' ').filter(|word| !word.is_empty()).collect();
        let only_active = self.only_active || value_set.inactive == Some(false);
        let keep = |found: &&Found| {
            let concept = &found.concept;
            !(only_active && concept.is_inactive)
                && crate::terminology::filter::words::has_words(concept, &wanted)
        };
        let found: Vec<Found> = expanded.entries.iter().filter(keep).cloned().collect();
        if found.len() > self.most {
            return Err(TerminologyError::TooCostly { limit: self.most });
        }
        Ok(found)
    }

    fn composed(&mut self, value_set: &ValueSet) -> Result<Vec<Found>, TerminologyError> {
        let by_version = value_set.is_by_version();
        let mut all: Vec<Found> = Vec::new();
        let mut seen = FxHashSet::default();
        for include in &value_set.include {
            for found in self.include(value_set, include)? {
                let version = found.version.clone().filter(|_| by_version);
                if seen.insert((found.system.clone(), version, found.concept.code.clone())) {
                    all.push(found);
                }
            }
            if all.len() > self.most {
                return Err(TerminologyError::TooCostly { limit: self.most });
            }
        }
        if value_set.inactive == Some(false) {
            all.retain(|found| !found.concept.is_inactive);
        }
        if value_set.exclude.is_empty() {
            return Ok(all);
        }
        let mut kept = Vec::with_capacity(all.len());
        for found in all {
            if !self.is_excluded(value_set, &found, by_version)? {
                kept.push(found);
            }
        }
        Ok(kept)
    }

    pub(super) fn is_excluded(
        &mut self,
        value_set: &ValueSet,
        found: &Found,
        by_version: bool,
    ) -> Result<bool, TerminologyError> {
        let asked =
            SoughtCode { system: Some(&found.system), version: None, code: &found.concept.code };
        let mut search = Search::new(self.scope, asked);
        let excluded = search.excluded(value_set)?;
        self.take_seen(search.systems, search.value_sets);
        Ok(excluded.iter().any(|other| !by_version || other.version == found.version))
    }

    fn take_seen(&mut self, systems: Vec<Source>, value_sets: Vec<Arc<ValueSet>>) {
        for source in systems {
            self.see_system(&source);
        }
        for value_set in value_sets {
            self.see_value_set(&value_set);
        }
    }

    fn see_system(&mut self, source: &Source) {
        if !self.systems.iter().any(|known| Arc::ptr_eq(known, source)) {
            self.systems.push(Arc::clone(source));
        }
    }

    pub(super) fn see_value_set(&mut self, value_set: &Arc<ValueSet>) {
        let name = value_set.canonical();
        if !self.value_sets.iter().any(|known| known.canonical() == name) {
            self.value_sets.push(Arc::clone(value_set));
        }
    }

    fn include(
        &mut self,
        value_set: &ValueSet,
        include: &Include,
    ) -> Result<Vec<Found>, TerminologyError> {
        let mut imported: Option<Vec<Found>> = None;
        for canonical in &include.value_sets {
            let other = import(self.scope, value_set, canonical)?;
            if !canonical.starts_with('#') {
                self.see_value_set(&other);
            }
            let found = self.run(&other)?;
            imported = Some(match imported {
                None => found,
                Some(all) => both(all, &found),
            });
        }
        let Some(system) = include.system.as_deref() else {
            return Ok(imported.unwrap_or_default());
        };
        if self.scope.versions.leaves_out(system, None) {
            return Ok(Vec::new());
        }
        let found = self.of_system(system, include)?;
        Ok(match imported {
            None => found,
            Some(imported) => both(found, &imported),
        })
    }

    pub(in crate::terminology) fn of_system(
        &mut self,
        system: &str,
        include: &Include,
    ) -> Result<Vec<Found>, TerminologyError> {
        let Some(source) = self.source(system, include)? else {
            if !self.unknown.iter().any(|known| **known == *system) {
                self.unknown.push(system.into());
            }
            let found = include.listed.iter().map(|listed| listed_only(system, include, listed));
            let keep = |found: &Found| one_has(found.concept.display.as_deref(), self.words);
            return Ok(found.filter(|found| keep(found)).collect());
        };
        if self.scope.versions.leaves_out(system, source.about().version.as_deref()) {
            return Ok(Vec::new());
        }
        let selection = self.selection(include, include.listed.is_empty());
        let as_found = |concept, listed| Found {
            system: system.into(),
            version: source.about().version.clone(),
            source: Some(Arc::clone(&source)),
            concept,
            listed,
            problems: Vec::new(),
        };
        if include.listed.is_empty() {
            let walked = source.walk(&selection, 0, self.most + 1)?;
            self.scope.spend(walked.len())?;
            return Ok(walked.into_iter().map(|concept| as_found(concept, None)).collect());
        }
        let rules = Rules::new(source.about(), &selection)?;
        let mut all = Vec::with_capacity(include.listed.len());
        self.scope.spend(include.listed.len())?;
        for listed in &include.listed {
            let Some(concept) = source.find(&listed.code)? else { continue };
            let texts =
                [Some(&*concept.code), concept.display.as_deref(), listed.display.as_deref()];
            let has_words = self.words.is_empty()
                || texts.into_iter().any(|text| one_has(text, self.words))
                || concept.designations.iter().any(|text| one_has(Some(&text.value), self.words));
            if has_words && rules.hold(&*source, &concept)? {
                all.push(as_found(concept, Some(Arc::clone(listed))));
            }
        }
        Ok(all)
    }

    /// What an include selects from its system.
    pub(crate) fn selection<'i>(&self, include: &'i Include, by_words: bool) -> Selection<'i>
    where
        's: 'i,
    {
        let words = if by_words { self.words } else { "" };
        Selection { filters: &include.filters, words, only_active: self.only_active }
    }

    /// The system of an include; none when it is not known and the codes are listed.
    pub(crate) fn source(
        &mut self,
        system: &str,
        include: &Include,
    ) -> Result<Option<Source>, TerminologyError> {
        self.scope.spend(1)?;
        let wanted = self.scope.versions.wanted(system, include.version.as_deref());
        let source = self.scope.system(system, wanted.version.as_deref());
        let usable = source.filter(|source| {
            !matches!(source.about().content, Content::NotPresent | Content::Supplement)
        });
        let Some(source) = usable else {
            if !include.listed.is_empty() && !self.scope.knows_system(system) {
                return Ok(None);
            }
            return Err(TerminologyError::NoSystem {
                system: system.into(),
                version: wanted.version,
                versions: self.scope.versions_of(system),
            });
        };
        let version = source.about().version.clone();
        if let Some(wanted) = self.scope.versions.refused(system, version.as_deref()) {
            let (system, wanted) = (system.into(), wanted.into());
            return Err(TerminologyError::Version { system, version, wanted });
        }
        if source.about().content != Content::Complete
            && !self.fragments.iter().any(|known| **known == *system)
        {
            self.fragments.push(system.into());
        }
        self.see_system(&source);
        Ok(Some(source))
    }
}

/// What is in both, as the first has it.
fn both(first: Vec<Found>, second: &[Found]) -> Vec<Found> {
    let keys: FxHashSet<(&str, &str)> =
        second.iter().map(|found| (&*found.system, &*found.concept.code)).collect();
    let is_in = |found: &Found| keys.contains(&(&*found.system, &*found.concept.code));
    first.iter().filter(|found| is_in(found)).cloned().collect()
}
