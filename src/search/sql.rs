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

use crate::store::cell::Cell;
use crate::store::table::{Column, Table};

use super::cursor::Cursor;
use super::plan::Plan;
use super::predicate::Predicate;
use super::resolve::living;
use super::resolved::Resolved;
use super::sort::{SortKey, SortSource};

/// Names of the sort keys' columns; more keys than these are refused before.
pub(super) const KEYS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// The alias of the table that a query starts from.
pub(super) const START: &str = "d";

/// The query of one page, one resource more than the page holds.
pub(super) fn page(search: &Resolved, plan: Plan) -> SelectStatement {
    let limit = search.count + 1;
    let page = match plan {
        Plan::SortedWalk => sorted_walk(search, limit),
        Plan::Walk | Plan::Seek(_) if search.sort.is_empty() => in_order(search, plan, limit),
        Plan::Walk | Plan::Seek(_) | Plan::Gather(_) => gathered(search, plan, limit),
    };
    with_resources(search, page)
}

/// The query of the resources that have no value of the only sort key, in order of `rid`.
pub(super) fn keyless(search: &Resolved, limit: u64) -> SelectStatement {
    let mut page = candidates(search, Plan::Walk);
    if let [key] = search.sort.as_slice() {
        page.expr_as(null_key(key), "k0");
        if let SortSource::Indexed { table, param, .. } = key.source {
            let mut rows = Query::select();
            rows.expr(Expr::val(1))
                .from_as(table, "k")
                .and_where(Expr::col(("k", Column::Rid)).equals((START, Column::Rid)))
                .and_where(Expr::col(("k", Column::ParamId)).eq(param.number()));
            page.and_where(Expr::exists(rows).not());
        }
        let order = key.order();
        if let Some(cursor) = search.cursor.as_ref().filter(|cursor| is_keyless(cursor)) {
            page.and_where(beyond(Expr::col((START, Column::Rid)), &order, cursor.rid));
        }
        page.order_by((START, Column::Rid), order);
    }
    page.limit(limit);
    with_resources(search, page)
}

/// Whether a page ended among resources without a sort key.
pub(super) fn is_keyless(cursor: &Cursor) -> bool {
    cursor.keys.first() == Some(&Cell::Null)
}

/// The query that counts all matches.
pub(super) fn total(search: &Resolved, plan: Plan) -> SelectStatement {
    let plan = if plan == Plan::SortedWalk { counting_start(search) } else { plan };
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from_subquery(candidates(search, plan), "c");
    count
}

fn counting_start(search: &Resolved) -> Plan {
    let all = search.predicates.iter().enumerate();
    let first = all.min_by_key(|(_, predicate)| predicate.rank);
    first.map_or(Plan::Walk, |(at, _)| Plan::Gather(at))
}

/// Every match, as `rid`, each once.
pub(super) fn candidates(search: &Resolved, plan: Plan) -> SelectStatement {
    let mut rows = Query::select();
    rows.column((START, Column::Rid));
    let driver = match plan {
        Plan::Seek(at) | Plan::Gather(at) => search.predicates.get(at).map(|found| (at, found)),
        Plan::Walk | Plan::SortedWalk => None,
    };
    match driver {
        Some((_, predicate)) => predicate.start(&mut rows, START),
        None => {
            rows.from_as(Table::Resource, START).cond_where(living(search.kind));
        }
    }
    let skipped = driver.map(|(at, _)| at);
    tests(&mut rows, search, |at, _| Some(at) != skipped);
    rows
}

fn tests(
    rows: &mut SelectStatement,
    search: &Resolved,
    wanted: impl Fn(usize, &Predicate) -> bool,
) {
    for (at, predicate) in search.predicates.iter().enumerate() {
        if wanted(at, predicate) {
            rows.and_where(predicate.holds_for(START));
        }
    }
}

/// A page in the order of `rid`, straight from where the search starts.
fn in_order(search: &Resolved, plan: Plan, limit: u64) -> SelectStatement {
    let mut page = candidates(search, plan);
    if let Some(cursor) = &search.cursor {
        page.and_where(Expr::col((START, Column::Rid)).gt(cursor.rid));
    }
    page.order_by((START, Column::Rid), Order::Asc).limit(limit);
    page
}

/// A page of candidates that are all found first.
fn gathered(search: &Resolved, plan: Plan, limit: u64) -> SelectStatement {
    let mut rows = candidates(search, plan);
    for (key, name) in search.sort.iter().zip(KEYS) {
        rows.expr_as(key.value(START), name);
    }
    let mut page = Query::select();
    page.column(Column::Rid).from_subquery(rows, "c");
    for (_, name) in search.sort.iter().zip(KEYS) {
        page.column(name);
    }
    if let Some(cursor) = &search.cursor {
        page.cond_where(behind(search, cursor));
    }
    order(&mut page, search);
    page.limit(limit);
    page
}

fn order(page: &mut SelectStatement, search: &Resolved) {
    for (key, name) in search.sort.iter().zip(KEYS) {
        page.order_by_expr(Expr::col(name).is_null(), Order::Asc);
        page.order_by(name, key.order());
    }
    page.order_by(Column::Rid, rid_order(search));
}

fn rid_order(search: &Resolved) -> Order {
    search.sort.first().map_or(Order::Asc, SortKey::order)
}

/// Holds for rows that come after the cursor.
fn behind(search: &Resolved, cursor: &Cursor) -> Condition {
    let mut behind = Condition::any();
    let mut equal = Condition::all();
    for ((key, name), cell) in search.sort.iter().zip(KEYS).zip(&cursor.keys) {
        let column = || Expr::col(name);
        if let Some(value) = cell_value(cell) {
            let later = beyond(column(), &key.order(), value.clone());
            let later = Condition::any().add(later).add(column().is_null());
            behind = behind.add(equal.clone().add(later));
            equal = equal.add(column().eq(value));
        } else {
            equal = equal.add(column().is_null());
        }
    }
    let last = beyond(Expr::col(Column::Rid), &rid_order(search), cursor.rid);
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

/// A page straight from the index of the only sort key.
fn sorted_walk(search: &Resolved, limit: u64) -> SelectStatement {
    let Some(key) = search.sort.first() else { return in_order(search, Plan::Walk, limit) };
    let mut page = Query::select();
    let column = match key.source {
        SortSource::Indexed { table, column, param, .. } => {
            page.from_as(table, START).and_where(Expr::col(Column::ParamId).eq(param.number()));
            for predicate in search.predicates.iter().filter(|found| found.param == Some(param)) {
                page.cond_where(predicate.driving());
            }
            page.and_where(is_first(key, table, column));
            tests(&mut page, search, |_, predicate| predicate.param != Some(param));
            column
        }
        SortSource::Updated | SortSource::Id => {
            page.from_as(Table::Resource, START).cond_where(living(search.kind));
            tests(&mut page, search, |_, _| true);
            if key.source == SortSource::Id { Column::Id } else { Column::Updated }
        }
    };
    page.distinct().column((START, Column::Rid)).expr_as(Expr::col((START, column)), "k0");
    if let Some(cursor) = &search.cursor
        && let Some(value) = cursor.keys.first().and_then(cell_value)
    {
        let (at, rid) = (|| Expr::col((START, column)), Expr::col((START, Column::Rid)));
        let order = key.order();
        let same =
            Condition::all().add(at().eq(value.clone())).add(beyond(rid, &order, cursor.rid));
        page.cond_where(Condition::any().add(beyond(at(), &order, value.clone())).add(same));
        // Says again what the line above says, as a bound that an index can start from.
        page.and_where(match order {
            Order::Desc => at().lte(value),
            _ => at().gte(value),
        });
    }
    page.order_by((START, column), key.order());
    page.order_by((START, Column::Rid), key.order());
    page.limit(limit);
    page
}

/// Holds for the row by which a resource with several is sorted.
fn is_first(key: &SortKey, table: Table, column: Column) -> Expr {
    let mut better = Query::select();
    let value = Expr::col(("b", column));
    let own = Expr::col((START, column));
    better
        .expr(Expr::val(1))
        .from_as(table, "b")
        .and_where(Expr::col(("b", Column::Rid)).equals((START, Column::Rid)))
        .and_where(Expr::col(("b", Column::ParamId)).equals((START, Column::ParamId)))
        .and_where(if key.descending { value.gt(own) } else { value.lt(own) });
    Expr::exists(better).not()
}

fn null_key(key: &SortKey) -> Expr {
    use crate::store::cell::CellKind;
    Expr::cust(match key.cell() {
        CellKind::Integer => "CAST(NULL AS BIGINT)",
        CellKind::Real => "CAST(NULL AS DOUBLE PRECISION)",
        CellKind::Text => "CAST(NULL AS TEXT)",
    })
}

/// Joins a page with the resources it is about.
fn with_resources(search: &Resolved, page: SelectStatement) -> SelectStatement {
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
    for (_, name) in search.sort.iter().zip(KEYS) {
        query.column(("m", name).into_column_ref());
    }
    let same = Expr::col(("r", Column::Rid)).equals(("m", Column::Rid));
    query.from_subquery(page, "m").join_as(JoinType::InnerJoin, Table::Resource, "r", same);
    for (key, name) in search.sort.iter().zip(KEYS) {
        query.order_by_expr(Expr::col(("m", name)).is_null(), Order::Asc);
        query.order_by(("m", name), key.order());
    }
    query.order_by(("m", Column::Rid), rid_order(search));
    query
}
