//! Resources, their superseded versions, the log of all changes, and settings of the database.
//!
//! | table | key | holds |
//! |---|---|---|
//! | `resource` | `rid` | the current version: one row a resource, the body as it is served |
//! | `resource_version` | `rid, version` | superseded versions |
//! | `change_log` | `seq` | one narrow row a change, in the order of commits |
//! | `setting` | `key` | what must outlive the process: the key of page links, the index's revision |
//!
//! `rid` grows with every new resource, so rows are appended and are found by number from the
//! search index. `op` says how a version came about: 0 created, 1 updated, 2 deleted. Times are
//! microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(resource(manager)).await?;
        for index in resource_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(resource_version(manager)).await?;
        manager.create_table(change_log()).await?;
        let columns =
            vec![text(manager, "key").not_null().take(), text(manager, "value").not_null().take()];
        manager.create_table(clustered(manager, "setting", columns, &["key"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["setting", "change_log", "resource_version", "resource"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn resource(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("resource")
        .col(ColumnDef::new("rid").big_integer().not_null().primary_key())
        .col(ColumnDef::new("type_id").small_integer().not_null())
        .col(text(manager, "id").not_null())
        .col(big("version"))
        .col(big("seq"))
        .col(big("updated"))
        .col(ColumnDef::new("op").small_integer().not_null())
        .col(text(manager, "body"))
        .to_owned()
}

fn resource_indexes() -> [IndexCreateStatement; 3] {
    let living = || Expr::col("op").ne(2);
    let mut identity = Index::create();
    identity.name("resource_identity").table("resource").col("type_id").col("id").unique();
    let mut order = Index::create();
    order.name("resource_order").table("resource").col("type_id").col("rid");
    order.and_where(living());
    let mut updated = Index::create();
    updated.name("resource_updated").table("resource").col("type_id").col("updated").col("rid");
    updated.and_where(living());
    [identity, order, updated]
}

fn resource_version(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("resource_version")
        .col(big("rid"))
        .col(big("version"))
        .col(big("seq"))
        .col(big("updated"))
        .col(ColumnDef::new("op").small_integer().not_null())
        .col(text(manager, "body"))
        .primary_key(Index::create().col("rid").col("version"))
        .to_owned()
}

fn change_log() -> TableCreateStatement {
    Table::create()
        .table("change_log")
        .col(ColumnDef::new("seq").big_integer().not_null().primary_key())
        .col(big("rid"))
        .col(big("version"))
        .col(ColumnDef::new("type_id").small_integer().not_null())
        .col(ColumnDef::new("op").small_integer().not_null())
        .col(big("updated"))
        .to_owned()
}
