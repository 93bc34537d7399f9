//! Where the rows are: a few connections of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sea_orm::sea_query::Value;
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, QueryResult,
    TransactionTrait,
};
use tokio::sync::OnceCell;

use super::row::{Change, Kind, Row};
use crate::fhir::time;
use crate::store::database::{Location, Store};
use crate::store::error::StoreError;
use crate::store::parameters::listed::{all, execute};
use crate::store::writer::queue::Queue;

/// Connections that a process works with.
const CONNECTIONS: u32 = 4;
/// How long one is waited for, and a lock that another process has.
const PATIENCE: Duration = Duration::from_secs(5);
/// Microseconds between two removals of what is past its time.
const PAUSE: i64 = 60_000_000;

const ONE: &str = "SELECT kind, id, parent, body, until FROM authority \
     WHERE kind = ? AND id = ? AND (until IS NULL OR until > ?)";
const ALL: &str = "SELECT kind, id, parent, body, until FROM authority \
     WHERE kind = ? AND (until IS NULL OR until > ?) ORDER BY id";
const CHILDREN: &str = "SELECT kind, id, parent, body, until FROM authority \
     WHERE kind = ? AND (until IS NULL OR until > ?) AND parent = ? ORDER BY id";
const REVISION: &str = "SELECT revision FROM authority_end WHERE place = 1";
const LOCK: &str =
    "UPDATE authority_end SET revision = revision + ? WHERE place = 1 RETURNING revision";
const ADD: &str = "INSERT INTO authority (kind, id, parent, body, until) VALUES (?, ?, ?, ?, ?) \
     ON CONFLICT (kind, id) DO NOTHING";
const SET: &str = "INSERT INTO authority (kind, id, parent, body, until) VALUES (?, ?, ?, ?, ?) \
     ON CONFLICT (kind, id) DO UPDATE \
     SET parent = excluded.parent, body = excluded.body, until = excluded.until";
const REPLACE: &str = "UPDATE authority SET parent = ?, body = ?, until = ? \
     WHERE kind = ? AND id = ? AND body = ? AND (until IS NULL OR until > ?)";
const TAKE: &str =
    "DELETE FROM authority WHERE kind = ? AND id = ? AND (until IS NULL OR until > ?)";
const REMOVE: &str = "DELETE FROM authority WHERE kind = ? AND id = ?";
const REMOVE_CHILDREN: &str = "DELETE FROM authority WHERE kind = ? AND parent = ?";
const PAST: &str = "DELETE FROM authority WHERE kind = ? AND id = ? AND until <= ?";
const ALL_PAST: &str = "DELETE FROM authority WHERE until <= ?";

/// The rows of the authorization server.
#[derive(Debug, Clone)]
pub struct Authority {
    db: DatabaseConnection,
    /// The way to the writer of this process, if there is one: on `SQLite` only one of them writes.
    queue: Option<Queue>,
    /// When what is past its time was removed last.
    cleaned: Arc<AtomicI64>,
}

/// The rows, once they were asked for.
#[derive(Debug, Default)]
pub(in crate::store) struct Opened(OnceCell<Authority>);

impl Opened {
    /// Ends their connections.
    pub(in crate::store) async fn close(&self) -> Result<(), StoreError> {
        match self.0.get() {
            Some(authority) => authority.clone().close().await,
            None => Ok(()),
        }
    }
}

impl Store {
    /// The rows of the authorization server.
    pub async fn authority(&self) -> Result<Authority, StoreError> {
        let made = self.authority.0.get_or_try_init(async || {
            let queue = match &self.location {
                Location::Sqlite(_) => Some(self.queue.clone()),
                Location::Postgres(_) => None,
            };
            Ok::<_, StoreError>(Authority { queue, ..Authority::open(&self.location).await? })
        });
        made.await.cloned()
    }
}

impl Authority {
    /// Opens those of a database whose schema is up to date.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let url = match location {
            Location::Sqlite(path) => format!("sqlite://{}?mode=rw", path.display()),
            Location::Postgres(url) => url.clone(),
        };
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(CONNECTIONS)
            .connect_timeout(PATIENCE)
            .acquire_timeout(PATIENCE)
            .sqlx_logging(false)
            .statement_timeout(PATIENCE)
            .map_sqlx_sqlite_opts(|options| {
                options.busy_timeout(PATIENCE).synchronous(SqliteSynchronous::Full)
            });
        let db = Database::connect(options).await?;
        Ok(Self { db, queue: None, cleaned: Arc::default() })
    }

    /// Ends its connections.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close().await?)
    }

    /// One row, unless it is past its time.
    pub async fn get(&self, kind: Kind, id: &str) -> Result<Option<Row>, StoreError> {
        let values: [Value; 3] = [kind.name().into(), id.into(), now().into()];
        all(&self.db, ONE, values).await?.first().map(read).transpose()
    }

    /// The rows of a kind, or those of them that belong to something, in the order of their ids.
    pub async fn list(&self, kind: Kind, parent: Option<&str>) -> Result<Vec<Row>, StoreError> {
        let (sql, mut values) = (ALL, vec![Value::from(kind.name()), now().into()]);
        let sql = parent.map_or(sql, |parent| {
            values.push(parent.into());
            CHILDREN
        });
        all(&self.db, sql, values).await?.iter().map(read).collect()
    }

    /// How often anything was changed that servers remember.
    pub async fn revision(&self) -> Result<i64, StoreError> {
        one(all(&self.db, REVISION, []).await?.first())
    }

    /// Makes all changes, or none of them when one fails; false then. They are on disk when this
    /// returns.
    pub async fn change(&self, changes: Vec<Change>) -> Result<bool, StoreError> {
        let _turn = match &self.queue {
            Some(queue) => Some(queue.hold().await?),
            None => None,
        };
        let is_learned = changes.iter().any(|change| change.kind().is_remembered());
        let transaction = self.db.begin().await?;
        // The lock comes first: what is read behind it stays so, whichever process changes it.
        let step: [Value; 1] = [i64::from(is_learned).into()];
        let _revision: i64 = one(all(&transaction, LOCK, step).await?.first())?;
        for change in changes {
            if !made(&transaction, change).await? {
                transaction.rollback().await?;
                return Ok(false);
            }
        }
        let (now, cleaned) = (now(), self.cleaned.load(Ordering::Relaxed));
        if now.saturating_sub(cleaned) > PAUSE {
            execute(&transaction, ALL_PAST, [now.into()]).await?;
            self.cleaned.store(now, Ordering::Relaxed);
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// Makes one change; whether it could be made.
async fn made(transaction: &DatabaseTransaction, change: Change) -> Result<bool, StoreError> {
    let now = now();
    let count = match change {
        Change::Add(row) => {
            let past: [Value; 3] = [row.kind.name().into(), row.id.as_str().into(), now.into()];
            execute(transaction, PAST, past).await?;
            execute(transaction, ADD, values(row)).await?
        }
        Change::Set(row) => execute(transaction, SET, values(row)).await?,
        Change::Replace { row, was } => {
            let Row { kind, id, parent, body, until } = row;
            let values: [Value; 7] = [
                parent.into(),
                body.into(),
                until.into(),
                kind.name().into(),
                id.into(),
                was.into(),
                now.into(),
            ];
            execute(transaction, REPLACE, values).await?
        }
        Change::Take { kind, id } => {
            execute(transaction, TAKE, [kind.name().into(), id.into(), now.into()]).await?
        }
        Change::Remove { kind, id } => {
            execute(transaction, REMOVE, [kind.name().into(), id.into()]).await?;
            return Ok(true);
        }
        Change::RemoveChildren { kind, parent } => {
            let values = [kind.name().into(), parent.into()];
            execute(transaction, REMOVE_CHILDREN, values).await?;
            return Ok(true);
        }
    };
    Ok(count == 1)
}

fn now() -> i64 {
    time::now().micros()
}

fn values(row: Row) -> [Value; 5] {
    let Row { kind, id, parent, body, until } = row;
    [kind.name().into(), id.into(), parent.into(), body.into(), until.into()]
}

fn read(row: &QueryResult) -> Result<Row, StoreError> {
    let kind: String = row.try_get_by_index(0)?;
    let kind = Kind::parse(&kind)
        .ok_or_else(|| StoreError::Corrupt { table: "authority", what: format!("kind {kind}") })?;
    Ok(Row {
        kind,
        id: row.try_get_by_index(1)?,
        parent: row.try_get_by_index(2)?,
        body: row.try_get_by_index(3)?,
        until: row.try_get_by_index(4)?,
    })
}

/// The number of the only row.
fn one(row: Option<&QueryResult>) -> Result<i64, StoreError> {
    let what = || StoreError::Corrupt { table: "authority_end", what: "it has no row".to_owned() };
    Ok(row.ok_or_else(what)?.try_get_by_index(0)?)
}
