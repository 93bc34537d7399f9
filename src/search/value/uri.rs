//! URIs, <https://hl7.org/fhir/R4/search.html#uri>: the whole of it, compared as it is.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::index::row::indexed_part;
use crate::store::table::Column;

/// Holds for rows that match a value.
pub fn condition(value: &str) -> Condition {
    Condition::all().add(Expr::col(Column::Value).eq(indexed_part(value)))
}
