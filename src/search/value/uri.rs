//! URIs, <https://hl7.org/fhir/R4/search.html#uri>: the whole of it, compared as it is.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::index::row::{Uri, indexed_part};
use crate::store::table::Column;

/// Whether a row matches a value.
pub fn fits(value: &str, row: &Uri) -> bool {
    row.value == indexed_part(value)
}

/// Holds for rows that match one of several values.
pub fn any(values: &[String]) -> Condition {
    let value = || Expr::col(Column::Value);
    Condition::all().add(match values {
        [one] => value().eq(indexed_part(one)),
        several => value().is_in(several.iter().map(|one| indexed_part(one))),
    })
}
