//! Queries that a write rests on: what they answer must be the same when the write happens.

use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Order, Query, SelectStatement};

use crate::store::table::{Column, Table};

use super::plan::Plan;
use super::resolved::Resolved;
use super::sql::{START, candidates};

/// The query whose answer a conditional write rests on: at most two matches.
pub(super) fn few(search: &Resolved, plan: Plan) -> SelectStatement {
    let mut few = candidates(search, plan);
    few.order_by((START, Column::Rid), Order::Asc).limit(2);
    few
}

/// One number for a resource and its version: no resource has as many versions.
pub(super) const VERSIONS: i64 = 1 << 20;

/// The query whose answer changes when a match comes, goes or becomes another version.
pub(super) fn versions(search: &Resolved, plan: Plan) -> SelectStatement {
    let mut matches = candidates(search, plan);
    matches.order_by((START, Column::Rid), Order::Asc).limit(search.count + 1);
    let mut versions = Query::select();
    let same = Expr::col(("r", Column::Rid)).equals(("m", Column::Rid));
    let number = Expr::col(("r", Column::Rid)).mul(VERSIONS);
    versions
        .expr(number.add(Expr::col(("r", Column::Version))))
        .from_subquery(matches, "m")
        .join_as(JoinType::InnerJoin, Table::Resource, "r", same)
        .order_by(("r", Column::Rid), Order::Asc);
    versions
}
