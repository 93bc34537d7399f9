//! A quantity is one row, in base units and as it is written: amounts of one dimension lie together.
//! What is asked for without a unit is found by the second index. The rows are made anew when the
//! server starts.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "sp_quantity";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await?;
        let word = |name| text(manager, name).not_null().take();
        let real = |name| ColumnDef::new(name).double().not_null().take();
        let columns = vec![
            ColumnDef::new("param_id").integer().not_null().take(),
            big("dimension"),
            real("low"),
            real("high"),
            big("rid"),
            word("code"),
            big("system"),
            word("unit"),
            real("written_low"),
            real("written_high"),
        ];
        let key = ["param_id", "dimension", "low", "high", "rid", "code", "system", "unit"];
        manager.create_table(clustered(manager, TABLE, columns, &key)).await?;
        by_resource(manager).await?;
        let mut index = Index::create();
        index.name("sp_quantity_as_written").table(TABLE);
        index.col("param_id").col("written_low").col("written_high").col("rid");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await?;
        let real = |name| ColumnDef::new(name).double().not_null().take();
        let columns = vec![
            ColumnDef::new("param_id").integer().not_null().take(),
            real("low"),
            real("high"),
            big("rid"),
            text(manager, "code").not_null().take(),
            big("system"),
        ];
        let key = ["param_id", "low", "high", "rid", "code", "system"];
        manager.create_table(clustered(manager, TABLE, columns, &key)).await?;
        by_resource(manager).await
    }
}

async fn by_resource(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name("sp_quantity_by_resource").table(TABLE).col("rid").col("param_id");
    manager.create_index(index).await
}
