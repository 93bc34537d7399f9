//! What one question about codes can see: the definitions that came with it (`tx-resource`), those
//! of the server, and the versions it asks for.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::error::TerminologyError;
use super::service::Terminology;
use super::system::code_system::CodeSystem;
use super::system::concept::Content;
use super::system::read_concept::text;
use super::system::source::Source;
use super::value_set::definition::ValueSet;
use super::version::{VersionRules, is_open, latest};
use crate::budget;

/// Steps that one question may take: an include that is looked at, a code that is tried.
const STEPS: usize = 2_000_000;

/// A code system by URL and version.
type SystemKey = (Box<str>, Option<Box<str>>);

/// What a question can see.
#[derive(Debug)]
pub struct Scope<'t> {
    terminology: &'t Terminology,
    given: Vec<Arc<Value>>,
    pub versions: VersionRules,
    supplements: RefCell<Vec<Arc<Value>>>,
    systems: RefCell<FxHashMap<SystemKey, Option<Source>>>,
    value_sets: RefCell<FxHashMap<Box<str>, Arc<ValueSet>>>,
    steps: Cell<usize>,
}

impl<'t> Scope<'t> {
    /// The definitions of the server, the latest of each.
    pub fn new(terminology: &'t Terminology) -> Self {
        Self::with(terminology, Vec::new(), VersionRules::default())
    }

    /// Those that came with the question before those of the server.
    pub fn with(
        terminology: &'t Terminology,
        given: Vec<Arc<Value>>,
        versions: VersionRules,
    ) -> Self {
        Self {
            terminology,
            given,
            versions,
            supplements: RefCell::default(),
            systems: RefCell::default(),
            value_sets: RefCell::default(),
            steps: Cell::new(STEPS),
        }
    }

    /// Adds what a supplement says to its system from now on.
    pub fn use_supplement(&self, canonical: &str) -> Result<(), TerminologyError> {
        let found = self.definition("CodeSystem", canonical);
        let found = found.filter(|system| text(system, "content") == Some("supplement"));
        let found = found.ok_or_else(|| TerminologyError::NoSupplement(canonical.into()))?;
        let mut supplements = self.supplements.borrow_mut();
        if !supplements.iter().any(|known| Arc::ptr_eq(known, &found)) {
            supplements.push(found);
            self.systems.borrow_mut().clear();
        }
        Ok(())
    }

    /// The canonicals of the supplements in use for a system.
    pub fn supplements_of(&self, system: &str) -> Vec<Box<str>> {
        let supplements = self.supplements.borrow();
        let of_system = supplements.iter().filter(|one| supplements_system(one, system));
        of_system.map(|one| canonical(one)).collect()
    }

    /// Begins another question: what was found is kept, the steps are counted anew.
    pub fn renew(&self) {
        self.steps.set(STEPS);
    }

    /// Counts steps; too many are refused.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), TerminologyError> {
        let left = self.steps.get().checked_sub(steps);
        self.steps.set(left.unwrap_or(0));
        let has = left.is_some() && budget::spend(steps).is_ok();
        has.then_some(()).ok_or(TerminologyError::TooManySteps)
    }

    /// A code system in a version, which may leave parts open; without one it is the latest.
    pub fn system(&self, url: &str, version: Option<&str>) -> Option<Source> {
        let key = (url.into(), version.map(Into::into));
        if let Some(known) = self.systems.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_system(url, version);
        self.systems.borrow_mut().insert(key, found.clone());
        found
    }

    fn find_system(&self, url: &str, version: Option<&str>) -> Option<Source> {
        let supplements: Vec<Arc<Value>> = {
            let supplements = self.supplements.borrow();
            supplements.iter().filter(|one| supplements_system(one, url)).cloned().collect()
        };
        let version = match version {
            Some(wanted) if is_open(wanted) => {
                let versions = self.versions_of(url);
                Some(Box::from(latest(versions.iter().map(|one| &**one), Some(wanted))?))
            }
            other => other.map(Box::from),
        };
        let named = match &version {
            Some(version) => format!("{url}|{version}"),
            None => url.to_owned(),
        };
        if let Some(given) = self.given("CodeSystem", &named) {
            return Some(Arc::new(CodeSystem::new(&given, &supplements)));
        }
        if supplements.is_empty() {
            return self.terminology.system(url, version.as_deref());
        }
        match self.terminology.code_system(url, &named) {
            Some(system) => Some(Arc::new(CodeSystem::new(&system, &supplements))),
            // What is kept elsewhere is not rewritten for a supplement.
            None => self.terminology.system(url, version.as_deref()),
        }
    }

    /// The versions of a code system that are known.
    pub fn versions_of(&self, url: &str) -> Vec<Box<str>> {
        let given = self.given.iter().filter(|one| is_named(one, "CodeSystem", url));
        let mut versions: Vec<Box<str>> =
            given.filter_map(|one| text(one, "version").map(Into::into)).collect();
        versions.extend(self.terminology.versions_of(url));
        versions.sort_by(|a, b| {
            crate::definitions::library::version_order::compare(Some(&**a), Some(&**b))
        });
        versions.dedup();
        versions
    }

    /// Whether any version of a code system is known that has codes.
    pub fn knows_system(&self, url: &str) -> bool {
        let has_codes = |source: &Source| {
            !matches!(source.about().content, Content::NotPresent | Content::Supplement)
        };
        self.system(url, None).as_ref().is_some_and(has_codes)
    }

    /// A value set by its canonical.
    pub fn value_set(&self, canonical: &str) -> Result<Arc<ValueSet>, TerminologyError> {
        let canonical = self.versions.value_set(canonical);
        if let Some(known) = self.value_sets.borrow().get(&canonical) {
            return Ok(Arc::clone(known));
        }
        let found = match self.given("ValueSet", &canonical) {
            Some(given) => Arc::new(ValueSet::new(given)?),
            None => self.terminology.value_set(&canonical)?,
        };
        self.value_sets.borrow_mut().insert(canonical, Arc::clone(&found));
        Ok(found)
    }

    /// Whether a URL names a value set.
    pub fn is_value_set(&self, url: &str) -> bool {
        self.definition("ValueSet", url).is_some()
    }

    fn definition(&self, kind: &str, canonical: &str) -> Option<Arc<Value>> {
        self.given(kind, canonical).or_else(|| self.terminology.definition(kind, canonical))
    }

    /// A definition that came with the question; without a version it is the latest.
    fn given(&self, kind: &str, canonical: &str) -> Option<Arc<Value>> {
        let (url, version) = match canonical.split_once('|') {
            Some((url, version)) => (url, Some(version)),
            None => (canonical, None),
        };
        let named = self.given.iter().filter(|one| is_named(one, kind, url));
        let fit = named.filter(|one| version.is_none() || text(one, "version") == version);
        let latest = fit.max_by(|a, b| {
            crate::definitions::library::version_order::compare(
                text(a, "version"),
                text(b, "version"),
            )
        });
        latest.cloned()
    }
}

fn is_named(one: &Value, kind: &str, url: &str) -> bool {
    text(one, "resourceType") == Some(kind) && text(one, "url") == Some(url)
}

fn supplements_system(supplement: &Value, system: &str) -> bool {
    let supplements = text(supplement, "supplements").unwrap_or_default();
    supplements.split('|').next() == Some(system)
}

fn canonical(one: &Value) -> Box<str> {
    let url = text(one, "url").unwrap_or_default();
    match text(one, "version") {
        Some(version) => format!("{url}|{version}").into(),
        None => url.into(),
    }
}
