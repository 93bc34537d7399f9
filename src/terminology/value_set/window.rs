//! A page of a value set that is too large to gather,
//! <https://hl7.org/fhir/R4/valueset-operation-expand.html>.
//!
//! The codes go by one after another, in the order in which gathering would have them. Only those of
//! the page are kept, and of each other a number that tells whether it was there before.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::collect::Gather;
use super::definition::{Include, ValueSet};
use super::found::Found;
use super::import::import;
use super::presence::{Search, SoughtCode};
use crate::terminology::error::TerminologyError;
use crate::terminology::filter::words::has_words;

/// Codes that go by at the most.
const MOST: usize = 1_000_000;

/// Codes that are read from a system at a time.
const AT_A_TIME: usize = 10_000;

/// Which codes are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(in crate::terminology) offset: usize,
    pub(in crate::terminology) count: usize,
    /// Leaves out codes that only group others.
    pub(super) is_concrete: bool,
}

/// The codes of a page, and how many there are in all.
pub(in crate::terminology) fn window(
    gather: &mut Gather<'_, '_>,
    value_set: &ValueSet,
    page: Page,
) -> Result<(Vec<Found>, usize), TerminologyError> {
    let mut stream = Stream {
        gather,
        page,
        is_by_version: value_set.is_by_version(),
        hasher: RandomState::new(),
        seen: FxHashSet::default(),
        total: 0,
        found: Vec::new(),
    };
    stream.run(value_set, &[], &[])?;
    Ok((stream.found, stream.total))
}

struct Stream<'g, 's, 't> {
    gather: &'g mut Gather<'s, 't>,
    page: Page,
    is_by_version: bool,
    hasher: RandomState,
    seen: FxHashSet<u64>,
    total: usize,
    found: Vec<Found>,
}

impl Stream<'_, '_, '_> {
    /// Lets the codes of a value set go by, as far as those around it do not leave them out and all
    /// of some others have them.
    fn run(
        &mut self,
        value_set: &ValueSet,
        around: &[&ValueSet],
        others: &[Arc<ValueSet>],
    ) -> Result<(), TerminologyError> {
        let around: Vec<&ValueSet> = around.iter().copied().chain([value_set]).collect();
        if value_set.include.is_empty() {
            for found in &value_set.expanded().entries {
                self.pass(found.clone(), &around, others)?;
            }
        }
        for include in &value_set.include {
            let mut imported = Vec::new();
            for canonical in &include.value_sets {
                let other = import(self.gather.scope, value_set, canonical)?;
                if !canonical.starts_with('#') {
                    self.gather.see_value_set(&other);
                }
                imported.push(other);
            }
            let own = |more: &[Arc<ValueSet>]| others.iter().chain(more).cloned().collect();
            match (include.system.as_deref(), imported.split_first()) {
                (Some(system), _) => {
                    let others: Vec<_> = own(&imported);
                    self.system(system, include, &around, &others)?;
                }
                (None, Some((first, more))) => {
                    let others: Vec<_> = own(more);
                    self.run(first, &around, &others)?;
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn system(
        &mut self,
        system: &str,
        include: &Include,
        around: &[&ValueSet],
        others: &[Arc<ValueSet>],
    ) -> Result<(), TerminologyError> {
        if self.gather.scope.versions.leaves_out(system, None) {
            return Ok(());
        }
        let source = match include.listed.is_empty() {
            true => self.gather.source(system, include)?,
            false => None,
        };
        let Some(source) = source else {
            // What a value set lists is in memory as it is.
            for found in self.gather.of_system(system, include)? {
                self.pass(found, around, others)?;
            }
            return Ok(());
        };
        if self.gather.scope.versions.leaves_out(system, source.about().version.as_deref()) {
            return Ok(());
        }
        let mut offset = 0;
        loop {
            let selection = self.gather.selection(include, true);
            let concepts = source.walk(&selection, offset, AT_A_TIME)?;
            let is_last = concepts.len() < AT_A_TIME;
            offset += concepts.len();
            for concept in concepts {
                let found = Found {
                    system: system.into(),
                    version: source.about().version.clone(),
                    source: Some(Arc::clone(&source)),
                    concept,
                    listed: None,
                    problems: Vec::new(),
                };
                self.pass(found, around, others)?;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Lets one code go by.
    fn pass(
        &mut self,
        found: Found,
        around: &[&ValueSet],
        others: &[Arc<ValueSet>],
    ) -> Result<(), TerminologyError> {
        self.gather.scope.spend(1)?;
        let concept = &found.concept;
        let wanted: Vec<&str> =
            self.gather.words.split(' ').filter(|word| !word.is_empty()).collect();
        let is_unwanted = (self.page.is_concrete && concept.is_abstract)
            || (self.gather.only_active && concept.is_inactive)
            || (found.listed.is_none() && !has_words(concept, &wanted));
        if is_unwanted {
            return Ok(());
        }
        for value_set in around {
            let is_out = value_set.inactive == Some(false) && concept.is_inactive;
            let by_version = value_set.is_by_version();
            let has_excludes = !value_set.exclude.is_empty();
            if is_out || (has_excludes && self.gather.is_excluded(value_set, &found, by_version)?) {
                return Ok(());
            }
        }
        for other in others {
            let asked = SoughtCode {
                system: Some(&found.system),
                version: None,
                code: &found.concept.code,
            };
            if Search::new(self.gather.scope, asked).run(other)?.is_empty() {
                return Ok(());
            }
        }
        let version = found.version.as_deref().filter(|_| self.is_by_version);
        let key = self.hasher.hash_one((&*found.system, version, &*found.concept.code));
        if !self.seen.insert(key) {
            return Ok(());
        }
        if self.total == MOST {
            return Err(TerminologyError::TooCostly { limit: MOST });
        }
        if self.total >= self.page.offset && self.found.len() < self.page.count {
            self.found.push(found);
        }
        self.total += 1;
        Ok(())
    }
}
