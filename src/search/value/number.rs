//! Numbers, <https://hl7.org/fhir/R4/search.html#number>.
//!
//! A value written with n digits stands for all numbers that round to it. Rows are ranges as well:
//! a plain number is one whose ends are equal.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::fhir::decimal::Decimal;
use crate::fhir::issue::Text;
use crate::store::table::Column;

use super::prefix::Prefix;

/// A number with its prefix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberValue {
    prefix: Prefix,
    number: Decimal,
}

impl NumberValue {
    /// Reads `lt100`.
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, text) = Prefix::split(text);
        Some(Self { prefix, number: Decimal::parse(text)? })
    }

    /// What is expected of a value.
    pub fn expected() -> Text {
        Text::new(
            "một số như 100, 5.40 hoặc 1e2, có thể kèm tiền tố eq, ne, gt, lt, ge, le, sa, eb, ap",
            "a number such as 100, 5.40 or 1e2, with one of the prefixes eq, ne, gt, lt, ge, le, sa, eb, ap",
        )
    }

    /// Whether a range of numbers matches.
    pub fn fits(self, low: f64, high: f64) -> bool {
        let Decimal { value, low: from, high: to } = self.number;
        let is_inside = low >= from && if to > from { high < to } else { high <= to };
        match self.prefix {
            Prefix::Equal => is_inside,
            Prefix::NotEqual => !is_inside,
            Prefix::Greater => high > value,
            Prefix::Less => low < value,
            Prefix::GreaterOrEqual => high >= value,
            Prefix::LessOrEqual => low <= value,
            Prefix::StartsAfter => low > value,
            Prefix::EndsBefore => high < value,
            Prefix::Approximately => {
                let tenth = value.abs() / 10.0;
                low <= value + tenth && high >= value - tenth
            }
        }
    }

    /// Holds for rows that match.
    pub fn condition(self) -> Condition {
        let (low, high) = (|| Expr::col(Column::Low), || Expr::col(Column::High));
        let Decimal { value, low: from, high: to } = self.number;
        // A number with more digits than a range can tell apart is only itself.
        let below = |column: Expr| if to > from { column.lt(to) } else { column.lte(to) };
        let inside = Condition::all().add(low().gte(from)).add(below(high()));
        match self.prefix {
            // A range ends where it starts or later: that bounds where a scan ends.
            Prefix::Equal => inside.add(low().lte(to)),
            Prefix::NotEqual => inside.not(),
            Prefix::Greater => Condition::all().add(high().gt(value)),
            Prefix::Less => Condition::all().add(low().lt(value)),
            Prefix::GreaterOrEqual => Condition::all().add(high().gte(value)),
            Prefix::LessOrEqual => Condition::all().add(low().lte(value)),
            Prefix::StartsAfter => Condition::all().add(low().gt(value)),
            Prefix::EndsBefore => Condition::all().add(low().lt(value)).add(high().lt(value)),
            Prefix::Approximately => {
                let tenth = value.abs() / 10.0;
                let (from, to) = (value - tenth, value + tenth);
                Condition::all().add(low().lte(to)).add(high().gte(from))
            }
        }
    }
}
