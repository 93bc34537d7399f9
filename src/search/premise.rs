//! What a conditional write rests on: its search must find the same when the write happens.

use sea_orm::sea_query::Order;

use crate::store::row::Hit;
use crate::store::table::Column;
use crate::store::write::{Premise, Search};

use super::plan::Plan;
use super::resolved::Resolved;
use super::sql::{START, candidates};

/// Matches that a conditional write looks at: whether there is none, one, or more.
pub(super) const FEW: u32 = 2;

/// The premise that a search still finds these. Its keys tell whether it can find anything else;
/// only then it is made again.
pub(super) fn found(search: &Resolved, plan: Plan, since: i64, hits: &[Hit]) -> Premise {
    let mut query = candidates(search, plan);
    query.order_by((START, Column::Rid), Order::Asc).limit(FEW.into());
    let found = hits.iter().map(|hit| hit.rid).collect();
    Premise { since, watch: search.watch(), search: Some(Search { query, found }) }
}
