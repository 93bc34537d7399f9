//! Reads the definitions that clients have stored, at start.

use sea_orm::{ConnectionTrait, QueryResult, Statement};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::body;
use super::database::Location;
use super::error::StoreError;
use super::lookup::by_key;
use super::setting::numbered;

/// Resources that are taken at a time.
const BATCH: i64 = 200;

/// The current resources of a type behind an id, and those before them of one.
const CURRENT: &str = "SELECT id, version, body FROM resource \
     WHERE type_id = ? AND op <> 2 AND (id > ? OR (id = ? AND version < ?)) \
     ORDER BY id, version DESC LIMIT ?";
const EARLIER: &str = "SELECT r.id, v.version, v.body FROM resource r \
     JOIN resource_version v ON v.rid = r.rid \
     WHERE r.type_id = ? AND r.op <> 2 AND v.op <> 2 \
       AND (r.id > ? OR (r.id = ? AND v.version < ?)) \
     ORDER BY r.id, v.version DESC LIMIT ?";

/// Gives every resource of some types to `take`, first as it is and then as it was: its type, id,
/// version and body. What was changed behind the position of the log that is given back may be
/// missing.
pub async fn each(
    location: &Location,
    kinds: impl Iterator<Item = ResourceKind>,
    mut take: impl FnMut(ResourceKind, &ResourceId, i64, &str),
) -> Result<i64, StoreError> {
    let db = location.migrations().await?;
    let end = Statement::from_string(db.get_database_backend(), by_key::LAST);
    let end = db.query_one_raw(end).await?;
    let end = end.map(|row| row.try_get_by_index(1)).transpose()?.unwrap_or_default();
    for kind in kinds {
        for sql in [CURRENT, EARLIER] {
            let sql = numbered(&db, sql);
            let (mut id, mut version) = (String::new(), 0_i64);
            loop {
                let (kind_number, at) = (kind.number().into(), id.as_str());
                let values = [kind_number, at.into(), at.into(), version.into(), BATCH.into()];
                let backend = db.get_database_backend();
                let query = Statement::from_sql_and_values(backend, sql.clone(), values);
                let rows = db.query_all_raw(query).await?;
                let Some(end) = rows.last() else { break };
                (id, version) = (end.try_get_by_index(0)?, end.try_get_by_index(1)?);
                for row in &rows {
                    let (id, version, body) = read(row, kind)?;
                    take(kind, &id, version, &body);
                }
            }
        }
    }
    db.close().await?;
    Ok(end)
}

fn read(row: &QueryResult, kind: ResourceKind) -> Result<(ResourceId, i64, String), StoreError> {
    let id: String = row.try_get_by_index(0)?;
    let body = body::of(row, 2)?;
    let id = ResourceId::parse(&id).ok_or_else(|| StoreError::Corrupt {
        table: "resource",
        what: format!("id of a {kind}"),
    })?;
    Ok((id, row.try_get_by_index(1)?, body.unwrap_or_default()))
}
