//! The one writer.
//!
//! A thread takes all commits that wait, runs them in one transaction and answers when that is on
//! disk: many clients share one synchronisation of the file. Each commit sees what those before it
//! did. A failure of the database fails the whole transaction, and each client hears of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::mpsc;

use crate::fhir::date::Zone;
use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::index::live::Live;
use crate::store::audit::agent::Numbers;
use crate::store::audit::committed;
use crate::store::audit::event::Event;
use crate::store::error::StoreError;
use crate::store::health::{self, Health, PROBE};
use crate::store::write::{Commit, Refusal};
use crate::store::writer::clock::Clock;
use crate::store::writer::counter::Counter;
use crate::store::writer::decide::{Decided, Known, decide};
use crate::store::writer::kept::told;
use crate::store::writer::queue::{self, BATCH, Hold, MOMENT, Outcome, Records, Request, gathers};
use crate::store::writer::recent::{Recent, Seen};

use super::apply::{self, Spans};
use super::audit;
use super::connection::writable;
use super::log::Log;
use super::mover::Mover;
use super::pool::Pool;

/// What the writer works with.
pub(in crate::store) struct Writing {
    pub(in crate::store) pool: Arc<Pool>,
    pub(in crate::store) health: Arc<Health>,
    pub(in crate::store) seen: Arc<Seen>,
    pub(in crate::store) live: Arc<Live>,
    pub(in crate::store) zone: Zone,
}

/// Starts the thread; it ends when it is told to, or nobody is left to tell it.
pub(in crate::store) fn start(
    path: &Path,
    writing: Writing,
    inbox: mpsc::Receiver<Request>,
) -> Result<JoinHandle<()>, StoreError> {
    let connection = writable(path)?;
    writing.seen.see(apply::last(&connection)?.seq);
    let mover = Mover::start(path)?;
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || run((connection, mover), inbox, &writing))
        .map_err(|error| StoreError::Lost(error.to_string()))
}

fn run(
    (mut connection, mover): (Connection, Mover),
    mut inbox: mpsc::Receiver<Request>,
    writing: &Writing,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut kept = Kept::after(writing.seen.last());
    let mut log = Log::watch(&connection, mover);
    let (pool, health, seen) = (&*writing.pool, &writing.health, &writing.seen);
    let mut together = 0;
    while inbox.blocking_recv_many(&mut waiting, BATCH) > 0 {
        gather(&mut inbox, &mut waiting, together);
        let turn = queue::take(&mut waiting);
        together = turn.records.len();
        let is_idle = turn.is_idle();
        let (changes, work) = (!turn.commits.is_empty(), (turn.commits, turn.records));
        let work = AssertUnwindSafe(|| match (changes, work.1.is_empty()) {
            (true, _) => transact(&mut connection, work, writing, &mut kept),
            (false, false) => only_record(&mut connection, work.1, &mut kept),
            (false, true) if is_idle => Ok(Vec::new()),
            (false, true) => probe(&connection, health.has_failed()).map(|()| Vec::new()),
        });
        // A panic undoes its transaction only: the writer goes on.
        let done =
            catch_unwind(work).unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        match &done {
            // Resources are as they were.
            Ok(_) if !changes => {}
            // Before the answers, so that those who have one read what they wrote.
            Ok(_) => {
                pool.renew();
                seen.see(kept.recent.end());
            }
            Err(error) => {
                kept.spans.clear();
                kept.agents.forget();
                kept.recent = Recent::after(seen.last());
                if error.is_full() {
                    log.make_room(&connection, pool);
                }
            }
        }
        if !is_idle {
            queue::answer(health, (turn.answers, turn.recorded), done);
        }
        drop(turn.probes);
        for given in turn.holds {
            let (hold, dropped) = Hold::new();
            if given.send(hold).is_ok() {
                let _by_dropping = dropped.blocking_recv();
                // What was done meanwhile is seen by those who read now.
                pool.renew();
            }
        }
        if turn.is_last {
            break;
        }
        log.shorten(&connection, pool);
    }
    pool.end();
    log.finish(&connection, pool);
}

/// Waits a moment for records that are about to come.
fn gather(inbox: &mut mpsc::Receiver<Request>, waiting: &mut Vec<Request>, together: usize) {
    let end = Instant::now() + MOMENT;
    while gathers(waiting, together) && Instant::now() < end {
        match inbox.try_recv() {
            Ok(request) => waiting.push(request),
            Err(_none) => std::thread::sleep(MOMENT / 8),
        }
    }
}

/// Writes a row of no meaning, to see whether writing works.
fn probe(connection: &Connection, has_failed: bool) -> Result<(), StoreError> {
    const SQL: &str = "INSERT OR REPLACE INTO setting (key, value, sum) VALUES (?, ?, ?)";
    let (value, sum) = health::probe(has_failed);
    connection.prepare_cached(SQL)?.execute((PROBE, value, sum))?;
    Ok(())
}

/// What the writer knows without asking the database.
struct Kept {
    spans: Spans,
    clock: Clock,
    recent: Recent,
    agents: Numbers,
}

impl Kept {
    fn after(seq: i64) -> Self {
        let (spans, clock) = (Spans::default(), Clock::default());
        Self { spans, clock, recent: Recent::after(seq), agents: Numbers::default() }
    }
}

fn transact(
    connection: &mut Connection,
    (commits, records): (Vec<Commit>, Vec<Records>),
    writing: &Writing,
    kept: &mut Kept,
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = apply::last(&transaction)?;
    let mut counter = Counter::after(last, time::now().micros(), writing.zone, &mut kept.clock);
    kept.recent.meet(last.seq);
    let indexer = writing.live.get();
    if indexer.generation() != last.generation {
        // Nobody else writes here.
        return Err(StoreError::Corrupt {
            table: "log_end",
            what: "the list of search parameters was changed by another process".to_owned(),
        });
    }
    kept.recent.index_by(last.generation);
    let mut events = Vec::new();
    let done = commits
        .into_iter()
        .map(|commit| one(&transaction, commit, (&mut counter, kept, &mut events), &indexer))
        .collect::<Result<Vec<_>, _>>()?;
    if counter.seq != last.seq {
        apply::end(&transaction, &counter)?;
    }
    record(&transaction, (events, records), kept)?;
    transaction.commit()?;
    Ok(done)
}

/// Records what was done without a change.
fn only_record(
    connection: &mut Connection,
    records: Vec<Records>,
    kept: &mut Kept,
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    record(&transaction, (Vec::new(), records), kept)?;
    transaction.commit()?;
    Ok(Vec::new())
}

/// Records what commits did, and what else was done.
fn record(
    transaction: &Transaction<'_>,
    (mut events, records): (Vec<Event>, Vec<Records>),
    kept: &mut Kept,
) -> Result<(), StoreError> {
    for Records { events: others, opening } in records {
        events.extend(others);
        if let Some(opening) = &opening {
            audit::open(transaction, opening)?;
        }
    }
    audit::append(transaction, &events, &mut kept.agents)
}

fn one(
    transaction: &Transaction<'_>,
    commit: Commit,
    (counter, kept, events): (&mut Counter, &mut Kept, &mut Vec<Event>),
    indexer: &Indexer,
) -> Result<Outcome, StoreError> {
    if let Some(keep) = &commit.keep
        && apply::is_kept(transaction, keep, counter.now)?
    {
        return Ok(Err(Refusal::Kept));
    }
    if let Err(overtaken) = kept.recent.hold(&commit, indexer) {
        return Ok(Err(overtaken));
    }
    let current = commit
        .writes
        .iter()
        .map(|write| apply::current(transaction, write))
        .collect::<Result<Vec<_>, _>>()?;
    let known = Known { indexer, recent: &kept.recent };
    let decided = match decide(&commit, current, counter, known)? {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for effect in decided.iter().filter_map(Decided::effect) {
        apply::effect(transaction, effect, &mut kept.spans)?;
        kept.recent.push(Arc::clone(&effect.change));
    }
    if let Some(keep) = &commit.keep {
        let told = told(&commit.writes, &decided);
        apply::keep(transaction, keep, (&told, counter.now))?;
    }
    events.extend(committed::events(&commit, &decided, indexer));
    Ok(Ok(decided.into_iter().filter_map(Decided::written).collect()))
}
