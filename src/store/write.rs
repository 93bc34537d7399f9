//! What the interactions ask of the writer, and what it answers.

use sea_orm::sea_query::SelectStatement;

use crate::fhir::draft::Draft;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::Rows;

use super::recent::{Recent, Touched, Watch};
use super::row::Op;

/// Changes that happen together or not at all.
///
/// Invariant: no two writes are about the same resource.
#[derive(Debug)]
pub struct Commit {
    pub writes: Vec<Write>,
    /// What the changes rest on.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Its id was made by this server a moment ago: there is no such resource.
    New,
    /// Nothing.
    Any,
    /// It exists.
    Living,
    /// It exists, and its current version is one of these.
    OneOf(Vec<i64>),
}

/// The change itself.
#[derive(Debug)]
pub enum Change {
    Put { draft: Draft, rows: Box<Rows> },
    Delete,
}

/// Something that was read when the changes were prepared, and must still be so.
#[derive(Debug, Clone)]
pub struct Premise {
    /// The last change that the reader had seen for certain ([`Store::seen`]).
    ///
    /// [`Store::seen`]: super::database::Store::seen
    pub since: i64,
    /// None of these came, went or changed after it. None: it cannot be told by keys.
    pub watch: Option<Watch>,
    /// What decides when something was touched; without it, whoever is touched is overtaken.
    pub search: Option<Search>,
}

/// A search that found just these resources.
#[derive(Debug, Clone)]
pub struct Search {
    /// Selects `rid`.
    pub query: SelectStatement,
    pub found: Vec<i64>,
}

impl Premise {
    /// What is left to ask of the database: `Ok` when the premise holds or a search decides.
    pub(super) fn open(&self, recent: &Recent) -> Result<Option<&Search>, Refusal> {
        let watch = self.watch.as_ref();
        let touched = watch.map_or(Touched::Unknown, |watch| recent.touched(watch, self.since));
        match (touched, &self.search) {
            (Touched::No, _) => Ok(None),
            (Touched::Yes | Touched::Unknown, Some(search)) => Ok(Some(search)),
            (Touched::Yes | Touched::Unknown, None) => Err(Refusal::Overtaken),
        }
    }
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
    /// One of [`Commit::premises`] no longer holds: prepare the changes again.
    Overtaken,
}
