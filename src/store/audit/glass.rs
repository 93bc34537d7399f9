//! Until when somebody may see a person by Break-Glass: kept in the database, so that it survives a restart
//! and other servers know it.

use sea_orm::{ConnectionTrait, Statement};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::setting::numbered;

/// Opens it, or for longer.
pub(in crate::store) const OPEN: &str = "INSERT INTO break_glass (issuer, subject, patient, until) \
     VALUES (?, ?, ?, ?) \
     ON CONFLICT (issuer, subject, patient) DO UPDATE SET until = excluded.until";

impl Store {
    /// The ids of the patients who are open to somebody at a time.
    pub async fn opened(
        &self,
        issuer: &str,
        subject: &str,
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT patient FROM break_glass \
             WHERE issuer = ? AND subject = ? AND until > ? ORDER BY patient";
        let db = self.audit_reader().await?;
        let sql = numbered(&db, SQL);
        let values = [issuer.into(), subject.into(), now.into()];
        let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let rows = db.query_all_raw(query).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }
}
