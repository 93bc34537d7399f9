//! How codes of one system stand to each other,
//! <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>, and the codes below and above one,
//! for search.

use super::error::TerminologyError;
use super::expand::{ExpandRequest, expand};
use super::filter::{Filter, Operator};
use super::scope::Scope;
use super::service::Terminology;
use super::source::Selection;

/// A system and one of its codes.
pub type SystemCode = (Box<str>, Box<str>);

/// How one code stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subsumption {
    Equivalent,
    /// The first is above the second.
    Subsumes,
    /// The second is above the first.
    SubsumedBy,
    NotSubsumed,
}

impl Subsumption {
    /// <https://hl7.org/fhir/R4/valueset-concept-subsumption-outcome.html>
    pub fn code(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Subsumes => "subsumes",
            Self::SubsumedBy => "subsumed-by",
            Self::NotSubsumed => "not-subsumed",
        }
    }
}

/// How two codes of a system stand; none when it lacks one of them, which is given.
pub fn subsumption<'c>(
    scope: &Scope<'_>,
    system: &str,
    version: Option<&str>,
    codes: (&'c str, &'c str),
) -> Result<Result<Subsumption, &'c str>, TerminologyError> {
    let source = scope.system(system, version).ok_or_else(|| no_system(scope, system, version))?;
    let (a, b) = codes;
    let Some(first) = source.find(a)? else { return Ok(Err(a)) };
    let Some(second) = source.find(b)? else { return Ok(Err(b)) };
    Ok(Ok(if first.code == second.code {
        Subsumption::Equivalent
    } else if source.is_below(&second.code, &first.code)? {
        Subsumption::Subsumes
    } else if source.is_below(&first.code, &second.code)? {
        Subsumption::SubsumedBy
    } else {
        Subsumption::NotSubsumed
    }))
}

impl Terminology {
    /// The codes of a value set with their systems, up to a limit.
    pub fn codes_of(
        &self,
        value_set: &str,
        limit: usize,
    ) -> Result<Vec<SystemCode>, TerminologyError> {
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
        let codes = expansion.entries.into_iter();
        Ok(codes.map(|entry| (entry.found.system, entry.found.concept.code.clone())).collect())
    }

    /// A code and all codes below it, up to a limit.
    pub fn subsumed_by(
        &self,
        system: &str,
        code: &str,
        limit: usize,
    ) -> Result<Vec<Box<str>>, TerminologyError> {
        self.related(system, code, Operator::IsA, limit)
    }

    /// A code and all codes above it, up to a limit.
    pub fn subsumers_of(
        &self,
        system: &str,
        code: &str,
        limit: usize,
    ) -> Result<Vec<Box<str>>, TerminologyError> {
        self.related(system, code, Operator::Generalizes, limit)
    }

    fn related(
        &self,
        system: &str,
        code: &str,
        operator: Operator,
        limit: usize,
    ) -> Result<Vec<Box<str>>, TerminologyError> {
        let source = self.system(system, None);
        let source = source.ok_or_else(|| no_system(&Scope::new(self), system, None))?;
        let filter = Filter { property: "concept".into(), operator, value: code.into() };
        let selection =
            Selection { filters: std::slice::from_ref(&filter), ..Selection::default() };
        let found = source.walk(&selection, 0, limit + 1)?;
        if found.len() > limit {
            return Err(TerminologyError::TooCostly { limit });
        }
        Ok(found.into_iter().map(|concept| concept.code.clone()).collect())
    }
}

/// The error for a system that is not known.
pub fn no_system(scope: &Scope<'_>, system: &str, version: Option<&str>) -> TerminologyError {
    TerminologyError::NoSystem {
        system: system.into(),
        version: version.map(Into::into),
        versions: scope.versions_of(system),
    }
}
