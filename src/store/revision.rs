//! What a database must have before a server works on it, besides its schema: a secret for the
//! links of pages, a list of search parameters, and an index that was made the way this server
//! makes it.
//!
//! The way the index is made has a number, a hash of all that it depends on besides the search
//! parameters that were added to R4's. When the number in the database is another, the index is made
//! anew from the resources before anything is served. The server's own base URL matters only where a
//! version of a resource names it: absolute references below it are local. Parameters that were added
//! come and go in the background ([`parameters`](super::parameters)).

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection};
use xxhash_rust::xxh3::xxh3_64;

use crate::config::full_text::FullText;
use crate::definitions::base::{BASE, former};
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::ParameterDefinition;
use crate::fhir::date::Zone;
use crate::fhir::kind::ResourceKind;
use crate::index::live::Live;
use crate::index::patient::PatientKey;

use super::database::Location;
use super::error::StoreError;
use super::parameters::adopt::{self, ADDED};
use super::parameters::changes::Changes;
use super::parameters::listed::{self, Listed};
use super::schema::rebuild;
use super::setting::{set, setting};

/// Changes when the rows that are made for the same resource and the same definitions change.
const INDEX_FORMAT: u32 = 9;

/// What the index depends on.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub registry: &'a Registry,
    pub zone: Zone,
    /// The server's own base URL: references below it are local.
    pub base: &'a str,
    /// What gives patients their numbers.
    pub patients: &'a PatientKey,
    /// The words of resources that are kept.
    pub full_text: FullText,
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

/// Sees to it that the index of a database is made as it is wanted, and that the server works by its
/// list of search parameters. Where only these differ, a job brings the rows.
pub async fn prepare(
    location: &Location,
    wanted: &Wanted<'_>,
    live: &Live,
) -> Result<(), StoreError> {
    let db = location.migrations().await?;
    let revision = revision(wanted);
    let found = setting(&db, "index_revision").await?;
    let brings = wanted.registry.search.added();
    let is_as_before = found.as_deref() == Some(revision.as_str());
    if !is_as_before || moved(&db, wanted.base).await? {
        if found.is_some() {
            tracing::warn!("the search index was made another way and is made anew");
        }
        anew(&db, live, brings).await?;
    } else {
        adopt::adopt(&db, live, Some(brings)).await?;
    }
    let generation = listed::generation(&db).await?;
    live.begin(listed::search(wanted.registry, &listed::read(&db).await?), generation);
    set(&db, "index_base", wanted.base).await?;
    set(&db, "index_zone", &wanted.zone.minutes().to_string()).await?;
    set(&db, WORDS, &wanted.full_text.to_string()).await?;
    set(&db, "index_revision", &revision).await?;
    Ok(db.close().await?)
}

/// Lists the search parameters anew and makes the rows of all of them, in one transaction.
async fn anew(
    db: &DatabaseConnection,
    live: &Live,
    brings: &[ParameterDefinition],
) -> Result<(), StoreError> {
    let (transaction, end) = listed::locked(db).await?;
    set(&transaction, ADDED, &serde_json::to_string(brings).unwrap_or_default()).await?;
    for sql in ["DELETE FROM search_parameter", "UPDATE job SET state = 3 WHERE state = 0"] {
        transaction.execute_unprepared(sql).await?;
    }
    let core = &live.registry().core;
    let wanted = adopt::should_be(&transaction, live).await?;
    let mut list = listed::of_r4(core);
    list.extend(Changes::between(core, &list, &wanted).new);
    list.iter_mut().for_each(Listed::complete);
    listed::insert(&transaction, &list).await?;
    adopt::keep_position(&transaction, end.seq).await?;
    let generation = listed::changed(&transaction, end).await?;
    live.begin(listed::search(live.registry(), &list), generation);
    rebuild::rebuild(&transaction, &live.get()).await?;
    Ok(transaction.commit().await?)
}

/// What the index of a database was made for.
#[derive(Debug)]
pub struct MadeFor {
    pub zone: Zone,
    /// The base URL of the server.
    pub base: String,
    /// The secret of the database.
    pub secret: Vec<u8>,
    pub full_text: FullText,
}

/// The settings that a database has on which a server has worked.
pub(super) const SETTINGS: [&str; 5] =
    [SECRET, "index_revision", "index_base", "index_zone", ADDED];

/// The setting that says which words are kept; databases of before have none.
const WORDS: &str = "index_words";

/// The setting with the secret of the database.
const SECRET: &str = "cursor_key";

/// What the index of a database with these settings was made for; none when they do not say.
pub(super) fn made_for(settings: &BTreeMap<String, String>) -> Option<MadeFor> {
    let zone = Zone::from_minutes(settings.get("index_zone")?.parse().ok()?);
    let base = settings.get("index_base")?.clone();
    let secret = settings.get(SECRET).cloned().unwrap_or_default().into_bytes();
    let words = settings.get(WORDS).and_then(|name| FullText::parse(name));
    Some(MadeFor { zone, base, secret, full_text: words.unwrap_or(FullText::Off) })
}

/// Whether the server has another base URL than before, and a version of a resource names either.
async fn moved(db: &DatabaseConnection, base: &str) -> Result<bool, StoreError> {
    let before = setting(db, "index_base").await?.unwrap_or_default();
    if before == base {
        return Ok(false);
    }
    rebuild::has_text(db, &[format!("{base}/"), format!("{before}/")]).await
}

pub(super) fn revision(wanted: &Wanted<'_>) -> String {
    // No patient has this id: its number tells one secret from another.
    let secret = wanted.patients.number("").number();
    let (zone, words) = (wanted.zone.minutes(), wanted.full_text);
    let mut text = format!("{INDEX_FORMAT}\n{zone}\n{secret}\n{words}\n");
    // Names of before are indexed as those of today.
    text.extend(former().iter().map(|former| format!("{former} {BASE}\n")));
    for kind in ResourceKind::all() {
        for parameter in wanted.registry.core.of(kind) {
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
