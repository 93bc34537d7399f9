//! The writer: takes all commits that wait, runs them in one transaction, answers after it.
//!
//! The rows that all of them change are read at once, if there are any. Then the commits are decided
//! in memory one after the other, and what they do is written by one statement (`group`).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::fhir::date::Zone;
use crate::fhir::time;
use crate::index::live::Live;
use crate::store::audit::agent::Numbers;
use crate::store::audit::event::Event;
use crate::store::error::{StoreError, causes};
use crate::store::health::{self, Health, PROBE};
use crate::store::parameters::listed;
use crate::store::write::{Commit, Write};
use crate::store::writer::clock::Clock;
use crate::store::writer::queue::{self, BATCH, Hold, MOMENT, Outcome, Records, Request, gathers};
use crate::store::writer::recent::{Recent, Seen};

use super::apply;
use super::audit;
use super::connection::{Plans, connect};
use super::group::{Group, outcomes};
use super::pulse::Pulse;
use super::reader::statement;

/// What the writer works with.
pub(in crate::store) struct Writing {
    pub(in crate::store) url: String,
    pub(in crate::store) pulse: Pulse,
    pub(in crate::store) health: Arc<Health>,
    pub(in crate::store) seen: Arc<Seen>,
    pub(in crate::store) live: Arc<Live>,
    pub(in crate::store) zone: Zone,
}

/// After this time without a write a connection is asked whether it is still there.
const IDLE: Duration = Duration::from_secs(1);

/// What the writer knows without asking the database.
struct Kept {
    recent: Recent,
    clock: Clock,
    agents: Numbers,
    /// Whether the transaction was about to be kept: then what became of it is not known.
    is_ending: AtomicBool,
}

/// Starts the task; it ends when it is told to, or nobody is left to tell it.
pub(in crate::store) async fn start(
    writing: Writing,
    inbox: mpsc::Receiver<Request>,
) -> Result<JoinHandle<()>, StoreError> {
    let db = connect(&writing.url, 1, Duration::ZERO, Plans::Once).await?;
    writing.seen.see(apply::last(&db).await?.seq);
    Ok(tokio::spawn(run(writing, inbox)))
}

async fn run(writing: Writing, mut inbox: mpsc::Receiver<Request>) {
    let mut waiting = Vec::with_capacity(BATCH);
    let (recent, clock) = (Recent::after(writing.seen.last()), Clock::default());
    let (agents, is_ending) = (Numbers::default(), AtomicBool::new(false));
    let mut kept = Kept { recent, clock, agents, is_ending };
    let mut connected = None;
    let mut together = 0;
    while inbox.recv_many(&mut waiting, BATCH).await > 0 {
        gather(&mut inbox, &mut waiting, together).await;
        let turn = queue::take(&mut waiting);
        together = turn.records.len();
        let losses = writing.pulse.losses();
        kept.is_ending.store(false, Ordering::Relaxed);
        let is_idle = turn.is_idle();
        let work = async {
            if is_idle {
                return Ok(Vec::new());
            }
            let db = connection(&writing, &mut connected, losses).await?;
            if turn.commits.is_empty() && !turn.records.is_empty() {
                return only_record(&db, turn.records, &mut kept).await;
            }
            if turn.commits.is_empty() {
                probe(&db, writing.health.has_failed()).await?;
                return Ok(Vec::new());
            }
            transact(&db, (turn.commits, turn.records), &writing, &mut kept).await
        };
        let work = AssertUnwindSafe(writing.pulse.during(work)).catch_unwind();
        // A panic undoes its transaction only: the writer goes on.
        let mut done = work.await.unwrap_or_else(|_panic| Err(StoreError::Lost("panic".into())));
        match &done {
            Ok(_) => writing.seen.see(kept.recent.end()),
            Err(error) => {
                kept.recent = Recent::after(writing.seen.last());
                kept.agents.forget();
                if error.is_away() {
                    connected = None;
                    if kept.is_ending.load(Ordering::Relaxed) {
                        tracing::error!(error = %causes(error), "a transaction may be kept or not");
                        done = Err(StoreError::Uncertain);
                    }
                }
            }
        }
        if !is_idle {
            queue::answer(&writing.health, (turn.answers, turn.recorded), done);
        }
        drop(turn.probes);
        for given in turn.holds {
            let (hold, dropped) = Hold::new();
            if given.send(hold).is_ok() {
                let _by_dropping = dropped.await;
            }
        }
        if turn.is_last {
            break;
        }
    }
}

/// Waits a moment for records that are about to come.
async fn gather(inbox: &mut mpsc::Receiver<Request>, waiting: &mut Vec<Request>, together: usize) {
    if !gathers(waiting, together) {
        return;
    }
    tokio::time::sleep(MOMENT).await;
    while waiting.len() < BATCH
        && let Ok(request) = inbox.try_recv()
    {
        waiting.push(request);
    }
}

/// A connection, and when it was last known to be good.
struct Connected {
    db: DatabaseConnection,
    losses: u64,
    known: Instant,
}

/// The connection that writes, of its own, so that the writer never waits behind reads; a new one
/// when the database had gone away.
async fn connection(
    writing: &Writing,
    connected: &mut Option<Connected>,
    losses: u64,
) -> Result<DatabaseConnection, StoreError> {
    if let Some(found) = connected.as_mut().filter(|found| found.losses == losses) {
        // It may have been cut while nobody wrote.
        if found.known.elapsed() < IDLE || found.db.ping().await.is_ok() {
            found.known = Instant::now();
            return Ok(found.db.clone());
        }
    }
    let db = connect(&writing.url, 1, Duration::ZERO, Plans::Once).await?;
    *connected = Some(Connected { db: db.clone(), losses, known: Instant::now() });
    Ok(db)
}

/// Writes a row of no meaning, to see whether writing works.
async fn probe(db: &DatabaseConnection, has_failed: bool) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO setting (key, value, sum) VALUES ($1, $2, $3) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum";
    let (value, sum) = health::probe(has_failed);
    db.execute_raw(statement(SQL, [PROBE.into(), value.into(), sum.into()])).await?;
    Ok(())
}

async fn transact(
    db: &DatabaseConnection,
    (commits, records): (Vec<Commit>, Vec<Records>),
    writing: &Writing,
    kept: &mut Kept,
) -> Result<Vec<Outcome>, StoreError> {
    let Kept { recent, clock, agents, is_ending } = kept;
    let (live, time) = (&writing.live, (time::now().micros(), writing.zone));
    let transaction = db.begin().await?;
    let (counter, generation) = apply::counter(&transaction, time, clock).await?;
    let first = counter.seq;
    if live.get().generation() != generation {
        // Another server changed the list of search parameters.
        let list = listed::read(&transaction).await?;
        live.renew(listed::search(live.registry(), &list), generation);
    }
    let indexer = &*live.get();
    recent.index_by(indexer.generation());
    apply::catch_up(&transaction, first, recent, indexer).await?;
    let writes: Vec<&Write> = commits.iter().flat_map(|commit| &commit.writes).collect();
    let mut rows = apply::current(&transaction, &writes).await?.into_iter();
    let mut group = Group::new(counter, recent, indexer);
    for commit in &commits {
        let rows = rows.by_ref().take(commit.writes.len()).collect();
        let decided = group.decide(&transaction, commit, rows).await?;
        group.decided.push(decided);
    }
    group.write(&transaction).await?;
    let (counter, decided, events) = (group.counter, group.decided, group.events);
    if counter.seq != first {
        apply::end(&transaction, &counter).await?;
    }
    let is_recorded = record(&transaction, (events, records), agents).await?;
    is_ending.store(is_recorded || counter.seq != first, Ordering::Relaxed);
    transaction.commit().await?;
    Ok(outcomes(decided))
}

/// Records what was done without a change.
async fn only_record(
    db: &DatabaseConnection,
    records: Vec<Records>,
    kept: &mut Kept,
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = db.begin().await?;
    let is_recorded = record(&transaction, (Vec::new(), records), &mut kept.agents).await?;
    kept.is_ending.store(is_recorded, Ordering::Relaxed);
    transaction.commit().await?;
    Ok(Vec::new())
}

/// Records what commits did, and what else was done; whether that was anything.
async fn record(
    transaction: &DatabaseTransaction,
    (mut events, records): (Vec<Event>, Vec<Records>),
    agents: &mut Numbers,
) -> Result<bool, StoreError> {
    let mut is_any = false;
    for Records { events: others, opening } in records {
        events.extend(others);
        if let Some(opening) = &opening {
            audit::open(transaction, opening).await?;
            is_any = true;
        }
    }
    audit::append(transaction, &events, agents).await?;
    Ok(is_any || !events.is_empty())
}
