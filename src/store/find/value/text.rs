//! Strings and URIs.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr};

use crate::criteria::value::string::TextValue;
use crate::criteria::value::uri::UriValue;
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Holds for rows of strings that match.
pub(in crate::store::find) fn string(value: &TextValue, at: Alias) -> Condition {
    condition(value, (at.col(Column::Folded), at.col(Column::Exact)))
}

/// Holds where a text, folded and as it is, matches.
pub(super) fn condition(value: &TextValue, (folded, exact): (Expr, Expr)) -> Condition {
    match value {
        TextValue::Start(from) => starts(&folded, from),
        TextValue::Exact { folded: text, exact: as_it_is } => {
            Condition::all().add(folded.eq(text.as_str())).add(exact.eq(as_it_is.as_str()))
        }
        TextValue::Contains(part) => like(folded, format!("%{}%", escaped(part))),
        TextValue::Whole(text) => Condition::all().add(folded.eq(text.as_str())),
        TextValue::End(end) => like(folded, format!("%{}", escaped(end))),
        TextValue::Marked { folded: text, exact: all } => {
            let each = all.iter().map(|one| starts(&exact, one));
            let is_marked = each.fold(Condition::any(), Condition::add);
            // Of no ways to write it: none.
            let is_marked = if all.is_empty() { Expr::cust("1 = 0").into() } else { is_marked };
            starts(&folded, text).add(is_marked)
        }
    }
}

/// Nothing that starts with a text sorts after the last character there is.
fn starts(column: &Expr, from: &str) -> Condition {
    let to = format!("{from}\u{10ffff}");
    Condition::all().add(column.clone().gte(from)).add(column.clone().lt(to))
}

fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn like(column: Expr, pattern: String) -> Condition {
    Condition::all().add(column.like(LikeExpr::new(pattern).escape('!')))
}

/// Holds for rows of URIs that match one of several values.
pub(in crate::store::find) fn uris(values: &[UriValue], at: Alias) -> Condition {
    let value = || at.col(Column::Value);
    let one = |uri: &UriValue| match uri {
        UriValue::Is(uri) => Condition::from(value().eq(uri.as_str())),
        UriValue::Below(root) => {
            let (from, to) = (format!("{root}/"), format!("{root}/\u{10ffff}"));
            let further = Condition::all().add(value().gte(from)).add(value().lt(to));
            Condition::any().add(value().eq(root.as_str())).add(further)
        }
    };
    let exact: Option<Vec<&str>> = values.iter().map(UriValue::exact).collect();
    match (values, exact) {
        ([only], _) => one(only),
        (_, Some(uris)) => value().is_in(uris).into(),
        _ => values.iter().map(one).fold(Condition::any(), Condition::add),
    }
}
