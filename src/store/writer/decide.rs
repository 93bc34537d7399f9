//! Decides what a commit does to the rows as they are; pure.
//!
//! A commit is decided as a whole before anything of it is written, so a refused one leaves no
//! trace and the transaction it shares with others goes on.

use std::sync::Arc;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;

use super::checksum::Version;
use super::counter::Counter;
use super::recent::{self, Recent, State};
use crate::store::error::StoreError;
use crate::store::row::Op;
use crate::store::write::{Audit, Change, Commit, Expect, IfSame, Put, Refusal, Write, Written};

/// The row of a resource before the change.
#[derive(Debug, Clone)]
pub(in crate::store) struct Current {
    pub(in crate::store) rid: i64,
    pub(in crate::store) version: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) updated: i64,
    pub(in crate::store) op: Op,
    pub(in crate::store) body: Option<String>,
    pub(in crate::store) owner: Owner,
}

/// The rows to write for one change.
#[derive(Debug)]
pub(in crate::store) struct Effect {
    pub(in crate::store) kind: ResourceKind,
    pub(in crate::store) id: ResourceId,
    pub(in crate::store) rid: i64,
    pub(in crate::store) version: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) updated: i64,
    pub(in crate::store) op: Op,
    pub(in crate::store) body: Option<String>,
    /// A deletion keeps that of the version before.
    pub(in crate::store) owner: Owner,
    /// How many changes of the same commit follow.
    pub(in crate::store) more: i32,
    pub(in crate::store) sum: i64,
    pub(in crate::store) chain: i64,
    pub(in crate::store) superseded: Option<Current>,
    pub(in crate::store) removed: Rows,
    pub(in crate::store) added: Rows,
    /// The same as those see it who rest on what was there before.
    pub(in crate::store) change: Arc<recent::Change>,
}

/// What one write comes to.
#[derive(Debug)]
pub(in crate::store) enum Decided {
    Change(Box<Effect>),
    /// The audit record of the commit: nobody is told.
    Audit(Box<Effect>),
    /// It is so already.
    Same(Box<Current>),
    /// There is nothing to delete.
    Nothing {
        version: Option<i64>,
    },
}

/// What the writer decides with.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Known<'a> {
    pub(in crate::store) indexer: &'a Indexer,
    pub(in crate::store) recent: &'a Recent,
}

/// What each write of a commit comes to, or the reason for refusing the commit.
pub(in crate::store) fn decide(
    commit: &Commit,
    current: Vec<Option<Current>>,
    counter: &mut Counter,
    known: Known<'_>,
) -> Result<Result<Vec<Decided>, Refusal>, StoreError> {
    for (at, (write, current)) in commit.writes.iter().zip(&current).enumerate() {
        if let Some(refusal) = refuse(at, write, current.as_ref()) {
            return Ok(Err(refusal));
        }
    }
    let all = commit.writes.iter().zip(&current);
    let changes: Vec<bool> = all.map(|(write, row)| does_change(write, row.as_ref())).collect();
    let indexer = known.indexer;
    let audit = commit.audit.as_ref().filter(|_| changes.contains(&true));
    let mut more: i32 = changes.iter().copied().map(i32::from).sum();
    more += i32::from(audit.is_some());
    let mut decided = Vec::with_capacity(changes.len() + 1);
    for ((write, current), does_change) in commit.writes.iter().zip(current).zip(changes) {
        decided.push(match (does_change, current) {
            (true, current) => {
                more -= 1;
                let old = old_rows(write, current.as_ref(), known)?;
                let before = (current, old);
                Decided::Change(Box::new(effect(write, before, (counter, more), (indexer, true))?))
            }
            (false, Some(current)) if is_living(Some(&current)) => Decided::Same(Box::new(current)),
            (false, current) => Decided::Nothing { version: current.map(|row| row.version) },
        });
    }
    if let Some(Audit { kind, id, put }) = audit {
        let change = Change::Put(put.clone());
        let write = Write { kind: *kind, id: id.clone(), expect: Expect::New, change };
        let before = (None, Arc::default());
        let effect = effect(&write, before, (counter, 0), (indexer, false))?;
        decided.push(Decided::Audit(Box::new(effect)));
    }
    Ok(Ok(decided))
}

fn is_living(current: Option<&Current>) -> bool {
    current.is_some_and(|row| row.op != Op::Deleted)
}

/// Whether there is anything to do. The body is read with the row in any case, and to compare it costs
/// less than to hash it.
fn does_change(write: &Write, current: Option<&Current>) -> bool {
    match (&write.change, current.and_then(|row| row.body.as_deref())) {
        (Change::Delete, _) => is_living(current),
        (Change::Put(put), Some(body)) => put.if_same == IfSame::Renews || !put.draft.is_body(body),
        (Change::Put(_), None) => true,
    }
}

fn refuse(at: usize, write: &Write, current: Option<&Current>) -> Option<Refusal> {
    let living = current.filter(|row| row.op != Op::Deleted);
    let is_expected = match &write.expect {
        Expect::Any => true,
        Expect::New => return current.map(|_| Refusal::Taken { at }),
        Expect::Living => living.is_some(),
        Expect::OneOf(versions) => living.is_some_and(|row| versions.contains(&row.version)),
    };
    (!is_expected).then(|| Refusal::Version { at, current: living.map(|row| row.version) })
}

/// The index rows of the version before.
fn old_rows(
    write: &Write,
    current: Option<&Current>,
    known: Known<'_>,
) -> Result<Arc<Rows>, StoreError> {
    let Some((current, body)) = current.and_then(|row| Some((row, row.body.as_deref()?))) else {
        return Ok(Arc::default());
    };
    match known.recent.rows((write.kind, &write.id), current.version) {
        Some(rows) => Ok(rows),
        None => Ok(Arc::new(reindex(known.indexer, write.kind, body)?)),
    }
}

/// The rows to write; premises see the change, or they do not.
fn effect(
    write: &Write,
    (current, old): (Option<Current>, Arc<Rows>),
    (counter, more): (&mut Counter, i32),
    (indexer, is_seen): (&Indexer, bool),
) -> Result<Effect, StoreError> {
    let living = is_living(current.as_ref());
    let version = current.as_ref().map_or(1, |row| row.version + 1);
    let rid = current.as_ref().map_or_else(|| counter.next_rid(), |row| row.rid);
    let seq = counter.next_seq();
    let (op, body, new) = becomes(write, current.as_ref(), (version, counter), indexer)?;
    let owner = new.owner;
    let (removed, added) = Rows::difference(&old, &new);
    let states = [
        current.as_ref().filter(|_| living).map(|row| State { updated: row.updated, rows: old }),
        body.as_ref().map(|_| State { updated: counter.now, rows: new }),
    ];
    let (kind, id, updated) = (write.kind, write.id.clone(), counter.now);
    let change = match is_seen {
        true => recent::Change::new((kind, id.clone()), version, states),
        false => recent::Change::unseen((kind, id.clone()), version),
    };
    let stored = Version {
        kind: kind.number(),
        id: id.as_str(),
        rid,
        version,
        seq,
        updated,
        op: op.number(),
        body: body.as_deref(),
    };
    let sum = stored.sum();
    let chain = counter.link(sum, more);
    Ok(Effect {
        kind,
        id,
        rid,
        version,
        seq,
        updated,
        op,
        body,
        owner,
        more,
        sum,
        chain,
        superseded: current,
        removed,
        added,
        change: Arc::new(change),
    })
}

/// How a version comes about, its body and its rows.
fn becomes(
    write: &Write,
    current: Option<&Current>,
    (version, counter): (i64, &Counter),
    indexer: &Indexer,
) -> Result<(Op, Option<String>, Arc<Rows>), StoreError> {
    Ok(match &write.change {
        Change::Delete => {
            let owner = current.map_or(Owner::Nobody, |row| row.owner);
            (Op::Deleted, None, Arc::new(Rows { owner, ..Rows::default() }))
        }
        Change::Put(Put { draft, rows, generation, .. }) => {
            let op = match (is_living(current), &write.expect) {
                (true, _) => Op::Updated,
                (false, Expect::New) => Op::Created,
                (false, Expect::Any | Expect::Living | Expect::OneOf(_)) => Op::CreatedByUpdate,
            };
            let body = draft.render(version, counter.now, counter.zone);
            // Rows that an older list of search parameters made are made again.
            let rows = match *generation == indexer.generation() {
                true => Arc::clone(rows),
                false => Arc::new(reindex(indexer, write.kind, &body)?),
            };
            (op, Some(body), rows)
        }
    })
}

/// The index rows that are stored for a body.
pub(in crate::store) fn reindex(
    indexer: &Indexer,
    kind: ResourceKind,
    body: &str,
) -> Result<Rows, StoreError> {
    let resource = serde_json::from_str(body)
        .map_err(|error| StoreError::Corrupt { table: "resource", what: error.to_string() })?;
    Ok(indexer.rows(kind, &resource))
}

impl Decided {
    /// The rows to write, if any.
    pub(in crate::store) fn effect(&self) -> Option<&Effect> {
        match self {
            Self::Change(effect) | Self::Audit(effect) => Some(effect),
            Self::Same(_) | Self::Nothing { .. } => None,
        }
    }

    /// What the client is told.
    pub(in crate::store) fn written(self) -> Option<Written> {
        Some(match self {
            Self::Audit(_) => return None,
            Self::Nothing { version } => Written::Nothing { version },
            Self::Same(row) => Written::Same {
                version: row.version,
                updated: row.updated,
                op: row.op,
                body: row.body.unwrap_or_default(),
            },
            Self::Change(effect) => Written::Version {
                version: effect.version,
                updated: effect.updated,
                before: effect.superseded.map(|row| row.op),
                body: effect.body.unwrap_or_default(),
            },
        })
    }
}
