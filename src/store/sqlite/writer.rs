//! The one writer.
//!
//! A thread takes all commits that wait, runs them in one transaction and answers when that is on
//! disk: many clients share one synchronisation of the file. Each commit sees what those before it
//! did. A failure of the database fails the whole transaction, and each client hears of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::fhir::date::Zone;
use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::store::decide::{Counter, Decided, decide};
use crate::store::error::StoreError;
use crate::store::write::{Commit, Refusal, Written};

use super::apply::{self, Spans};
use super::connection::writable;
use super::pool::Pool;

/// Commits that are taken into one transaction at the most.
const BATCH: usize = 256;

type Answer = Result<Result<Vec<Written>, Refusal>, StoreError>;

/// A commit and where its answer goes.
struct Request {
    commit: Commit,
    answer: oneshot::Sender<Answer>,
}

/// The way to the writer's thread.
#[derive(Debug)]
pub(in crate::store) struct Writer {
    requests: mpsc::Sender<Request>,
}

impl Writer {
    /// Starts the thread; it ends when the writer is dropped and its queue is empty.
    pub(in crate::store) fn start(
        (path, pool): (&Path, &Arc<Pool>),
        indexer: Arc<Indexer>,
        zone: Zone,
        queue: usize,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let connection = writable(path)?;
        let pool = Arc::clone(pool);
        let (requests, inbox) = mpsc::channel(queue);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(connection, inbox, (&indexer, zone), &pool))
            .map_err(|error| StoreError::Lost(error.to_string()))?;
        Ok((Self { requests }, thread))
    }

    pub(in crate::store) async fn commit(&self, commit: Commit) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sent = self.requests.send(Request { commit, answer }).await;
        sent.map_err(|_closed| StoreError::WriterStopped)?;
        answered.await.unwrap_or(Err(StoreError::WriterStopped))
    }
}

fn run(
    mut connection: Connection,
    mut inbox: mpsc::Receiver<Request>,
    (indexer, zone): (&Indexer, Zone),
    pool: &Pool,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut spans = Spans::default();
    while inbox.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let (commits, answers): (Vec<_>, Vec<_>) =
            waiting.drain(..).map(|request| (request.commit, request.answer)).unzip();
        let done =
            AssertUnwindSafe(|| transact(&mut connection, commits, (indexer, zone), &mut spans));
        // A panic undoes its transaction only: the writer goes on.
        match catch_unwind(done).unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into()))) {
            Ok(done) => {
                pool.committed();
                for (answer, written) in answers.into_iter().zip(done) {
                    let _gone = answer.send(Ok(written));
                }
            }
            Err(error) => {
                spans.clear();
                tracing::error!(error = %chain(&error), "a write transaction failed");
                for answer in answers {
                    let _gone = answer.send(Err(StoreError::Lost(error.to_string())));
                }
            }
        }
    }
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "truncate") {
        tracing::warn!(%error, "the log could not be moved into the database");
    }
}

fn transact(
    connection: &mut Connection,
    commits: Vec<Commit>,
    (indexer, zone): (&Indexer, Zone),
    spans: &mut Spans,
) -> Result<Vec<Result<Vec<Written>, Refusal>>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut counter = apply::counter(&transaction, time::now().micros(), zone)?;
    let done = commits
        .into_iter()
        .map(|commit| one(&transaction, commit, (&mut counter, spans), indexer))
        .collect::<Result<Vec<_>, _>>()?;
    transaction.commit()?;
    Ok(done)
}

fn one(
    transaction: &Transaction<'_>,
    commit: Commit,
    (counter, spans): (&mut Counter, &mut Spans),
    indexer: &Indexer,
) -> Result<Result<Vec<Written>, Refusal>, StoreError> {
    if !apply::premises_hold(transaction, &commit.premises)? {
        return Ok(Err(Refusal::Overtaken));
    }
    let current = commit
        .writes
        .iter()
        .map(|write| apply::current(transaction, write))
        .collect::<Result<Vec<_>, _>>()?;
    let decided = match decide(commit, current, counter, indexer)? {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for effect in decided.iter().filter_map(Decided::effect) {
        apply::effect(transaction, effect, spans)?;
    }
    Ok(Ok(decided.into_iter().map(Decided::written).collect()))
}

/// An error with all its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
