//! The tokens and URIs of a resource are found from the resource: results are sorted by them, and a
//! candidate is tested for having any.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [(&str, &str); 2] =
    [("sp_token", "sp_token_by_resource"), ("sp_uri", "sp_uri_by_resource")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table).col("rid").col("param_id");
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in INDEXES {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
