//! Settings that a database keeps of itself, and statements as either database takes them.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::error::StoreError;
use super::writer::checksum;

/// The value of a setting.
pub(super) async fn setting(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let sql = numbered(db, "SELECT value FROM setting WHERE key = ?");
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, [key.into()]);
    let row = db.query_one_raw(query).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

pub(super) async fn set(
    db: &impl ConnectionTrait,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    let sql = numbered(
        db,
        "INSERT INTO setting (key, value, sum) VALUES (?, ?, ?) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum \
         WHERE setting.key <> 'cursor_key'",
    );
    let values = [key.into(), value.into(), checksum::of_setting(key, value).into()];
    let write = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(write).await?;
    Ok(())
}

/// The same statement with the placeholders of the database.
pub(super) fn numbered(db: &impl ConnectionTrait, sql: &str) -> String {
    if db.get_database_backend() != DbBackend::Postgres {
        return sql.to_owned();
    }
    let mut parts = sql.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    (1..).zip(parts).fold(first, |sql, (number, part)| format!("{sql}${number}{part}"))
}
