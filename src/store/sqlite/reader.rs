//! Reads.
//!
//! A read by key runs where it is asked for. A search runs there too, within a budget of `SQLite`'s
//! own instructions; one that spends it starts again on a thread for slow work, so that no request
//! waits behind another's scan.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Row, Rows, params_from_iter};
use sea_orm::sea_query::{SelectStatement, SqliteQueryBuilder};
use tokio::sync::Semaphore;

use crate::budget;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::lookup::by_key;
use crate::store::room::{Reading, Room};
use crate::store::row::{HistoryRange, Hit, Op, Stored};
use crate::store::{alone::is_alone, body};

use super::bind::bind;
use super::pool::Pool;
use super::steps;

/// Instructions between two looks at the budget.
const STEP: i32 = 1_000;
/// Looks at the budget before a search moves to a thread for slow work.
const INLINE_STEPS: u64 = 40;
/// The same where nobody waits behind it: some milliseconds.
const ALONE_STEPS: u64 = 1_000;

/// Steps of a request's budget that a query takes.
const QUERY: usize = 1_000;
/// Slow searches at the same time, for each core.
const SLOW: usize = 2;

/// Reads through a pool of connections.
#[derive(Debug, Clone)]
pub(in crate::store) struct Reader {
    pub(super) pool: Arc<Pool>,
    /// How long one search may take.
    limit: Duration,
    /// Searches that may scan at the same time.
    slow: Arc<Semaphore>,
}

impl Reader {
    pub(in crate::store) fn new(pool: Arc<Pool>, limit: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { pool, limit, slow: Arc::new(Semaphore::new(cores * SLOW)) }
    }

    /// Fails when nothing can be read.
    pub(in crate::store) fn ping(&self) -> Result<(), StoreError> {
        self.pool.with(|connection, _| {
            let mut statement = connection.prepare_cached("SELECT seq FROM log_end")?;
            Ok(statement.query_row([], |row| row.get(0)).map(|_: i64| ())?)
        })
    }

    pub(in crate::store) fn current(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<Option<Stored>, StoreError> {
        self.pool.with(|connection, _| {
            let mut statement = connection.prepare_cached(by_key::CURRENT)?;
            let found = statement
                .query_row((kind.number(), id.as_str()), |row| stored(kind, id.clone(), row, 0));
            Ok(found.optional()?)
        })
    }

    pub(in crate::store) fn version(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        version: i64,
    ) -> Result<Option<Stored>, StoreError> {
        self.pool.with(|connection, _| {
            let mut statement = connection.prepare_cached(by_key::VERSION)?;
            let found = statement.query_row((kind.number(), id.as_str(), version), |row| {
                stored(kind, id.clone(), row, 0)
            });
            Ok(found.optional()?)
        })
    }

    pub(in crate::store) fn history(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        range: HistoryRange,
    ) -> Result<(Vec<Stored>, bool), StoreError> {
        self.pool.with(|connection, _| {
            let mut statement = connection.prepare_cached(by_key::HISTORY)?;
            let (below, since, until, limit) = range.bounds();
            let mut rows =
                statement.query((kind.number(), id.as_str(), below, since, until, limit))?;
            let (mut found, mut room) = (Vec::new(), Room::new(Reading::Page));
            while let Some(row) = rows.next()? {
                if !room.takes(size(row, 3)?)? {
                    break;
                }
                found.push(stored(kind, id.clone(), row, 0)?);
            }
            Ok((found, room.is_cut))
        })
    }

    /// Runs a search's query; `keys` are the types of its columns after the first seven.
    pub(in crate::store) async fn hits(
        &self,
        query: &SelectStatement,
        keys: &[CellKind],
        reading: Reading,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let keys = keys.len();
        self.query(query, move |rows| {
            let (mut hits, mut room) = (Vec::new(), Room::new(reading));
            while let Some(row) = rows.next()? {
                if !room.takes(size(row, 6)?)? {
                    break;
                }
                hits.push(hit(row, keys)?);
            }
            Ok((hits, room.is_cut))
        })
        .await
    }

    /// Runs a query whose only column is a number.
    pub(in crate::store) async fn numbers(
        &self,
        query: &SelectStatement,
    ) -> Result<Vec<i64>, StoreError> {
        self.query(query, |rows| {
            let mut numbers = Vec::new();
            while let Some(row) = rows.next()? {
                numbers.push(row.get(0)?);
            }
            Ok(numbers)
        })
        .await
    }

    async fn query<T: Send + 'static>(
        &self,
        query: &SelectStatement,
        read: impl Fn(&mut Rows<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        budget::spend(QUERY).map_err(StoreError::Spent)?;
        let (sql, values) = query.build(SqliteQueryBuilder);
        let values = bind(values)?;
        self.work(move |connection| run(connection, &sql, &values, &read)).await
    }

    /// Does work here within a budget, or on a thread for slow work when it is more.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let steps = if is_alone() { ALONE_STEPS } else { INLINE_STEPS };
        match self.attempt(&work, Budget::steps(steps))? {
            Some(done) => return Ok(done),
            None if self.pool.has_ended() => return Err(StoreError::Away),
            None => {}
        }
        let limit = self.limit.min(budget::time_left());
        let (reader, end) = (self.clone(), Instant::now() + limit);
        let work = budget::carried(move || {
            // A search that was told to make way begins again; its time goes on.
            loop {
                match reader.attempt(&work, Budget::Time { end })? {
                    Some(done) => return Ok(done),
                    None if reader.pool.has_ended() => return Err(StoreError::Away),
                    None if Instant::now() >= end => return Err(StoreError::TooCostly),
                    None => budget::look().map_err(StoreError::Spent)?,
                }
            }
        });
        // Others wait for their turn: many scans at once would take everybody's processor and memory.
        let turn = tokio::time::timeout(limit, Arc::clone(&self.slow).acquire_owned()).await;
        let turn = turn.map_err(|_long| StoreError::TooCostly)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.unwrap_or(Err(StoreError::Interrupted))
    }

    /// Runs a query; nothing when its budget is spent, or when it has to make way.
    fn attempt<T>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError>,
        budget: Budget,
    ) -> Result<Option<T>, StoreError> {
        self.pool.with(|connection, view| {
            let pool = Arc::clone(&self.pool);
            let has_to_end = move || budget.is_spent() || pool.is_evicted(view);
            connection.progress_handler(STEP, Some(has_to_end))?;
            let done = work(connection);
            connection.progress_handler(0, None::<fn() -> bool>)?;
            match done {
                Err(StoreError::Sqlite(error)) if is_interrupt(&error) => Ok(None),
                done => done.map(Some),
            }
        })
    }
}

fn run<T>(
    connection: &Connection,
    sql: &str,
    values: &[rusqlite::types::Value],
    read: impl Fn(&mut Rows<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let done = read(&mut rows);
    drop(rows);
    steps::tell(&statement);
    done
}

fn is_interrupt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted)
}

/// How much a query may cost.
#[derive(Debug)]
enum Budget {
    Steps { left: AtomicU64 },
    Time { end: Instant },
}

impl Budget {
    fn steps(left: u64) -> Self {
        Self::Steps { left: AtomicU64::new(left) }
    }

    fn is_spent(&self) -> bool {
        match self {
            Self::Steps { left } => left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_err(),
            Self::Time { end } => Instant::now() >= *end || budget::look().is_err(),
        }
    }
}

/// The size of a body, which is not read for it.
fn size(row: &Row<'_>, column: usize) -> rusqlite::Result<usize> {
    let value = row.get_ref(column)?;
    Ok(value.as_bytes_or_null().ok().flatten().map_or(0, body::size))
}

/// Reads `version, updated, op, body` from a column on.
fn stored(
    kind: ResourceKind,
    id: ResourceId,
    row: &Row<'_>,
    from: usize,
) -> rusqlite::Result<Stored> {
    let op: i64 = row.get(from + 2)?;
    Ok(Stored {
        kind,
        id,
        version: row.get(from)?,
        updated: row.get(from + 1)?,
        op: Op::from_number(op).ok_or(rusqlite::Error::IntegralValueOutOfRange(from + 2, op))?,
        body: body::of_sqlite(row, from + 3)?.unwrap_or_default(),
    })
}

pub(super) fn hit(row: &Row<'_>, keys: usize) -> rusqlite::Result<Hit> {
    let number: i64 = row.get(1)?;
    let out_of_range = || rusqlite::Error::IntegralValueOutOfRange(1, number);
    let kind = ResourceKind::from_number(number).ok_or_else(out_of_range)?;
    let id = ResourceId::parse(row.get_ref(2)?.as_str()?).ok_or_else(out_of_range)?;
    Ok(Hit {
        rid: row.get(0)?,
        keys: (7..7 + keys).map(|at| cell(row, at)).collect::<Result<_, _>>()?,
        stored: stored(kind, id, row, 3)?,
    })
}

fn cell(row: &Row<'_>, at: usize) -> rusqlite::Result<Cell> {
    use rusqlite::types::Value;
    Ok(match row.get(at)? {
        Value::Null | Value::Blob(_) => Cell::Null,
        Value::Integer(value) => Cell::Integer(value),
        Value::Real(value) => Cell::Real(value),
        Value::Text(value) => Cell::Text(value),
    })
}
