//! Keeps the write-ahead log short.
//!
//! `SQLite` begins the log anew, at its first byte, when all of it has been moved into the file and
//! nobody reads from it. Left to itself it moves what it can inside a commit and never waits: then
//! readers that overlap, or a view that was kept ([`super::pool`]), make the log grow without end.
//! So the log is moved on purpose, between two commits, after everybody was answered:
//!
//! | log | what is done |
//! |---|---|
//! | [`USUAL`] frames | a thread of its own moves most of it while others read and write ([`super::mover`]) |
//! | that is done | the writer lets go of idle views, waits a moment for reads to end, moves the rest |
//! | [`MOST`] frames | the writer has long searches begin again on a new view, and waits longer |
//!
//! Whoever reads while the log is being moved is not held up. Only another process that reads for
//! a long time, such as a backup, makes the log longer than that; the writer says so.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::error::{StoreError, causes};

use super::mover::Mover;
use super::pool::Pool;

/// Frames (4 kB each) after which the log is moved into the file.
const USUAL: i32 = 8_000;
/// Frames after which no search is waited for.
const MOST: i32 = 24_000;
/// Frames after which it is tried again when readers were in the way.
const AGAIN: i32 = 2_000;
/// How long reads are waited for.
const MOMENT: Duration = Duration::from_millis(50);
/// How long searches that were told to begin again are waited for.
const LONGER: Duration = Duration::from_secs(1);
/// Between two looks at whether they have ended.
const PAUSE: Duration = Duration::from_micros(500);
/// Between two attempts to make room on a full disk.
const ROOM: Duration = Duration::from_secs(5);
/// How long the writer waits for another process.
pub(super) const BUSY: Duration = Duration::from_secs(5);

thread_local! {
    /// Frames in the log after the last commit of this thread.
    static FRAMES: Cell<i32> = const { Cell::new(0) };
}

/// The log of the connection that writes.
#[derive(Debug)]
pub(super) struct Log {
    mover: Mover,
    /// Frames at which it is moved next.
    next: i32,
    told: bool,
    made_room: Option<Instant>,
}

impl Log {
    /// Watches the log of a connection, which stays on this thread.
    pub(super) fn watch(connection: &Connection, mover: Mover) -> Self {
        connection.wal_hook(Some(|_, frames| {
            FRAMES.set(frames);
            Ok(())
        }));
        Self { mover, next: USUAL, told: false, made_room: None }
    }

    /// Moves the log into the file when it is long.
    pub(super) fn shorten(&mut self, connection: &Connection, pool: &Pool) {
        let frames = FRAMES.get();
        if frames < self.next || (frames < MOST && !self.mover.has_moved()) {
            return;
        }
        let moved = match frames < MOST {
            true => usual(connection, pool),
            false => thorough(connection, pool),
        };
        let is_free = moved.unwrap_or_else(|error| {
            tracing::warn!(error = %causes(&error), "the log could not be moved into the database");
            false
        });
        if is_free {
            (self.next, self.told) = (USUAL, false);
            return;
        }
        self.next = frames.saturating_add(AGAIN);
        if frames >= MOST && !self.told {
            self.told = true;
            tracing::warn!(
                frames,
                "another process reads the database: its log grows until that has ended"
            );
        }
    }

    /// Gives back what the log takes of a full disk; not at every attempt to write.
    pub(super) fn make_room(&mut self, connection: &Connection, pool: &Pool) {
        if self.made_room.is_none_or(|at| at.elapsed() > ROOM) {
            self.empty(connection, pool);
            self.made_room = Some(Instant::now());
        }
    }

    /// Moves all of the log, for the last time.
    pub(super) fn finish(mut self, connection: &Connection, pool: &Pool) {
        self.mover.end();
        self.empty(connection, pool);
    }

    /// Moves all of the log into the file and gives its space back, whoever reads.
    fn empty(&self, connection: &Connection, pool: &Pool) {
        pool.evict();
        match checkpoint(connection, pool, "truncate", LONGER) {
            Ok(true) => {}
            Ok(false) => tracing::warn!("somebody still reads: the log stays beside the database"),
            Err(error) => {
                tracing::warn!(error = %causes(&error), "the log could not be moved into the database");
            }
        }
    }
}

fn usual(connection: &Connection, pool: &Pool) -> Result<bool, StoreError> {
    checkpoint(connection, pool, "restart", MOMENT)
}

fn thorough(connection: &Connection, pool: &Pool) -> Result<bool, StoreError> {
    // The second time all of the log is in the file, and a new view reads from that alone.
    for _ in 0..2 {
        pool.evict();
        if checkpoint(connection, pool, "restart", LONGER)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Moves the log; true when the next commit begins it anew. Views that are idle meanwhile are let
/// go again and again: nobody but the writer ends them, and it would wait for them.
fn checkpoint(
    connection: &Connection,
    pool: &Pool,
    mode: &str,
    patience: Duration,
) -> Result<bool, StoreError> {
    let end = Instant::now() + patience;
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection.busy_timeout(Duration::ZERO)?;
    let done = loop {
        pool.renew();
        let is_held = connection.query_row(&sql, [], |row| Ok(row.get::<_, i64>(0)? != 0));
        match is_held {
            Ok(true) if Instant::now() < end => std::thread::sleep(PAUSE),
            done => break done,
        }
    };
    connection.busy_timeout(BUSY)?;
    Ok(!done?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::writable;

    #[test]
    fn a_view_that_nobody_uses_holds_up_no_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mebe.db");
        let connection = writable(&path).expect("a database");
        connection.execute_batch("CREATE TABLE t (n); INSERT INTO t VALUES (1)").expect("a row");
        let pool = Pool::new(&path);
        let count = || -> i64 {
            let read = |connection: &Connection, _| {
                let sql = "SELECT count(*) FROM t";
                let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
                Ok(count)
            };
            pool.with(read).expect("a count")
        };
        // Read, put back, and not asked for again: only the writer can end its view.
        assert_eq!(count(), 1);
        connection.execute_batch("INSERT INTO t VALUES (2)").expect("a row");
        assert!(checkpoint(&connection, &pool, "restart", LONGER).expect("moved"));
        assert_eq!(count(), 2);
    }
}
