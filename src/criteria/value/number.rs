//! Numbers, <https://hl7.org/fhir/R4/search.html#number>.
//!
//! A value written with n digits stands for all numbers that round to it. Rows are ranges as well:
//! a plain number is one whose ends are equal.

use crate::fhir::decimal::Decimal;

use super::prefix::Prefix;

/// A number with its prefix. The range of what is approximately so is as wide as that may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberValue {
    pub prefix: Prefix,
    pub number: Decimal,
}

impl NumberValue {
    /// Whether a range of numbers matches. One that ends before it starts is found only where both
    /// its ends are.
    pub fn fits(self, low: f64, high: f64) -> bool {
        let Decimal { value, low: from, high: to } = self.number;
        let is_inside = low >= from && if to > from { high < to } else { high <= to };
        match self.prefix {
            Prefix::Equal => is_inside && low <= to,
            Prefix::NotEqual => !is_inside,
            Prefix::Greater => high > value,
            Prefix::Less => low < value,
            Prefix::GreaterOrEqual => high >= value,
            Prefix::LessOrEqual => low <= value,
            Prefix::StartsAfter => low > value,
            Prefix::EndsBefore => low < value && high < value,
            Prefix::Approximately => low <= to && high >= from,
        }
    }
}
