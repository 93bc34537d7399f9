//! Whose record a resource is, which changes belong together, and what work in the background keeps.
//!
//! | table | holds |
//! |---|---|
//! | `compartment` | a row for each patient of a resource: in her compartment, about her, or both |
//! | `resource`, `resource_version`, `change_log` | `owner`: the patient whom a version is about first |
//! | `change_log` | `more`: how many changes of the same commit follow |
//! | `search_parameter` | `state`: 0 when its rows are complete and it answers searches |
//! | `job` | work in the background: what, how far, where it goes on |
//! | `consumer` | how far somebody who follows `change_log` has read |
//!
//! In what an earlier Mebe wrote each change stands alone, which is what `more` says without being
//! filled. Owners and compartments need the definitions: the server computes them when it next
//! starts, with the search index.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const OWNED: [&str; 3] = ["resource", "resource_version", "change_log"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in OWNED {
            add(manager, table, big("owner")).await?;
        }
        add(manager, "change_log", whole("more")).await?;
        add(manager, "search_parameter", small("state")).await?;
        for table in [compartment(manager), job(manager), consumer(manager)] {
            manager.create_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["consumer", "job", "compartment"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let owners = OWNED.map(|table| (table, "owner"));
        for (table, column) in
            [("search_parameter", "state"), ("change_log", "more")].into_iter().chain(owners)
        {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// Adds a column that is 0 in the rows that are there.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column.default(0)).to_owned()).await
}

fn small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).small_integer().not_null().take()
}

fn whole(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn compartment(manager: &SchemaManager<'_>) -> TableCreateStatement {
    // So ordered, nothing is left empty between the columns, in the row and in the key.
    let columns = vec![big("patient"), big("rid"), small("type_id"), small("role")];
    clustered(manager, "compartment", columns, &["patient", "type_id", "role", "rid"])
}

fn job(manager: &SchemaManager<'_>) -> TableCreateStatement {
    let columns = vec![
        big("job"),
        text(manager, "kind").not_null().take(),
        text(manager, "about").not_null().take(),
        small("state"),
        big("done"),
        big("total"),
        big("position"),
    ];
    clustered(manager, "job", columns, &["job"])
}

fn consumer(manager: &SchemaManager<'_>) -> TableCreateStatement {
    let columns = vec![text(manager, "name").not_null().take(), big("position")];
    clustered(manager, "consumer", columns, &["name"])
}
