//! Where the data is.

use std::path::PathBuf;

use crate::store::error::StoreError;

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Location {
    /// Reads `sqlite:PATH` or `postgres://…`.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(path.into()));
        }
        let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        postgres.then(|| Self::Postgres(url.into())).ok_or(StoreError::Url)
    }

    /// Fails when there is no such database; `SQLite` would make an empty one.
    pub fn exists(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(path) if !path.is_file() => Err(StoreError::Missing(path.clone())),
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }
}
