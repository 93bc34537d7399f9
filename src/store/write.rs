//! What the interactions ask of the writer, and what it answers.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::criteria::tree::Criteria;
use crate::definitions::library::prepared::Prepared;
use crate::fhir::draft::Draft;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::key::Key;
use crate::index::row::Rows;

use super::audit::event::Recording;
use super::row::Op;

/// Changes that happen together or not at all.
///
/// Invariant: no two writes are about the same resource.
#[derive(Debug)]
pub struct Commit {
    pub writes: Vec<Write>,
    /// What the changes rest on.
    pub premises: Vec<Premise>,
    /// A record of the changes, written with them: not when they change nothing.
    pub audit: Option<Audit>,
    /// What is written down of who does it, in the same transaction.
    pub recording: Option<Recording>,
    /// What is done is kept, and nothing is done when it is kept already.
    pub keep: Option<Keep>,
}

/// Under which key what a commit does is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    pub key: String,
    /// What was asked.
    pub asked: String,
    /// What whoever asks wants to remember.
    pub about: String,
    /// Microseconds since 1970.
    pub until: i64,
}

/// What was done under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was asked.
    pub asked: String,
    /// What whoever asked wanted to remember.
    pub about: String,
    /// What became of each write.
    pub writes: Vec<Done>,
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub version: Option<i64>,
    /// How the version came about; none: it was there already.
    pub op: Option<Op>,
}

/// A new resource that says who changed what, and why. It is stored, indexed and logged as all are,
/// but no premise and no answer knows of it.
#[derive(Debug)]
pub struct Audit {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub put: Put,
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
    Put(Put),
    Delete,
}

/// A resource as it is to be: shared, because who is overtaken asks for the same once more.
#[derive(Debug, Clone)]
pub struct Put {
    pub draft: Arc<Draft>,
    pub rows: Arc<Rows>,
    /// Which list of search parameters the rows were made by.
    pub generation: i64,
    pub if_same: IfSame,
}

/// What becomes of an update that changes nothing but version and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfSame {
    /// The current version stays: nothing is written.
    Stays,
    /// It is a new version all the same.
    Renews,
}

impl IfSame {
    /// As the setting says.
    pub fn skips(skips: bool) -> Self {
        if skips { Self::Stays } else { Self::Renews }
    }
}

/// Something that was read when the changes were prepared, and must still be so.
#[derive(Debug, Clone)]
pub enum Premise {
    /// A resource has this version, deleted or not; none: there never was one.
    Version {
        kind: ResourceKind,
        id: ResourceId,
        version: Option<i64>,
        /// The last change that the reader had seen for certain ([`Store::seen`]).
        ///
        /// [`Store::seen`]: super::database::Store::seen
        since: i64,
    },
    Untouched(Untouched),
    /// The definitions that it was validated with are what they were.
    Definitions(Prepared),
}

/// Since a change of the log nothing came, went or changed that is so, before or after.
#[derive(Debug, Clone)]
pub struct Untouched {
    pub(super) since: i64,
    pub(super) kind: ResourceKind,
    /// All of these.
    pub(super) criteria: Vec<Criteria>,
    /// Whatever is so has a key of each list.
    pub(super) keys: Vec<Vec<Key>>,
    /// Whether it depends on other resources than those of the type.
    pub(super) is_about_others: bool,
}

impl Commit {
    /// Whether what the changes rest on was asked by search parameters that have rows still.
    pub(super) fn is_of(&self, indexer: &Indexer) -> bool {
        self.premises.iter().all(|premise| premise.is_of(indexer))
    }
}

impl Premise {
    /// Nothing of a type that meets all of these criteria came, went or changed since the last change
    /// that the reader had seen for certain ([`Store::seen`]).
    ///
    /// [`Store::seen`]: super::database::Store::seen
    pub fn untouched(since: i64, kind: ResourceKind, criteria: Vec<Criteria>) -> Self {
        let keys = criteria.iter().flat_map(|one| one.keys(kind)).collect();
        let is_about_others = criteria.iter().any(Criteria::is_about_others);
        Self::Untouched(Untouched { since, kind, criteria, keys, is_about_others })
    }

    fn is_of(&self, indexer: &Indexer) -> bool {
        let has_gone = |part: &Criteria| match part {
            Criteria::Parameter(param, _)
            | Criteria::Chain { param, .. }
            | Criteria::Has { param, .. } => !indexer.makes(*param),
            Criteria::Missing(indexed, _) => !indexer.makes(indexed.param),
            _ => false,
        };
        match self {
            Self::Version { .. } | Self::Definitions(_) => true,
            Self::Untouched(untouched) => {
                !untouched.criteria.iter().any(|one| one.has_part(&has_gone))
            }
        }
    }

    /// A number that is the same for all who rest on the same, where they overtake each other:
    /// definitions are changed by others, so there is none.
    pub fn number(&self) -> Option<u64> {
        let mut hasher = FxHasher::default();
        match self {
            Self::Version { kind, id, .. } => Key::address(*kind, id.as_str()).hash(&mut hasher),
            Self::Untouched(Untouched { kind, keys, .. }) => (kind, keys).hash(&mut hasher),
            Self::Definitions(_) => return None,
        }
        Some(hasher.finish())
    }
}

/// What became of a [`Write`], in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A new version is on disk. `before` is how the version before came about.
    Version { version: i64, updated: i64, before: Option<Op>, body: String },
    /// It is there already, as this version.
    Same { version: i64, updated: i64, op: Op, body: String },
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
    /// One of [`Commit::premises`], with this [`number`](Premise::number), no longer holds, or was
    /// asked by search parameters that are gone (no number): prepare the changes again.
    Overtaken { premise: Option<u64> },
    /// It was done before, and what was done is kept: [`Commit::keep`].
    Kept,
}
