//! Makes the rows of growing parameters for what was stored before: type by type, in the order of
//! `rid`. When a type is done, its parameters are complete.

use std::time::Instant;

use rustc_hash::FxHashSet;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::live::Live;
use crate::index::row::Rows;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::parameters::adopt::{complete_of, leave};
use crate::store::parameters::listed::{self, End, Listed, all, set_state};
use crate::store::schema::rebuild::write;
use crate::store::writer::decide::reindex;

use super::job::{Job, State};

/// What a step may do: so many resources, and no more of them once it took so long.
const MOST: i64 = 64;
const MILLISECONDS: u128 = 20;

/// Does a step; the list of parameters and its number when that is another one then.
pub(super) async fn step(
    transaction: &DatabaseTransaction,
    live: &Live,
    end: End,
    job: &mut Job,
) -> Result<Option<(Vec<Listed>, i64)>, StoreError> {
    let part = usize::try_from(job.part).unwrap_or(usize::MAX);
    let Some(kind) = job.about.get(part).and_then(|name| ResourceKind::parse(name)) else {
        job.state = State::Done;
        return Ok(None);
    };
    let list = listed::growing(transaction).await?;
    let growing: Vec<&Listed> =
        list.iter().filter(|one| one.job == job.number && one.known.kind == kind).collect();
    let numbers: FxHashSet<ParamId> = growing.iter().map(|one| one.known.number).collect();
    if !numbers.is_empty() && index(transaction, live, (kind, &numbers), job).await? {
        return Ok(None);
    }
    job.part = job.part.saturating_add(1);
    job.position = 0;
    if numbers.is_empty() {
        return Ok(None);
    }
    let mut replaced = Vec::new();
    for one in &growing {
        replaced.extend(complete_of(transaction, kind.name(), &one.known.code).await?);
    }
    let complete: Vec<i32> = growing.iter().map(|one| one.known.number.number()).collect();
    set_state(transaction, &complete, listed::State::Complete).await?;
    leave(transaction, &replaced).await?;
    let generation = listed::changed(transaction, end).await?;
    Ok(Some((listed::read(transaction).await?, generation)))
}

/// Makes rows for the next resources of a type; false when there are no more.
async fn index(
    transaction: &DatabaseTransaction,
    live: &Live,
    (kind, numbers): (ResourceKind, &FxHashSet<ParamId>),
    job: &mut Job,
) -> Result<bool, StoreError> {
    const NEXT: &str = "SELECT rid FROM resource WHERE type_id = ? AND rid > ? AND op <> 2 \
         ORDER BY rid LIMIT ?";
    let values = [kind.number().into(), job.position.into(), MOST.into()];
    let next = all(transaction, NEXT, values).await?;
    let (indexer, begun) = (live.get(), Instant::now());
    let mut made: Vec<(i64, Rows)> = Vec::with_capacity(next.len());
    for row in &next {
        let rid: i64 = row.try_get_by_index(0)?;
        let found =
            all(transaction, "SELECT body FROM resource WHERE rid = ?", [rid.into()]).await?;
        let body = found.first().map(|row| body::of(row, 0)).transpose()?;
        let mut rows = reindex(&indexer, kind, &body.flatten().unwrap_or_default())?;
        rows.keep(|param| numbers.contains(&param));
        rows.members.clear();
        rows.words.clear();
        made.push((rid, rows));
        job.position = rid;
        job.done = job.done.saturating_add(1);
        if begun.elapsed().as_millis() > MILLISECONDS {
            break;
        }
    }
    write(transaction, &made).await?;
    Ok(!next.is_empty())
}

/// How many resources there are of some types.
pub(super) async fn count(db: &impl ConnectionTrait, kinds: &[String]) -> Result<i64, StoreError> {
    let kinds = kinds.iter().filter_map(|name| ResourceKind::parse(name));
    let mut total = 0_i64;
    for kind in kinds {
        let sql = "SELECT count(*) FROM resource WHERE type_id = ? AND op <> 2";
        let rows = all(db, sql, [kind.number().into()]).await?;
        let count: i64 = rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        total = total.saturating_add(count);
    }
    Ok(total)
}
