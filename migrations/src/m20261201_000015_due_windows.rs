//! When something is to be done for whom: windows that a follower of the log keeps, for lists of many
//! people.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const PERSON: &str = "due_person";
const KIN: &str = "due_kin";
const WINDOW: &str = "due_window";
const INDEXES: [(&str, &str, &[&str]); 3] = [
    ("due_person_until", PERSON, &["until"]),
    ("due_kin_other", KIN, &["other"]),
    ("due_window_open", WINDOW, &["state", "due", "person"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let told = |name| text(manager, name).not_null().take();
        let columns =
            vec![told("person"), big("day"), big("until"), big("marked"), told("edition")];
        manager.create_table(clustered(manager, PERSON, columns, &["person"])).await?;
        let columns = vec![told("person"), told("other")];
        manager.create_table(clustered(manager, KIN, columns, &["person", "other"])).await?;
        let columns = vec![
            told("person"),
            big("state"),
            big("place"),
            told("code"),
            told("stage"),
            big("due"),
            big("overdue"),
            big("latest"),
            told("owner"),
            told("focus"),
        ];
        let key = ["person", "state", "place"];
        manager.create_table(clustered(manager, WINDOW, columns, &key)).await?;
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [WINDOW, KIN, PERSON] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let gone = "DELETE FROM consumer WHERE name = 'due-windows'";
        manager.get_connection().execute_unprepared(gone).await.map(drop)
    }
}
