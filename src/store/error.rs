//! What can go wrong below the interactions; none of it is the client's doing.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use thiserror::Error;

use crate::budget::Spent;

/// A database that could not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the database URL must start with `sqlite:` or `postgres://`")]
    Url,
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    #[error("cannot reach PostgreSQL at {place}")]
    Unreachable { place: String, source: sqlx::Error },
    #[error(
        "cơ sở dữ liệu do một bản Mebe mới hơn tạo ra; hãy dùng bản ấy / \
         the database was made by a newer Mebe; use that one"
    )]
    Newer,
    #[error(
        "cơ sở dữ liệu do một bản Mebe cũ hơn tạo ra; hãy chạy `mebe migrate` / \
         the database was made by an earlier Mebe; run `mebe migrate` first"
    )]
    Older,
    #[error("the database does not answer")]
    Away,
    #[error("the database went away while it was asked to keep a change")]
    Uncertain,
    #[error("the SQLite database failed")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database failed")]
    Database(#[source] DbErr),
    #[error("the writer has stopped")]
    WriterStopped,
    #[error("a query took longer than its limit allows")]
    TooCostly,
    #[error("the request's budget is spent: {0:?}")]
    Spent(Spent),
    #[error("no table answers criteria of {0}")]
    Unsupported(&'static str),
    #[error("a background task ended early")]
    Interrupted,
    #[error("a row of `{table}` holds what it may not: {what}")]
    Corrupt { table: &'static str, what: String },
    #[error("the disk has no room for a change")]
    Full,
    #[error("the transaction was lost together with others: {0}")]
    Lost(String),
}

impl StoreError {
    /// Whether the disk has no room left.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::DiskFull),
            Self::Database(error) => code(error).is_some_and(|code| code == "53100"),
            _ => false,
        }
    }

    /// Whether the database, or what it needs, is not to be had right now: later it may be.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Away | Self::Unreachable { .. } => true,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::CannotOpen
                        | ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::ReadOnly
                )
            ),
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => true,
            Self::Database(error) => match sqlx(error) {
                Some(sqlx::Error::Database(_)) => code(error).is_some_and(|code| is_passing(&code)),
                Some(
                    sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed,
                ) => true,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a file is not what it should be, as `SQLite` says.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
            ),
            _ => false,
        }
    }
}

/// What `PostgreSQL` stopped because its time was up asked for too much, wherever it was asked.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match code(&error) {
            Some(code) if code == QUERY_CANCELED => Self::TooCostly,
            _ => Self::Database(error),
        }
    }
}

/// What `PostgreSQL` calls a statement that took longer than `statement_timeout`.
const QUERY_CANCELED: &str = "57014";

/// Codes of `PostgreSQL` that pass: no connection, no resources, shutting down, only reading for now,
/// a lock that others hold, the system.
fn is_passing(code: &str) -> bool {
    ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
        || ["25006", "55P03"].contains(&code)
}

fn sqlx(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// What `PostgreSQL` calls an error.
fn code(error: &DbErr) -> Option<String> {
    let error = sqlx(error)?.as_database_error()?;
    error.code().map(|code| code.into_owned())
}

/// An error with all its causes, for the log.
pub fn causes(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
