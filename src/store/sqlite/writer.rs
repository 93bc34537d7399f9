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
use tokio::sync::mpsc;

use crate::fhir::date::Zone;
use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::store::clock::Clock;
use crate::store::decide::{Counter, Decided, decide};
use crate::store::error::StoreError;
use crate::store::queue::{self, BATCH, Outcome, Request};
use crate::store::write::{Commit, Refusal};

use super::apply::{self, Spans};
use super::connection::writable;
use super::log::Log;
use super::pool::Pool;

/// Starts the thread; it ends when the queue is dropped and empty.
pub(in crate::store) fn start(
    (path, pool): (&Path, &Arc<Pool>),
    indexer: Arc<Indexer>,
    zone: Zone,
    inbox: mpsc::Receiver<Request>,
) -> Result<JoinHandle<()>, StoreError> {
    let connection = writable(path)?;
    let pool = Arc::clone(pool);
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || run(connection, inbox, (&indexer, zone), &pool))
        .map_err(|error| StoreError::Lost(error.to_string()))
}

fn run(
    mut connection: Connection,
    mut inbox: mpsc::Receiver<Request>,
    (indexer, zone): (&Indexer, Zone),
    pool: &Pool,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let (mut spans, mut clock) = (Spans::default(), Clock::default());
    let mut log = Log::watch(&connection);
    while inbox.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let (commits, answers) = queue::take(&mut waiting);
        let kept = (&mut spans, &mut clock);
        let work = AssertUnwindSafe(|| transact(&mut connection, commits, (indexer, zone), kept));
        // A panic undoes its transaction only: the writer goes on.
        let done =
            catch_unwind(work).unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        match &done {
            // Before the answers, so that those who have one read what they wrote.
            Ok(_) => pool.renew(),
            Err(error) => {
                spans.clear();
                if error.is_full() {
                    // What the log holds may be all that fills the disk.
                    Log::empty(&connection, pool);
                }
            }
        }
        queue::answer(answers, done);
        log.shorten(&connection, pool);
    }
    pool.end();
    Log::empty(&connection, pool);
}

fn transact(
    connection: &mut Connection,
    commits: Vec<Commit>,
    (indexer, zone): (&Indexer, Zone),
    (spans, clock): (&mut Spans, &mut Clock),
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut counter = apply::counter(&transaction, (time::now().micros(), zone), clock)?;
    let first = counter.seq;
    let done = commits
        .into_iter()
        .map(|commit| one(&transaction, commit, (&mut counter, spans), indexer))
        .collect::<Result<Vec<_>, _>>()?;
    if counter.seq != first {
        apply::end(&transaction, &counter)?;
    }
    transaction.commit()?;
    Ok(done)
}

fn one(
    transaction: &Transaction<'_>,
    commit: Commit,
    (counter, spans): (&mut Counter, &mut Spans),
    indexer: &Indexer,
) -> Result<Outcome, StoreError> {
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
