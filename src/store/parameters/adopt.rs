//! Brings the list of search parameters to what is stored and brought, under the writers' lock.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};

use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::ParameterDefinition;
use crate::definitions::search_parameter::list::{Wanted, wanted};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::path::compiler::compile;
use crate::index::live::Live;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::jobs::job::{self, What};
use crate::store::setting::{set, setting};

use super::changes::{Changes, is_served};
use super::listed::{self, End, Listed, State, all, execute};

/// Who follows the log for stored search parameters.
pub(in crate::store) const CONSUMER: &str = "search-parameters";

/// The setting with what the server that was started last brings.
pub(in crate::store) const ADDED: &str = "index_added";

/// Takes what is stored into account, and what a server brings that starts; the position of the log
/// up to which that is done.
pub(in crate::store) async fn adopt(
    db: &DatabaseConnection,
    live: &Live,
    brings: Option<&[ParameterDefinition]>,
) -> Result<i64, StoreError> {
    let (transaction, end) = listed::locked(db).await?;
    if let Some(brings) = brings {
        set(&transaction, ADDED, &serde_json::to_string(brings).unwrap_or_default()).await?;
    }
    let list = listed::read(&transaction).await?;
    let wanted = should_be(&transaction, live).await?;
    let changes = Changes::between(&live.registry().core, &list, &wanted);
    let renewed = make(&transaction, (live, &list), (end, What::Index), changes).await?;
    keep_position(&transaction, end.seq).await?;
    transaction.commit().await?;
    if let Some((list, generation, _)) = renewed {
        live.renew(listed::search(live.registry(), &list), generation);
    }
    Ok(end.seq)
}

/// Where the follower of stored search parameters goes on.
pub(in crate::store) async fn position(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let sql = "SELECT position FROM consumer WHERE name = ?";
    let rows = all(db, sql, [CONSUMER.into()]).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

pub(in crate::store) async fn keep_position(
    db: &impl ConnectionTrait,
    position: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO consumer (name, position) VALUES (?, ?) \
         ON CONFLICT (name) DO UPDATE SET position = excluded.position";
    execute(db, sql, [CONSUMER.into(), position.into()]).await?;
    Ok(())
}

/// What should be searched by besides R4's parameters, as the database says.
pub(in crate::store) async fn should_be(
    db: &impl ConnectionTrait,
    live: &Live,
) -> Result<Vec<Wanted>, StoreError> {
    let brought = setting(db, ADDED).await?.unwrap_or_default();
    let mut stored = Vec::new();
    let sql = "SELECT body FROM resource WHERE type_id = ? AND op <> 2 ORDER BY rid";
    for row in all(db, sql, [ResourceKind::SEARCH_PARAMETER.number().into()]).await? {
        let body = body::of(&row, 0)?;
        stored.extend(body.as_deref().and_then(ParameterDefinition::read));
    }
    Ok(of(live.registry(), &stored, &brought))
}

/// The same, given what clients stored and the setting with what is brought.
pub(in crate::store) fn of(
    registry: &Registry,
    stored: &[ParameterDefinition],
    brought: &str,
) -> Vec<Wanted> {
    let brought: Vec<ParameterDefinition> = serde_json::from_str(brought).unwrap_or_default();
    let compiles = |kind, expression: &str| compile(&registry.shapes, kind, expression).is_ok();
    wanted(&registry.core, stored, &brought, &compiles)
}

/// Makes changes of the list, with the jobs that follow of them; the list after it and its number,
/// and the job that makes rows.
pub(in crate::store) async fn make(
    transaction: &DatabaseTransaction,
    (live, list): (&Live, &[Listed]),
    (end, what): (End, What),
    mut changes: Changes,
) -> Result<Option<(Vec<Listed>, i64, Option<i64>)>, StoreError> {
    if changes.is_empty() {
        return Ok(None);
    }
    let core = &live.registry().core;
    let mut kinds = BTreeSet::new();
    for row in &mut changes.new {
        if is_served(core, row) || !has_any(transaction, row.known.kind).await? {
            row.state = State::Complete;
        } else {
            kinds.insert(row.known.kind.name());
        }
    }
    let mut job = None;
    // What is asked for has a job that tells of it, even if there is nothing to do.
    if !kinds.is_empty() || what == What::Reindex {
        let about = kinds.into_iter().collect::<Vec<_>>().join(",");
        let number = job::begin(transaction, what, &about).await?;
        let growing = changes.new.iter_mut().filter(|row| row.state == State::Growing);
        growing.for_each(|row| row.job = number);
        job = Some(number);
    }
    for (number, text) in &changes.said {
        let sql = "UPDATE search_parameter SET definition = ? WHERE param_id = ?";
        execute(transaction, sql, [text.as_str().into(), (*number).into()]).await?;
    }
    let is_replaced = |row: &&Listed| {
        let mut at_once = changes.new.iter().filter(|new| new.state == State::Complete);
        row.state == State::Complete
            && at_once
                .any(|new| (new.known.kind, &new.known.code) == (row.known.kind, &row.known.code))
    };
    let mut leaving = changes.leaving.clone();
    leaving.extend(list.iter().filter(is_replaced).map(|row| row.known.number.number()));
    listed::insert(transaction, &changes.new).await?;
    leave(transaction, &leaving).await?;
    let generation = listed::changed(transaction, end).await?;
    Ok(Some((listed::read(transaction).await?, generation, job)))
}

/// Has rows of parameters deleted, after everybody has learned that they answer no more.
pub(in crate::store) async fn leave(
    transaction: &DatabaseTransaction,
    numbers: &[i32],
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    listed::set_state(transaction, numbers, State::Leaving).await?;
    let about = numbers.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    job::begin(transaction, What::Remove, &about).await?;
    Ok(())
}

/// The numbers under which a parameter answers.
pub(in crate::store) async fn complete_of(
    db: &impl ConnectionTrait,
    kind: &str,
    code: &str,
) -> Result<Vec<i32>, StoreError> {
    let sql = "SELECT param_id FROM search_parameter WHERE kind = ? AND code = ? AND state = 0";
    let rows = all(db, sql, [kind.into(), code.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Whether there is a resource of a type.
pub(in crate::store) async fn has_any(
    db: &impl ConnectionTrait,
    kind: ResourceKind,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM resource WHERE type_id = ? AND op <> 2 LIMIT 1";
    Ok(!all(db, sql, [kind.number().into()]).await?.is_empty())
}
