//! Connections to read with, each holding on to what it saw.
//!
//! To begin a read, `SQLite` asks the operating system for locks, and to end it again: more work
//! than the read itself. So a connection keeps its view of the database for the next read, as long
//! as the writer has not committed since: then the view is what a new one would be. Another process
//! may write too; a view is never older than [`AGE`].
//!
//! A view that nobody uses would keep the log from being moved into the database: the writer lets
//! go of all idle views when it commits.

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
    /// How often the writer has committed.
    commits: AtomicU64,
}

/// A connection and, when it has one, its view.
#[derive(Debug)]
struct Lent {
    connection: Connection,
    view: Option<View>,
}

#[derive(Debug, Clone, Copy)]
struct View {
    commits: u64,
    since: Instant,
}

impl Pool {
    pub(in crate::store) fn new(path: &Path) -> Self {
        let commits = AtomicU64::new(0);
        Self { path: path.into(), idle: Mutex::new(Vec::new()), commits }
    }

    /// Lends a connection whose view is up to date; it goes back to the others unless the work
    /// failed.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = self.idle().pop();
        let mut lent = match found {
            Some(lent) => lent,
            None => Lent { connection: readable(&self.path)?, view: None },
        };
        lent.look(self.commits.load(Ordering::Acquire))?;
        let done = work(&lent.connection)?;
        let mut idle = self.idle();
        if lent.view.is_some_and(|view| view.commits != self.commits.load(Ordering::Acquire)) {
            lent.let_go()?;
        }
        idle.push(lent);
        Ok(done)
    }

    /// Tells that the writer has committed: every later read sees it.
    pub(super) fn committed(&self) {
        let mut idle = self.idle();
        self.commits.fetch_add(1, Ordering::Release);
        idle.retain_mut(|lent| lent.let_go().is_ok());
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lent>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// Sees to it that the view is what a new one would be.
    fn look(&mut self, commits: u64) -> Result<(), StoreError> {
        let now = Instant::now();
        let is_current =
            |view: &View| view.commits == commits && now.duration_since(view.since) < AGE;
        if self.view.as_ref().is_some_and(is_current) {
            return Ok(());
        }
        self.let_go()?;
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        self.view = Some(View { commits, since: now });
        Ok(())
    }

    fn let_go(&mut self) -> Result<(), StoreError> {
        if self.view.take().is_some() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}
