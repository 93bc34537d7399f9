//! What a validation is asked: against which profiles a resource is held, and what their findings
//! do.

use serde_json::{Map, Value};

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::expression::environment::Resolver;

/// Why a write is only warned of what is an error for who asks: the rows of `docs/validation.md`.
pub const ONLY_ASKED: [&str; 11] = [
    "display",
    "code",
    "extension",
    "context",
    "published",
    "period",
    "unknown-profile",
    "vital-sign",
    "global",
    "rule",
    "text",
];

/// What the findings of a profile do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Its errors refuse.
    Refuses,
    /// Its errors are warnings.
    Tells,
    /// Its errors are errors for who asks; nothing is checked on write. Says why, as
    /// `docs/validation.md` has it.
    Answers(&'static str),
}

impl Weight {
    /// The heavier of both.
    pub(super) fn heavier(self, other: Self) -> Self {
        match (self, other) {
            (Self::Refuses, _) | (_, Self::Refuses) => Self::Refuses,
            (Self::Answers(why), _) | (_, Self::Answers(why)) => Self::Answers(why),
            (Self::Tells, Self::Tells) => Self::Tells,
        }
    }

    /// A finding, as it weighs.
    pub fn of(self, issue: Issue) -> Issue {
        match self {
            Self::Tells if issue.severity.refuses() => issue.warning(),
            Self::Answers(why) if issue.severity.refuses() => {
                Issue { only_asked: Some(why), ..issue }
            }
            _ => issue,
        }
    }
}

/// Says which profiles a resource is held to beyond what is asked for.
pub trait Demands {
    /// What a profile that is claimed, or that R4 asks for, weighs; none when it does not count.
    fn weight(&self, canonical: &str) -> Option<Weight>;
    /// What R4's profile for a vital sign weighs, for a resource that is coded as one.
    fn of_vital_sign(&self, canonical: &str, resource: &Map<String, Value>) -> Option<Weight>;
    /// Profiles that a resource is held to although it does not claim them.
    fn besides(&self, resource: &Map<String, Value>) -> Vec<(String, Weight)>;
    /// Whether a profile is this server's own.
    fn states(&self, canonical: &str) -> bool;
    /// Whether a code that this system does not have is an error.
    fn owns(&self, system: &str) -> bool;
}

/// What a resource is asked to be.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// The type the request names, if it names one.
    pub expected: Option<ResourceKind>,
    /// Canonicals of profiles, besides those the resource itself claims.
    pub profiles: &'a [&'a str],
    /// Knows stored resources by what references to them say.
    pub resolver: Option<&'a dyn Resolver>,
    /// Whether the profiles of vital signs hold for whoever records one, and whether these are
    /// errors: what is not known (extensions, and profiles that profiles ask for), codes that their
    /// systems do not have, and displays that are not those of their codes.
    pub strict: bool,
    /// Says of each resource which profiles it is held to; with it the profiles of vital signs
    /// hold for whoever records one.
    pub demands: Option<&'a dyn Demands>,
    /// Different expressions that a definition may have.
    pub most_expressions: Option<usize>,
    /// Keys of constraints whose warnings are not wanted, such as `dom-6`.
    pub silenced: &'a [&'a str],
}
