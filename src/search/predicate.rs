//! A condition on resources that one table of the database answers.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};

use crate::definitions::search_parameter::ParamId;
use crate::index::key::Key;
use crate::store::lookup::Lookup;
use crate::store::table::{Column, Table};

use super::asked::Asked;

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
    /// One for each of several values that no single scan finds: ranges that lie apart. Together
    /// they hold wherever `condition` and `bounds` do.
    pub branches: Vec<Condition>,
    /// Every match has one of these; none when matches are found by something else than keys.
    pub keys: Vec<Key>,
    /// The only code in a system that is asked for, or the only address.
    pub lookup: Option<Lookup>,
    /// Whether the rows of one resource are found by key, so that a candidate can be tested without
    /// reading those of others.
    pub tested_by_key: bool,
    /// Whether rows come out in the order of `rid`, each resource once, when `condition` drives.
    pub ordered: bool,
    pub rank: Rank,
    /// What `condition` says, to be asked of a resource that is not stored yet; all must hold.
    pub asked: Vec<Asked>,
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
        let mut rows = match self.union(UnionType::All) {
            Some(union) => union,
            None => self.rids(self.driving()),
        };
        rows.limit(cap);
        let mut count = Query::select();
        count.expr(Expr::cust("count(*)")).from_subquery(rows, "rows");
        count
    }

    /// Has a query start from the resources that match, each once.
    pub fn start(&self, query: &mut SelectStatement, alias: &'static str) {
        match self.union(UnionType::Distinct) {
            Some(union) => query.from_subquery(union, alias),
            None => query.from_as(self.table, alias).cond_where(self.driving()),
        };
        if !self.ordered && self.branches.is_empty() {
            query.distinct();
        }
    }

    /// The resources that match, a scan for each of several values.
    fn union(&self, kind: UnionType) -> Option<SelectStatement> {
        let mut scans = self.branches.iter().map(|branch| self.rids(branch.clone()));
        let mut union = scans.next()?;
        for scan in scans {
            union.union(kind, scan);
        }
        Some(union)
    }

    fn rids(&self, condition: Condition) -> SelectStatement {
        let mut rows = Query::select();
        rows.column(Column::Rid).from(self.table).cond_where(condition);
        rows
    }

    /// Holds for a resource of the outer query's alias that matches.
    pub fn holds_for(&self, outer: &'static str) -> Expr {
        if !self.tested_by_key {
            // All that match are found once. `+ 0` has SQLite look candidates up among them, not
            // begin with them.
            let all = self.rids(self.condition.clone());
            return Expr::col((outer, Column::Rid)).add(0).in_subquery(all);
        }
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(self.table, "p")
            .cond_where(self.condition.clone())
            .and_where(Expr::col(("p", Column::Rid)).equals((outer, Column::Rid)));
        Expr::exists(rows)
    }
}
