//! Opens connections: write-ahead log, every commit synchronised to disk.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::log::BUSY;

/// Statements kept prepared on each connection.
const PREPARED: usize = 256;
/// Pages are memory-mapped up to this many bytes of the file.
const MAPPED: i64 = 1 << 30;
/// Memory for pages of the connection that writes, in KiB.
const WRITER_CACHE: i64 = 32 << 10;
/// Bytes that a log keeps when it is begun anew.
const KEPT: i64 = 40 << 20;

/// Opens the connection that writes; makes the file when there is none.
pub(in crate::store) fn writable(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    connection.pragma_update(None, "journal_size_limit", KEPT)?;
    prepare(connection)
}

/// Opens a connection that only reads.
pub(in crate::store) fn readable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.pragma_update(None, "query_only", true)?;
    prepare(connection)
}

fn prepare(connection: Connection) -> rusqlite::Result<Connection> {
    connection.pragma_update(None, "mmap_size", MAPPED)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "case_sensitive_like", true)?;
    // Plans stay whatever values are bound: otherwise a range that is bound to another value has
    // its statement prepared again, which costs ten times as much as running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}
