//! Connections to read with, each holding on to what it saw.
//!
//! To begin a read, `SQLite` asks the operating system for locks, and to end it again: more work
//! than the read itself. So a connection keeps its view of the database for the next read, as long
//! as the writer has not committed since: then the view is what a new one would be. Another process
//! may write too; a view is never older than [`AGE`].
//!
//! A view keeps the log from being begun anew. Idle ones are let go when the writer commits, and
//! when [`super::log`] asks for it; a long search is told to begin again ([`Pool::evict`]).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::error::StoreError;

use super::connection::readable;

/// How old a view may be.
const AGE: Duration = Duration::from_millis(20);

/// The idle connections of a database.
#[derive(Debug)]
pub(in crate::store) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Lent>>,
    /// The number that new views get; those of a lower one are not kept.
    current: AtomicU64,
    /// Work on views below this number is to end.
    evicted: AtomicU64,
}

/// The number of a view, for the work that is done on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number(u64);

/// A connection and, when it has one, its view.
#[derive(Debug)]
struct Lent {
    connection: Connection,
    view: Option<View>,
}

#[derive(Debug, Clone, Copy)]
struct View {
    number: u64,
    since: Instant,
}

impl Pool {
    pub(in crate::store) fn new(path: &Path) -> Self {
        let (current, evicted) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { path: path.into(), idle: Mutex::new(Vec::new()), current, evicted }
    }

    /// Lends a connection whose view is up to date; it goes back to the others unless the work
    /// failed.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Connection, Number) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = self.idle().pop();
        let mut lent = match found {
            Some(lent) => lent,
            None => Lent { connection: readable(&self.path)?, view: None },
        };
        let number = lent.look(self.current.load(Ordering::Acquire))?;
        let done = work(&lent.connection, Number(number))?;
        let mut idle = self.idle();
        if self.has_ended() {
            return Ok(done);
        }
        if number != self.current.load(Ordering::Acquire) {
            lent.let_go()?;
        }
        idle.push(lent);
        Ok(done)
    }

    /// Ends the views that nobody uses; those in use are not kept after it. Every later read sees
    /// what was committed before.
    pub(super) fn renew(&self) {
        let mut idle = self.idle();
        self.current.fetch_add(1, Ordering::Release);
        idle.retain_mut(|lent| lent.let_go().is_ok());
    }

    /// Has the work end that is done on a view of before now.
    pub(super) fn evict(&self) {
        self.renew();
        self.evicted.fetch_max(self.current.load(Ordering::Acquire), Ordering::AcqRel);
    }

    /// Whether work on a view is to end.
    pub(super) fn is_evicted(&self, Number(number): Number) -> bool {
        number < self.evicted.load(Ordering::Acquire)
    }

    /// Ends all views, and the work on them, for good.
    pub(super) fn end(&self) {
        self.evicted.store(u64::MAX, Ordering::Release);
        self.idle().clear();
    }

    /// Whether [`Pool::end`] was called.
    pub(super) fn has_ended(&self) -> bool {
        self.evicted.load(Ordering::Acquire) == u64::MAX
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lent>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// Sees to it that the view is what a new one would be; gives its number.
    fn look(&mut self, current: u64) -> Result<u64, StoreError> {
        let now = Instant::now();
        let is_current =
            |view: &View| view.number == current && now.duration_since(view.since) < AGE;
        if self.view.as_ref().is_some_and(is_current) {
            return Ok(current);
        }
        self.let_go()?;
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        self.view = Some(View { number: current, since: now });
        Ok(current)
    }

    fn let_go(&mut self) -> Result<(), StoreError> {
        if self.view.take().is_some() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}
