//! Gives checksums to what an earlier Mebe wrote, when the schema is brought up to date.

use sea_orm::sea_query::Value;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, Statement,
    TransactionTrait,
};

use crate::store::body;
use crate::store::error::StoreError;
use crate::store::setting::numbered;
use crate::store::writer::checksum::{self, Version};

/// Changes that are taken at a time.
const BATCH: i64 = 500;

/// Each change behind a number, with the version that it made.
const CHANGES: &str = "SELECT l.seq, CAST(coalesce(r.type_id, 0) AS bigint), r.id, l.rid, \
       coalesce(v.version, r.version), coalesce(v.seq, r.seq), coalesce(v.updated, r.updated), \
       CAST(coalesce(v.op, r.op) AS bigint), \
       CASE WHEN v.rid IS NULL THEN r.body ELSE v.body END \
     FROM change_log l \
     LEFT JOIN resource_version v ON v.rid = l.rid AND v.version = l.version \
     LEFT JOIN resource r ON r.rid = l.rid AND (v.rid IS NOT NULL OR r.version = l.version) \
     WHERE l.seq > ? ORDER BY l.seq LIMIT ?";

/// Fills what is empty; true when something was.
pub(super) async fn fill(db: &DatabaseConnection) -> Result<bool, StoreError> {
    let has = async |sql: &str| -> Result<bool, StoreError> {
        let query = Statement::from_string(db.get_database_backend(), sql);
        Ok(db.query_one_raw(query).await?.is_some())
    };
    if has("SELECT 1 FROM log_end WHERE place = 1").await? {
        return Ok(false);
    }
    let transaction = db.begin().await?;
    if has_sums(&transaction).await? {
        tracing::error!("the end of the log of changes was lost; run `mebe verify`");
    } else {
        settings(&transaction).await?;
        changes(&transaction).await?;
    }
    let end = "INSERT INTO log_end (place, rid, seq, updated, chain) SELECT 1, \
         coalesce((SELECT max(rid) FROM resource), 0), coalesce(max(seq), 0), \
         coalesce(max(updated), 0), \
         coalesce((SELECT chain FROM change_log ORDER BY seq DESC LIMIT 1), 0) FROM change_log";
    transaction.execute_unprepared(end).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn has_sums(transaction: &DatabaseTransaction) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM change_log WHERE chain IS NOT NULL LIMIT 1";
    let query = Statement::from_string(transaction.get_database_backend(), sql);
    Ok(transaction.query_one_raw(query).await?.is_some())
}

async fn settings(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let backend = transaction.get_database_backend();
    let query = Statement::from_string(backend, "SELECT key, value FROM setting");
    for row in transaction.query_all_raw(query).await? {
        let (key, value): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let sql = numbered(transaction, "UPDATE setting SET sum = ? WHERE key = ?");
        let values = [checksum::of_setting(&key, &value).into(), key.into()];
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

async fn changes(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let backend = transaction.get_database_backend();
    let select = numbered(transaction, CHANGES);
    let (mut last, mut chain) = (i64::MIN, 0);
    loop {
        let values = [last.into(), BATCH.into()];
        let query = Statement::from_sql_and_values(backend, select.clone(), values);
        let rows = transaction.query_all_raw(query).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut values: Vec<Value> = Vec::with_capacity(rows.len() * 3);
        for row in &rows {
            last = row.try_get_by_index(0)?;
            let sum = sum(row)?;
            chain = checksum::chain(chain, sum, 0);
            values.extend([last.into(), sum.into(), chain.into()]);
        }
        // Both databases call the columns of a list of values so.
        let update = format!(
            "UPDATE change_log SET sum = u.column2, chain = u.column3 \
             FROM (VALUES {}) AS u WHERE change_log.seq = u.column1",
            vec!["(?, ?, ?)"; rows.len()].join(", ")
        );
        let update = numbered(transaction, &update);
        transaction.execute_raw(Statement::from_sql_and_values(backend, update, values)).await?;
    }
}

/// The checksum of the version in a row of [`CHANGES`]; 0 when that was lost before.
fn sum(row: &QueryResult) -> Result<i64, StoreError> {
    let Some(version) = row.try_get_by_index::<Option<i64>>(4)? else { return Ok(0) };
    let id: String = row.try_get_by_index(2)?;
    let body = body::of(row, 8)?;
    let stored = Version {
        kind: row.try_get_by_index(1)?,
        id: &id,
        rid: row.try_get_by_index(3)?,
        version,
        seq: row.try_get_by_index(5)?,
        updated: row.try_get_by_index(6)?,
        op: row.try_get_by_index(7)?,
        body: body.as_deref(),
    };
    Ok(stored.sum())
}
