//! The writer: takes all commits that wait, runs them in one transaction, answers after it.
//!
//! The rows that all of them change are read at once. Then the commits are decided in memory one
//! after the other, and what they do is written together, a statement a table. Only one that changes
//! again what another of them changed, or whose search must be made again, has to see what those
//! before it did, and waits until that is written.

use std::collections::HashSet;
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
use crate::store::decide::{Counter, Current, Decided, Effect, decide};
use crate::store::error::StoreError;
use crate::store::queue::{self, BATCH, Outcome, Request};
use crate::store::recent::{Recent, Seen};
use crate::store::write::{Commit, Refusal, Write};

use super::apply;

/// Starts the task; it ends when the queue is dropped and empty.
pub(in crate::store) async fn start(
    db: DatabaseConnection,
    (indexer, zone): (Arc<Indexer>, Zone),
    (inbox, seen): (mpsc::Receiver<Request>, &Arc<Seen>),
) -> Result<JoinHandle<()>, StoreError> {
    seen.see(apply::last(&db).await?.seq);
    let seen = Arc::clone(seen);
    Ok(tokio::spawn(async move { run(db, inbox, (&indexer, zone), &seen).await }))
}

async fn run(
    db: DatabaseConnection,
    mut inbox: mpsc::Receiver<Request>,
    (indexer, zone): (&Indexer, Zone),
    seen: &Seen,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let (mut recent, mut clock) = (Recent::after(seen.last()), Clock::default());
    while inbox.recv_many(&mut waiting, BATCH).await > 0 {
        let (commits, answers) = queue::take(&mut waiting);
        let work = transact(&db, commits, (indexer, zone), (&mut recent, &mut clock));
        // A panic undoes its transaction only: the writer goes on.
        let done = AssertUnwindSafe(work).catch_unwind().await;
        let done = done.unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        match &done {
            Ok(_) => seen.see(recent.end()),
            Err(_) => recent = Recent::after(seen.last()),
        }
        queue::answer(answers, done);
    }
}

async fn transact(
    db: &DatabaseConnection,
    commits: Vec<Commit>,
    (indexer, zone): (&Indexer, Zone),
    (recent, clock): (&mut Recent, &mut Clock),
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = db.begin().await?;
    let counter = apply::counter(&transaction, (time::now().micros(), zone), clock).await?;
    let first = counter.seq;
    apply::catch_up(&transaction, first, recent, indexer).await?;
    let writes: Vec<&Write> = commits.iter().flat_map(|commit| &commit.writes).collect();
    let mut rows = apply::current(&transaction, &writes).await?.into_iter();
    let (touched, decided) = (HashSet::new(), Vec::new());
    let mut group = Group { counter, recent, indexer, touched, decided, on_disk: 0 };
    for commit in commits {
        let rows = rows.by_ref().take(commit.writes.len()).collect();
        let decided = group.decide(&transaction, commit, rows).await?;
        group.decided.push(decided);
    }
    group.write(&transaction).await?;
    if group.counter.seq != first {
        apply::end(&transaction, &group.counter).await?;
    }
    let decided = group.decided;
    transaction.commit().await?;
    let written = |commit: Vec<Decided>| commit.into_iter().map(Decided::written).collect();
    Ok(decided.into_iter().map(|outcome| outcome.map(written)).collect())
}

/// Commits that are decided one after the other.
struct Group<'a> {
    counter: Counter,
    recent: &'a mut Recent,
    indexer: &'a Indexer,
    /// What commits of the transaction changed.
    touched: HashSet<(ResourceKind, ResourceId)>,
    decided: Vec<Result<Vec<Decided>, Refusal>>,
    /// How many of them were written.
    on_disk: usize,
}

impl Group<'_> {
    /// Decides a commit, given the rows as they were before all of them.
    async fn decide(
        &mut self,
        transaction: &DatabaseTransaction,
        commit: Commit,
        mut rows: Vec<Option<Current>>,
    ) -> Result<Result<Vec<Decided>, Refusal>, StoreError> {
        let mut searches = Vec::new();
        for premise in &commit.premises {
            match premise.open(self.recent) {
                Ok(search) => searches.extend(search),
                Err(overtaken) => return Ok(Err(overtaken)),
            }
        }
        let is_again = commit.writes.iter().any(|write| self.touched.contains(&target(write)));
        if is_again || !searches.is_empty() {
            self.write(transaction).await?;
        }
        if is_again {
            let writes: Vec<&Write> = commit.writes.iter().collect();
            rows = apply::current(transaction, &writes).await?;
        }
        if !apply::still_found(transaction, &searches).await? {
            return Ok(Err(Refusal::Overtaken));
        }
        self.touched.extend(commit.writes.iter().map(target));
        let decided = decide(commit, rows, &mut self.counter, self.indexer)?;
        for effect in decided.iter().flatten().filter_map(Decided::effect) {
            self.recent.push(effect.keys.clone());
        }
        Ok(decided)
    }

    /// Writes what is decided.
    async fn write(&mut self, transaction: &DatabaseTransaction) -> Result<(), StoreError> {
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
