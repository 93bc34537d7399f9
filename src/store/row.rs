//! What the database gives back.

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

/// How a version came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Under an id of the server's choice.
    Created,
    Updated,
    Deleted,
    /// Under an id of the client's choice, or again after a deletion.
    CreatedByUpdate,
}

impl Op {
    /// The number kept in the database.
    pub fn number(self) -> i64 {
        match self {
            Self::Created => 0,
            Self::Updated => 1,
            Self::Deleted => 2,
            Self::CreatedByUpdate => 3,
        }
    }

    /// The operation with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Created),
            1 => Some(Self::Updated),
            2 => Some(Self::Deleted),
            3 => Some(Self::CreatedByUpdate),
            _ => None,
        }
    }
}

/// A version of a resource.
///
/// Invariant: `body` is empty exactly when `op` is [`Op::Deleted`]; otherwise it is the JSON that
/// is served, with `meta.versionId` and `meta.lastUpdated` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub version: i64,
    /// Microseconds since 1970.
    pub updated: i64,
    pub op: Op,
    pub body: String,
}

/// A current resource found by a search, with its place in the order of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub rid: i64,
    pub keys: Vec<super::cell::Cell>,
    pub stored: Stored,
}

impl Hit {
    /// Whether it comes behind what is preferred, where that is the order.
    pub fn is_second(&self) -> bool {
        matches!(self.keys.as_slice(), [super::cell::Cell::Integer(1)])
    }
}

/// Which versions of one resource to list, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryRange {
    /// Only versions below this one.
    pub below: Option<i64>,
    /// Only versions made at or after this time.
    pub since: Option<i64>,
    /// Only versions that were current at or before this time.
    pub until: Option<i64>,
    pub limit: u64,
}

impl HistoryRange {
    /// What a query compares with: `below, since, until, limit`.
    pub(super) fn bounds(self) -> (i64, i64, i64, i64) {
        (
            self.below.unwrap_or(i64::MAX),
            self.since.unwrap_or(i64::MIN),
            self.until.unwrap_or(i64::MAX),
            i64::try_from(self.limit).unwrap_or(i64::MAX),
        )
    }
}
