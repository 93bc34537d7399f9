//! The search index: one narrow table a kind of search parameter.
//!
//! Each key starts with the columns that a query compares for equality, then `rid`, so that hits
//! come out in the order of pages and a LIMIT ends the scan. Tables that are compared by range have
//! a second index from the resource to its values, to test a candidate without a scan.
//!
//! `param_id` stands for a resource type and a parameter of it; `search_parameter` says which.
//! `system` is a hash of the system's URL, 0 for none.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BY_RESOURCE: [(&str, &str); 4] = [
    ("sp_string", "sp_string_by_resource"),
    ("sp_date", "sp_date_by_resource"),
    ("sp_number", "sp_number_by_resource"),
    ("sp_quantity", "sp_quantity_by_resource"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables(manager) {
            manager.create_table(table).await?;
        }
        for (table, name) in BY_RESOURCE {
            let mut index = Index::create();
            index.name(name).table(table).col("rid").col("param_id");
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "search_parameter",
            "sp_composite",
            "sp_uri",
            "sp_reference",
            "sp_quantity",
            "sp_number",
            "sp_date",
            "sp_string",
            "sp_token",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables(manager: &SchemaManager<'_>) -> Vec<TableCreateStatement> {
    let word = |name| text(manager, name).not_null().take();
    let real = |name| ColumnDef::new(name).double().not_null().take();
    let param = || ColumnDef::new("param_id").integer().not_null().take();
    let table = |name, columns, key: &[&'static str]| clustered(manager, name, columns, key);
    vec![
        table(
            "sp_token",
            vec![param(), word("code"), big("rid"), big("system")],
            &["param_id", "code", "rid", "system"],
        ),
        table(
            "sp_string",
            vec![param(), word("folded"), big("rid"), word("exact")],
            &["param_id", "folded", "rid", "exact"],
        ),
        table(
            "sp_date",
            vec![param(), big("low"), big("high"), big("rid")],
            &["param_id", "low", "high", "rid"],
        ),
        table(
            "sp_number",
            vec![param(), real("low"), real("high"), big("rid")],
            &["param_id", "low", "high", "rid"],
        ),
        table(
            "sp_quantity",
            vec![param(), real("low"), real("high"), big("rid"), word("code"), big("system")],
            &["param_id", "low", "high", "rid", "code", "system"],
        ),
        table(
            "sp_reference",
            vec![
                param(),
                word("target"),
                big("rid"),
                ColumnDef::new("kind").small_integer().not_null().take(),
            ],
            &["param_id", "target", "rid", "kind"],
        ),
        table("sp_uri", vec![param(), word("value"), big("rid")], &["param_id", "value", "rid"]),
        table(
            "sp_composite",
            vec![
                param(),
                word("first"),
                word("second"),
                real("low"),
                real("high"),
                big("rid"),
                big("first_system"),
                big("second_system"),
            ],
            &["param_id", "first", "second", "low", "high", "rid", "first_system", "second_system"],
        ),
        parameters(manager),
    ]
}

/// Which parameter a number stands for, and how wide its widest date is.
fn parameters(manager: &SchemaManager<'_>) -> TableCreateStatement {
    let columns = vec![
        ColumnDef::new("param_id").integer().not_null().take(),
        text(manager, "kind").not_null().take(),
        text(manager, "code").not_null().take(),
        big("date_span"),
    ];
    clustered(manager, "search_parameter", columns, &["param_id"])
}
