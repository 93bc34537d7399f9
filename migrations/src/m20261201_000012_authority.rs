//! What the authorization server keeps: accounts, clients, grants, keys, sessions and what serves once;
//! and how often that which servers remember of it was changed.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "authority";
const END: &str = "authority_end";
const INDEXES: [(&str, &[&str]); 2] =
    [("authority_parent", &["kind", "parent"]), ("authority_until", &["until"])];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let told = |name| text(manager, name).not_null().take();
        let columns = vec![
            told("kind"),
            told("id"),
            text(manager, "parent"),
            told("body"),
            ColumnDef::new("until").big_integer().take(),
        ];
        manager.create_table(clustered(manager, TABLE, columns, &["kind", "id"])).await?;
        for (name, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(TABLE);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        let columns =
            vec![ColumnDef::new("place").small_integer().not_null().take(), big("revision")];
        manager.create_table(clustered(manager, END, columns, &["place"])).await?;
        let first = "INSERT INTO authority_end (place, revision) VALUES (1, 0)";
        manager.get_connection().execute_unprepared(first).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [END, TABLE] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
