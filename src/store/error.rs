//! What can go wrong below the interactions; none of it is the client's doing.

use std::path::PathBuf;

use thiserror::Error;

/// A database that could not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the database URL must start with `sqlite:` or `postgres://`")]
    Url,
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    #[error("the SQLite database failed")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database failed")]
    Database(#[from] sea_orm::DbErr),
    #[error("the writer has stopped")]
    WriterStopped,
    #[error("a query took longer than its limit allows")]
    TooCostly,
    #[error("a background task ended early")]
    Interrupted,
    #[error("a row of `{table}` holds what it may not: {what}")]
    Corrupt { table: &'static str, what: String },
    #[error("the transaction was lost together with others: {0}")]
    Lost(String),
}

/// An error with all its causes, for the log.
pub fn causes(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
