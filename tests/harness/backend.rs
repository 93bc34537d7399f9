//! The two databases, and one of either for a test.

use std::path::PathBuf;

use tempfile::TempDir;

use super::cluster;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A database of one test's own; it goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    /// Where the server's log goes, and the file of `SQLite`.
    pub(crate) folder: TempDir,
    pub(crate) backend: Backend,
}

impl Database {
    /// Makes an empty database; none when `PostgreSQL` is not on this machine.
    pub(crate) fn create(backend: Backend) -> Option<Self> {
        let folder = TempDir::with_prefix("mebe-test-").expect("a folder");
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("mebe.db").display()),
            Backend::Postgres => cluster::shared()?.create_database(),
        };
        Some(Self { url, folder, backend })
    }

    /// The file that the server's messages are in.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Backend::Postgres, Some(cluster)) = (self.backend, cluster::shared()) {
            cluster.drop_database(&self.url);
        }
    }
}
