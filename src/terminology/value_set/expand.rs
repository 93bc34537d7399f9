//! Expands value sets, <https://hl7.org/fhir/R4/valueset-operation-expand.html>.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::circle;
use super::collect::{Gather, MOST};
use super::definition::ValueSet;
use super::found::Found;
use super::window::{Page, window};
use crate::terminology::error::TerminologyError;
use crate::terminology::filter::words::words;
use crate::terminology::finding::status::{system_status, value_set_status};
use crate::terminology::scope::Scope;
use crate::terminology::system::source::Source;

/// Levels that an expansion nests.
const DEEPEST: usize = 50;

/// Codes above one that are looked at for the nearest that is there.
const MOST_ABOVE: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ExpandRequest<'a> {
    /// Words that the codes have to be found by.
    pub filter: &'a str,
    pub offset: usize,
    pub count: Option<usize>,
    /// Codes that an answer without `count` may have.
    pub limit: usize,
    pub active_only: bool,
    /// Whether codes that only group others are left out, where there is no hierarchy.
    pub without_abstract: bool,
    /// Whether codes are listed without their hierarchy.
    pub flat: bool,
}

/// The codes of a value set, or a page of them.
#[derive(Debug)]
pub struct Expansion {
    pub(crate) entries: Vec<ExpansionEntry>,
    pub total: usize,
    pub systems: Vec<Source>,
    pub value_sets: Vec<Arc<ValueSet>>,
    /// Systems that are not all there, so that codes may be missing.
    pub fragments: Vec<Box<str>>,
    /// Systems that are not known; their codes are as the value set lists them.
    pub unknown: Vec<Box<str>>,
}

/// A code, with those below it.
#[derive(Debug)]
pub(crate) struct ExpansionEntry {
    pub(crate) found: Found,
    pub(crate) contains: Vec<ExpansionEntry>,
}

/// Expands a value set.
pub fn expand(
    scope: &Scope<'_>,
    value_set: &ValueSet,
    request: &ExpandRequest<'_>,
) -> Result<Expansion, TerminologyError> {
    circle::check(scope, value_set)?;
    let words = words(request.filter);
    let only_active = request.active_only || value_set.inactive == Some(false);
    let mut gather = Gather::new(scope, &words, only_active);
    let is_paged = request.count.is_some() || request.offset > 0;
    let is_flat = request.flat || is_paged || !words.is_empty();
    let is_concrete = request.without_abstract && is_flat;
    let whole = match is_concrete || !scope.versions.exclude.is_empty() {
        true => None,
        false => whole_system(&mut gather, value_set, request)?,
    };
    let (found, total) = match whole {
        Some(paged) => paged,
        None => match gather.run(value_set) {
            Err(TerminologyError::TooCostly { .. }) if is_paged => {
                let count = request.count.unwrap_or(request.limit + 1).min(MOST);
                let page = Page { offset: request.offset, count, is_concrete };
                window(&mut gather, value_set, page)?
            }
            gathered => {
                let mut all = gathered?;
                all.retain(|found| !(is_concrete && found.concept.is_abstract));
                let total = all.len();
                let page = all.into_iter().skip(request.offset);
                (page.take(request.count.unwrap_or(MOST)).collect(), total)
            }
        },
    };
    if request.count.is_none() && found.len() > request.limit {
        return Err(TerminologyError::TooCostly { limit: request.limit });
    }
    let leaf = |found| ExpansionEntry { found, contains: Vec::new() };
    let entries = match is_flat || total > found.len() {
        true => found.into_iter().map(leaf).collect(),
        false => nested(found)?,
    };
    let Gather { systems, value_sets, fragments, unknown, .. } = gather;
    Ok(Expansion { entries, total, systems, value_sets, fragments, unknown })
}

impl Expansion {
    /// Whether there are codes of more than one version of a system.
    pub(crate) fn is_in_versions(&self, system: &str) -> bool {
        self.systems.iter().filter(|source| *source.about().url == *system).count() > 1
    }

    /// What is to be known of the definitions that were used: a status, and what has it.
    pub fn warnings(&self, value_set: &ValueSet) -> Vec<(&str, Box<str>)> {
        let experimental = value_set.is_experimental;
        let systems = self.systems.iter().filter_map(|source| {
            let about = source.about();
            Some((system_status(about, experimental)?, about.canonical()))
        });
        let value_sets = self
            .value_sets
            .iter()
            .filter_map(|value_set| Some((value_set_status(value_set)?, value_set.canonical())));
        let own = match value_set_status(value_set) {
            Some("withdrawn") => Some(("withdrawn", value_set.canonical())),
            Some(_) => Some(("deprecated", value_set.canonical())),
            None => None,
        };
        systems.chain(value_sets).chain(own).collect()
    }
}

/// A page of a set that is nothing but a selection of one system: the system itself pages.
fn whole_system(
    gather: &mut Gather<'_, '_>,
    value_set: &ValueSet,
    request: &ExpandRequest<'_>,
) -> Result<Option<(Vec<Found>, usize)>, TerminologyError> {
    let [include] = &*value_set.include else { return Ok(None) };
    let Some(system) = include.system.as_deref() else { return Ok(None) };
    let is_simple = include.listed.is_empty() && include.value_sets.is_empty();
    if !is_simple || !value_set.exclude.is_empty() || !value_set.expanded().entries.is_empty() {
        return Ok(None);
    }
    let Some(source) = gather.source(system, include)? else { return Ok(None) };
    let selection = gather.selection(include, true);
    let total = source.count(&selection)?;
    let count = request.count.unwrap_or(request.limit + 1).min(MOST);
    let concepts = source.walk(&selection, request.offset, count)?;
    let found = concepts.into_iter().map(|concept| Found {
        system: system.into(),
        version: source.about().version.clone(),
        source: Some(Arc::clone(&source)),
        concept,
        listed: None,
        problems: Vec::new(),
    });
    Ok(Some((found.collect(), total)))
}

/// Puts codes below those that are above them in their system. Codes that a value set lists stay
/// as they are listed.
fn nested(found: Vec<Found>) -> Result<Vec<ExpansionEntry>, TerminologyError> {
    let mut places: FxHashMap<(&str, Option<&str>, &str), usize> = FxHashMap::default();
    for (place, one) in found.iter().enumerate().filter(|(_, one)| one.listed.is_none()) {
        places.insert((&*one.system, one.version.as_deref(), &*one.concept.code), place);
    }
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(found.len());
    let mut depths: Vec<usize> = Vec::with_capacity(found.len());
    for (place, one) in found.iter().enumerate() {
        let depth_of = |place: usize| depths.get(place).copied().unwrap_or_default();
        let mut parent = nearest(one, place, &places)?;
        // Below the deepest level what is deeper stands beside it.
        while let Some(above) = parent.filter(|above| depth_of(*above) >= DEEPEST) {
            parent = parents.get(above).copied().flatten();
        }
        depths.push(parent.map_or(0, |parent| depth_of(parent) + 1));
        parents.push(parent);
    }
    drop(places);
    let mut waiting: Vec<Option<ExpansionEntry>> = found
        .into_iter()
        .map(|found| Some(ExpansionEntry { found, contains: Vec::new() }))
        .collect();
    // What is above comes first, so the last have all their own when they move.
    for place in (0..waiting.len()).rev() {
        let Some(Some(parent)) = parents.get(place).copied() else { continue };
        let Some(entry) = waiting.get_mut(place).and_then(Option::take) else { continue };
        if let Some(Some(above)) = waiting.get_mut(parent) {
            above.contains.push(entry);
        }
    }
    let mut entries: Vec<ExpansionEntry> = waiting.into_iter().flatten().collect();
    in_order(&mut entries);
    Ok(entries)
}

/// The nearest code above one that is there too.
fn nearest(
    one: &Found,
    place: usize,
    places: &FxHashMap<(&str, Option<&str>, &str), usize>,
) -> Result<Option<usize>, TerminologyError> {
    let Some(source) = one.source.as_ref().filter(|_| one.listed.is_none()) else {
        return Ok(None);
    };
    let mut waiting = source.parents(&one.concept.code)?;
    let mut seen = FxHashSet::default();
    while !waiting.is_empty() {
        let mut above = Vec::new();
        for code in waiting {
            let key = (&*one.system, one.version.as_deref(), &*code);
            match places.get(&key) {
                // In the order of the system what is above comes first: so there are no circles.
                Some(parent) if *parent < place => return Ok(Some(*parent)),
                _ => {}
            }
            if seen.len() < MOST_ABOVE && seen.insert(code.clone()) {
                above.extend(source.parents(&code)?);
            }
        }
        waiting = above;
    }
    Ok(None)
}

/// Entries were moved last first.
fn in_order(entries: &mut [ExpansionEntry]) {
    let mut waiting: Vec<&mut ExpansionEntry> = entries.iter_mut().collect();
    while let Some(entry) = waiting.pop() {
        entry.contains.reverse();
        waiting.extend(entry.contains.iter_mut());
    }
}
