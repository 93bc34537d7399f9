//! Strings, <https://hl7.org/fhir/R4/search.html#string>: folded text that starts with the value.
//!
//! Case, marks and đ/d make no difference, so `nguyen` finds Nguyễn. `:exact` compares the text as
//! it is, `:contains` finds the value anywhere.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr};

use crate::fhir::fold::fold;
use crate::index::row::{Text, indexed_text};
use crate::store::table::Column;

/// How text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Start,
    Exact,
    Contains,
}

/// Whether a row matches a value.
pub fn fits(comparison: Comparison, value: &str, row: &Text) -> bool {
    let folded = fold(value);
    match comparison {
        Comparison::Start => row.folded.starts_with(indexed_text(&folded)),
        Comparison::Exact => {
            row.folded == indexed_text(&folded) && row.exact == indexed_text(value)
        }
        Comparison::Contains => row.folded.contains(&folded),
    }
}

/// Holds for rows that match a value.
pub fn condition(comparison: Comparison, value: &str) -> Condition {
    let folded = || Expr::col(Column::Folded);
    match comparison {
        Comparison::Start => {
            let folded_value = fold(value);
            let from = indexed_text(&folded_value);
            // Nothing that starts with the value sorts after the last character there is.
            let to = format!("{from}\u{10ffff}");
            Condition::all().add(folded().gte(from)).add(folded().lt(to))
        }
        Comparison::Exact => Condition::all()
            .add(folded().eq(indexed_text(&fold(value))))
            .add(Expr::col(Column::Exact).eq(indexed_text(value))),
        Comparison::Contains => {
            let escaped = fold(value).replace('!', "!!").replace('%', "!%").replace('_', "!_");
            let pattern = LikeExpr::new(format!("%{escaped}%")).escape('!');
            Condition::all().add(folded().like(pattern))
        }
    }
}
