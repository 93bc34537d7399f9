//! The database a server works on, whichever kind it is.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::DatabaseConnection;
use sea_orm::sea_query::SelectStatement;

use crate::fhir::date::Zone;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::live::Live;

use super::audit::recorder::Recorder;
use super::authority;
use super::cell::CellKind;
use super::error::StoreError;
use super::health::Health;
use super::room::Reading;
use super::row::{HistoryRange, Hit, Stored};
pub use super::schema::location::Location;
use super::write::{Commit, Refusal, Written};
use super::writer::queue::Queue;
use super::writer::recent::Seen;
use super::{postgres, sqlite};

/// How to work with it.
#[derive(Debug, Clone)]
pub struct Options {
    pub connections: u32,
    /// How long one search may take.
    pub query_limit: Duration,
    /// Commits that may wait for the writer; further ones wait to be let in.
    pub write_queue: usize,
    /// How long a record of what was done may take to be on disk; zero: answers wait for it.
    pub audit_delay: Duration,
    pub zone: Zone,
}

/// What a query's plan depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// On its text alone: it finds rows by one key.
    ByText,
    /// On the values it is asked with.
    ByValues,
}

/// An open database.
#[derive(Debug)]
pub struct Store {
    pub(super) backend: Backend,
    pub(super) queue: Queue,
    writer: Mutex<Option<Writer>>,
    pub(super) health: Arc<Health>,
    pub(super) seen: Arc<Seen>,
    /// The list of search parameters that this process knows.
    pub(super) live: Arc<Live>,
    pub(super) location: Location,
    /// The connection for work in the background, once there was some.
    pub(super) background: tokio::sync::Mutex<Option<DatabaseConnection>>,
    /// The rows of the authorization server, once they were asked for.
    pub(super) authority: authority::Opened,
    pub(super) recorder: Arc<Recorder>,
}

#[derive(Debug)]
pub(super) enum Backend {
    Sqlite { reader: sqlite::reader::Reader },
    Postgres { reader: postgres::reader::Reader },
}

#[derive(Debug)]
enum Writer {
    Thread(std::thread::JoinHandle<()>),
    Task(tokio::task::JoinHandle<()>),
}

impl Store {
    /// Opens a database whose schema is up to date.
    pub async fn open(
        location: &Location,
        options: &Options,
        live: Arc<Live>,
    ) -> Result<Self, StoreError> {
        match location {
            Location::Sqlite(path) => Self::open_sqlite((location, path), options, live),
            Location::Postgres(url) => Self::open_postgres((location, url), options, live).await,
        }
    }

    fn open_sqlite(
        (location, path): (&Location, &Path),
        options: &Options,
        live: Arc<Live>,
    ) -> Result<Self, StoreError> {
        let (location, background) = (location.clone(), tokio::sync::Mutex::default());
        let (zone, health) = (options.zone, Arc::new(Health::default()));
        let seen: Arc<Seen> = Arc::default();
        let pool = Arc::new(sqlite::pool::Pool::new(path));
        let (queue, inbox) = Queue::new(options.write_queue);
        let reader = sqlite::reader::Reader::new(Arc::clone(&pool), options.query_limit);
        let writing = sqlite::writer::Writing {
            pool,
            health: Arc::clone(&health),
            seen: Arc::clone(&seen),
            live: Arc::clone(&live),
            zone,
        };
        let thread = sqlite::writer::start(path, writing, inbox)?;
        let recorder = Recorder::start(options.audit_delay, &queue);
        let (backend, authority) = (Backend::Sqlite { reader }, Default::default());
        let writer = Mutex::new(Some(Writer::Thread(thread)));
        Ok(Self {
            backend,
            queue,
            writer,
            health,
            seen,
            live,
            location,
            background,
            authority,
            recorder,
        })
    }

    async fn open_postgres(
        (location, url): (&Location, &str),
        options: &Options,
        live: Arc<Live>,
    ) -> Result<Self, StoreError> {
        let (location, background) = (location.clone(), tokio::sync::Mutex::default());
        let (zone, health) = (options.zone, Arc::new(Health::default()));
        let seen: Arc<Seen> = Arc::default();
        let pulse = postgres::pulse::Pulse::start(url)?;
        let (connections, limit) = (options.connections, options.query_limit);
        let reader = postgres::reader::Reader::new(url, connections, limit, &pulse);
        reader.ping().await?;
        let (queue, inbox) = Queue::new(options.write_queue);
        let writing = postgres::writer::Writing {
            url: url.to_owned(),
            pulse,
            health: Arc::clone(&health),
            seen: Arc::clone(&seen),
            live: Arc::clone(&live),
            zone,
        };
        let task = postgres::writer::start(writing, inbox).await?;
        let recorder = Recorder::start(options.audit_delay, &queue);
        let (backend, authority) = (Backend::Postgres { reader }, Default::default());
        let writer = Mutex::new(Some(Writer::Task(task)));
        Ok(Self {
            backend,
            queue,
            writer,
            health,
            seen,
            live,
            location,
            background,
            authority,
            recorder,
        })
    }

    /// Whether reads are answered.
    pub(super) async fn can_read(&self) -> bool {
        match &self.backend {
            Backend::Sqlite { reader } => reader.ping().is_ok(),
            Backend::Postgres { reader } => reader.ping().await.is_ok(),
        }
    }

    /// The current version of a resource, a deletion included.
    pub async fn current(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<Option<Stored>, StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.current(kind, id),
            Backend::Postgres { reader } => reader.current(kind, id).await,
        }
    }

    /// One version of a resource.
    pub async fn version(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        version: i64,
    ) -> Result<Option<Stored>, StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.version(kind, id, version),
            Backend::Postgres { reader } => reader.version(kind, id, version).await,
        }
    }

    /// A page of versions of a resource, newest first, and whether it was cut short.
    pub async fn history(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        range: HistoryRange,
    ) -> Result<(Vec<Stored>, bool), StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.history(kind, id, range),
            Backend::Postgres { reader } => reader.history(kind, id, range).await,
        }
    }

    /// Runs a search's query. Its columns are `rid, type_id, id, version, updated, op, body`, then
    /// sort keys of the given types.
    ///
    /// `planning` is for `PostgreSQL`; `SQLite` takes queries as they are written.
    pub(super) async fn hits(
        &self,
        query: &SelectStatement,
        keys: &[CellKind],
        planning: Planning,
    ) -> Result<Vec<Hit>, StoreError> {
        Ok(self.read(query, keys, planning, Reading::Whole).await?.0)
    }

    /// The same for a page, which is cut short when its resources are large; whether it was.
    pub(super) async fn page(
        &self,
        query: &SelectStatement,
        keys: &[CellKind],
        planning: Planning,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        self.read(query, keys, planning, Reading::Page).await
    }

    async fn read(
        &self,
        query: &SelectStatement,
        keys: &[CellKind],
        planning: Planning,
        reading: Reading,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.hits(query, keys, reading).await,
            Backend::Postgres { reader } => reader.hits(query, keys, planning, reading).await,
        }
    }

    /// Runs a query whose only column is a 64-bit number.
    pub(super) async fn numbers(&self, query: &SelectStatement) -> Result<Vec<i64>, StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.numbers(query).await,
            Backend::Postgres { reader } => reader.numbers(query).await,
        }
    }

    /// The last change that every read which begins from now on sees. What such reads find is a
    /// [`Premise`](super::write::Premise) since that change.
    pub fn seen(&self) -> i64 {
        self.seen.last()
    }

    /// Makes changes; they are on disk when this returns.
    pub async fn commit(
        &self,
        commit: Commit,
    ) -> Result<Result<Vec<Written>, Refusal>, StoreError> {
        self.queue.commit(commit).await
    }

    /// Waits until everything that was asked for is written, then closes; what is asked for later is
    /// refused.
    pub async fn close(&self) -> Result<(), StoreError> {
        if let Some(background) = self.background.lock().await.take() {
            background.close().await?;
        }
        self.authority.close().await?;
        self.recorder.end().await;
        self.queue.end().await;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ended = match writer {
            Some(Writer::Thread(thread)) => {
                let joined = tokio::task::spawn_blocking(move || thread.join()).await;
                matches!(joined, Ok(Ok(())))
            }
            Some(Writer::Task(task)) => task.await.is_ok(),
            None => true,
        };
        ended.then_some(()).ok_or(StoreError::Interrupted)
    }
}
