//! What a commit did, as events: they stand in the same transaction.

use std::sync::Arc;

use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;
use crate::index::whom::patients;
use crate::store::row::Op;
use crate::store::write::{Change, Commit, Write};
use crate::store::writer::decide::{Decided, Effect};

use super::event::{Event, Recording, What};

/// The events of a commit, one for each write. The record that goes with it is none of them.
pub(in crate::store) fn events(
    commit: &Commit,
    decided: &[Decided],
    indexer: &Indexer,
) -> Vec<Event> {
    let Some(recording) = &commit.recording else { return Vec::new() };
    let at = time::now().micros();
    let each = commit.writes.iter().zip(decided);
    each.filter_map(|(write, decided)| event(recording, at, (write, decided), indexer)).collect()
}

fn event(
    recording: &Recording,
    at: i64,
    (write, decided): (&Write, &Decided),
    indexer: &Indexer,
) -> Option<Event> {
    let is_deletion = matches!(write.change, Change::Delete);
    let update = if recording.is_patch { What::Patch } else { What::Update };
    let (what, status, version) = match decided {
        Decided::Change(effect) => match effect.op {
            Op::Created => (What::Create, 201, effect.version),
            Op::CreatedByUpdate => (update, 201, effect.version),
            Op::Updated => (update, 200, effect.version),
            Op::Deleted => (What::Delete, 204, effect.version),
        },
        Decided::Same(row) => (update, 200, row.version),
        Decided::Nothing { version } => (What::Delete, 204, version.unwrap_or_default()),
        Decided::Audit(_) => return None,
    };
    let what = if is_deletion { What::Delete } else { what };
    let own = recording.agents.iter().find(|(kind, _)| *kind == write.kind);
    let (_, agent) = own.or(recording.agents.first())?;
    Some(Event {
        at,
        what,
        status,
        agent: Arc::clone(agent),
        context: Arc::clone(&recording.context),
        kind: Some(write.kind),
        id: write.id.as_str().to_owned(),
        version,
        patients: whom((write, decided), indexer),
        query: String::new(),
    })
}

/// Whom a write is about: by what was there, and by what is.
fn whom((write, decided): (&Write, &Decided), indexer: &Indexer) -> Vec<String> {
    let at = (write.kind, write.id.as_str());
    let rows: Option<&Rows> = match &write.change {
        Change::Put(put) if put.generation == indexer.generation() => Some(&put.rows),
        _ => None,
    };
    let of = |body: Option<&str>, rows| {
        body.map_or_else(Vec::new, |body| patients(indexer, at, body, rows))
    };
    let mut all = match decided {
        Decided::Change(effect) | Decided::Audit(effect) => {
            let mut all = of(effect.body.as_deref(), rows);
            all.extend(of(before(effect), None));
            all
        }
        Decided::Same(row) => of(row.body.as_deref(), rows),
        Decided::Nothing { .. } => of(None, None),
    };
    all.sort_unstable();
    all.dedup();
    all
}

fn before(effect: &Effect) -> Option<&str> {
    effect.superseded.as_ref()?.body.as_deref()
}
