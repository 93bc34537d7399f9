//! Who did what with whose record: rows of their own, in a chain, and for whom Break-Glass opened whom.
//!
//! | table | key | holds |
//! |---|---|---|
//! | `audit` | `seq` | one narrow row an event and patient, appended only |
//! | `audit_agent` | `id` | who does things, once each |
//! | `audit_end` | `place` | one row: where the chain begins and ends |
//! | `break_glass` | `issuer, subject, patient` | until when somebody may see a person in spite of role and consent |
//!
//! Nothing is null: what there is nothing of is an empty text, 0, or -1 for a type.

use sea_orm_migration::prelude::*;

use crate::dialect::{big, clustered, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 4] = ["audit", "audit_agent", "audit_end", "break_glass"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = |name| text(manager, name).not_null().take();
        let small = |name: &'static str| ColumnDef::new(name).small_integer().not_null().take();
        let mut columns = vec![big("seq"), big("at"), small("what"), small("status")];
        columns.extend([big("agent"), small("type_id"), text("id"), big("version")]);
        columns.extend([text("patient"), text("query"), text("purpose"), text("reason")]);
        columns.extend([text("address"), text("request"), text("token")]);
        columns.extend([big("part_of"), text("chain")]);
        manager.create_table(clustered(manager, "audit", columns, &["seq"])).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let mut columns = vec![big("id"), text("sum"), text("issuer"), text("subject")];
        columns.extend([text("client"), text("fhir_user"), text("role"), text("organization")]);
        manager.create_table(clustered(manager, "audit_agent", columns, &["id"])).await?;
        let mut unique = Index::create();
        unique.name("audit_agent_sum").table("audit_agent").col("sum").unique();
        manager.create_index(unique).await?;
        let mut columns = vec![small("place"), big("first"), text("start"), big("seq"), big("at")];
        columns.extend([text("chain"), big("agents")]);
        manager.create_table(clustered(manager, "audit_end", columns, &["place"])).await?;
        let begin = Query::insert()
            .into_table("audit_end")
            .columns(["place", "first", "start", "seq", "at", "chain", "agents"])
            .values_panic([
                1_i32.into(),
                1_i64.into(),
                "".into(),
                0_i64.into(),
                0_i64.into(),
                "".into(),
                0_i64.into(),
            ])
            .to_owned();
        manager.execute(begin).await?;
        let columns = vec![text("issuer"), text("subject"), text("patient"), big("until")];
        let key = &["issuer", "subject", "patient"];
        manager.create_table(clustered(manager, "break_glass", columns, key)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// Whose events these are, and which were under Break-Glass.
fn indexes() -> [IndexCreateStatement; 2] {
    let mut patient = Index::create();
    patient.name("audit_patient").table("audit").col("patient").col("seq");
    patient.and_where(Expr::col("patient").ne(""));
    let mut glass = Index::create();
    glass.name("audit_break_glass").table("audit").col("seq");
    glass.and_where(Expr::col("purpose").eq("BTG"));
    [patient, glass]
}
