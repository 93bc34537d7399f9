//! Makes the search index anew from the resources, in one transaction.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};

use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;

use super::decide::reindex;
use super::error::StoreError;
use super::index_table::{INDEX, date_spans, tables};
use super::revision::numbered;

/// Resources that are taken at a time.
const BATCH: i64 = 500;

/// Deletes every index row and writes all of them again.
pub(super) async fn rebuild(db: &DatabaseConnection, indexer: &Indexer) -> Result<(), StoreError> {
    let transaction = db.begin().await?;
    for shape in INDEX {
        transaction.execute_unprepared(&format!("DELETE FROM {}", shape.table)).await?;
    }
    transaction.execute_unprepared("UPDATE search_parameter SET date_span = 0").await?;
    let mut last = i64::MIN;
    loop {
        let batch = living(&transaction, last, BATCH).await?;
        let Some(end) = batch.last() else { break };
        last = end.rid;
        let mut rows = Vec::with_capacity(batch.len());
        for resource in &batch {
            rows.push((resource.rid, reindex(indexer, resource.kind, &resource.body)?));
        }
        write(&transaction, &rows).await?;
    }
    Ok(transaction.commit().await?)
}

async fn write(db: &impl ConnectionTrait, rows: &[(i64, Rows)]) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    let spans = date_spans(rows.iter().map(|(_, rows)| rows));
    for bulk in tables(rows.iter().map(|(rid, rows)| (*rid, rows))) {
        for statement in bulk.inserts(backend) {
            db.execute_raw(statement).await?;
        }
    }
    for (param, span) in spans {
        let sql = numbered(
            db,
            "UPDATE search_parameter SET date_span = ? WHERE param_id = ? AND date_span < ?",
        );
        let values = [span.into(), param.into(), span.into()];
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// A current resource, as its row has it.
struct Living {
    rid: i64,
    kind: ResourceKind,
    body: String,
}

/// The current resources behind a number, in order.
async fn living(
    db: &impl ConnectionTrait,
    behind: i64,
    limit: i64,
) -> Result<Vec<Living>, StoreError> {
    let sql = numbered(
        db,
        "SELECT rid, type_id, body FROM resource \
         WHERE rid > ? AND op <> 2 ORDER BY rid LIMIT ?",
    );
    let values = [behind.into(), limit.into()];
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let mut found = Vec::new();
    for row in db.query_all_raw(query).await? {
        let number: i16 = row.try_get_by_index(1)?;
        let kind = ResourceKind::from_number(number.into()).ok_or_else(|| StoreError::Corrupt {
            table: "resource",
            what: format!("type {number}"),
        })?;
        found.push(Living {
            rid: row.try_get_by_index(0)?,
            kind,
            body: row.try_get_by_index::<Option<String>>(2)?.unwrap_or_default(),
        });
    }
    Ok(found)
}
