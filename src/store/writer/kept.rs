//! What a commit did, kept with it under a key, so that who asks for the same again is told and nothing is
//! done twice.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::decide::Decided;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::row::Op;
use crate::store::setting::numbered;
use crate::store::write::{Done, Kept, Write};

/// Whether a key is taken.
pub(in crate::store) const IS_KEPT: &str = "SELECT 1 FROM kept_answer WHERE key = ? AND until > ?";
/// Forgets what is kept no longer.
pub(in crate::store) const FORGET: &str = "DELETE FROM kept_answer WHERE until <= ?";
/// Keeps what was done.
pub(in crate::store) const KEEP: &str =
    "INSERT INTO kept_answer (key, asked, about, told, until) VALUES (?, ?, ?, ?, ?)";

/// What became of writes, as it is kept.
pub(in crate::store) fn told(writes: &[Write], decided: &[Decided]) -> String {
    let each = writes.iter().zip(decided).map(|(write, decided)| {
        let (version, op) = match decided {
            Decided::Change(effect) | Decided::Audit(effect) => {
                (Some(effect.version), Some(effect.op.number()))
            }
            Decided::Same(row) => (Some(row.version), None),
            Decided::Nothing { version } => (*version, Some(Op::Deleted.number())),
        };
        json!([write.kind.name(), write.id.as_str(), version, op])
    });
    Value::Array(each.collect()).to_string()
}

fn read(told: &str) -> Option<Vec<Done>> {
    let each: Vec<(String, String, Option<i64>, Option<i64>)> = serde_json::from_str(told).ok()?;
    let done = |(kind, id, version, op): (String, String, Option<i64>, Option<i64>)| {
        let op = match op {
            Some(op) => Some(Op::from_number(op)?),
            None => None,
        };
        Some(Done { kind: ResourceKind::parse(&kind)?, id: ResourceId::parse(&id)?, version, op })
    };
    each.into_iter().map(done).collect()
}

impl Store {
    /// What was done under a key, as long as it is kept.
    pub async fn kept(&self, key: &str) -> Result<Option<Kept>, StoreError> {
        const SQL: &str = "SELECT asked, about, told FROM kept_answer WHERE key = ? AND until > ?";
        let db = self.background().await?;
        let values = [key.into(), time::now().micros().into()];
        let sql = numbered(&db, SQL);
        let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let Some(row) = db.query_one_raw(query).await? else { return Ok(None) };
        let told: String = row.try_get_by_index(2)?;
        let writes =
            read(&told).ok_or_else(|| StoreError::Corrupt { table: "kept_answer", what: told })?;
        let (asked, about) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(Some(Kept { asked, about, writes }))
    }
}
