//! The code systems and value sets that are known, for the questions that validation, `memberOf()`
//! and search ask, <https://hl7.org/fhir/R4/terminology-service.html>.
//!
//! What is asked stands beside: [`super::membership`], [`super::meaning`].
//!
//! Nothing leaves the process. What was worked out is kept, up to a limit, as long as no definition
//! changes.

use std::sync::{Arc, OnceLock};

use moka::sync::Cache;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde_json::Value;

use super::error::TerminologyError;
use super::system::code_system::CodeSystem;
use super::system::external;
use super::system::grammar::{Grammar, SYSTEMS, naming_value_set};
use super::system::listed::{listed_system, listing};
use super::system::names::Names;
use super::system::read_concept::{list, text};
use super::system::source::{Source, Sources};
use super::value_set::definition::ValueSet;
use super::value_set::flat_set::FlatSet;
use super::value_set::implicit::implicit;
use crate::definitions::library::basis::Basis;
use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;

/// Concepts of code systems that are kept in memory.
const KEPT_CONCEPTS: u64 = 200_000;
/// Codes that value sets list, of those that are kept in memory, taken apart.
const KEPT_LISTED: u64 = 200_000;
/// Codes of value sets that are kept in memory for quick answers.
const KEPT_CODES: u64 = 500_000;

/// What was made of definitions, and of which.
pub(super) type Kept<T> = Cache<Box<str>, (Arc<Basis>, T), FxBuildHasher>;

/// Answers questions about codes.
#[derive(Debug, Clone)]
pub struct Terminology {
    pub(super) registry: Arc<Registry>,
    sources: Sources,
    grammars: Arc<OnceLock<FxHashMap<Box<str>, Source>>>,
    systems: Kept<Option<(Source, u32)>>,
    value_sets: Kept<Result<Arc<ValueSet>, TerminologyError>>,
    pub(super) sets: Kept<Arc<FlatSet>>,
    pub(super) names: Kept<Arc<Names>>,
}

/// A code as a resource gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRef<'a> {
    /// None for an element of type `code`: its value set says which system is meant.
    pub system: Option<&'a str>,
    pub version: Option<&'a str>,
    pub code: &'a str,
    pub display: Option<&'a str>,
}

/// Whether a code is in a value set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    Member,
    NotMember,
    /// It cannot be said, because this is not known.
    Unknown(Unknown),
}

/// What is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    ValueSet,
    /// The code system with this URL.
    System(Box<str>),
}

/// What a code system says of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The code is there; none of its displays is the given one, but these are.
    Known { wrong_display: Option<Box<[Box<str>]>>, is_inactive: bool },
    /// The system has no such code.
    NoCode,
    /// What has this URL adds to a system and is none itself.
    Supplement,
    /// The system, or enough of its content, is not known.
    Unknown,
}

impl Terminology {
    /// Makes it from these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        Self::with_sources(registry, Sources::default())
    }

    /// Makes it from these definitions and the code systems that are kept elsewhere.
    pub fn with_sources(registry: Arc<Registry>, sources: Sources) -> Self {
        Self {
            registry,
            sources,
            grammars: Arc::default(),
            systems: Cache::builder()
                .max_capacity(KEPT_CONCEPTS)
                .weigher(|_, (_, system): &(Arc<Basis>, Option<(Source, u32)>)| {
                    system.as_ref().map_or(1, |(_, concepts)| *concepts + 1)
                })
                .build_with_hasher(FxBuildHasher),
            value_sets: Cache::builder()
                .max_capacity(KEPT_LISTED)
                .weigher(|_, (_, made): &(Arc<Basis>, Result<Arc<ValueSet>, TerminologyError>)| {
                    made.as_ref().map_or(1, |value_set| value_set.weight())
                })
                .build_with_hasher(FxBuildHasher),
            sets: Cache::builder()
                .max_capacity(KEPT_CODES)
                .weigher(|_, (_, set): &(Arc<Basis>, Arc<FlatSet>)| set.weight())
                .build_with_hasher(FxBuildHasher),
            names: Cache::builder()
                .max_capacity(KEPT_LISTED)
                .weigher(|_, (_, names): &(Arc<Basis>, Arc<Names>)| names.weight())
                .build_with_hasher(FxBuildHasher),
        }
    }

    /// Whether any version of a code system is known, whatever of its content.
    pub fn knows(&self, system: &str) -> bool {
        self.system(system, None).is_some() || !self.versions_of(system).is_empty()
    }

    /// The code systems that are kept elsewhere.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// A code system in a version, or the latest.
    pub(crate) fn system(&self, url: &str, version: Option<&str>) -> Option<Source> {
        if let Some(source) = self.sources.find(url, version) {
            return Some(Arc::clone(source));
        }
        let name: Box<str> = match version {
            Some(version) => format!("{url}|{version}").into(),
            None => url.into(),
        };
        let library = &self.registry.library;
        if let Some((basis, system)) = self.systems.get(&name)
            && library.holds(&basis)
        {
            return system.map(|(source, _)| source);
        }
        let (found, basis) = library.watch(|| self.made_system(url, version, &name));
        self.systems.insert(name, (basis, found.clone()));
        found.map(|(source, _)| source)
    }

    /// A code system, and how many concepts it has.
    fn made_system(&self, url: &str, version: Option<&str>, name: &str) -> Option<(Source, u32)> {
        // A grammar knows every code; who stores some of them knows fewer.
        let grammar = self.grammar(url).filter(|_| version.is_none());
        let defined = || self.code_system(url, name);
        let found = grammar.is_none().then(defined).flatten().map(|system| {
            let system = CodeSystem::new(&system, &[]);
            let size = u32::try_from(system.len()).unwrap_or(u32::MAX - 1);
            let source: Source = Arc::new(system);
            (source, size)
        });
        let found = found.or_else(|| grammar.map(|grammar| (grammar, 1)));
        found.or_else(|| {
            let value_set = listing(url).filter(|_| version.is_none())?;
            Some((listed_system(url, &*self.definition("ValueSet", value_set)?)?, 200))
        })
    }

    /// The definition of a code system, as far as it can be believed.
    pub(crate) fn code_system(&self, url: &str, canonical: &str) -> Option<Arc<Value>> {
        let kind = ResourceKind::CODE_SYSTEM;
        let library = &self.registry.library;
        let found = library.find(kind, canonical)?;
        if !library.is_added(kind, canonical) {
            return Some(found);
        }
        Some(external::believed(found, library.embedded(kind, url).as_deref()))
    }

    /// The versions of a code system, in no order.
    pub(crate) fn versions_of(&self, url: &str) -> Vec<Box<str>> {
        let elsewhere = self.sources.iter().filter(|source| *source.about().url == *url);
        let elsewhere = elsewhere.filter_map(|source| source.about().version.clone());
        elsewhere.chain(self.registry.library.versions(ResourceKind::CODE_SYSTEM, url)).collect()
    }

    /// A value set by its canonical.
    pub(crate) fn value_set(&self, canonical: &str) -> Result<Arc<ValueSet>, TerminologyError> {
        let library = &self.registry.library;
        if let Some((basis, value_set)) = self.value_sets.get(canonical)
            && library.holds(&basis)
        {
            return value_set;
        }
        let (made, basis) = library.watch(|| {
            let resource = self.definition("ValueSet", canonical);
            match resource.or_else(|| implicit(canonical).map(Arc::new)) {
                Some(resource) => ValueSet::new(resource).map(Arc::new),
                None => Err(TerminologyError::NoValueSet(canonical.into())),
            }
        });
        self.value_sets.insert(canonical.into(), (basis, made.clone()));
        made
    }

    /// A definition of the library.
    pub(crate) fn definition(&self, kind: &str, canonical: &str) -> Option<Arc<Value>> {
        self.registry.library.find(ResourceKind::parse(kind)?, canonical)
    }

    /// A system whose codes follow a grammar.
    fn grammar(&self, url: &str) -> Option<Source> {
        let make = || {
            let grammar = |system: &str| {
                let grammar: Source = Arc::new(Grammar::of(system, self.names(system))?);
                Some((Box::from(system), grammar))
            };
            SYSTEMS.into_iter().filter_map(grammar).collect()
        };
        self.grammars.get_or_init(make).get(url).cloned()
    }

    fn names(&self, system: &str) -> FxHashMap<Box<str>, Box<str>> {
        let value_set = naming_value_set(system).and_then(|url| self.definition("ValueSet", url));
        let Some(value_set) = value_set else { return FxHashMap::default() };
        let includes = value_set.get("compose").map(|compose| list(compose, "include"));
        let concepts = includes.into_iter().flatten().flat_map(|one| list(one, "concept"));
        let named = |concept: &Value| {
            Some((text(concept, "code")?.into(), text(concept, "display")?.into()))
        };
        concepts.filter_map(named).collect()
    }
}
