//! Which colour the cell of an item has by its value, as `colours` of its row in the catalogue says.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Number;

use super::limits::decimal;

/// A colour and the values that have it.
#[derive(Debug, Deserialize)]
pub struct Colour {
    pub colour: String,
    pub when: When,
    /// What the limits are about, where it is not the value itself.
    pub of: Option<Of>,
    /// What values between these limits are called.
    pub class: Option<String>,
    /// It does not hold where another item has this answer.
    pub unless: Option<Other>,
}

/// What is held against limits instead of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The z-score of head circumference.
    Hcfa,
    /// The value less the completed weeks of pregnancy.
    Weeks,
    /// The difference of the item's parts.
    Difference,
}

/// An answer of another item.
#[derive(Debug, Deserialize)]
pub struct Other {
    pub item: String,
    pub code: String,
}

/// Limits in the unit of the item, or a yes or no.
#[derive(Debug, Deserialize)]
pub struct When {
    low: Option<Number>,
    high: Option<Number>,
    below: Option<Number>,
    above: Option<Number>,
    pub boolean: Option<bool>,
    /// LOINC code of the component that holds the number.
    pub component: Option<String>,
}

/// Completed weeks of pregnancy, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    pub from_week: Option<i64>,
    pub to_week: Option<i64>,
}

impl Judged {
    /// Whether every week between two is judged.
    pub fn holds(self, (least, most): (i64, i64)) -> bool {
        self.from_week.is_none_or(|from| from <= least) && self.to_week.is_none_or(|to| most <= to)
    }
}

impl When {
    /// The limits, each with its sign.
    pub fn limits(&self) -> impl Iterator<Item = (&'static str, Decimal)> {
        let all = [("≥", &self.low), ("≤", &self.high), ("<", &self.below), (">", &self.above)];
        all.into_iter().filter_map(|(sign, limit)| Some((sign, decimal(limit.as_ref()?)?)))
    }
}
