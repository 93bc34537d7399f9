//! Where the concepts of a code system are kept, <https://hl7.org/fhir/R4/codesystem.html>.
//!
//! A [`ConceptSource`] is one version of one code system. There are three sorts: those made of a
//! `CodeSystem` resource, which are in memory; those whose codes follow a grammar, such as UCUM;
//! and those that were imported from a publisher's files and are too large for memory, such as
//! LOINC, ICD-10 and SNOMED CT, which are asked where they are stored. [`Sources`] takes the last
//! sort to [`crate::terminology::service::Terminology::with_sources`].
//!
//! A source answers from any thread, at the same time; it does not cache for its callers. Codes
//! come and go as the system writes them, also where case does not matter to it.

use std::fmt::Debug;
use std::sync::Arc;

use thiserror::Error;

use super::concept::{About, Concept};
use crate::definitions::library::version_order::compare;
use crate::terminology::filter::Filter;

/// A code system, in memory or elsewhere.
pub type Source = Arc<dyn ConceptSource>;

/// One version of a code system.
pub trait ConceptSource: Debug + Send + Sync {
    /// What the system is, apart from its concepts.
    fn about(&self) -> &About;

    /// The concept of a code. Where [`About::is_case_sensitive`] is false the case of the code does
    /// not matter; the concept has the system's own.
    fn find(&self, code: &str) -> Result<Option<Arc<Concept>>, SourceError>;

    /// The codes right above a code; none for a code that is not known.
    fn parents(&self, code: &str) -> Result<Vec<Box<str>>, SourceError>;

    /// The codes right below a code, in the order of the system.
    fn children(&self, code: &str) -> Result<Vec<Box<str>>, SourceError>;

    /// Whether a code is anywhere below another one, not the same.
    fn is_below(&self, code: &str, ancestor: &str) -> Result<bool, SourceError>;

    /// The concepts that are selected, in an order that stays the same between calls: `count` of
    /// them after the first `offset`. It never gives more than `count`.
    fn walk(
        &self,
        selection: &Selection<'_>,
        offset: usize,
        count: usize,
    ) -> Result<Vec<Arc<Concept>>, SourceError>;

    /// How many concepts are selected.
    fn count(&self, selection: &Selection<'_>) -> Result<usize, SourceError>;
}

/// Which concepts of a system are wanted: those that all of it lets through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection<'a> {
    pub filters: &'a [Filter],
    /// Words as [`crate::fhir::text::fold::fold`] makes them, with a space between each: every one must
    /// begin a word of the code, the display or a designation, folded too.
    pub words: &'a str,
    /// Leaves out what [`Concept::is_inactive`].
    pub only_active: bool,
}

/// Why a source has no answer.
#[derive(Debug, Clone, Error)]
pub enum SourceError {
    /// The system has no such property, or the source cannot filter by it that way.
    #[error("code system {system} cannot be filtered by {filter}")]
    Filter { system: Box<str>, filter: Box<str> },
    /// The codes follow a grammar: there is no end of them.
    #[error("the codes of {system} cannot be listed")]
    NoList { system: Box<str> },
    /// What keeps the concepts failed.
    #[error("the concepts of {system} cannot be read")]
    Failed {
        system: Box<str>,
        #[source]
        cause: Arc<dyn std::error::Error + Send + Sync>,
    },
}

/// Code systems that are kept elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Arc<dyn ConceptSource>>);

impl Sources {
    /// Takes them.
    pub fn new(sources: Vec<Arc<dyn ConceptSource>>) -> Self {
        Self(sources)
    }

    /// The source of a system in a version, or in its latest one.
    pub fn find(&self, url: &str, version: Option<&str>) -> Option<&Arc<dyn ConceptSource>> {
        let of_system = self.0.iter().filter(|source| *source.about().url == *url);
        match version {
            Some(_) => {
                of_system.into_iter().find(|source| source.about().version.as_deref() == version)
            }
            None => of_system
                .max_by(|a, b| compare(a.about().version.as_deref(), b.about().version.as_deref())),
        }
    }

    /// Every source.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn ConceptSource>> {
        self.0.iter()
    }
}
