//! The order of results, <https://hl7.org/fhir/R4/search.html#sort>.
//!
//! A resource with several values of a key stands where its lowest does, or its highest when the
//! order is descending; one without any comes last either way. Equal keys are in order of `rid`,
//! in the direction of the first key.
//!
//! | values | in the order of |
//! |---|---|
//! | strings | the folded text |
//! | tokens | the code |
//! | references | the id of the target, or its URL |
//! | URIs | the URI |
//! | dates, numbers | the lower end of the range |
//! | quantities | the lower end in base units, or as written where there are none |

use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Order, Query};

use crate::criteria::matches::Seen;
use crate::criteria::tree::{Criteria, Form, Indexed};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::join::{is_link, is_target};
use super::nested::holds_for;
use super::rows::{is_indexed, table_of};

/// Names of the sort keys' columns; more keys than these are refused before.
pub const KEYS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// One key of `_sort`.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    pub source: SortSource,
    pub descending: bool,
    /// Whether a resource has one value of it at the most; false when in doubt.
    pub is_single: bool,
}

/// Where a key's value is.
#[derive(Debug, Clone, PartialEq)]
pub enum SortSource {
    /// The rows of one parameter; no composite.
    Indexed(Indexed),
    /// What it is of a resource that is referred to.
    Joined(Box<Joined>),
    /// `_lastUpdated`
    Updated,
    /// `_id`
    Id,
}

/// A key of resources that are referred to.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// What they are referred to by.
    pub param: ParamId,
    pub kind: ResourceKind,
    /// What they must be to count.
    pub criteria: Criteria,
    pub source: SortSource,
}

impl SortKey {
    pub(super) fn order(&self) -> Order {
        if self.descending { Order::Desc } else { Order::Asc }
    }

    pub(super) fn cell(&self) -> CellKind {
        self.source.cell()
    }

    /// The column that has the key.
    pub(super) fn column(&self) -> Column {
        self.source.column()
    }

    /// Whether an index has resources in the order of the key.
    pub(super) fn is_walked(&self) -> bool {
        match self.source {
            SortSource::Indexed(indexed) => indexed.form != Form::Quantity,
            SortSource::Joined(_) => false,
            SortSource::Updated | SortSource::Id => true,
        }
    }

    /// The rows that the key is told by, when they are the resource's own.
    pub(super) fn indexed(&self) -> Option<Indexed> {
        match self.source {
            SortSource::Indexed(indexed) => Some(indexed),
            SortSource::Joined(_) | SortSource::Updated | SortSource::Id => None,
        }
    }

    /// The key's value for a candidate.
    pub(super) fn value(&self, candidate: Alias) -> Result<Expr, StoreError> {
        self.source.value(candidate, self.descending)
    }

    /// The key's value for a resource that no table has.
    pub fn of(&self, seen: Seen<'_>) -> Cell {
        let all: Vec<Cell> = match &self.source {
            SortSource::Id => return Cell::Text(seen.id.to_owned()),
            SortSource::Updated => return Cell::Integer(seen.updated),
            // What it refers to is not known here.
            SortSource::Joined(_) => return Cell::Null,
            SortSource::Indexed(indexed) => own(*indexed, seen),
        };
        let found = match self.descending {
            true => all.into_iter().max_by(Cell::compare),
            false => all.into_iter().min_by(Cell::compare),
        };
        found.unwrap_or(Cell::Null)
    }
}

impl SortSource {
    /// What is at the end of the way: rows of one form, ids or times.
    pub fn last(&self) -> &Self {
        match self {
            Self::Joined(joined) => joined.source.last(),
            own => own,
        }
    }

    fn cell(&self) -> CellKind {
        match self.last() {
            Self::Updated => CellKind::Integer,
            Self::Indexed(Indexed { form, .. }) => match form {
                Form::Date => CellKind::Integer,
                Form::Number | Form::Quantity | Form::Composite => CellKind::Real,
                Form::Token | Form::Text | Form::Reference | Form::Uri => CellKind::Text,
            },
            Self::Id | Self::Joined(_) => CellKind::Text,
        }
    }

    fn column(&self) -> Column {
        match self.last() {
            Self::Indexed(Indexed { form, .. }) => match form {
                Form::Token => Column::Code,
                Form::Text => Column::Folded,
                Form::Reference => Column::Target,
                Form::Uri => Column::Value,
                Form::Date | Form::Number | Form::Quantity | Form::Composite => Column::Low,
            },
            Self::Updated => Column::Updated,
            Self::Id | Self::Joined(_) => Column::Id,
        }
    }

    fn value(&self, candidate: Alias, descending: bool) -> Result<Expr, StoreError> {
        let first = |value: Expr| if descending { value.max() } else { value.min() };
        let at = candidate.within();
        let mut value = Query::select();
        match self {
            Self::Indexed(indexed) => {
                value
                    .expr(first(at.col(self.column())))
                    .from_as(table_of(indexed.form), at)
                    .and_where(at.is_same_as(candidate))
                    .cond_where(is_indexed(*indexed, at));
            }
            Self::Joined(joined) => {
                let Joined { param, kind, criteria, source } = &**joined;
                let target = at.within();
                let leads = is_target(at, target, *kind);
                value
                    .expr(first(source.value(target, descending)?))
                    .from_as(Table::Reference, at)
                    .join_as(JoinType::InnerJoin, Table::Resource, target, leads)
                    .and_where(at.is_same_as(candidate))
                    .cond_where(is_link(*param, *kind, at))
                    .and_where(holds_for(target, *kind, criteria)?);
            }
            Self::Updated | Self::Id => {
                value
                    .column((at, self.column()))
                    .from_as(Table::Resource, at)
                    .and_where(at.is_same_as(candidate));
            }
        }
        Ok(Expr::from(value))
    }
}

/// The values that a resource has of a key.
fn own(indexed: Indexed, seen: Seen<'_>) -> Vec<Cell> {
    let rows = seen.rows;
    let Indexed { form, target, .. } = indexed;
    let is_of = |param: ParamId| indexed.params().any(|one| one == param);
    macro_rules! cells {
        ($list:ident, $cell:expr) => {
            rows.$list.iter().filter(|row| is_of(row.param)).map($cell).collect()
        };
    }
    match form {
        Form::Token => cells!(tokens, |row| Cell::Text(row.code.clone())),
        Form::Text => cells!(strings, |row| Cell::Text(row.folded.clone())),
        Form::Date => cells!(dates, |row| Cell::Integer(row.low)),
        Form::Number => cells!(numbers, |row| Cell::Real(row.low)),
        Form::Quantity => cells!(quantities, |row| Cell::Real(row.low)),
        Form::Uri => cells!(uris, |row| Cell::Text(row.value.clone())),
        Form::Composite => cells!(composites, |row| Cell::Real(row.low)),
        Form::Reference => {
            let own = rows.references.iter().filter(|row| is_of(row.param));
            let own = own.filter(|row| target.is_none_or(|kind| row.kind == kind.number()));
            own.map(|row| Cell::Text(row.target.clone())).collect()
        }
    }
}
