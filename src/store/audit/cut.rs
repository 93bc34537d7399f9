//! Retention: what is older than it must be is cut off, and where the chain begins then is kept, so that it
//! can be checked still.

use sea_orm::{ConnectionTrait, Statement, TransactionTrait};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::setting::numbered;

use super::search::first_at;

/// Rows that are deleted in one turn of the writer.
const TOGETHER: i64 = 5_000;

impl Store {
    /// Deletes some of the rows from before a time; whether there are more.
    pub async fn cut_audit(&self, before: i64) -> Result<bool, StoreError> {
        const END: &str = "SELECT first, seq FROM audit_end WHERE place = 1";
        const LAST: &str = "SELECT chain FROM audit WHERE seq = ?";
        const DELETE: &str = "DELETE FROM audit WHERE seq < ?";
        const BEGIN: &str =
            "UPDATE audit_end SET first = ?, start = ? WHERE place = 1 AND first < ?";
        let db = self.background().await?;
        let backend = db.get_database_backend();
        let Some(end) = db.query_one_raw(Statement::from_string(backend, END)).await? else {
            return Ok(false);
        };
        let (first, last): (i64, i64) = (end.try_get_by_index(0)?, end.try_get_by_index(1)?);
        let kept = first_at(&db, before, (first, last)).await?;
        if kept <= first {
            return Ok(false);
        }
        let begin = kept.min(first.saturating_add(TOGETHER));
        let _turn = self.queue.hold().await?;
        let transaction = db.begin().await?;
        let query = |sql: &str, values: Vec<sea_orm::Value>| {
            Statement::from_sql_and_values(backend, numbered(&db, sql), values)
        };
        let chain = transaction.query_one_raw(query(LAST, vec![(begin - 1).into()])).await?;
        let Some(chain) = chain else { return Ok(false) };
        let chain: String = chain.try_get_by_index(0)?;
        transaction
            .execute_raw(query(BEGIN, vec![begin.into(), chain.into(), begin.into()]))
            .await?;
        transaction.execute_raw(query(DELETE, vec![begin.into()])).await?;
        transaction.commit().await?;
        Ok(begin < kept)
    }
}
