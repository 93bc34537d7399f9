//! The order of results, <https://hl7.org/fhir/R4/search.html#sort>.
//!
//! A resource with several values of a key stands where its lowest does, or its highest when the
//! order is descending; one without any comes last either way. Equal keys are in order of `rid`,
//! in the direction of the first key.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use crate::criteria::matches::Seen;
use crate::criteria::tree::Form;
use crate::definitions::search_parameter::ParamId;
use crate::store::cell::{Cell, CellKind};
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::rows::table_of;

/// Names of the sort keys' columns; more keys than these are refused before.
pub const KEYS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// One key of `_sort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub source: SortSource,
    pub descending: bool,
}

/// Where a key's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortSource {
    /// The rows of one parameter: texts, dates, numbers or quantities.
    Indexed { form: Form, param: ParamId },
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
            SortSource::Indexed { form: Form::Text, .. } | SortSource::Id => CellKind::Text,
            SortSource::Indexed { form: Form::Date, .. } | SortSource::Updated => CellKind::Integer,
            SortSource::Indexed { .. } => CellKind::Real,
        }
    }

    /// The column that has the key.
    pub(super) fn column(&self) -> Column {
        match self.source {
            SortSource::Indexed { form: Form::Text, .. } => Column::Folded,
            SortSource::Indexed { .. } => Column::Low,
            SortSource::Updated => Column::Updated,
            SortSource::Id => Column::Id,
        }
    }

    /// The key's value for a candidate.
    pub(super) fn value(&self, candidate: Alias) -> Expr {
        let at = candidate.within();
        let mut value = Query::select();
        match self.source {
            SortSource::Indexed { form, param } => {
                let column = at.col(self.column());
                value
                    .expr(if self.descending { column.max() } else { column.min() })
                    .from_as(table_of(form), at)
                    .and_where(at.is_same_as(candidate))
                    .and_where(at.col(Column::ParamId).eq(param.number()));
            }
            SortSource::Updated | SortSource::Id => {
                value
                    .column((at, self.column()))
                    .from_as(Table::Resource, at)
                    .and_where(at.is_same_as(candidate));
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
            SortSource::Indexed { form: Form::Text, param } => {
                let own = rows.strings.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Text(row.folded.clone())).collect()
            }
            SortSource::Indexed { form: Form::Date, param } => {
                let own = rows.dates.iter().filter(|row| row.param == param);
                own.map(|row| Cell::Integer(row.low)).collect()
            }
            SortSource::Indexed { form: Form::Number, param } => {
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
