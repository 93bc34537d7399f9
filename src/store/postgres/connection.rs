//! Opens connections.
//!
//! Each thread has pools of its own: a connection that is used on another thread than the one that
//! watches its socket costs a wake-up of that thread for every answer.

use std::cell::Cell;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::store::error::StoreError;

/// How `PostgreSQL` plans the statements of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Plans {
    /// Once: for statements that find rows by their keys, whatever the keys are.
    Once,
    /// For the values of each query: a plan that was made for others can be a thousand times slower.
    EachTime,
}

thread_local! {
    /// Whether this thread works on one request at a time.
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Tells that this thread works on one request at a time, and needs fewer connections.
pub(in crate::store) fn work_alone() {
    ALONE.set(true);
}

/// The pools of a database, one a thread.
#[derive(Debug)]
pub(in crate::store) struct Pools {
    url: Box<str>,
    connections: u32,
    limit: Duration,
    plans: Plans,
    by_thread: Mutex<HashMap<ThreadId, DatabaseConnection>>,
}

impl Pools {
    pub(in crate::store) fn new(
        url: &str,
        connections: u32,
        limit: Duration,
        plans: Plans,
    ) -> Self {
        Self { url: url.into(), connections, limit, plans, by_thread: Mutex::default() }
    }

    /// This thread's pool; it connects when it is first used.
    pub(super) async fn here(&self) -> Result<DatabaseConnection, StoreError> {
        let id = thread::current().id();
        let pools = || self.by_thread.lock().unwrap_or_else(PoisonError::into_inner);
        let found = pools().get(&id).cloned();
        if let Some(pool) = found {
            return Ok(pool);
        }
        let connections = match ALONE.get() {
            true => self.connections.div_ceil(2),
            false => self.connections,
        };
        let pool = connect(&self.url, connections, self.limit, self.plans).await?;
        pools().insert(id, pool.clone());
        Ok(pool)
    }
}

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
    let connected = tokio::time::timeout(PATIENCE, options.connect()).await.map_err(late);
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
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(30))
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
            ]),
        });
    Ok(Database::connect(options).await?)
}
