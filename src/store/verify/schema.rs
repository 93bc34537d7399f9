//! Tables and indexes against those that the migrations make: they are made once more, in memory.

use std::collections::BTreeSet;

use mebe_migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;

use super::report::Report;
use super::source::{Source, text};

/// Every table and index of `SQLite`, word by word.
const WORDS: &str = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema \
     WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_stat%' ORDER BY name";

/// Columns, keys and indexes, a text for each, as `SQLite` and `PostgreSQL` both can tell them; the table
/// of words is another one on either.
const TOLD: [&str; 3] = [
    "SELECT 'column ' || t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c \
     WHERE t.type = 'table' AND t.name NOT LIKE 'sp_word%' \
     UNION ALL SELECT 'column sp_word.rowid' UNION ALL SELECT 'column sp_word.sp_word' \
     UNION ALL SELECT 'primary key of sp_word on rowid' \
     UNION ALL SELECT 'index sp_word_words of sp_word on sp_word'",
    "SELECT 'primary key of ' || name || ' on ' || group_concat(column, ', ') FROM \
       (SELECT t.name AS name, c.name AS column FROM sqlite_schema t, pragma_table_info(t.name) c \
        WHERE t.type = 'table' AND c.pk > 0 AND t.name NOT LIKE 'sp_word%' ORDER BY t.name, c.pk) GROUP BY name",
    "SELECT 'index ' || name || ' of ' || owner || ' on ' || group_concat(column, ', ') \
       || CASE WHEN only_one THEN ', unique' ELSE '' END || CASE WHEN part THEN ', partial' ELSE '' END \
     FROM (SELECT i.name AS name, t.name AS owner, c.name AS column, i.\"unique\" AS only_one, \
             i.partial AS part \
           FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c \
           WHERE t.type = 'table' AND i.origin = 'c' ORDER BY i.name, c.seqno) GROUP BY name",
];

/// The same of a `PostgreSQL` database; an index that is not valid is as good as none.
const FOUND: [&str; 2] = [
    "SELECT 'column ' || c.relname || '.' || a.attname FROM pg_class c \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid)",
    "SELECT CASE WHEN x.indisprimary THEN 'primary key of ' || t.relname \
       ELSE 'index ' || i.relname || ' of ' || t.relname END || ' on ' || \
       (SELECT string_agg(a.attname, ', ' ORDER BY k.place) \
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place) \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || \
       CASE WHEN x.indisunique AND NOT x.indisprimary THEN ', unique' ELSE '' END || \
       CASE WHEN x.indpred IS NOT NULL THEN ', partial' ELSE '' END \
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
     WHERE x.indisvalid AND x.indisready AND pg_table_is_visible(t.oid)",
];

/// Checks that everything is there that the migrations make.
pub(super) async fn check(source: &mut Source, report: &mut Report) -> Result<(), StoreError> {
    let fresh = fresh().await?;
    let mut found = BTreeSet::new();
    let mut expected = BTreeSet::new();
    if source.is_sqlite() {
        let join = |parts: [&str; 3]| parts.join(" ").trim_end().to_owned();
        let each = &mut |row: &[Cell]| {
            found.insert(join([text(row, 0), text(row, 1), text(row, 2)]));
        };
        let read = source.scan(WORDS, &[CellKind::Text; 3], each).await;
        report.damage("schema", read)?;
        let query = Statement::from_string(DbBackend::Sqlite, WORDS);
        for row in fresh.query_all_raw(query).await? {
            let part = |at| row.try_get_by_index::<String>(at);
            expected.insert(join([&part(0)?, &part(1)?, &part(2)?]));
        }
    } else {
        for sql in FOUND {
            let each = &mut |row: &[Cell]| {
                found.insert(text(row, 0).to_owned());
            };
            let read = source.scan(sql, &[CellKind::Text], each).await;
            report.damage("schema", read)?;
        }
        for sql in TOLD {
            let query = Statement::from_string(DbBackend::Sqlite, sql);
            for row in fresh.query_all_raw(query).await? {
                expected.insert(row.try_get_by_index(0)?);
            }
        }
    }
    fresh.close().await?;
    for lost in expected.difference(&found) {
        report.add("schema", format!("this is not there: {lost}"));
    }
    Ok(())
}

/// An empty database in memory with the whole schema.
async fn fresh() -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    // Another connection would have another database.
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    // Nobody wants to hear that a database of the moment is brought up to date.
    Migrator::up(&db, None).with_subscriber(NoSubscriber::default()).await?;
    Ok(db)
}
