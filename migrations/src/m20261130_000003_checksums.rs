//! Checksums, so that damage shows: of each change and the version it made, of the log as a whole,
//! and of each setting.
//!
//! `log_end` has one row, the end of `change_log` once more, from which the writer goes on. The
//! columns are empty in what an earlier Mebe wrote until the server fills them, which it does before
//! anything else.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [(&str, &str); 3] =
    [("change_log", "sum"), ("change_log", "chain"), ("setting", "sum")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let mut alter = Table::alter();
            alter.table(table).add_column(ColumnDef::new(column).big_integer());
            manager.alter_table(alter.take()).await?;
        }
        let columns = vec![
            ColumnDef::new("place").small_integer().not_null().take(),
            big("rid"),
            big("seq"),
            big("updated"),
            big("chain"),
        ];
        manager.create_table(clustered(manager, "log_end", columns, &["place"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("log_end").to_owned()).await?;
        for (table, column) in COLUMNS {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
