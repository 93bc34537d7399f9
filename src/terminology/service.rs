//! The questions that validation, `memberOf()` and search ask about codes,
//! <https://hl7.org/fhir/R4/terminology-service.html>.

use std::sync::Arc;

use super::source::Sources;
use crate::definitions::registry::Registry;

/// Answers questions about codes.
#[derive(Debug, Clone)]
pub struct Terminology {
    registry: Arc<Registry>,
    sources: Sources,
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
        Self { registry, sources }
    }

    /// Whether a code is in the value set that a canonical URL names.
    pub fn membership(&self, value_set: &str, code: CodeRef<'_>) -> Membership {
        let url = value_set.split_once('|').map_or(value_set, |(url, _)| url);
        let Some(set) = self.registry.value_set(url) else {
            return Membership::Unknown(Unknown::ValueSet);
        };
        let is_member = match code.system {
            Some(system) => set.contains(system, code.code),
            None => set.contains_code(code.code),
        };
        match is_member {
            true => Membership::Member,
            false if set.is_complete() => Membership::NotMember,
            false => Membership::Unknown(Unknown::ValueSet),
        }
    }

    /// What its own code system says of a code.
    pub fn meaning(&self, _code: CodeRef<'_>) -> Meaning {
        Meaning::Unknown
    }

    /// The code systems that are kept elsewhere.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}
