//! The order of results, <https://hl7.org/fhir/R4/search.html#sort>.
//!
//! A resource with several values of a key stands where its lowest does, or its highest when the
//! order is descending; one without any comes last either way. Equal keys are in order of `rid`,
//! in the direction of the first key.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use crate::definitions::search_parameter::ParamId;
use crate::store::cell::{Cell, CellKind};
use crate::store::table::{Column, Table};

use super::asked::Seen;

/// One key of `_sort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub source: SortSource,
    pub descending: bool,
}

/// Where a key's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortSource {
    /// A column of an index table, for one parameter.
    Indexed { table: Table, column: Column, param: ParamId, cell: CellKind },
    /// `_lastUpdated`
    Updated,
    /// `_id`
    Id,
}

impl SortKey {
    pub(super) fn order(&self) -> Order {
        if self.descending { Order::Desc } else { Order::Asc }
    }

    pub(super) fn cell(&self) -> CellKind {
        match self.source {
            SortSource::Indexed { cell, .. } => cell,
            SortSource::Updated => CellKind::Integer,
            SortSource::Id => CellKind::Text,
        }
    }

    /// The key's value for the resource of the outer query's alias.
    pub(super) fn value(&self, outer: &'static str) -> Expr {
        let mut value = Query::select();
        match self.source {
            SortSource::Indexed { table, column, param, .. } => {
                let column = Expr::col(("k", column));
                value
                    .expr(if self.descending { column.max() } else { column.min() })
                    .from_as(table, "k")
                    .and_where(Expr::col(("k", Column::Rid)).equals((outer, Column::Rid)))
                    .and_where(Expr::col(("k", Column::ParamId)).eq(param.number()));
            }
            SortSource::Updated | SortSource::Id => {
                let by_time = self.source == SortSource::Updated;
                value
                    .column(("k", if by_time { Column::Updated } else { Column::Id }))
                    .from_as(Table::Resource, "k")
                    .and_where(Expr::col(("k", Column::Rid)).equals((outer, Column::Rid)));
            }
        }
        Expr::from(value)
    }

    /// The key's value for a resource that no table has.
    pub fn of(&self, seen: Seen<'_>) -> Cell {
        let rows = seen.rows;
        let all: Vec<Cell> = match self.source {
            SortSource::Id => return Cell::Text(seen.id.to_owned()),
            SortSource::Updated => return Cell::Integer(seen.updated),
            SortSource::Indexed { table: Table::String, param, .. } => {
                let own = rows.strings.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Text(row.folded.clone())).collect()
            }
            SortSource::Indexed { table: Table::Date, param, .. } => {
                let own = rows.dates.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Integer(row.low)).collect()
            }
            SortSource::Indexed { table: Table::Number, param, .. } => {
                let own = rows.numbers.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Real(row.low)).collect()
            }
            SortSource::Indexed { param, .. } => {
                let own = rows.quantities.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Real(row.low)).collect()
            }
        };
        let found = match self.descending {
            true => all.into_iter().max_by(Cell::compare),
            false => all.into_iter().min_by(Cell::compare),
        };
        found.unwrap_or(Cell::Null)
    }
}
