//! What the interactions ask of the writer, and what it answers.

use sea_orm::sea_query::SelectStatement;

use crate::fhir::draft::Draft;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::Rows;

use super::row::Op;

/// Changes that happen together or not at all.
///
/// Invariant: no two writes are about the same resource.
#[derive(Debug)]
pub struct Commit {
    pub writes: Vec<Write>,
    /// Searches whose answer the changes rest on.
    pub premises: Vec<Premise>,
}

/// One change of one resource.
#[derive(Debug)]
pub struct Write {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub expect: Expect,
    pub change: Change,
}

/// What must be true of the resource before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Its id was made by this server a moment ago: there is no such resource.
    New,
    /// Nothing.
    Any,
    /// It exists and this is its current version.
    Version(i64),
}

/// The change itself.
#[derive(Debug)]
pub enum Change {
    Put { draft: Draft, rows: Box<Rows> },
    Delete,
}

/// A search that found just these resources when the changes were prepared.
#[derive(Debug, Clone)]
pub struct Premise {
    /// Selects `rid`.
    pub query: SelectStatement,
    pub found: Vec<i64>,
}

/// What became of a [`Write`], in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A new version is on disk. `before` is how the version before came about.
    Version { version: i64, updated: i64, before: Option<Op>, body: String },
    /// There was nothing to delete.
    Nothing { version: Option<i64> },
}

/// Why nothing of a [`Commit`] was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The write at this place expected another version; the current one, if any, is given.
    Version { at: usize, current: Option<i64> },
    /// The write at this place is for a new resource, but its id is taken.
    Taken { at: usize },
    /// A search of [`Commit::premises`] now finds something else: prepare the changes again.
    Overtaken,
}
