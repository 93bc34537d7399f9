//! What can go wrong below the interactions; none of it is the client's doing.

use std::path::PathBuf;

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
    Unreachable { place: String, source: sea_orm::sqlx::Error },
    #[error(
        "cơ sở dữ liệu do một bản Mebe mới hơn tạo ra; hãy dùng bản ấy / \
         the database was made by a newer Mebe; use that one"
    )]
    Newer,
    #[error("the SQLite database failed")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database failed")]
    Database(#[from] sea_orm::DbErr),
    #[error("the writer has stopped")]
    WriterStopped,
    #[error("a query took longer than its limit allows")]
    TooCostly,
    #[error("the request's budget is spent: {0:?}")]
    Spent(Spent),
    #[error("a background task ended early")]
    Interrupted,
    #[error("a row of `{table}` holds what it may not: {what}")]
    Corrupt { table: &'static str, what: String },
    #[error("the transaction was lost together with others: {0}")]
    Lost(String),
}

impl StoreError {
    /// Whether the disk has no room left.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            _ => false,
        }
    }
}

/// An error with all its causes, for the log.
pub fn causes(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
