//! How codes of one system stand to each other,
//! <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>.

use std::borrow::Cow;

use crate::terminology::error::TerminologyError;
use crate::terminology::scope::Scope;
use crate::terminology::service::{CodeRef, Terminology};
use crate::terminology::validate::answered::is_usable;

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
    // A supplement is no system to ask.
    let source = scope.system(system, version).filter(is_usable);
    let source = source.ok_or_else(|| no_system(scope, system, version))?;
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
    /// A code as its system writes it, where case does not matter to that; as it is given otherwise.
    pub fn as_written<'c>(&self, code: CodeRef<'c>) -> Cow<'c, str> {
        let source = code.system.and_then(|system| self.system(system, code.version));
        let source = source.filter(|source| !source.about().is_case_sensitive);
        let found = source.and_then(|source| source.find(code.code).ok().flatten());
        match found {
            Some(concept) if *concept.code != *code.code => concept.code.to_string().into(),
            _ => code.code.into(),
        }
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
