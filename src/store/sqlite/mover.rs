//! Moves most of the log into the file while others read and write.
//!
//! Moving the log takes about as long as writing it did: done by the writer, it would halve what
//! can be written. `SQLite` lets another connection do it, but for beginning the log anew, which
//! needs a moment without a writer: [`super::log`] does that, when little is left.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::store::error::{StoreError, causes};

use super::connection::readable;

/// Frames that are left to the writer.
const LITTLE: i64 = 1_000;
/// While the log is moved more is written to it, which is moved in a further round.
const ROUNDS: usize = 4;

/// The thread that moves the log.
#[derive(Debug)]
pub(super) struct Mover {
    /// Dropped to end the thread.
    orders: Option<SyncSender<()>>,
    is_ordered: bool,
    is_moving: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Mover {
    /// Starts the thread, which waits for its first order.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = readable(path)?;
        let (orders, inbox) = sync_channel(1);
        let is_moving: Arc<AtomicBool> = Arc::default();
        let moving = Arc::clone(&is_moving);
        let thread = std::thread::Builder::new()
            .name("log".into())
            .spawn(move || run(&connection, &inbox, &moving))
            .map_err(|error| StoreError::Lost(error.to_string()))?;
        Ok(Self { orders: Some(orders), is_ordered: false, is_moving, thread: Some(thread) })
    }

    /// Orders the log to be moved; true, once for each order, when that has been done.
    pub(super) fn has_moved(&mut self) -> bool {
        if self.is_ordered {
            self.is_ordered = self.is_moving.load(Ordering::Acquire);
            return !self.is_ordered;
        }
        self.is_moving.store(true, Ordering::Release);
        self.is_ordered = self.orders.as_ref().is_some_and(|orders| orders.send(()).is_ok());
        // Without the thread the writer moves all of it.
        !self.is_ordered
    }

    /// Ends the thread when it has done what it was ordered.
    pub(super) fn end(&mut self) {
        self.orders = None;
        if let Some(Err(_panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the thread that moves the log panicked");
        }
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(connection: &Connection, inbox: &Receiver<()>, is_moving: &AtomicBool) {
    while inbox.recv().is_ok() {
        if let Err(error) = rounds(connection) {
            tracing::warn!(error = %causes(&error), "the log could not be moved into the database");
        }
        is_moving.store(false, Ordering::Release);
    }
}

fn rounds(connection: &Connection) -> Result<(), StoreError> {
    let mut before = i64::MAX;
    for _ in 0..ROUNDS {
        let left = passive(connection)?;
        // Readers of an old view are in the way when nothing gets less.
        if left <= LITTLE || left >= before {
            break;
        }
        before = left;
    }
    Ok(())
}

/// Moves what no view needs; tells how many frames are left.
fn passive(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "PRAGMA wal_checkpoint(passive)";
    let frames = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (all, moved) = connection.query_row(sql, [], frames)?;
    Ok(all.saturating_sub(moved))
}
