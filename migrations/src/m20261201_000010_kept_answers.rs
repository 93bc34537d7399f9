//! What requests with an `Idempotency-Key` did, so that they do it once.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "kept_answer";
const BY_TIME: &str = "kept_answer_until";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = |name| text(manager, name).not_null().take();
        let columns = vec![text("key"), text("asked"), text("about"), text("told"), big("until")];
        manager.create_table(clustered(manager, TABLE, columns, &["key"])).await?;
        let mut index = Index::create();
        index.name(BY_TIME).table(TABLE).col("until");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }
}
