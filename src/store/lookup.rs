//! Resources that are found by one key, many at a time: by address, by what they point at, by a
//! code. No plan is made for them, and what one costs is what it finds.

use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::database::{Backend, Store};
use super::error::StoreError;
use super::row::Hit;

pub(super) mod by_key;

/// Resources to find; only current ones are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// One resource, by its address.
    Address { kind: ResourceKind, id: ResourceId },
    /// Those that point at a resource, in the order they were made. With codes only those that have
    /// one of them, in whatever system.
    Pointing { param: ParamId, kind: ResourceKind, id: ResourceId, coded: Option<Codes> },
    /// Those with a code in a system ([`system_hash`](crate::index::row::system_hash)).
    Coded { param: ParamId, code: String, system: i64 },
}

/// Some codes of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Codes {
    pub param: ParamId,
    pub codes: Vec<String>,
}

/// What was found, with the place of its [`Lookup`].
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub lookup: usize,
    pub hit: Hit,
}

impl Store {
    /// Finds current resources by one key each, at most so many for each; what was found is in the
    /// order of the lookups.
    pub async fn look_up(&self, lookups: Vec<Lookup>, most: u32) -> Result<Vec<Found>, StoreError> {
        match &self.backend {
            _ if lookups.is_empty() => Ok(Vec::new()),
            Backend::Sqlite { reader } => reader.look_up(lookups, most).await,
            Backend::Postgres { reader } => reader.look_up(&lookups, most).await,
        }
    }
}
