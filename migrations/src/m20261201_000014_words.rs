//! The words of resources, for full-text searches.
//!
//! On `SQLite` the index is one of `FTS5` that keeps no text of its own. On `PostgreSQL` words are a
//! `tsvector`: weight A is the narrative, B everything else, C words as they are marked. Both take
//! words as Mebe cuts and folds them, and nothing else. The function makes `match(query, words)` of
//! `PostgreSQL` what it is on `SQLite`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQLITE: [&str; 1] = [
    "CREATE VIRTUAL TABLE sp_word USING fts5(narrative, content, marks, content='', contentless_delete=1, tokenize='ascii')",
];
const POSTGRES: [&str; 3] = [
    "CREATE TABLE sp_word (rowid bigint PRIMARY KEY, sp_word tsvector NOT NULL)",
    "CREATE INDEX sp_word_words ON sp_word USING gin (sp_word)",
    "CREATE FUNCTION match(text, tsvector) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE \
     AS 'SELECT $2 @@ CAST($1 AS tsquery)'",
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
            run(manager, &["DROP FUNCTION match(text, tsvector)"]).await?;
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
