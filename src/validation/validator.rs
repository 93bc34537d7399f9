//! The entry to validation: a resource in, findings out.

use std::sync::Arc;

use serde_json::Value;

use super::walk::{Known, Walk};
use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

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

    /// Every finding about a resource; `expected` is the type the request names, if it names one.
    pub fn validate(&self, resource: &Value, expected: Option<ResourceKind>) -> Vec<Issue> {
        let mut walk = Walk::new(&self.registry, self.known);
        walk.top(resource, expected);
        walk.into_issues()
    }
}
