//! What a database must have before a server works on it, besides its schema: a secret for the
//! links of pages, a list of search parameters, and an index that was made the way this server
//! makes it.
//!
//! The way the index is made has a number, a hash of all that it depends on. When the number in the
//! database is another, the index is made anew from the resources before anything is served. The
//! server's own base URL matters only where a version of a resource names it: absolute references
//! below it are local.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use xxhash_rust::xxh3::xxh3_64;

use crate::definitions::base::{BASE, former};
use crate::definitions::search_parameter::{ParameterDefinition, SearchParameters};
use crate::fhir::date::Zone;
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::patient::PatientKey;

use super::database::Location;
use super::error::StoreError;
use super::schema::rebuild;
use super::writer::checksum;

/// Changes when the rows that are made for the same resource and the same definitions change.
const INDEX_FORMAT: u32 = 3;

/// What the index depends on.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub search: &'a SearchParameters,
    pub zone: Zone,
    /// The server's own base URL: references below it are local.
    pub base: &'a str,
    /// What gives patients their numbers.
    pub patients: &'a PatientKey,
}

/// The secret of a database whose schema is up to date: links of pages are signed with it, and
/// patients get their numbers by it.
pub async fn secret(location: &Location) -> Result<Vec<u8>, StoreError> {
    let db = location.migrations().await?;
    let secret = match setting(&db, SECRET).await? {
        Some(secret) => secret,
        None => {
            let secret = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
            let secret: String = secret.iter().map(|part| part.simple().to_string()).collect();
            set(&db, SECRET, &secret).await?;
            // Another server may have been first.
            setting(&db, SECRET).await?.unwrap_or(secret)
        }
    };
    db.close().await?;
    Ok(secret.into_bytes())
}

/// Sees to it that the index of a database is made as it is wanted.
pub async fn prepare(
    location: &Location,
    wanted: &Wanted<'_>,
    indexer: &Indexer,
) -> Result<(), StoreError> {
    let db = location.migrations().await?;
    let revision = revision(wanted);
    let found = setting(&db, "index_revision").await?;
    let (is_new, is_other) = (found.is_none(), found.as_deref() != Some(revision.as_str()));
    list(&db, wanted.search).await?;
    if !is_new && (is_other || moved(&db, wanted.base).await?) {
        tracing::warn!("the search index was made another way and is made anew");
        rebuild::rebuild(&db, indexer).await?;
    }
    set(&db, "index_base", wanted.base).await?;
    set(&db, "index_zone", &wanted.zone.minutes().to_string()).await?;
    let added = serde_json::to_string(wanted.search.added()).unwrap_or_default();
    set(&db, "index_added", &added).await?;
    set(&db, "index_revision", &revision).await?;
    Ok(db.close().await?)
}

/// What the index of a database was made for.
#[derive(Debug)]
pub struct MadeFor {
    pub zone: Zone,
    /// The base URL of the server.
    pub base: String,
    /// The search parameters of packages.
    pub added: Vec<ParameterDefinition>,
    /// The secret of the database.
    pub secret: Vec<u8>,
}

/// The settings that a database has on which a server has worked.
pub(super) const SETTINGS: [&str; 5] =
    [SECRET, "index_revision", "index_base", "index_zone", "index_added"];

/// The setting with the secret of the database.
const SECRET: &str = "cursor_key";

/// What the index of a database with these settings was made for; none when they do not say.
pub(super) fn made_for(settings: &BTreeMap<String, String>) -> Option<MadeFor> {
    let zone = Zone::from_minutes(settings.get("index_zone")?.parse().ok()?);
    let base = settings.get("index_base")?.clone();
    let added = settings.get("index_added").map_or("[]", String::as_str);
    let secret = settings.get(SECRET).cloned().unwrap_or_default().into_bytes();
    Some(MadeFor { zone, base, added: serde_json::from_str(added).ok()?, secret })
}

/// Whether the server has another base URL than before, and a version of a resource names either.
async fn moved(db: &DatabaseConnection, base: &str) -> Result<bool, StoreError> {
    let before = setting(db, "index_base").await?.unwrap_or_default();
    if before == base {
        return Ok(false);
    }
    let sql = numbered(
        db,
        "SELECT 1 FROM (SELECT body FROM resource UNION ALL SELECT body FROM resource_version) v \
         WHERE body LIKE ? OR body LIKE ? LIMIT 1",
    );
    // An underscore stands for any character: a match too many costs time only.
    let names = |base: &str| format!("%{}/%", base.replace('%', "_")).into();
    let values = [names(base), names(&before)];
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_one_raw(query).await?.is_some())
}

pub(super) fn revision(wanted: &Wanted<'_>) -> String {
    // No patient has this id: its number tells one secret from another.
    let secret = wanted.patients.number("").number();
    let mut text = format!("{INDEX_FORMAT}\n{}\n{secret}\n", wanted.zone.minutes());
    // Names of before are indexed as those of today.
    text.extend(former().iter().map(|former| format!("{former} {BASE}\n")));
    for kind in ResourceKind::all() {
        for parameter in wanted.search.of(kind) {
            let expression = parameter.expression.as_deref().unwrap_or_default();
            text.push_str(&format!(
                "{kind}.{} {:?} {expression}\n",
                parameter.code, parameter.kind
            ));
            for component in &parameter.components {
                text.push_str(&format!("  {} {}\n", component.definition, component.expression));
            }
        }
    }
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

/// Lists the search parameters, these and no others, for people who read the tables and for the
/// span of dates.
async fn list(db: &DatabaseConnection, search: &SearchParameters) -> Result<(), StoreError> {
    let mut missing = listed(search);
    let sql = "SELECT param_id, kind, code FROM search_parameter";
    let query = Statement::from_string(db.get_database_backend(), sql);
    let mut others = Vec::new();
    for row in db.query_all_raw(query).await? {
        let found = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let number: i32 = row.try_get_by_index(0)?;
        match missing.get(&number).is_some_and(|wanted| *wanted == found) {
            true => drop(missing.remove(&number)),
            false => others.push(number.to_string()),
        }
    }
    for part in others.chunks(500) {
        let part = part.join(", ");
        let sql = format!("DELETE FROM search_parameter WHERE param_id IN ({part})");
        db.execute_unprepared(&sql).await?;
    }
    // Codes have letters, digits, '_', '-' and '.', those of packages too.
    let row = |(number, (kind, code))| format!("({number}, '{kind}', '{code}', 0)");
    let rows: Vec<String> = missing.into_iter().map(row).collect();
    for part in rows.chunks(500) {
        let sql = format!(
            "INSERT INTO search_parameter (param_id, kind, code, date_span) VALUES {} \
             ON CONFLICT DO NOTHING",
            part.join(", ")
        );
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The search parameters by their numbers: type and code of each.
pub(super) fn listed(search: &SearchParameters) -> BTreeMap<i32, (String, String)> {
    let of = |kind: ResourceKind| search.of(kind).iter().map(move |parameter| (kind, parameter));
    let all = ResourceKind::all().flat_map(of);
    all.map(|(kind, one)| (one.id.number(), (kind.name().to_owned(), one.code.to_string())))
        .collect()
}

pub(super) async fn setting(
    db: &DatabaseConnection,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let sql = numbered(db, "SELECT value FROM setting WHERE key = ?");
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, [key.into()]);
    let row = db.query_one_raw(query).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

pub(super) async fn set(db: &DatabaseConnection, key: &str, value: &str) -> Result<(), StoreError> {
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
