//! Reads the definitions that clients have stored, at start.

use sea_orm::{ConnectionTrait, Statement};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::database::Location;
use super::error::StoreError;
use super::revision::numbered;

/// Resources that are taken at a time.
const BATCH: i64 = 200;

/// Gives every current resource of some types to `take`: its type, id, version and body.
pub async fn each(
    location: &Location,
    kinds: impl Iterator<Item = ResourceKind>,
    mut take: impl FnMut(ResourceKind, &ResourceId, i64, &str),
) -> Result<(), StoreError> {
    let db = location.migrations().await?;
    let sql = numbered(
        &db,
        "SELECT id, version, body FROM resource \
         WHERE type_id = ? AND id > ? AND op <> 2 ORDER BY id LIMIT ?",
    );
    for kind in kinds {
        let mut last = String::new();
        loop {
            let values = [kind.number().into(), last.as_str().into(), BATCH.into()];
            let backend = db.get_database_backend();
            let query = Statement::from_sql_and_values(backend, sql.clone(), values);
            let rows = db.query_all_raw(query).await?;
            let Some(end) = rows.last() else { break };
            last = end.try_get_by_index(0)?;
            for row in &rows {
                let id: String = row.try_get_by_index(0)?;
                let body: Option<String> = row.try_get_by_index(2)?;
                let id = ResourceId::parse(&id).ok_or_else(|| StoreError::Corrupt {
                    table: "resource",
                    what: format!("id of a {kind}"),
                })?;
                take(kind, &id, row.try_get_by_index(1)?, &body.unwrap_or_default());
            }
        }
    }
    Ok(db.close().await?)
}
