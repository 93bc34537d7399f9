//! The tables of imported code systems.
//!
//! - `system`: one row a version of a system; `about` is JSON.
//! - `concept`: its number grows in the order of the publisher's file, which is the order of lists.
//!   Numbers of one system lie together.
//! - `designation`, `property`: by concept, in the order of the file; properties by value too.
//! - `link`: who is right below whom; `closure`: who is anywhere below whom, by ancestor.
//! - `text`: the folded code, display and designations, a row each; `word` is their full-text index,
//!   which keeps no texts of its own.

use rusqlite::Connection;

/// Changes when the tables do; a file of another version is imported anew.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS system (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, version TEXT NOT NULL, about TEXT NOT NULL,
  concepts INTEGER NOT NULL, UNIQUE (url, version));
CREATE TABLE IF NOT EXISTS concept (
  id INTEGER PRIMARY KEY, system INTEGER NOT NULL, code TEXT NOT NULL, display TEXT,
  inactive INTEGER NOT NULL, abstract INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS concept_code ON concept (system, code);
CREATE TABLE IF NOT EXISTS designation (
  concept INTEGER NOT NULL, n INTEGER NOT NULL, language TEXT, use_system TEXT, use_code TEXT,
  use_display TEXT, value TEXT NOT NULL, PRIMARY KEY (concept, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS property (
  concept INTEGER NOT NULL, n INTEGER NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL,
  value TEXT NOT NULL, system TEXT, display TEXT, PRIMARY KEY (concept, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS property_value ON property (code, value, concept);
CREATE TABLE IF NOT EXISTS link (
  child INTEGER NOT NULL, parent INTEGER NOT NULL, PRIMARY KEY (child, parent)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_parent ON link (parent, child);
CREATE TABLE IF NOT EXISTS closure (
  ancestor INTEGER NOT NULL, descendant INTEGER NOT NULL,
  PRIMARY KEY (ancestor, descendant)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS text (id INTEGER PRIMARY KEY, concept INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS text_concept ON text (concept);
CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5
  (words, content = '', contentless_delete = 1, detail = none, prefix = '2 3');
";

/// Makes the tables that are not there; false when the file is of another version.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<bool> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 {
        connection.execute_batch(TABLES)?;
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    is_current(connection)
}

/// Whether a file has these tables.
pub(super) fn is_current(connection: &Connection) -> rusqlite::Result<bool> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(found == VERSION)
}
