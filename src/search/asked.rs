//! What a parameter of a search asks, tested on the index rows of one resource: for resources that
//! are to be stored and that no table has yet.
//!
//! It says the same as the condition of the [`Predicate`](super::predicate::Predicate) that it
//! comes with.

use crate::definitions::search_parameter::ParamId;
use crate::index::row::Rows;

use super::value::date::DateValue;
use super::value::number::NumberValue;
use super::value::quantity::QuantityValue;
use super::value::reference::ReferenceValue;
use super::value::string::{self, Comparison};
use super::value::token::TokenValue;
use super::value::uri;

/// The values of one parameter; one of them is enough.
#[derive(Debug, Clone)]
pub enum Asked {
    Ids(Vec<String>),
    Updated(Vec<DateValue>),
    Tokens(ParamId, Vec<TokenValue>),
    References(ParamId, Vec<ReferenceValue>),
    Texts(ParamId, Comparison, Vec<String>),
    Dates(ParamId, Vec<DateValue>),
    Numbers(ParamId, Vec<NumberValue>),
    Quantities(ParamId, Vec<QuantityValue>),
    Uris(ParamId, Vec<String>),
}

/// A resource as a search sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub id: &'a str,
    /// Microseconds since 1970.
    pub updated: i64,
    pub rows: &'a Rows,
}

impl Asked {
    /// Whether a resource is what is asked for.
    pub fn holds(&self, seen: Seen<'_>) -> bool {
        let rows = seen.rows;
        match self {
            Self::Ids(ids) => ids.iter().any(|id| id == seen.id),
            Self::Updated(dates) => dates.iter().any(|date| date.fits_moment(seen.updated)),
            Self::Tokens(param, values) => {
                let mut rows = rows.tokens.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| value.fits(row)))
            }
            Self::References(param, values) => {
                let mut rows = rows.references.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| value.fits(row)))
            }
            Self::Texts(param, comparison, values) => {
                let mut rows = rows.strings.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| string::fits(*comparison, value, row)))
            }
            Self::Dates(param, values) => {
                let mut rows = rows.dates.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| value.fits(row.low, row.high)))
            }
            Self::Numbers(param, values) => {
                let mut rows = rows.numbers.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| value.fits(row.low, row.high)))
            }
            Self::Quantities(param, values) => {
                let mut rows = rows.quantities.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| value.fits(row)))
            }
            Self::Uris(param, values) => {
                let mut rows = rows.uris.iter().filter(|row| row.param == *param);
                rows.any(|row| values.iter().any(|value| uri::fits(value, row)))
            }
        }
    }

    /// Whether the answer depends on what the resource refers to.
    pub fn is_about_references(&self) -> bool {
        matches!(self, Self::References(..))
    }

    /// The texts one of which a resource must have in its tokens or URIs; none when it may be found
    /// otherwise.
    pub fn keys(&self) -> Option<(ParamId, Vec<&str>)> {
        let (param, keys) = match self {
            Self::Tokens(param, values) => {
                (param, values.iter().map(TokenValue::code).collect::<Option<_>>()?)
            }
            Self::Uris(param, values) => {
                (param, values.iter().map(|value| crate::index::row::indexed_part(value)).collect())
            }
            _ => return None,
        };
        Some((*param, keys))
    }
}
