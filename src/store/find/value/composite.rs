//! Composites: one condition on the places of one row for each part.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::criteria::value::composite::{CompositeValue, PartValue, Placed, RangePlace, TextPlace};
use crate::index::row::micros_as_float;
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

use super::{range, reference, text, token};

/// Holds for rows that match.
pub(in crate::store::find) fn composite(value: &CompositeValue, at: Alias) -> Condition {
    match value.placed() {
        Some(parts) => parts.iter().map(|one| part(one, at)).fold(Condition::all(), Condition::add),
        None => Expr::cust("1 = 0").into(),
    }
}

fn part(part: &Placed<'_>, at: Alias) -> Condition {
    let (number, string) = match part.text {
        TextPlace::First => (at.col(Column::FirstSystem), at.col(Column::First)),
        TextPlace::Second => (at.col(Column::SecondSystem), at.col(Column::Second)),
    };
    let ends = match part.range {
        RangePlace::Whole => (at.col(Column::Low), at.col(Column::High)),
        RangePlace::Low => (at.col(Column::Low), at.col(Column::Low)),
        RangePlace::High => (at.col(Column::High), at.col(Column::High)),
    };
    match part.value {
        PartValue::Token(value) => token::condition(value, (number, string)),
        PartValue::Reference(value) => reference::condition(value, (number, string)),
        PartValue::Text(value) => text::condition(value, (string.clone(), string)),
        PartValue::Uri(value) => string.eq(value.as_str()).into(),
        PartValue::Number(value) => range::number_between(*value, ends),
        PartValue::Date(value) => {
            let (from, to) = (value.range.low, value.range.high);
            range::compare(value.prefix, (micros_as_float(from), micros_as_float(to)), ends)
        }
        PartValue::Quantity(value) => range::amount(value, (number, string), ends),
    }
}
