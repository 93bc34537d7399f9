//! Reads numbers, <https://hl7.org/fhir/R4/search.html#number>.

use crate::criteria::value::number::NumberValue;
use crate::criteria::value::prefix::Prefix;
use crate::fhir::decimal::Decimal;
use crate::fhir::issue::Text;

/// Reads `lt100`.
pub fn parse(text: &str) -> Option<NumberValue> {
    let (prefix, text) = Prefix::split(text);
    let number = Decimal::parse(text)?;
    let number = if prefix == Prefix::Approximately { widen(number) } else { number };
    Some(NumberValue { prefix, number })
}

/// A tenth of the value either way, or what its digits leave open.
fn widen(Decimal { value, low, high }: Decimal) -> Decimal {
    let tenth = value.abs() / 10.0;
    Decimal { value, low: low.min(value - tenth), high: high.max(value + tenth) }
}

/// What is expected of a value.
pub fn expected() -> Text {
    Text::new(
        "một số như 100, 5.40 hoặc 1e2, có thể kèm tiền tố eq, ne, gt, lt, ge, le, sa, eb, ap",
        "a number such as 100, 5.40 or 1e2, with one of the prefixes eq, ne, gt, lt, ge, le, sa, eb, ap",
    )
}
