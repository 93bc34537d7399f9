//! Follows the log: whoever a change is about, or rests on whom it is about, is to be worked out anew.
//!
//! Nothing is worked out here, so that who writes has next to nothing to wait for: a look takes the
//! changes of a while together, and changes one narrow row a person.

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::fhir::kind::ResourceKind;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::parameters::listed::{all, execute, locked};

/// What the follower is called in the table of consumers.
pub(in crate::store) const CONSUMER: &str = "due-windows";

/// Changes that are taken together.
const SPAN: i64 = 20_000;

/// Whom the changes of a span of the log are about: those in whose compartments what was changed is,
/// those it was about before, and the Patients themselves.
const ABOUT: &str = "SELECT c.patient AS patient FROM change_log l JOIN compartment c ON c.rid = l.rid \
       WHERE l.seq > ? AND l.seq <= ? \
     UNION SELECT l.owner FROM change_log l WHERE l.seq > ? AND l.seq <= ? \
     UNION SELECT v.owner FROM change_log l \
       JOIN resource_version v ON v.rid = l.rid AND v.version = l.version - 1 \
       WHERE l.seq > ? AND l.seq <= ?";

impl Store {
    /// Follows the log to a place, and marks; where it is then. Every person is marked when nobody
    /// followed before.
    pub async fn mark_windows(&self, until: i64) -> Result<i64, StoreError> {
        let db = self.background().await?;
        let mut position = position(&db).await?;
        while position.is_none_or(|position| position < until) {
            let turn = self.queue.hold().await?;
            let (transaction, end) = locked(&db).await?;
            let next = match position {
                None => {
                    everybody(&transaction).await?;
                    end.seq
                }
                Some(position) => {
                    let next = end.seq.min(position.saturating_add(SPAN));
                    span(&transaction, (position, next)).await?;
                    next
                }
            };
            keep_position(&transaction, next).await?;
            transaction.commit().await?;
            self.queue.let_go(turn).await?;
            position = Some(next);
        }
        Ok(position.unwrap_or_default())
    }

    /// Marks everybody whose windows are of another edition of the schedule.
    pub async fn mark_other_editions(&self, edition: &str) -> Result<(), StoreError> {
        let db = self.background().await?;
        let sql = "SELECT 1 FROM due_person WHERE until > 0 AND edition <> ? LIMIT 1";
        if all(&db, sql, [edition.into()]).await?.is_empty() {
            return Ok(());
        }
        let turn = self.queue.hold().await?;
        let sql = "UPDATE due_person SET until = 0 WHERE until > 0 AND edition <> ?";
        execute(&db, sql, [edition.into()]).await?;
        self.queue.let_go(turn).await
    }
}

async fn position(db: &impl ConnectionTrait) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT position FROM consumer WHERE name = ?";
    let rows = all(db, sql, [CONSUMER.into()]).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?)
}

async fn keep_position(db: &impl ConnectionTrait, position: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO consumer (name, position) VALUES (?, ?) \
         ON CONFLICT (name) DO UPDATE SET position = excluded.position";
    execute(db, sql, [CONSUMER.into(), position.into()]).await.map(drop)
}

async fn everybody(db: &DatabaseTransaction) -> Result<(), StoreError> {
    let patient = ResourceKind::PATIENT.number();
    let sql = "INSERT INTO due_person (person, day, until, marked, edition) \
         SELECT id, 0, 0, seq, '' FROM resource WHERE type_id = ? AND op <> 2 \
         ON CONFLICT (person) DO UPDATE SET until = 0, marked = excluded.marked";
    execute(db, sql, [patient.into()]).await.map(drop)
}

async fn span(db: &DatabaseTransaction, (after, until): (i64, i64)) -> Result<(), StoreError> {
    if after >= until {
        return Ok(());
    }
    let patient = ResourceKind::PATIENT.number();
    let between: [Value; 2] = [after.into(), until.into()];
    let each = || between.iter().cloned();
    // A person is the Patient who is the owner of her own record.
    let own = format!(
        "INSERT INTO due_person (person, day, until, marked, edition) \
         SELECT DISTINCT r.id, 0, 0, CAST(? AS bigint), '' FROM ({ABOUT}) a \
         JOIN compartment o ON o.patient = a.patient AND o.type_id = ? \
         JOIN resource r ON r.rid = o.rid AND r.owner = a.patient AND r.op <> 2 WHERE r.type_id = ? \
         ON CONFLICT (person) DO UPDATE SET until = 0, marked = excluded.marked"
    );
    let values = [Value::from(until)].into_iter().chain(each()).chain(each()).chain(each());
    execute(db, &own, values.chain([patient.into(), patient.into()])).await?;
    let kin = "UPDATE due_person SET until = 0, marked = ? WHERE person IN (\
         SELECT k.person FROM due_kin k JOIN due_person p ON p.person = k.other \
         WHERE p.marked = ? AND p.until = 0)";
    execute(db, kin, [until.into(), until.into()]).await?;
    gone(db, each(), patient).await
}

/// Takes away those who were deleted.
async fn gone(
    db: &DatabaseTransaction,
    between: impl Iterator<Item = Value>,
    patient: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT DISTINCT r.id FROM change_log l JOIN resource r ON r.rid = l.rid \
         WHERE l.seq > ? AND l.seq <= ? AND l.type_id = ? AND r.op = 2";
    for row in all(db, sql, between.chain([patient.into()])).await? {
        let person: String = row.try_get_by_index(0)?;
        let rested = "UPDATE due_person SET until = 0 WHERE person IN \
             (SELECT person FROM due_kin WHERE other = ?)";
        execute(db, rested, [person.as_str().into()]).await?;
        for table in ["due_window", "due_kin", "due_person"] {
            let sql = format!("DELETE FROM {table} WHERE person = ?");
            execute(db, &sql, [person.as_str().into()]).await?;
        }
    }
    Ok(())
}
