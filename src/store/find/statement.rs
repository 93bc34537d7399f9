//! Writes a planned search down as a query.
//!
//! ```text
//! candidates: the rids (and sort keys) that match
//! page:       those behind the cursor, in order, as many as a page holds and one more
//! query:      the page joined with the resources
//! ```
//!
//! Bodies are fetched for the page alone, never sorted or compared.

use sea_orm::sea_query::{
    Condition, Expr, ExprTrait, IntoColumnRef, JoinType, Order, Query, SelectStatement,
};

use crate::criteria::tree::Indexed;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::conjuncts::{Conjuncts, Plan};
use super::leaf::Leaf;
use super::rows::{is_indexed, table_of};
use super::search::{Cursor, Search};
use super::sort::{KEYS, SortKey};

/// The table that a query starts from.
const START: Alias = Alias::START;

/// The queries of one search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'s> {
    pub(super) search: &'s Search,
    pub(super) conjuncts: &'s Conjuncts<'s>,
}

impl Statement<'_> {
    /// The query of one page, from the end that it is filled from.
    pub(super) fn page(self, plan: Plan, limit: u64) -> Result<SelectStatement, StoreError> {
        let page = match plan {
            Plan::SortedWalk => self.sorted_walk(limit),
            Plan::Walk | Plan::Seek(_) if self.search.sort.is_empty() => self.in_order(plan, limit),
            Plan::Walk | Plan::Seek(_) | Plan::Gather(_) => self.gathered(plan, limit)?,
        };
        Ok(self.with_resources(page))
    }

    /// The query of the resources that have no value of the only sort key, in order of `rid`.
    pub(super) fn keyless(self, limit: u64) -> SelectStatement {
        let mut page = self.conjuncts.candidates(Plan::Walk);
        if let [key] = self.search.sort.as_slice() {
            page.expr_as(null_key(key), "k0");
            if let Some(indexed) = key.indexed() {
                let at = START.within();
                let mut rows = Query::select();
                rows.expr(Expr::val(1))
                    .from_as(table_of(indexed.form), at)
                    .and_where(at.is_same_as(START))
                    .cond_where(is_indexed(indexed, at));
                page.and_where(Expr::exists(rows).not());
            }
            let order = rid_order(self.search);
            if let Some(cursor) = self.search.turn.cursor().filter(|cursor| is_keyless(cursor)) {
                page.and_where(beyond(START.col(Column::Rid), &order, cursor.rid));
            }
            page.order_by((START, Column::Rid), order);
        }
        page.limit(limit);
        self.with_resources(page)
    }

    /// The query that counts all matches.
    pub(super) fn total(self, plan: Plan) -> SelectStatement {
        let plan = if plan == Plan::SortedWalk { self.conjuncts.rarest() } else { plan };
        let mut count = Query::select();
        count.expr(Expr::cust("count(*)")).from_subquery(self.conjuncts.candidates(plan), "c");
        count
    }

    /// A page in the order of `rid`, straight from where the search starts.
    fn in_order(self, plan: Plan, limit: u64) -> SelectStatement {
        let mut page = self.conjuncts.candidates(plan);
        let order = rid_order(self.search);
        if let Some(cursor) = self.search.turn.cursor() {
            page.and_where(beyond(START.col(Column::Rid), &order, cursor.rid));
        }
        page.order_by((START, Column::Rid), order).limit(limit);
        page
    }

    /// A page of candidates that are all found first.
    fn gathered(self, plan: Plan, limit: u64) -> Result<SelectStatement, StoreError> {
        let mut rows = self.conjuncts.candidates(plan);
        for (key, name) in self.search.sort.iter().zip(KEYS) {
            rows.expr_as(key.value(START)?, name);
        }
        let mut page = Query::select();
        page.column(("c", Column::Rid)).from_subquery(rows, "c");
        for (_, name) in self.search.sort.iter().zip(KEYS) {
            page.column(("c", name).into_column_ref());
        }
        if let Some(cursor) = self.search.turn.cursor() {
            page.cond_where(behind(self.search, cursor));
        }
        order(&mut page, self.search, "c");
        page.limit(limit);
        Ok(page)
    }

    /// A page straight from the index of the only sort key.
    fn sorted_walk(self, limit: u64) -> SelectStatement {
        let Some(key) = self.search.sort.first() else { return self.in_order(Plan::Walk, limit) };
        let mut page = Query::select();
        match key.indexed() {
            Some(indexed) => self.walk_key(&mut page, key, indexed),
            None => {
                self.conjuncts.walk(&mut page);
                self.conjuncts.test(&mut page, |_| true);
            }
        }
        let column = key.column();
        page.distinct().column((START, Column::Rid)).expr_as(START.col(column), "k0");
        let order = turned(self.search, key.order());
        if let Some(cursor) = self.search.turn.cursor()
            && let Some(value) = cursor.keys.first().and_then(cell_value)
        {
            let (at, rid) = (|| START.col(column), START.col(Column::Rid));
            let same =
                Condition::all().add(at().eq(value.clone())).add(beyond(rid, &order, cursor.rid));
            page.cond_where(Condition::any().add(beyond(at(), &order, value.clone())).add(same));
            // Says again what the line above says, as a bound that an index can start from.
            page.and_where(match order {
                Order::Desc => at().lte(value),
                _ => at().gte(value),
            });
        }
        page.order_by((START, column), order.clone());
        page.order_by((START, Column::Rid), order);
        page.limit(limit);
        page
    }

    /// Has a query start from the rows of a sort key.
    fn walk_key(self, page: &mut SelectStatement, key: &SortKey, indexed: Indexed) {
        page.from_as(table_of(indexed.form), START).cond_where(is_indexed(indexed, START));
        // The row by which a resource with several is sorted need not be one that is asked for.
        let is_narrowed = |leaf: &Leaf<'_>| key.is_single && leaf.is_about(indexed);
        for (_, leaf) in self.conjuncts.leaves().filter(|(_, leaf)| is_narrowed(leaf)) {
            page.cond_where(leaf.driving(START));
        }
        if !key.is_single {
            page.and_where(is_first(key, indexed));
        }
        self.conjuncts.test(page, |leaf| !is_narrowed(leaf));
    }

    /// Joins a page with the resources it is about.
    fn with_resources(self, page: SelectStatement) -> SelectStatement {
        let mut query = resources_of(page);
        for (_, name) in self.search.sort.iter().zip(KEYS) {
            query.column(("m", name).into_column_ref());
        }
        order(&mut query, self.search, "m");
        query
    }
}

/// The resources whose `rid` a query finds; it is called `m`.
pub(super) fn resources_of(rids: SelectStatement) -> SelectStatement {
    let mut query = Query::select();
    for column in [
        Column::Rid,
        Column::TypeId,
        Column::Id,
        Column::Version,
        Column::Updated,
        Column::Op,
        Column::Body,
    ] {
        query.column(("r", column));
    }
    let same = Expr::col(("r", Column::Rid)).equals(("m", Column::Rid));
    query.from_subquery(rids, "m").join_as(JoinType::InnerJoin, Table::Resource, "r", same);
    query
}

/// Whether a page ended among resources without a sort key.
pub(super) fn is_keyless(cursor: &Cursor) -> bool {
    cursor.keys.first() == Some(&Cell::Null)
}

/// Puts the rows of a subquery in the order of the search.
fn order(query: &mut SelectStatement, search: &Search, of: &'static str) {
    for (key, name) in search.sort.iter().zip(KEYS) {
        query.order_by_expr(Expr::col((of, name)).is_null(), turned(search, Order::Asc));
        query.order_by((of, name), turned(search, key.order()));
    }
    query.order_by((of, Column::Rid), rid_order(search));
}

fn rid_order(search: &Search) -> Order {
    turned(search, search.sort.first().map_or(Order::Asc, SortKey::order))
}

/// An order as it is read: from the end when the page is filled from there.
fn turned(search: &Search, order: Order) -> Order {
    match (search.turn.is_backward(), order) {
        (true, Order::Asc) => Order::Desc,
        (true, Order::Desc) => Order::Asc,
        (_, order) => order,
    }
}

/// Holds for candidates beyond the cursor.
fn behind(search: &Search, cursor: &Cursor) -> Condition {
    let mut behind = Condition::any();
    let mut equal = Condition::all();
    for ((key, name), cell) in search.sort.iter().zip(KEYS).zip(&cursor.keys) {
        let column = || Expr::col(("c", name));
        let order = turned(search, key.order());
        // Nothing comes last, and from the end first.
        let is_backward = search.turn.is_backward();
        if let Some(value) = cell_value(cell) {
            let later = Condition::any().add(beyond(column(), &order, value.clone()));
            let nothing = (!is_backward).then(|| column().is_null());
            behind = behind.add(equal.clone().add(later.add_option(nothing)));
            equal = equal.add(column().eq(value));
        } else {
            if is_backward {
                behind = behind.add(equal.clone().add(column().is_not_null()));
            }
            equal = equal.add(column().is_null());
        }
    }
    let last = beyond(Expr::col(("c", Column::Rid)), &rid_order(search), cursor.rid);
    behind.add(equal.add(last))
}

fn beyond(column: Expr, order: &Order, value: impl Into<Expr>) -> Expr {
    match order {
        Order::Desc => column.lt(value),
        _ => column.gt(value),
    }
}

fn cell_value(cell: &Cell) -> Option<Expr> {
    match cell {
        Cell::Null => None,
        Cell::Integer(value) => Some(Expr::val(*value)),
        Cell::Real(value) => Some(Expr::val(*value)),
        Cell::Text(value) => Some(Expr::val(value.as_str())),
    }
}

/// Holds for the row by which a resource with several is sorted.
fn is_first(key: &SortKey, indexed: Indexed) -> Expr {
    let at = START.within();
    let (value, own) = (at.col(key.column()), START.col(key.column()));
    let mut better = Query::select();
    better
        .expr(Expr::val(1))
        .from_as(table_of(indexed.form), at)
        .and_where(at.is_same_as(START))
        .cond_where(is_indexed(indexed, at))
        .and_where(if key.descending { value.gt(own) } else { value.lt(own) });
    Expr::exists(better).not()
}

fn null_key(key: &SortKey) -> Expr {
    Expr::cust(match key.cell() {
        CellKind::Integer => "CAST(NULL AS BIGINT)",
        CellKind::Real => "CAST(NULL AS DOUBLE PRECISION)",
        CellKind::Text => "CAST(NULL AS TEXT)",
    })
}
