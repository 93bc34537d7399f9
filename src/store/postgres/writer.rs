//! The writer: takes all commits that wait, runs them in one transaction, answers after it.
//!
//! Commits that are about different resources are decided and written together, a statement a
//! table. One that rests on a search, or touches a resource that another of the group changes,
//! starts the next group, so each commit sees what those before it did.

use std::collections::HashSet;
use std::mem::take;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::fhir::date::Zone;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::store::clock::Clock;
use crate::store::decide::{Counter, Decided, Effect, decide};
use crate::store::error::StoreError;
use crate::store::queue::{self, BATCH, Outcome, Request};
use crate::store::write::{Commit, Refusal, Write};

use super::apply;

/// Starts the task; it ends when the queue is dropped and empty.
pub(in crate::store) fn start(
    db: DatabaseConnection,
    indexer: Arc<Indexer>,
    zone: Zone,
    inbox: mpsc::Receiver<Request>,
) -> JoinHandle<()> {
    tokio::spawn(run(db, inbox, indexer, zone))
}

async fn run(
    db: DatabaseConnection,
    mut inbox: mpsc::Receiver<Request>,
    indexer: Arc<Indexer>,
    zone: Zone,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut clock = Clock::default();
    while inbox.recv_many(&mut waiting, BATCH).await > 0 {
        let (commits, answers) = queue::take(&mut waiting);
        let work =
            AssertUnwindSafe(transact(&db, commits, (&indexer, zone), &mut clock)).catch_unwind();
        // A panic undoes its transaction only: the writer goes on.
        let done = work.await.unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        queue::answer(answers, done);
    }
}

async fn transact(
    db: &DatabaseConnection,
    commits: Vec<Commit>,
    (indexer, zone): (&Indexer, Zone),
    clock: &mut Clock,
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = db.begin().await?;
    let mut counter = apply::counter(&transaction, (time::now().micros(), zone), clock).await?;
    let first = counter.seq;
    let mut outcomes = Vec::with_capacity(commits.len());
    let mut group = Group::default();
    for commit in commits {
        if !commit.premises.is_empty() || group.touches(&commit) {
            outcomes.extend(take(&mut group).write(&transaction, &mut counter, indexer).await?);
        }
        if apply::premises_hold(&transaction, &commit.premises).await? {
            group.push(commit);
        } else {
            outcomes.push(Err(Refusal::Overtaken));
        }
    }
    outcomes.extend(group.write(&transaction, &mut counter, indexer).await?);
    if counter.seq != first {
        apply::end(&transaction, &counter).await?;
    }
    transaction.commit().await?;
    Ok(outcomes)
}

/// Commits about different resources.
#[derive(Default)]
struct Group {
    commits: Vec<Commit>,
    touched: HashSet<(ResourceKind, ResourceId)>,
}

impl Group {
    fn touches(&self, commit: &Commit) -> bool {
        let mut targets = commit.writes.iter();
        targets.any(|write| self.touched.contains(&(write.kind, write.id.clone())))
    }

    fn push(&mut self, commit: Commit) {
        self.touched.extend(commit.writes.iter().map(|write| (write.kind, write.id.clone())));
        self.commits.push(commit);
    }

    async fn write(
        self,
        transaction: &DatabaseTransaction,
        counter: &mut Counter,
        indexer: &Indexer,
    ) -> Result<Vec<Outcome>, StoreError> {
        if self.commits.is_empty() {
            return Ok(Vec::new());
        }
        let writes: Vec<&Write> = self.commits.iter().flat_map(|commit| &commit.writes).collect();
        let mut current = apply::current(transaction, &writes).await?.into_iter();
        let mut decided = Vec::with_capacity(self.commits.len());
        for commit in self.commits {
            let rows: Vec<_> = current.by_ref().take(commit.writes.len()).collect();
            decided.push(decide(commit, rows, counter, indexer)?);
        }
        let effects: Vec<&Effect> =
            decided.iter().flatten().flatten().filter_map(Decided::effect).collect();
        apply::effects(transaction, &effects).await?;
        let written = |commit: Vec<Decided>| commit.into_iter().map(Decided::written).collect();
        Ok(decided.into_iter().map(|outcome| outcome.map(written)).collect())
    }
}
