//! Opens connections.
//!
//! Each thread has pools of its own: a connection that is used on another thread than the one that
//! watches its socket costs a wake-up of that thread for every answer.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, QueryResult, Statement,
};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::store::alone::is_alone;
use crate::store::error::StoreError;

use super::pulse::Pulse;

/// How `PostgreSQL` plans the statements of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Plans {
    /// Once: for statements that find rows by their keys, whatever the keys are.
    Once,
    /// For the values of each query: a plan that was made for others can be a thousand times slower.
    EachTime,
}

/// The pools of a database, one a thread.
#[derive(Debug)]
pub(in crate::store) struct Pools {
    url: Box<str>,
    connections: u32,
    limit: Duration,
    plans: Plans,
    pulse: Pulse,
    by_thread: Mutex<HashMap<ThreadId, Pool>>,
}

/// Connections of one thread.
#[derive(Debug, Clone)]
struct Pool {
    db: DatabaseConnection,
    /// As many as there are connections: whoever has one never waits for another's connection, so
    /// that waiting for a connection is waiting for the database.
    turns: Arc<Semaphore>,
    /// How often the database had gone away before.
    losses: u64,
}

impl Pools {
    pub(in crate::store) fn new(
        url: &str,
        connections: u32,
        (limit, plans): (Duration, Plans),
        pulse: Pulse,
    ) -> Self {
        Self { url: url.into(), connections, limit, plans, pulse, by_thread: Mutex::default() }
    }

    /// Runs a query.
    pub(super) async fn rows(&self, query: Statement) -> Result<Vec<QueryResult>, StoreError> {
        self.with(async |db| Ok(db.query_all_raw(query.clone()).await?)).await
    }

    /// Reads with a connection. What met a broken one is done once more on a new one.
    pub(super) async fn with<T>(
        &self,
        work: impl AsyncFn(DatabaseConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let losses = self.pulse.losses();
        let done = async {
            let pool = self.here(losses).await?;
            let turn = timeout(TURN, pool.turns.acquire()).await;
            let _turn = turn.map_err(|_late| StoreError::Away)?;
            match work(pool.db.clone()).await {
                Err(error) if error.is_away() && !is_late(&error) => {}
                done => return done,
            }
            self.forget();
            work(self.here(losses).await?.db).await
        };
        self.pulse.during(done).await
    }

    /// This thread's pool; it connects when it is first used.
    async fn here(&self, losses: u64) -> Result<Pool, StoreError> {
        let id = thread::current().id();
        let found = self.pools().get(&id).filter(|pool| pool.losses == losses).cloned();
        if let Some(pool) = found {
            return Ok(pool);
        }
        let connections = match is_alone() {
            true => self.connections.div_ceil(4),
            false => self.connections,
        };
        let db = connect(&self.url, connections, self.limit, self.plans).await?;
        let permits = usize::try_from(connections).unwrap_or(usize::MAX);
        let turns = Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        let pool = Pool { db, turns, losses };
        self.pools().insert(id, pool.clone());
        Ok(pool)
    }

    /// Lets go of this thread's connections.
    fn forget(&self) {
        self.pools().remove(&thread::current().id());
    }

    fn pools(&self) -> MutexGuard<'_, HashMap<ThreadId, Pool>> {
        self.by_thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether no connection was to be had in time: another attempt would only take as long again.
fn is_late(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(DbErr::ConnectionAcquire(_)))
}

/// How long a request waits for others of its thread.
const TURN: Duration = Duration::from_secs(30);
/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_millis(1_500);

/// How long a server is waited for at start.
const PATIENCE: Duration = Duration::from_secs(5);

/// Fails with the cause when the server cannot be reached; a pool would try again without a word.
pub(in crate::store) async fn reach(url: &str) -> Result<(), StoreError> {
    let unreachable = |place: String| move |source| StoreError::Unreachable { place, source };
    let options =
        PgConnectOptions::from_str(url).map_err(|_it_may_name_a_password| StoreError::Url)?;
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let (user, name) = (options.get_username(), options.get_database().unwrap_or_default());
    let place = format!("{host}:{}, database {name}, user {user}", options.get_port());
    let late = |_| sqlx::Error::PoolTimedOut;
    let connected = timeout(PATIENCE, options.connect()).await.map_err(late);
    let connection = connected.and_then(|done| done).map_err(unreachable(place))?;
    // What it says at the end does not matter any more.
    let _ended = connection.close().await;
    Ok(())
}

/// Makes a pool.
pub(in crate::store) async fn connect(
    url: &str,
    connections: u32,
    limit: Duration,
    plans: Plans,
) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .connect_timeout(ACQUIRE)
        .acquire_timeout(ACQUIRE)
        .connect_lazy(true)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .statement_timeout(limit)
        .map_sqlx_postgres_opts(move |options| match plans {
            // The search has been planned already: its query says what to begin with, and looking for
            // another order takes PostgreSQL longer the more parameters there are, without end.
            Plans::EachTime => options.options([
                ("plan_cache_mode", "force_custom_plan"),
                ("join_collapse_limit", "1"),
                ("from_collapse_limit", "1"),
            ]),
            // A plan that is made while a table is small must still find rows by key later.
            Plans::Once => options.options([
                ("plan_cache_mode", "force_generic_plan"),
                ("enable_seqscan", "off"),
                ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
                // Longer than any writer takes: one that is frozen does not freeze the others.
                ("lock_timeout", "10s"),
            ]),
        });
    Ok(Database::connect(options).await?)
}
