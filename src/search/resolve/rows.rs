//! Conditions on the rows of one search parameter.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::definitions::search_parameter::SearchParameter;
use crate::search::predicate::{Predicate, Rank};
use crate::store::table::{Column, Table};

/// A predicate about values that are ranges in the index; those that lie `apart` have a scan each.
pub(super) fn ranges<T>(
    table: Table,
    found: &SearchParameter,
    (values, apart): (&[T], &[T]),
    condition: impl Fn(&T) -> Condition,
) -> Predicate {
    let branches = branches(apart, |value| of_parameter(found).add(condition(value)));
    Predicate { branches, ..indexed(table, found, any(values, condition), Rank::Range) }
}

/// Scans of one query; `SQLite` takes 500, and that many are no faster than one over all rows.
const MOST_BRANCHES: usize = 64;

/// A condition for each of several values.
pub(super) fn branches<T>(values: &[T], condition: impl Fn(&T) -> Condition) -> Vec<Condition> {
    match values.len() {
        2..=MOST_BRANCHES => values.iter().map(condition).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn of_parameter(found: &SearchParameter) -> Condition {
    Condition::all().add(Expr::col(Column::ParamId).eq(found.indexed_as().number()))
}

pub(super) fn indexed(
    table: Table,
    found: &SearchParameter,
    any: Condition,
    rank: Rank,
) -> Predicate {
    Predicate {
        table,
        param: Some(found.indexed_as()),
        condition: of_parameter(found).add(any),
        bounds: None,
        branches: Vec::new(),
        keys: Vec::new(),
        lookup: None,
        tested_by_key: true,
        ordered: false,
        rank,
        asked: Vec::new(),
    }
}

pub(super) fn any<T>(values: &[T], condition: impl Fn(&T) -> Condition) -> Condition {
    match values {
        [one] => condition(one),
        several => several.iter().map(condition).fold(Condition::any(), Condition::add),
    }
}
