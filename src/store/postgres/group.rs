//! Commits that share a transaction, and what is written for them together.
//!
//! Only one that changes again what another of them changed has to see what those before it did, and
//! waits until that is written.

use std::collections::HashSet;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::store::audit::committed;
use crate::store::audit::event::Event;
use crate::store::error::StoreError;
use crate::store::setting::numbered;
use crate::store::write::{Commit, Keep, Refusal, Write};
use crate::store::writer::counter::Counter;
use crate::store::writer::decide::{Current, Decided, Effect, Known, decide};
use crate::store::writer::kept::{self, told};
use crate::store::writer::queue::Outcome;
use crate::store::writer::recent::Recent;

use super::apply;
use super::reader::statement;

/// Commits that are decided one after the other.
pub(super) struct Group<'a> {
    pub(super) counter: Counter,
    recent: &'a mut Recent,
    indexer: &'a Indexer,
    /// What commits of the transaction changed.
    touched: HashSet<(ResourceKind, ResourceId)>,
    pub(super) decided: Vec<Result<Vec<Decided>, Refusal>>,
    /// What is recorded of them.
    pub(super) events: Vec<Event>,
    /// How many of them were written.
    on_disk: usize,
}

impl<'a> Group<'a> {
    pub(super) fn new(counter: Counter, recent: &'a mut Recent, indexer: &'a Indexer) -> Self {
        let (touched, decided, events) = (HashSet::new(), Vec::new(), Vec::new());
        Self { counter, recent, indexer, touched, decided, events, on_disk: 0 }
    }

    /// Decides a commit, given the rows as they were before all of them.
    pub(super) async fn decide(
        &mut self,
        transaction: &DatabaseTransaction,
        commit: &Commit,
        mut rows: Vec<Option<Current>>,
    ) -> Result<Result<Vec<Decided>, Refusal>, StoreError> {
        if let Some(keep) = &commit.keep
            && is_kept(transaction, keep, self.counter.now).await?
        {
            return Ok(Err(Refusal::Kept));
        }
        if let Err(overtaken) = self.recent.hold(commit, self.indexer) {
            return Ok(Err(overtaken));
        }
        if commit.writes.iter().any(|write| self.touched.contains(&target(write))) {
            self.write(transaction).await?;
            let writes: Vec<&Write> = commit.writes.iter().collect();
            rows = apply::current(transaction, &writes).await?;
        }
        self.touched.extend(commit.writes.iter().map(target));
        let known = Known { indexer: self.indexer, recent: self.recent };
        let decided = decide(commit, rows, &mut self.counter, known)?;
        for effect in decided.iter().flatten().filter_map(Decided::effect) {
            self.recent.push(Arc::clone(&effect.change));
        }
        if let (Some(keep), Ok(decided)) = (&commit.keep, &decided) {
            let told = told(&commit.writes, decided);
            put_by(transaction, keep, (told, self.counter.now)).await?;
        }
        if let Ok(decided) = &decided {
            self.events.extend(committed::events(commit, decided, self.indexer));
        }
        Ok(decided)
    }

    /// Writes what is decided.
    pub(super) async fn write(
        &mut self,
        transaction: &DatabaseTransaction,
    ) -> Result<(), StoreError> {
        let open = self.decided.iter().skip(self.on_disk).flatten().flatten();
        let effects: Vec<&Effect> = open.filter_map(Decided::effect).collect();
        apply::effects(transaction, &effects).await?;
        self.on_disk = self.decided.len();
        Ok(())
    }
}

fn target(write: &Write) -> (ResourceKind, ResourceId) {
    (write.kind, write.id.clone())
}

/// What those who asked are told.
pub(super) fn outcomes(decided: Vec<Result<Vec<Decided>, Refusal>>) -> Vec<Outcome> {
    let written = |commit: Vec<Decided>| commit.into_iter().filter_map(Decided::written).collect();
    decided.into_iter().map(|outcome| outcome.map(written)).collect()
}

/// Whether what a commit would do was done under its key.
async fn is_kept(
    transaction: &DatabaseTransaction,
    keep: &Keep,
    now: i64,
) -> Result<bool, StoreError> {
    let sql = numbered(transaction, kept::IS_KEPT);
    let values = [keep.key.as_str().into(), now.into()];
    Ok(transaction.query_one_raw(statement(&sql, values)).await?.is_some())
}

/// Keeps what a commit does.
async fn put_by(
    transaction: &DatabaseTransaction,
    keep: &Keep,
    (told, now): (String, i64),
) -> Result<(), StoreError> {
    let forget = numbered(transaction, kept::FORGET);
    transaction.execute_raw(statement(&forget, [now.into()])).await?;
    let Keep { key, asked, about, until } = keep.clone();
    let values = [key.into(), asked.into(), about.into(), told.into(), until.into()];
    let sql = numbered(transaction, kept::KEEP);
    transaction.execute_raw(statement(&sql, values)).await?;
    Ok(())
}
