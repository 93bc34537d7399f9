//! The log for those who follow it: what was changed behind a position, whole commits only.
//!
//! Invariant: who goes on at [`Changes::until`] misses nothing. `change_log` is written and `log_end`
//! moved by the same transaction, and who writes holds the lock of the one row of `log_end` from
//! before it takes its numbers until it has committed. So when the end is read, every change up to it
//! has been committed, and none with a lower number comes later.

pub mod past;

use std::time::Duration;

use tokio::time::timeout;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::database::{Backend, Store};
use super::error::StoreError;
use super::row::Op;

/// How long it may take until somebody looks what other processes committed. A look that finds
/// nothing reads two rows by key.
const POLL: Duration = Duration::from_millis(500);

/// `after`: the last change of the commit that is the last in the log, or the last that begins within
/// a span of it, so that who is far behind does not read everything at once.
pub(super) const UNTIL: &str = "SELECT l.seq + l.more FROM log_end e JOIN change_log l \
     ON l.seq = CASE WHEN e.seq > $1 + 20000 THEN $1 + 20000 ELSE e.seq END WHERE e.place = 1";

/// One change of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The number of the commit, which is that of its last change.
    pub commit: i64,
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub version: i64,
    pub op: Op,
}

/// Changes in the order of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pub list: Vec<Changed>,
    /// The position to go on at; nothing else that was asked for lies before it.
    pub until: i64,
}

/// What somebody wants to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) after: i64,
    pub(super) kinds: &'a [ResourceKind],
    pub(super) most: u32,
}

impl Question<'_> {
    /// The query, of `after, until, most`: commit, type, id, version and op of each change.
    pub(super) fn sql(&self) -> String {
        let kinds = self.kinds.iter().map(|kind| kind.number().to_string());
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        format!(
            "SELECT l.seq + l.more, l.type_id, r.id, l.version, l.op \
             FROM change_log l JOIN resource r ON r.rid = l.rid \
             WHERE l.seq > $1 AND l.seq <= $2 AND l.type_id IN ({kinds}) ORDER BY l.seq LIMIT $3"
        )
    }

    /// Leaves out the commit that what was found may be only a part of. When there is no other, its
    /// number is given: it has to be read whole.
    pub(super) fn whole(&self, mut list: Vec<Changed>, until: i64) -> Result<Changes, i64> {
        let is_all = u32::try_from(list.len()).is_ok_and(|found| found < self.most);
        let Some(cut) = list.last().map(|last| last.commit).filter(|_| !is_all) else {
            return Ok(Changes { list, until });
        };
        list.retain(|change| change.commit != cut);
        let until = list.last().map(|last| last.commit).ok_or(cut)?;
        Ok(Changes { list, until })
    }
}

impl Store {
    /// What was changed of these types behind a position of the log: about so many changes, more when
    /// one commit made more.
    pub async fn changes(
        &self,
        after: i64,
        kinds: &[ResourceKind],
        most: u32,
    ) -> Result<Changes, StoreError> {
        let question = Question { after, kinds, most };
        match &self.backend {
            Backend::Sqlite { reader } => reader.changes(question),
            Backend::Postgres { reader } => reader.changes(question).await,
        }
    }

    /// Waits until something may lie behind a position of the log: no longer than until this process
    /// commits it, or it is time to look what others did.
    pub async fn wait_beyond(&self, position: i64) {
        let _others = timeout(POLL, self.seen.beyond(position)).await;
    }
}
