//! The words of resources, for full-text searches; and bodies may be packed.
//!
//! On `SQLite` the index is one of `FTS5` that keeps no text of its own. On `PostgreSQL` words are a
//! `tsvector`: weight A is the narrative, B everything else, C words as they are marked. Both take
//! words as Mebe cuts and folds them, and nothing else. The function makes `match(query, words)` of
//! `PostgreSQL` what it is on `SQLite`.
//!
//! A packed body is bytes. `SQLite` takes them in any column. What is there stays as it is until it is
//! written again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQLITE: [&str; 1] = [
    "CREATE VIRTUAL TABLE sp_word USING fts5(narrative, content, marks, content='', contentless_delete=1, tokenize='ascii')",
];
const POSTGRES: [&str; 7] = [
    "CREATE TABLE sp_word (rowid bigint PRIMARY KEY, sp_word tsvector NOT NULL)",
    "CREATE INDEX sp_word_words ON sp_word USING gin (sp_word)",
    "CREATE FUNCTION match(text, tsvector) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE \
     AS 'SELECT $2 @@ CAST($1 AS tsquery)'",
    "ALTER TABLE resource ALTER COLUMN body TYPE bytea USING convert_to(body, 'UTF8')",
    "ALTER TABLE resource ALTER COLUMN body SET STORAGE EXTERNAL",
    "ALTER TABLE resource_version ALTER COLUMN body TYPE bytea USING convert_to(body, 'UTF8')",
    "ALTER TABLE resource_version ALTER COLUMN body SET STORAGE EXTERNAL",
];
/// Nothing unpacks bodies here: those that are not packed are as they were.
const POSTGRES_DOWN: [&str; 3] = [
    "DROP FUNCTION match(text, tsvector)",
    "ALTER TABLE resource ALTER COLUMN body TYPE text USING encode(body, 'escape')",
    "ALTER TABLE resource_version ALTER COLUMN body TYPE text USING encode(body, 'escape')",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, &POSTGRES).await,
            _ => run(manager, &SQLITE).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &POSTGRES_DOWN).await?;
        }
        run(manager, &["DROP TABLE sp_word"]).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
