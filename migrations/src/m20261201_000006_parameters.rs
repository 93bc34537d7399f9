//! Search parameters that come and go while the server answers, and work that goes on after a restart.
//!
//! | table | holds |
//! |---|---|
//! | `log_end` | `generation`: how often the list of search parameters has changed |
//! | `search_parameter` | `definition`: what its rows are made by, when R4 does not say; `job`: what makes them |
//! | `job` | `part` of the work that is being done, when it was `begun`, when it may go on (`due`), who does it (`holder`) and until when nobody else does (`until`), and why it failed (`error`) |

use sea_orm_migration::prelude::*;

use crate::dialect::{big, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Columns of numbers.
const NUMBERS: [(&str, &str); 6] = [
    ("log_end", "generation"),
    ("search_parameter", "job"),
    ("job", "part"),
    ("job", "begun"),
    ("job", "due"),
    ("job", "until"),
];

/// Columns of text.
const TEXTS: [(&str, &str); 3] =
    [("search_parameter", "definition"), ("job", "holder"), ("job", "error")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in NUMBERS {
            add(manager, table, big(name).default(0).take()).await?;
        }
        for (table, name) in TEXTS {
            let column = text(manager, name).not_null().default("").take();
            add(manager, table, column).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in NUMBERS.into_iter().chain(TEXTS) {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await
}
