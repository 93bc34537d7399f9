//! Makes the search index anew from the resources, and who the owner of each version is, within a
//! transaction.

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement};

use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;

use super::index_table::{INDEX, date_spans, tables};
use super::words;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::setting::numbered;
use crate::store::writer::decide::reindex;

/// Resources or versions that are taken at a time.
const BATCH: i64 = 500;

/// Current resources behind a number, in order.
const LIVING: &str = "SELECT rid, version, seq, type_id, body FROM resource \
     WHERE rid > ? AND op <> 2 ORDER BY rid LIMIT ?";

/// Superseded versions behind one, in order.
const SUPERSEDED: &str = "SELECT v.rid, v.version, v.seq, r.type_id, v.body \
     FROM resource_version v JOIN resource r ON r.rid = v.rid \
     WHERE (v.rid, v.version) > (?, ?) ORDER BY v.rid, v.version LIMIT ?";

/// What is deleted keeps the owner it had; the log says the same.
const DELETED: [&str; 2] = [
    "UPDATE resource SET owner = v.owner FROM resource_version v \
     WHERE resource.op = 2 AND v.rid = resource.rid AND v.version = resource.version - 1",
    "UPDATE change_log SET owner = r.owner FROM resource r \
     WHERE r.op = 2 AND change_log.seq = r.seq",
];

/// A version, as its row has it.
struct Version {
    rid: i64,
    version: i64,
    seq: i64,
    kind: ResourceKind,
    body: Option<String>,
}

/// Deletes every index row and writes all of them again.
pub(in crate::store) async fn rebuild(
    transaction: &DatabaseTransaction,
    indexer: &Indexer,
) -> Result<(), StoreError> {
    for table in &INDEX {
        transaction.execute_unprepared(&format!("DELETE FROM {}", table.shape.table)).await?;
    }
    words::clear(transaction).await?;
    transaction.execute_unprepared("UPDATE search_parameter SET date_span = 0").await?;
    living(transaction, indexer).await?;
    superseded(transaction, indexer).await?;
    for sql in DELETED {
        transaction.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Whether a body of any version has one of these in it.
pub(in crate::store) async fn has_text(
    db: &impl ConnectionTrait,
    texts: &[String],
) -> Result<bool, StoreError> {
    let has = |batch: &[Version]| {
        let mut bodies = batch.iter().filter_map(|version| version.body.as_deref());
        bodies.any(|body| texts.iter().any(|text| body.contains(text.as_str())))
    };
    let (mut rid, mut last) = (i64::MIN, (i64::MIN, i64::MIN));
    loop {
        let batch = read(db, LIVING, &[rid, BATCH]).await?;
        match batch.last() {
            Some(_) if has(&batch) => return Ok(true),
            Some(end) => rid = end.rid,
            None => break,
        }
    }
    loop {
        let batch = read(db, SUPERSEDED, &[last.0, last.1, BATCH]).await?;
        match batch.last() {
            Some(_) if has(&batch) => return Ok(true),
            Some(end) => last = (end.rid, end.version),
            None => return Ok(false),
        }
    }
}

async fn living(db: &impl ConnectionTrait, indexer: &Indexer) -> Result<(), StoreError> {
    let mut last = i64::MIN;
    loop {
        let batch = read(db, LIVING, &[last, BATCH]).await?;
        let Some(end) = batch.last() else { return Ok(()) };
        last = end.rid;
        let mut rows = Vec::with_capacity(batch.len());
        for resource in &batch {
            let body = resource.body.as_deref().unwrap_or_default();
            rows.push((resource.rid, reindex(indexer, resource.kind, body)?));
        }
        write(db, &rows).await?;
        let owners: Vec<Owner> = rows.iter().map(|(_, rows)| rows.owner).collect();
        own(db, "resource", &batch, &owners).await?;
    }
}

async fn superseded(db: &impl ConnectionTrait, indexer: &Indexer) -> Result<(), StoreError> {
    let (mut last, mut owner) = ((i64::MIN, i64::MIN), Owner::Nobody);
    loop {
        let batch = read(db, SUPERSEDED, &[last.0, last.1, BATCH]).await?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut owners = Vec::with_capacity(batch.len());
        for version in &batch {
            // A deletion has no body, and follows a version of the same resource.
            if let Some(body) = &version.body {
                owner = reindex(indexer, version.kind, body)?.owner;
            }
            owners.push(owner);
            last = (version.rid, version.version);
        }
        own(db, "resource_version", &batch, &owners).await?;
    }
}

/// Writes the owners of versions into their table, and into the log.
async fn own(
    db: &impl ConnectionTrait,
    table: &str,
    versions: &[Version],
    owners: &[Owner],
) -> Result<(), StoreError> {
    // Both databases call the columns of a list of values so.
    let list = vec!["(?, ?, ?, ?)"; versions.len()].join(", ");
    let key = match table {
        "resource" => "t.rid = u.column1",
        _ => "t.rid = u.column1 AND t.version = u.column2",
    };
    for (table, key) in [(table, key), ("change_log", "t.seq = u.column3")] {
        let sql = format!(
            "UPDATE {table} AS t SET owner = u.column4 FROM (VALUES {list}) AS u \
             WHERE {key} AND t.owner <> u.column4"
        );
        let row = |(version, owner): (&Version, &Owner)| {
            [version.rid, version.version, version.seq, owner.number()]
        };
        let values = versions.iter().zip(owners).flat_map(row).map(Value::from);
        let (backend, sql) = (db.get_database_backend(), numbered(db, &sql));
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

pub(in crate::store) async fn write(
    db: &impl ConnectionTrait,
    rows: &[(i64, Rows)],
) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    let spans = date_spans(rows.iter().map(|(_, rows)| rows));
    for bulk in tables(rows.iter().map(|(rid, rows)| (*rid, rows))) {
        for statement in bulk.inserts(backend) {
            db.execute_raw(statement).await?;
        }
    }
    words::write(db, rows).await?;
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

async fn read(
    db: &impl ConnectionTrait,
    sql: &str,
    values: &[i64],
) -> Result<Vec<Version>, StoreError> {
    let values = values.iter().map(|value| Value::from(*value));
    let sql = numbered(db, sql);
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(query).await?.iter().map(version).collect()
}

fn version(row: &QueryResult) -> Result<Version, StoreError> {
    let number: i16 = row.try_get_by_index(3)?;
    let kind = ResourceKind::from_number(number.into())
        .ok_or_else(|| StoreError::Corrupt { table: "resource", what: format!("type {number}") })?;
    Ok(Version {
        rid: row.try_get_by_index(0)?,
        version: row.try_get_by_index(1)?,
        seq: row.try_get_by_index(2)?,
        kind,
        body: body::of(row, 4)?,
    })
}
