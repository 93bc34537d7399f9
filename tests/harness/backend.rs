//! The two databases, and one of either for a test.

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, Statement};
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

    /// A copy, which no server works on.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::create(self.backend).expect("it is there");
        match (self.backend, cluster::shared()) {
            (Backend::Postgres, Some(cluster)) => cluster.copy_database(&self.url, &copy.url),
            _ => {
                let (from, to) =
                    (self.folder.path().join("mebe.db"), copy.folder.path().join("mebe.db"));
                std::fs::copy(from, to).expect("a copy");
            }
        }
        copy
    }

    /// Runs a statement behind the server's back; how many rows it changed.
    pub(crate) async fn run(&self, sql: &str) -> u64 {
        match self.backend {
            Backend::Sqlite => execute(&self.url.replace("sqlite:", "sqlite://"), sql).await,
            Backend::Postgres => execute(&self.url, sql).await,
        }
    }

    /// The texts in the only column of a query.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let db = sea_orm::Database::connect(self.url.replace("sqlite:", "sqlite://")).await;
        let db = db.expect("a connection");
        let query = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(query).await.expect("a query that runs");
        db.close().await.expect("an end");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// The file that the server's messages are in.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

/// Runs a statement on a database; how many rows it changed.
pub(crate) async fn execute(url: &str, sql: &str) -> u64 {
    let db = sea_orm::Database::connect(url).await.expect("a connection");
    let done = db.execute_unprepared(sql).await.expect("a statement that runs");
    db.close().await.expect("an end");
    done.rows_affected()
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Backend::Postgres, Some(cluster)) = (self.backend, cluster::shared()) {
            cluster.drop_database(&self.url);
        }
    }
}
