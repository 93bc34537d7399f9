//! Checks a database as it lies: `mebe verify`.
//!
//! - every current body is JSON, and says the type, id and version of its row;
//! - versions have no gaps, and each has its line in the log of changes;
//! - the index holds exactly the rows that the resources give, compared by a sum of hashes for each
//!   resource: 16 bytes of memory a resource, whatever the size of the index;
//! - on `SQLite`, the file itself is sound.

use std::fmt;

use rustc_hash::FxHashMap;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};
use xxhash_rust::xxh3::xxh3_64;

use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;

use super::bulk::Shape;
use super::database::Location;
use super::decide::reindex;
use super::error::StoreError;
use super::index_table::{INDEX, tables};
use super::rebuild::{Living, living};
use super::revision::numbered;

/// Rows that are taken at a time.
const BATCH: i64 = 2_000;
/// Faults that are told one by one.
const TOLD: usize = 100;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    pub resources: u64,
    pub versions: u64,
    pub index_rows: u64,
    pub faults: Vec<Fault>,
}

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: String,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Checks everything.
pub async fn verify(location: &Location, indexer: &Indexer) -> Result<Report, StoreError> {
    let db = location.migrations().await?;
    let mut report = Report::default();
    if db.get_database_backend() == DbBackend::Sqlite {
        file(&db, &mut report).await?;
    }
    history(&db, &mut report).await?;
    let mut sums = resources(&db, indexer, &mut report).await?;
    for shape in INDEX {
        index(&db, shape, &mut sums, &mut report).await?;
    }
    for (rid, sum) in sums {
        if sum != 0 {
            let place = name(&db, rid).await?;
            report.add(place, "its index rows differ from what it gives");
        }
    }
    db.close().await?;
    Ok(report)
}

impl Report {
    fn add(&mut self, place: String, what: impl Into<String>) {
        if self.faults.len() < TOLD {
            self.faults.push(Fault { place, what: what.into() });
        }
    }
}

/// `Patient/1`, of the row with this number.
async fn name(db: &DatabaseConnection, rid: i64) -> Result<String, StoreError> {
    const SQL: &str = "SELECT type_id, id FROM resource WHERE rid = ?";
    let found = rows(db, &numbered(db, SQL), [rid.into()]).await?;
    let Some(row) = found.first() else { return Ok(format!("rid {rid}, which has no resource")) };
    let number: i16 = row.try_get_by_index(0)?;
    let kind = ResourceKind::from_number(number.into()).map_or("?", ResourceKind::name);
    Ok(format!("{kind}/{}", row.try_get_by_index::<String>(1)?))
}

async fn file(db: &DatabaseConnection, report: &mut Report) -> Result<(), StoreError> {
    for row in rows(db, "PRAGMA integrity_check", []).await? {
        let said: String = row.try_get_by_index(0)?;
        if said != "ok" {
            report.add("file".into(), said);
        }
    }
    Ok(())
}

async fn history(db: &DatabaseConnection, report: &mut Report) -> Result<(), StoreError> {
    const GAPS: &str = "SELECT r.rid FROM resource r WHERE r.version - 1 <> \
         (SELECT count(*) FROM resource_version v WHERE v.rid = r.rid AND v.version < r.version) \
         LIMIT 100";
    const UNLOGGED: &str = "SELECT v.rid FROM \
         (SELECT rid, version, seq, op FROM resource UNION ALL \
          SELECT rid, version, seq, op FROM resource_version) v \
         LEFT JOIN change_log l ON l.seq = v.seq AND l.rid = v.rid AND l.version = v.version \
           AND l.op = v.op \
         WHERE l.seq IS NULL LIMIT 100";
    const COUNTS: &str = "SELECT (SELECT count(*) FROM resource), \
         (SELECT count(*) FROM resource_version), (SELECT count(*) FROM change_log)";
    for (sql, what) in
        [(GAPS, "its versions have gaps"), (UNLOGGED, "a version is not in the log of changes")]
    {
        for row in rows(db, sql, []).await? {
            let place = name(db, row.try_get_by_index(0)?).await?;
            report.add(place, what);
        }
    }
    for row in rows(db, COUNTS, []).await? {
        let count = |at| row.try_get_by_index::<i64>(at);
        let (current, superseded, changes) = (count(0)?, count(1)?, count(2)?);
        if changes != current + superseded {
            let what = format!("{changes} changes, but {} versions", current + superseded);
            report.add("change_log".into(), what);
        }
        report.versions = changes.unsigned_abs();
    }
    Ok(())
}

/// Checks the current resources; gives, for each, the sum of the hashes of its index rows.
async fn resources(
    db: &DatabaseConnection,
    indexer: &Indexer,
    report: &mut Report,
) -> Result<FxHashMap<i64, u64>, StoreError> {
    let mut sums = FxHashMap::default();
    let mut last = i64::MIN;
    loop {
        let batch = living(db, last, BATCH).await?;
        let Some(end) = batch.last() else { break };
        last = end.rid;
        for resource in &batch {
            report.resources += 1;
            body(resource, report);
            let Ok(rows) = reindex(indexer, resource.kind, &resource.body) else { continue };
            let sum: &mut u64 = sums.entry(resource.rid).or_default();
            for bulk in tables(std::iter::once((resource.rid, &rows))) {
                for row in bulk.rows() {
                    *sum = sum.wrapping_add(hash(bulk.table(), &row));
                }
            }
        }
    }
    Ok(sums)
}

fn body(resource: &Living, report: &mut Report) {
    let place = || format!("{}/{}", resource.kind, resource.id);
    let value: serde_json::Value = match serde_json::from_str(&resource.body) {
        Ok(value) => value,
        Err(error) => return report.add(place(), format!("the body is not JSON: {error}")),
    };
    let version = resource.version.to_string();
    for (pointer, expected) in [
        ("/resourceType", resource.kind.name()),
        ("/id", resource.id.as_str()),
        ("/meta/versionId", version.as_str()),
    ] {
        if value.pointer(pointer).and_then(serde_json::Value::as_str) != Some(expected) {
            report.add(place(), format!("the body's {pointer} is not {expected}"));
        }
    }
}

/// Takes the rows of an index table from the sums.
async fn index(
    db: &DatabaseConnection,
    shape: Shape,
    sums: &mut FxHashMap<i64, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let names: Vec<&str> = shape.columns.iter().map(|(name, _)| *name).collect();
    let (names, table) = (names.join(", "), shape.table);
    let marks = vec!["?"; shape.columns.len()].join(", ");
    let first = format!("SELECT {names} FROM {table} ORDER BY {names} LIMIT {BATCH}");
    let next = format!(
        "SELECT {names} FROM {table} WHERE ({names}) > ({marks}) ORDER BY {names} LIMIT {BATCH}"
    );
    let mut last: Option<Vec<Value>> = None;
    loop {
        let batch = match last.take() {
            None => rows(db, &first, []).await?,
            Some(values) => rows(db, &numbered(db, &next), values).await?,
        };
        for row in &batch {
            let values = read(row, shape)?;
            if let Some(Value::BigInt(Some(rid))) = values.first() {
                let sum = sums.entry(*rid).or_default();
                *sum = sum.wrapping_sub(hash(table, &values));
            }
            report.index_rows += 1;
            last = Some(values);
        }
        if batch.is_empty() {
            return Ok(());
        }
    }
}

fn read(row: &QueryResult, shape: Shape) -> Result<Vec<Value>, StoreError> {
    let read = |(at, (_, kind)): (usize, &(&str, &str))| {
        Ok(match *kind {
            "smallint" => Value::SmallInt(row.try_get_by_index(at)?),
            "integer" => Value::Int(row.try_get_by_index(at)?),
            "bigint" => Value::BigInt(row.try_get_by_index(at)?),
            "double precision" => Value::Double(row.try_get_by_index(at)?),
            _ => row.try_get_by_index::<String>(at)?.into(),
        })
    };
    shape.columns.iter().enumerate().map(read).collect()
}

fn hash(table: &str, row: &[Value]) -> u64 {
    let mut text = table.to_owned();
    for value in row {
        text.push('\0');
        match value {
            Value::SmallInt(Some(number)) => text.push_str(&number.to_string()),
            Value::Int(Some(number)) => text.push_str(&number.to_string()),
            Value::BigInt(Some(number)) => text.push_str(&number.to_string()),
            // Zero has two signs and one meaning.
            Value::Double(Some(number)) => text.push_str(&(number + 0.0).to_bits().to_string()),
            Value::String(Some(part)) => text.push_str(part),
            _ => {}
        }
    }
    xxh3_64(text.as_bytes())
}

async fn rows(
    db: &DatabaseConnection,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    let backend = db.get_database_backend();
    Ok(db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?)
}
