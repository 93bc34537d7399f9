//! Writes one version of a code system, in one transaction; what was there of the same version goes
//! in the same one.

use std::path::Path;

use rusqlite::{Connection, params};
use thiserror::Error;

use super::schema;
use super::writing::Writing;
use crate::store::sqlite::connection::writable;
use crate::terminology::publisher::item::Item;
use crate::terminology::publisher::table::TableError;
use crate::terminology::system::concept::About;

/// Why an import ended.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("the terminology database cannot be written")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the terminology database was made by another version of Mebe: import into a new file")]
    OtherVersion,
    #[error("{file} cannot be opened")]
    File {
        file: Box<str>,
        #[source]
        source: std::io::Error,
    },
    #[error("there is no concept in the files")]
    Nothing,
    #[error("there are too many concepts")]
    TooMany,
}

/// What was imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub concepts: usize,
    pub designations: usize,
    pub properties: usize,
    pub links: usize,
    /// Pairs of a concept and what is anywhere above it.
    pub closure: usize,
    /// Whether the version was there before.
    pub is_replaced: bool,
    /// What was said of codes that are not there.
    pub dangling: usize,
    /// Links that would put a concept below itself.
    pub circular: usize,
}

/// Imports what `read` says of a system; `about` describes it, its properties apart.
pub fn import(
    path: &Path,
    mut about: About,
    read: impl FnOnce(&mut dyn FnMut(Item<'_>) -> Result<(), ImportError>) -> Result<(), ImportError>,
) -> Result<Counts, ImportError> {
    let mut connection = writable(path)?;
    if !schema::prepare(&connection)? {
        return Err(ImportError::OtherVersion);
    }
    let version = about.version.clone().unwrap_or_default();
    let transaction = connection.transaction()?;
    let before = number_of(&transaction, &about.url, &version)?;
    if let Some(before) = before {
        remove(&transaction, before)?;
    }
    let mut writing = Writing::begin(&transaction, before, (&about.url, &version))?;
    read(&mut |item| writing.take(item))?;
    let mut counts = writing.finish(&mut about)?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA optimize")?;
    counts.is_replaced = before.is_some();
    Ok(counts)
}

fn number_of(connection: &Connection, url: &str, version: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM system WHERE url = ? AND version = ?";
    let mut query = connection.prepare(sql)?;
    let mut rows = query.query(params![url, version])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn remove(connection: &Connection, system: i64) -> rusqlite::Result<()> {
    let of_system = "SELECT id FROM concept WHERE system = ?";
    for (table, column) in [
        ("designation", "concept"),
        ("property", "concept"),
        ("link", "child"),
        ("closure", "descendant"),
    ] {
        // Closures are kept by ancestor, which is of the same system.
        let column = if table == "closure" { "ancestor" } else { column };
        let sql = format!("DELETE FROM {table} WHERE {column} IN ({of_system})");
        connection.execute(&sql, [system])?;
    }
    let texts = format!("SELECT id FROM text WHERE concept IN ({of_system})");
    connection.execute(&format!("DELETE FROM word WHERE rowid IN ({texts})"), [system])?;
    connection.execute(&format!("DELETE FROM text WHERE concept IN ({of_system})"), [system])?;
    connection.execute("DELETE FROM concept WHERE system = ?", [system])?;
    connection.execute("DELETE FROM system WHERE id = ?", [system])?;
    Ok(())
}
