//! What the two databases write differently in a table's definition.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A column of text that compares by bytes.
pub(crate) fn text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::Postgres => column.custom("text COLLATE \"C\""),
        _ => column.text(),
    };
    column
}

/// A 64-bit column that is never null.
pub(crate) fn big(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer().not_null();
    column
}

/// Makes a table whose primary key is, on `SQLite`, the table itself.
pub(crate) fn clustered(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(table);
    for column in columns {
        create.col(column);
    }
    let mut primary = Index::create();
    for name in key {
        primary.col(*name);
    }
    create.primary_key(&mut primary);
    if manager.get_database_backend() == DbBackend::Sqlite {
        create.extra("WITHOUT ROWID");
    }
    create.take()
}
