//! Exact decimals of 28 digits, <http://hl7.org/fhirpath/N1/#decimal>.

use rust_decimal::{Decimal, RoundingStrategy};

/// Reads a decimal as JSON and paths write it; none when it has more digits before the point
/// than there is room for.
pub(in crate::fhirpath) fn parse(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    text.parse().ok()
}

/// The quotient; none for a division by zero.
pub(in crate::fhirpath) fn divide(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_div(right).map(|quotient| quotient.normalize())
}

/// Whether two numbers are the same when both are rounded to the digits of the less precise one.
pub(in crate::fhirpath) fn equivalent(left: Decimal, right: Decimal) -> bool {
    let (left, right) = (left.normalize(), right.normalize());
    let digits = left.scale().min(right.scale());
    round(left, digits) == round(right, digits)
}

/// Rounds half away from zero.
pub(in crate::fhirpath) fn round(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}
