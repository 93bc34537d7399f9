//! What an expression is evaluated in: its variables, the time, and the ways out of the resource.

use serde_json::Value;

use crate::fhir::date::Zone;
use crate::fhir::time::Instant;
use crate::fhirpath::value::datum::Datum;

/// How many steps an evaluation may take. A step is an operation, an item it gives, a comparison of
/// two items or 16 bytes of text; a million steps take some 50 ms.
pub const STEPS: u64 = 2_000_000;

/// The surroundings of an evaluation. `%context` is its focus.
#[derive(Clone)]
pub struct Environment<'a> {
    /// `%resource`: the resource that the focus is in; a contained one is one of its own.
    pub resource: Option<Datum<'a>>,
    /// `%rootResource`: the resource that contains `%resource`, or `%resource` itself.
    pub root_resource: Option<Datum<'a>>,
    /// The Bundle that the resource is in, where `resolve()` looks first.
    pub bundle: Option<&'a Value>,
    /// More variables, without `%`.
    pub variables: Vec<(Box<str>, Vec<Datum<'a>>)>,
    /// What `now()` gives.
    pub now: Instant,
    /// The zone of times without an offset.
    pub zone: Zone,
    pub outside: Outside<'a>,
    pub steps: u64,
}

/// Knows resources by what references to them say.
pub trait Resolver {
    /// The resource that a reference's text points at.
    fn resolve(&self, reference: &str) -> Option<&Value>;
}

/// Answers a question about an item and a canonical URL; none when it cannot be answered.
pub type Question<'a> = dyn Fn(&Datum<'_>, &str) -> Option<bool> + 'a;
/// Answers a question about two codes; none when it cannot be answered.
pub type Subsumes<'a> = dyn Fn(&Datum<'_>, &Datum<'_>) -> Option<bool> + 'a;
/// Takes the name and the items.
pub type Trace<'a> = dyn Fn(&str, &[Datum<'_>]) + 'a;

/// What only the caller knows. Without an answer `resolve()` gives nothing, `conformsTo()` knows
/// the types of R4 only, and `memberOf()` is an error.
#[derive(Clone, Copy, Default)]
pub struct Outside<'a> {
    /// The resource a reference points at, when it is neither contained nor in the same Bundle.
    pub resolver: Option<&'a dyn Resolver>,
    /// Whether a `code`, `Coding` or `CodeableConcept` is in a value set.
    pub member_of: Option<&'a Question<'a>>,
    /// Whether an item conforms to a profile.
    pub conforms_to: Option<&'a Question<'a>>,
    /// Whether the first code is the second one or above it.
    pub subsumes: Option<&'a Subsumes<'a>>,
    /// Takes what `trace()` names.
    pub trace: Option<&'a Trace<'a>>,
}

impl<'a> Environment<'a> {
    /// The surroundings of a resource and what is in it.
    pub fn of(resource: Option<Datum<'a>>, now: Instant) -> Self {
        let bundle = match &resource {
            Some(Datum::Node(node)) => Some(node.value),
            _ => None,
        };
        Self { resource: resource.clone(), root_resource: resource, bundle, ..Self::empty(now) }
    }

    fn empty(now: Instant) -> Self {
        Self {
            resource: None,
            root_resource: None,
            bundle: None,
            variables: Vec::new(),
            now,
            zone: Zone::default(),
            outside: Outside::default(),
            steps: STEPS,
        }
    }
}
