//! What number parameters see, <https://hl7.org/fhir/R4/search.html#number>.

use serde_json::Value;

use super::data_type::DataType;
use crate::fhir::decimal;
use crate::fhir::member::member;

/// The range of a value: a number is only itself.
pub(super) fn of(kind: DataType, value: &Value) -> Option<(f64, f64)> {
    match kind {
        DataType::Primitive(_) => number(value).map(|number| (number, number)),
        DataType::Range => range(value),
        _ => None,
    }
}

/// The bounds of a `Range`; one that is missing is open.
pub(super) fn range(value: &Value) -> Option<(f64, f64)> {
    let bound = |key| number(member(member(value, key)?, "value")?);
    let (low, high) = (bound("low"), bound("high"));
    let known = low.is_some() || high.is_some();
    known.then(|| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)))
}

/// A number without the sign of a zero, which means nothing here.
pub(super) fn number(value: &Value) -> Option<f64> {
    decimal::value(value.as_number()?.as_str()).map(|number| number + 0.0)
}
