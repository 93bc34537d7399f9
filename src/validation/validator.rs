//! The entry to validation: a resource in, findings out.

use std::sync::Arc;

use serde_json::Value;

use super::walk::{Known, Walk};
use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::environment::Resolver;

/// What a resource is asked to be.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// The type the request names, if it names one.
    pub expected: Option<ResourceKind>,
    /// Canonicals of profiles, besides those the resource itself claims.
    pub profiles: &'a [&'a str],
    /// Knows stored resources by what references to them say.
    pub resolver: Option<&'a dyn Resolver>,
}

/// Checks resources against the definitions of R4.
#[derive(Debug, Clone)]
pub struct Validator {
    registry: Arc<Registry>,
    known: Known,
}

impl Validator {
    /// Makes a validator of these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        Self { known: Known::new(&registry.shapes), registry }
    }

    /// Every finding about a resource that is to be stored; `expected` is the type the request names, if it names one.
    pub fn validate(&self, resource: &Value, expected: Option<ResourceKind>) -> Vec<Issue> {
        self.check(resource, &Request { expected, ..Request::default() })
    }

    /// Every finding about a resource.
    pub fn check(&self, resource: &Value, request: &Request<'_>) -> Vec<Issue> {
        let mut walk = Walk::new(&self.registry, self.known, *request, resource);
        walk.top(resource, request.expected);
        walk.into_issues()
    }
}
