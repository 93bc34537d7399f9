//! Which numbers an item may have, as `range` of its row in the catalogue says.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Number;

/// What is possible, and what is to be expected.
#[derive(Debug, Default, Deserialize)]
pub struct Ranges {
    pub possible: Option<Limits>,
    pub plausible: Option<Limits>,
}

/// Both ends belong to the range.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    low: Option<Number>,
    low_of_others: Option<Number>,
    high: Option<Number>,
    high_of_others: Option<Number>,
}

impl Limits {
    /// The least value that belongs to it.
    pub fn low(&self) -> Option<Decimal> {
        decimal(self.low.as_ref()?)
    }

    /// The least value where others reach the item by a code that means less than the item does.
    pub fn low_of_others(&self) -> Option<Decimal> {
        decimal(self.low_of_others.as_ref().or(self.low.as_ref())?)
    }

    /// The greatest value that belongs to it.
    pub fn high(&self) -> Option<Decimal> {
        decimal(self.high.as_ref()?)
    }

    /// The greatest value of others, whose code may be of more persons than the item.
    pub fn high_of_others(&self) -> Option<Decimal> {
        decimal(self.high_of_others.as_ref().or(self.high.as_ref())?)
    }
}

/// A number as it is written.
pub fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}
