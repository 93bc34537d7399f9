//! A condition on resources that one table of the database answers.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};

use crate::definitions::search_parameter::ParamId;
use crate::store::table::{Column, Table};

/// One parameter of a search.
///
/// The conditions name columns of `table` without qualification.
#[derive(Debug, Clone)]
pub struct Predicate {
    pub table: Table,
    /// None for what the table of resources itself answers.
    pub param: Option<ParamId>,
    /// Holds for the rows that match.
    pub condition: Condition,
    /// Holds too wherever `condition` does, and bounds a scan that starts here.
    pub bounds: Option<Condition>,
    /// Whether rows come out in the order of `rid`, each resource once, when `condition` drives.
    pub ordered: bool,
    pub rank: Rank,
}

/// How few resources a predicate is expected to match, the fewest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Identity,
    Identifier,
    Reference,
    Value,
    Range,
    Code,
}

impl Predicate {
    /// The condition of rows that start a query.
    pub fn driving(&self) -> Condition {
        match &self.bounds {
            Some(bounds) => self.condition.clone().add(bounds.clone()),
            None => self.condition.clone(),
        }
    }

    /// The resources that match, at most `cap` rows of them.
    pub fn probe(&self, cap: u64) -> SelectStatement {
        let mut rows = Query::select();
        rows.expr(Expr::val(1)).from(self.table).cond_where(self.driving()).limit(cap);
        let mut count = Query::select();
        count.expr(Expr::cust("count(*)")).from_subquery(rows, "rows");
        count
    }

    /// Holds for a resource of the outer query's alias that matches.
    pub fn holds_for(&self, outer: &'static str) -> Expr {
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(self.table, "p")
            .cond_where(self.condition.clone())
            .and_where(Expr::col(("p", Column::Rid)).equals((outer, Column::Rid)));
        Expr::exists(rows)
    }
}
