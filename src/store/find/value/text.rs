//! Strings and URIs.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr};

use crate::criteria::value::string::TextValue;
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Holds for rows of strings that match.
pub(in crate::store::find) fn string(value: &TextValue, at: Alias) -> Condition {
    condition(value, (at.col(Column::Folded), at.col(Column::Exact)))
}

/// Holds where a text, folded and as it is, matches.
pub(super) fn condition(value: &TextValue, (folded, exact): (Expr, Expr)) -> Condition {
    match value {
        TextValue::Start(from) => {
            // Nothing that starts with the value sorts after the last character there is.
            let to = format!("{from}\u{10ffff}");
            Condition::all().add(folded.clone().gte(from.as_str())).add(folded.lt(to))
        }
        TextValue::Exact { folded: text, exact: as_it_is } => {
            Condition::all().add(folded.eq(text.as_str())).add(exact.eq(as_it_is.as_str()))
        }
        TextValue::Contains(part) => {
            let escaped = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
            let pattern = LikeExpr::new(format!("%{escaped}%")).escape('!');
            Condition::all().add(folded.like(pattern))
        }
    }
}

/// Holds for rows of URIs that match one of several values.
pub(in crate::store::find) fn uris(values: &[String], at: Alias) -> Condition {
    let value = at.col(Column::Value);
    Condition::all().add(match values {
        [one] => value.eq(one.as_str()),
        several => value.is_in(several.iter().map(String::as_str)),
    })
}
