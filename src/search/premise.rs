//! What a conditional write rests on: its search must find the same when the write happens.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;
use crate::store::recent::Watch;
use crate::store::row::Hit;
use crate::store::table::{Column, Table};
use crate::store::write::{Premise, Search};

use super::plan::Plan;
use super::resolved::Resolved;
use super::sql::{START, candidates};

/// Matches that a conditional write looks at, at the least: whether there is none, one, or more.
pub(super) const FEW: u32 = 2;

/// The premise that a search still finds these. Its keys tell whether it can find anything else;
/// only then it is made again.
pub(super) fn found(search: &Resolved, plan: Plan, since: i64, hits: &[Hit]) -> Premise {
    let mut query = candidates(search, plan);
    query.order_by((START, Column::Rid), Order::Asc).limit(search.count + 1);
    let found = hits.iter().map(|hit| hit.rid).collect();
    Premise { since, watch: search.watch(), search: Some(Search { query, found }) }
}

/// That a resource has this version, deleted or not; none that there never was one.
pub fn version_of(
    (kind, id): (ResourceKind, &ResourceId),
    version: Option<i64>,
    since: i64,
) -> Premise {
    let mut query = Query::select();
    query
        .column(Column::Version)
        .from(Table::Resource)
        .and_where(Expr::col(Column::TypeId).eq(kind.number()))
        .and_where(Expr::col(Column::Id).eq(id.as_str()));
    let watch = Watch { each: vec![[Key::address(kind, id.as_str())].into()] };
    let search = Search { query, found: version.into_iter().collect() };
    Premise { since, watch: Some(watch), search: Some(search) }
}
