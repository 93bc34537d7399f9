//! What a conditional write rests on: its search must find the same when the write happens.

use sea_orm::sea_query::{ExprTrait, Order, Query};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;
use crate::store::error::StoreError;
use crate::store::recent::Watch;
use crate::store::row::Hit;
use crate::store::table::{Column, Table};
use crate::store::write::{self, Premise};

use super::alias::Alias;
use super::conjuncts::Conjuncts;
use super::plan::Plan;
use super::search::Search;

/// Matches that a conditional write looks at, at the least: whether there is none, one, or more.
pub(super) const FEW: u32 = 2;

/// The premise that a search still finds these. Its keys tell whether it can find anything else;
/// only then it is made again.
pub(super) fn found(
    (search, conjuncts): (&Search, &Conjuncts<'_>),
    plan: Plan,
    since: i64,
    hits: &[Hit],
) -> Premise {
    let mut query = conjuncts.candidates(plan);
    query.order_by((Alias::START, Column::Rid), Order::Asc).limit(search.count + 1);
    let found = hits.iter().map(|hit| hit.rid).collect();
    Premise { since, watch: search.watch(), search: Some(write::Search { query, found }) }
}

/// The same for a search that one key answers.
pub(super) fn found_by_key(
    search: &Search,
    since: i64,
    hits: &[Hit],
) -> Result<Premise, StoreError> {
    let conjuncts = Conjuncts::new(search.kind, &search.criteria, Alias::START)?;
    Ok(found((search, &conjuncts), Plan::Seek(0), since, hits))
}

/// That a resource has this version, deleted or not; none that there never was one.
pub fn version_of(
    (kind, id): (ResourceKind, &ResourceId),
    version: Option<i64>,
    since: i64,
) -> Premise {
    let at = Alias::START;
    let mut query = Query::select();
    query
        .column((at, Column::Version))
        .from_as(Table::Resource, at)
        .and_where(at.col(Column::TypeId).eq(kind.number()))
        .and_where(at.col(Column::Id).eq(id.as_str()));
    let watch = Watch { each: vec![[Key::address(kind, id.as_str())].into()] };
    let search = write::Search { query, found: version.into_iter().collect() };
    Premise { since, watch: Some(watch), search: Some(search) }
}
