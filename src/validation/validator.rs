//! The entry to validation: a resource in, findings out.

use std::sync::Arc;

use serde_json::Value;

use super::engine::{Engine, Known};
use super::profile::cache::Profiles;
use super::profile::held::Held;
use super::profile::vital_sign;
use super::request::Request;
use super::walk::Walk;
use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::time;
use crate::snapshot::service::Snapshots;
use crate::terminology::service::Terminology;

/// Checks resources against the definitions of R4 and against profiles.
#[derive(Debug, Clone)]
pub struct Validator {
    engine: Arc<Engine>,
}

impl Validator {
    /// Makes a validator of these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        let terminology = Terminology::new(Arc::clone(&registry));
        let snapshots = Snapshots::new(Arc::clone(&registry));
        Self::with(registry, terminology, snapshots)
    }

    /// Makes a validator that shares what these keep.
    pub fn with(registry: Arc<Registry>, terminology: Terminology, snapshots: Snapshots) -> Self {
        let known = Known::new(&registry.shapes);
        let profiles = Profiles::new(Arc::clone(&registry), snapshots);
        Self { engine: Arc::new(Engine { registry, known, terminology, profiles }) }
    }

    /// Compiles the constraints of R4 now, so that no request waits for it.
    pub fn warm(&self) {
        self.engine.profiles.base();
    }

    /// Compiles profiles now, so that the first resource that is held to one need not wait.
    pub fn prepare<'c>(&self, canonicals: impl Iterator<Item = &'c str>) {
        let compile = |canonical: &str| drop(self.engine.profiles.profile(canonical));
        canonicals.for_each(compile);
        vital_sign::canonicals().for_each(compile);
    }

    /// Every finding about a resource.
    pub fn check(&self, resource: &Value, request: &Request<'_>) -> Vec<Issue> {
        let held = Held::default();
        let mut walk = Walk::new(&self.engine, &held, *request, resource, time::now());
        walk.top(resource);
        walk.into_issues()
    }
}
