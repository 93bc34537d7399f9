//! How the REST interface of this server behaves where the specification leaves it open.

use super::settings::{Settings, Targets};

/// What settings say of it.
#[derive(Debug, Clone)]
pub struct Rest {
    /// How many fields of a `GraphQL` document may lie below each other.
    pub graphql_depth: usize,
    /// How many resources and pages of matches a `GraphQL` document may ask for.
    pub graphql_lookups: usize,
    /// What becomes of references to what is not there.
    pub reference_targets: Targets,
    /// Seconds that what a request with an `Idempotency-Key` did is kept.
    pub idempotency_seconds: i64,
}

impl Rest {
    /// As the settings say.
    pub fn of(settings: &Settings) -> Self {
        Self {
            graphql_depth: settings.graphql_depth,
            graphql_lookups: settings.graphql_lookups,
            reference_targets: settings.reference_targets,
            idempotency_seconds: settings.idempotency_seconds,
        }
    }
}
