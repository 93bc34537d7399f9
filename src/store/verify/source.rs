//! Reads a database that is checked: one view of it from beginning to end. Nothing is written, so a
//! file, a folder or a role that may only be read from is enough.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sea_orm::{
    AccessMode, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    IsolationLevel, Statement, TransactionTrait,
};

use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::SearchParameters;
use crate::store::cell::{Cell, CellKind};
use crate::store::database::Location;
use crate::store::error::StoreError;
use crate::store::parameters::listed::{self, Listed};
use crate::store::postgres;
use crate::store::revision::{MadeFor, made_for};
use crate::store::schema::version::{Age, NOTED, age};

use super::cell::{blob, cell};
use super::parameters;
use super::report::Report;

/// Rows that are taken from `PostgreSQL` at a time.
const BATCH: usize = 200;

/// A database that is read.
#[derive(Debug)]
pub struct Source {
    pub(super) inner: Inner,
    cursors: u32,
}

#[derive(Debug)]
pub(super) enum Inner {
    Sqlite { path: PathBuf, connection: Connection },
    Postgres { db: DatabaseConnection, view: Option<DatabaseTransaction> },
}

impl Source {
    /// Opens a database whose schema this program knows.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let inner = match location {
            Location::Sqlite(path) => {
                Inner::Sqlite { path: path.clone(), connection: open_file(path)? }
            }
            Location::Postgres(url) => {
                postgres::connection::reach(url).await?;
                let mut options = sea_orm::ConnectOptions::new(url.clone());
                options.max_connections(1).sqlx_logging(false);
                let db = Database::connect(options).await?;
                let view = Some(view(&db).await?);
                Inner::Postgres { db, view }
            }
        };
        let mut source = Self { inner, cursors: 0 };
        source.known().await?;
        Ok(source)
    }

    /// Fails when the schema is that of another Mebe. A list of migrations that no Mebe writes is
    /// damage, and told later.
    async fn known(&mut self) -> Result<(), StoreError> {
        let mut made = Vec::new();
        let sql = format!("SELECT version FROM {NOTED}");
        let keep = &mut |row: &[Cell]| made.push(text(row, 0).to_owned());
        let listed = self.scan(&sql, &[CellKind::Text], keep).await;
        if listed.is_err() {
            return Ok(());
        }
        let has_all = mebe_migrations::names().iter().all(|name| made.contains(name));
        match age(&made) {
            Age::Newer if has_all => Err(StoreError::Newer),
            Age::Older => {
                let sql = "SELECT owner FROM change_log LIMIT 1";
                let has_owners = self.scan(sql, &[CellKind::Integer], &mut |_| ()).await;
                has_owners.map_err(|_no_column| StoreError::Older)
            }
            Age::Newer | Age::Missing | Age::Current => Ok(()),
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite { .. })
    }

    /// Has `SQLite` list the words of the full-text index; false where the database needs no help.
    pub(super) fn has_words(&self) -> Result<bool, StoreError> {
        const LIST: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stored_words \
             USING fts5vocab(main, sp_word, instance)";
        match &self.inner {
            Inner::Sqlite { connection, .. } => {
                connection.execute_batch(LIST)?;
                Ok(true)
            }
            Inner::Postgres { .. } => Ok(false),
        }
    }

    /// A table, read from itself and not from an index of it.
    pub(super) fn table(&self, name: &str) -> String {
        match self.is_sqlite() {
            true => format!("{name} NOT INDEXED"),
            false => name.to_owned(),
        }
    }

    /// A column of whole numbers of any width.
    pub(super) fn whole(&self, column: &str) -> String {
        match self.is_sqlite() {
            // As it is: a cast would hide a text in place of a number.
            true => column.to_owned(),
            false => format!("CAST({column} AS bigint)"),
        }
    }

    /// Gives every row of a query, which has columns of these types.
    pub(super) async fn scan(
        &mut self,
        sql: &str,
        kinds: &[CellKind],
        each: &mut dyn FnMut(&[Cell]),
    ) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite { connection, .. } => scan_file(connection, sql, kinds.len(), each),
            Inner::Postgres { db, view: current } => {
                self.cursors += 1;
                let name = format!("scan_{}", self.cursors);
                let open = match current.take() {
                    Some(open) => open,
                    None => view(db).await?,
                };
                // After a failure the transaction is lost, and the next scan begins another.
                fetch(&open, &name, sql, kinds, each).await?;
                *current = Some(open);
                Ok(())
            }
        }
    }

    /// Reads all settings.
    pub(super) async fn settings(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut settings = BTreeMap::new();
        let sql = format!("SELECT key, value FROM {}", self.table("setting"));
        let keep = &mut |row: &[Cell]| {
            settings.insert(text(row, 0).to_owned(), text(row, 1).to_owned());
        };
        self.scan(&sql, &[CellKind::Text, CellKind::Text], keep).await?;
        Ok(settings)
    }

    /// The search parameters that the database has rows of, as far as that can be read.
    pub async fn search(&mut self, registry: &Registry) -> SearchParameters {
        let mut report = Report::default();
        let list = parameters::list(self, &mut report).await.ok().flatten().unwrap_or_default();
        let list: Vec<Listed> = list.into_iter().map(|row| row.listed).collect();
        listed::search(registry, &list)
    }

    /// What the index of the database was made for; none when no server has worked on it yet, or
    /// when that cannot be read.
    pub async fn made_for(&mut self) -> Option<MadeFor> {
        let settings = self.settings().await.unwrap_or_default();
        made_for(&settings)
    }
}

/// A whole number of a row; none when the cell holds anything else.
pub(super) fn whole(row: &[Cell], at: usize) -> Option<i64> {
    match row.get(at) {
        Some(Cell::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// A text of a row; empty when the cell holds anything else.
pub(super) fn text(row: &[Cell], at: usize) -> &str {
    text_or_none(row, at).unwrap_or_default()
}

/// A text of a row; none when the cell holds anything else.
pub(super) fn text_or_none(row: &[Cell], at: usize) -> Option<&str> {
    match row.get(at) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    }
}

async fn view(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
    let view = db.begin_with_config(Some(isolation), Some(access)).await?;
    // What is read in order comes from an index in that order: nothing is sorted aside.
    for plan in ["enable_sort", "enable_hashjoin", "enable_mergejoin"] {
        view.execute_unprepared(&format!("SET LOCAL {plan} = off")).await?;
    }
    Ok(view)
}

async fn fetch(
    view: &DatabaseTransaction,
    name: &str,
    sql: &str,
    kinds: &[CellKind],
    each: &mut dyn FnMut(&[Cell]),
) -> Result<(), StoreError> {
    view.execute_unprepared(&format!("DECLARE {name} NO SCROLL CURSOR FOR {sql}")).await?;
    let mut cells = Vec::with_capacity(kinds.len());
    loop {
        let more = format!("FETCH {BATCH} FROM {name}");
        let rows = view.query_all_raw(Statement::from_string(DbBackend::Postgres, more)).await?;
        for row in &rows {
            cells.clear();
            for (at, kind) in kinds.iter().enumerate() {
                cells.push(cell(row, at, *kind)?);
            }
            each(&cells);
        }
        if rows.len() < BATCH {
            view.execute_unprepared(&format!("CLOSE {name}")).await?;
            return Ok(());
        }
    }
}

/// Opens a file to read from, also where nothing may be written beside it.
fn open_file(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let open = |name: &str, exclusive: bool| -> Result<Connection, StoreError> {
        let connection = Connection::open_with_flags(name, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        if exclusive {
            // The index of the log is then kept in memory, not in a file.
            connection.pragma_update(None, "locking_mode", "exclusive")?;
        }
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.execute_batch("BEGIN")?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let name = path.to_string_lossy();
    let log = std::fs::metadata(format!("{name}-wal"));
    let as_it_lies = format!("file:{}?immutable=1", escaped(&name));
    // A server that works on a file has a log beside it. Without one, none is made.
    if log.is_err() {
        return open(&as_it_lies, false);
    }
    let first = match open(&format!("file:{}", escaped(&name)), false) {
        Err(error) if !error.is_damage() => error,
        done => return done,
    };
    let second = match log.map_or(0, |log| log.len()) {
        0 => open(&as_it_lies, false),
        _ => open(&format!("file:{}", escaped(&name)), true),
    };
    second.map_err(|_tells_less| first)
}

/// A path in a URI of `SQLite`.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

fn scan_file(
    connection: &Connection,
    sql: &str,
    columns: usize,
    each: &mut dyn FnMut(&[Cell]),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut cells = Vec::with_capacity(columns);
    while let Some(row) = rows.next()? {
        cells.clear();
        for at in 0..columns {
            cells.push(match row.get_ref(at)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => blob(bytes),
            });
        }
        each(&cells);
    }
    Ok(())
}
