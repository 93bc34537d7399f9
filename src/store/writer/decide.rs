//! Decides what a commit does to the rows as they are; pure.
//!
//! A commit is decided as a whole before anything of it is written, so a refused one leaves no
//! trace and the transaction it shares with others goes on.

use std::sync::Arc;

use crate::fhir::date::Zone;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;

use super::checksum::{self, Version};
use super::clock::Clock;
use super::recent::{self, State};
use crate::store::error::StoreError;
use crate::store::row::Op;
use crate::store::write::{Change, Commit, Expect, Refusal, Write, Written};

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
    /// There is nothing to delete.
    Nothing {
        version: Option<i64>,
    },
}

/// Where numbers and times continue; read from the database inside the transaction.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Counter {
    pub(in crate::store) rid: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) now: i64,
    pub(in crate::store) chain: i64,
    pub(in crate::store) zone: Zone,
}

/// The last change, as `log_end` has it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::store) struct Last {
    /// Which list of search parameters there is.
    pub(in crate::store) generation: i64,
    pub(in crate::store) rid: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) updated: i64,
    pub(in crate::store) chain: i64,
}

/// What each write of a commit comes to, or the reason for refusing the commit.
pub(in crate::store) fn decide(
    commit: Commit,
    current: Vec<Option<Current>>,
    counter: &mut Counter,
    indexer: &Indexer,
) -> Result<Result<Vec<Decided>, Refusal>, StoreError> {
    for (at, (write, current)) in commit.writes.iter().zip(&current).enumerate() {
        if let Some(refusal) = refuse(at, write, current.as_ref()) {
            return Ok(Err(refusal));
        }
    }
    let all = commit.writes.iter().zip(&current);
    let all = all.map(|(write, current)| i32::from(changes(write, current.as_ref())));
    let mut more: i32 = all.sum();
    let mut decided = Vec::with_capacity(current.len());
    for (write, current) in commit.writes.into_iter().zip(current) {
        more -= i32::from(changes(&write, current.as_ref()));
        decided.push(effect(write, current, (counter, more), indexer)?);
    }
    Ok(Ok(decided))
}

fn is_living(current: Option<&Current>) -> bool {
    current.is_some_and(|row| row.op != Op::Deleted)
}

/// Whether there is anything to do.
fn changes(write: &Write, current: Option<&Current>) -> bool {
    is_living(current) || !matches!(write.change, Change::Delete)
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

fn effect(
    write: Write,
    current: Option<Current>,
    (counter, more): (&mut Counter, i32),
    indexer: &Indexer,
) -> Result<Decided, StoreError> {
    let living = is_living(current.as_ref());
    if !changes(&write, current.as_ref()) {
        return Ok(Decided::Nothing { version: current.map(|row| row.version) });
    }
    let version = current.as_ref().map_or(1, |row| row.version + 1);
    let rid = current.as_ref().map_or_else(|| counter.next_rid(), |row| row.rid);
    let seq = counter.next_seq();
    let old = match current.as_ref().and_then(|row| row.body.as_deref()) {
        Some(body) => reindex(indexer, write.kind, body)?,
        None => Rows::default(),
    };
    let made = (write.change, write.expect);
    let (op, body, new) = becomes(made, current.as_ref(), (version, counter));
    let new = new.of(indexer, write.kind, body.as_deref())?;
    let owner = new.owner;
    let (removed, added) = Rows::difference(&old, &new);
    let states = [
        current.as_ref().filter(|_| living).map(|row| State { updated: row.updated, rows: old }),
        body.as_ref().map(|_| State { updated: counter.now, rows: new }),
    ];
    let change = recent::Change::new((write.kind, write.id.clone()), version, states);
    let (kind, id, updated) = (write.kind, write.id, counter.now);
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
    Ok(Decided::Change(Box::new(Effect {
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
    })))
}

/// The rows of a new version.
struct New {
    rows: Rows,
    /// Which list of search parameters they were made by; none: by none.
    generation: Option<i64>,
}

impl New {
    /// The rows as they are made now: those that were made by an older list are made again.
    fn of(
        self,
        indexer: &Indexer,
        kind: ResourceKind,
        body: Option<&str>,
    ) -> Result<Rows, StoreError> {
        match (body, self.generation) {
            (Some(body), Some(made)) if made != indexer.generation() => {
                reindex(indexer, kind, body)
            }
            _ => Ok(self.rows),
        }
    }
}

/// How a version comes about, its body and its rows.
fn becomes(
    (change, expect): (Change, Expect),
    current: Option<&Current>,
    (version, counter): (i64, &Counter),
) -> (Op, Option<String>, New) {
    match change {
        Change::Delete => {
            let owner = current.map_or(Owner::Nobody, |row| row.owner);
            (Op::Deleted, None, New { rows: Rows { owner, ..Rows::default() }, generation: None })
        }
        Change::Put { draft, rows, generation } => {
            let op = match (is_living(current), expect) {
                (true, _) => Op::Updated,
                (false, Expect::New) => Op::Created,
                (false, Expect::Any | Expect::Living | Expect::OneOf(_)) => Op::CreatedByUpdate,
            };
            let new = New { rows: *rows, generation: Some(generation) };
            (op, Some(draft.render(version, counter.now, counter.zone)), new)
        }
    }
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

impl Counter {
    /// Goes on from the last change. Time never goes back, even when the clock does.
    pub(in crate::store) fn after(last: Last, now: i64, zone: Zone, clock: &mut Clock) -> Self {
        // Whole milliseconds: what `meta.lastUpdated` shows is what is searched.
        let now = clock.time(now, last.updated) / 1_000 * 1_000;
        Self { rid: last.rid, seq: last.seq, now, chain: last.chain, zone }
    }

    /// Lengthens the chain by a change.
    fn link(&mut self, sum: i64, more: i32) -> i64 {
        self.chain = checksum::chain(self.chain, sum, more.into());
        self.chain
    }

    fn next_rid(&mut self) -> i64 {
        self.rid += 1;
        self.rid
    }

    fn next_seq(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }
}

impl Decided {
    /// The rows to write, if any.
    pub(in crate::store) fn effect(&self) -> Option<&Effect> {
        match self {
            Self::Change(effect) => Some(effect),
            Self::Nothing { .. } => None,
        }
    }

    /// What the client is told.
    pub(in crate::store) fn written(self) -> Written {
        match self {
            Self::Nothing { version } => Written::Nothing { version },
            Self::Change(effect) => Written::Version {
                version: effect.version,
                updated: effect.updated,
                before: effect.superseded.map(|row| row.op),
                body: effect.body.unwrap_or_default(),
            },
        }
    }
}
