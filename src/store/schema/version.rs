//! The schema of a database: how old it is, and bringing it up to date.

use mebe_migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use super::fill;
use crate::store::database::Location;
use crate::store::error::StoreError;
use crate::store::setting::{set, setting};
use crate::store::{postgres, sqlite};

/// The table that migrations are noted in.
pub(in crate::store) const NOTED: &str = "seaql_migrations";
/// The setting that says the same once more, with a checksum.
pub(in crate::store) const SCHEMA: &str = "schema";

/// What a schema is, seen from this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Age {
    /// There is none yet.
    Missing,
    Older,
    Current,
    /// A migration was made that this program does not know.
    Newer,
}

/// The age of a schema of which these migrations were made.
pub(in crate::store) fn age(made: &[String]) -> Age {
    let known = mebe_migrations::names();
    if made.is_empty() {
        Age::Missing
    } else if made.iter().any(|name| !known.contains(name)) {
        Age::Newer
    } else if known.iter().any(|name| !made.contains(name)) {
        Age::Older
    } else {
        Age::Current
    }
}

impl Location {
    /// Connects for work on the database as a whole.
    pub async fn migrations(&self) -> Result<DatabaseConnection, StoreError> {
        let url = match self {
            Self::Sqlite(path) => {
                // Made here, so that the mode of the file's log is set before its first page.
                sqlite::connection::writable(path)?;
                format!("sqlite://{}?mode=rwc", path.display())
            }
            Self::Postgres(url) => {
                postgres::connection::reach(url).await?;
                url.clone()
            }
        };
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Ok(Database::connect(options).await?)
    }

    /// Brings the schema up to date; true when something had to be done.
    pub async fn migrate(&self) -> Result<bool, StoreError> {
        let db = self.migrations().await?;
        let is_current = match age(&made(&db).await?) {
            Age::Newer => return Err(StoreError::Newer),
            Age::Current => true,
            Age::Missing | Age::Older => false,
        };
        if !is_current {
            Migrator::up(&db, None).await?;
        }
        let was_filled = fill::fill(&db).await?;
        if !is_current || setting(&db, SCHEMA).await?.is_none() {
            set(&db, SCHEMA, &noted(&db).await?).await?;
        }
        db.close().await?;
        Ok(!is_current || was_filled)
    }

    /// Drops every table.
    pub async fn take_down(&self) -> Result<(), StoreError> {
        let db = self.migrations().await?;
        if age(&made(&db).await?) == Age::Newer {
            return Err(StoreError::Newer);
        }
        Migrator::down(&db, None).await?;
        Ok(db.close().await?)
    }
}

/// The names of the migrations that were made.
async fn made(db: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let backend = db.get_database_backend();
    let there = match backend {
        DbBackend::Postgres => format!("SELECT 1 WHERE to_regclass('{NOTED}') IS NOT NULL"),
        _ => format!("SELECT 1 FROM sqlite_master WHERE name = '{NOTED}'"),
    };
    if db.query_one_raw(Statement::from_string(backend, there)).await?.is_none() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT version FROM {NOTED} ORDER BY version");
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The migrations that were made, and when.
async fn noted(db: &DatabaseConnection) -> Result<String, StoreError> {
    let sql = format!("SELECT version, applied_at FROM {NOTED} ORDER BY version");
    let query = Statement::from_string(db.get_database_backend(), sql);
    let mut text = String::new();
    for row in db.query_all_raw(query).await? {
        let (name, made): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        text.push_str(&format!("{name} {made}\n"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_a_schema_is_told_by_its_migrations() {
        let mut made = mebe_migrations::names();
        assert_eq!(age(&made), Age::Current);
        made.push("m20991231_000099_of_tomorrow".to_owned());
        assert_eq!(age(&made), Age::Newer);
        assert_eq!(age(&made[..1]), Age::Older);
        assert_eq!(age(&[]), Age::Missing);
        // A newer one that has dropped an old migration is newer still.
        assert_eq!(age(&made[1..]), Age::Newer);
    }
}
