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
use crate::store::recent::{Recent, Seen};
use crate::store::write::{Commit, Refusal};

use super::apply::{self, Spans};
use super::connection::writable;
use super::log::Log;
use super::pool::Pool;

/// Starts the thread; it ends when the queue is dropped and empty.
pub(in crate::store) fn start(
    (path, pool): (&Path, &Arc<Pool>),
    (indexer, zone): (Arc<Indexer>, Zone),
    (inbox, seen): (mpsc::Receiver<Request>, &Arc<Seen>),
) -> Result<JoinHandle<()>, StoreError> {
    let connection = writable(path)?;
    let (pool, seen) = (Arc::clone(pool), Arc::clone(seen));
    seen.see(apply::last(&connection)?.seq);
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || run(connection, inbox, (&indexer, zone), (&pool, &seen)))
        .map_err(|error| StoreError::Lost(error.to_string()))
}

fn run(
    mut connection: Connection,
    mut inbox: mpsc::Receiver<Request>,
    (indexer, zone): (&Indexer, Zone),
    (pool, seen): (&Pool, &Seen),
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut kept = Kept::after(seen.last());
    let mut log = Log::watch(&connection);
    while inbox.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let (commits, answers) = queue::take(&mut waiting);
        let work =
            AssertUnwindSafe(|| transact(&mut connection, commits, (indexer, zone), &mut kept));
        // A panic undoes its transaction only: the writer goes on.
        let done =
            catch_unwind(work).unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        match &done {
            // Before the answers, so that those who have one read what they wrote.
            Ok(_) => {
                pool.renew();
                seen.see(kept.recent.end());
            }
            Err(error) => {
                kept.spans.clear();
                kept.recent = Recent::after(seen.last());
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

/// What the writer knows without asking the database.
struct Kept {
    spans: Spans,
    clock: Clock,
    recent: Recent,
}

impl Kept {
    fn after(seq: i64) -> Self {
        let (spans, clock) = (Spans::default(), Clock::default());
        Self { spans, clock, recent: Recent::after(seq) }
    }
}

fn transact(
    connection: &mut Connection,
    commits: Vec<Commit>,
    (indexer, zone): (&Indexer, Zone),
    kept: &mut Kept,
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = apply::last(&transaction)?;
    let mut counter = Counter::after(last, time::now().micros(), zone, &mut kept.clock);
    kept.recent.meet(last.seq);
    let done = commits
        .into_iter()
        .map(|commit| one(&transaction, commit, (&mut counter, kept), indexer))
        .collect::<Result<Vec<_>, _>>()?;
    if counter.seq != last.seq {
        apply::end(&transaction, &counter)?;
    }
    transaction.commit()?;
    Ok(done)
}

fn one(
    transaction: &Transaction<'_>,
    commit: Commit,
    (counter, kept): (&mut Counter, &mut Kept),
    indexer: &Indexer,
) -> Result<Outcome, StoreError> {
    if !apply::premises_hold(transaction, &commit.premises, &kept.recent)? {
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
        apply::effect(transaction, effect, &mut kept.spans)?;
        kept.recent.push(effect.keys.clone());
    }
    Ok(Ok(decided.into_iter().map(Decided::written).collect()))
}
