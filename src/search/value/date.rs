//! Reads dates, <https://hl7.org/fhir/R4/search.html#date>.

use crate::criteria::value::date::DateValue;
use crate::criteria::value::prefix::Prefix;
use crate::fhir::date::{DateRange, Zone};
use crate::fhir::issue::Text;

/// Reads `ge2026-11`; `now` is what `ap` measures from.
pub fn parse(text: &str, zone: Zone, now: i64) -> Option<DateValue> {
    let (prefix, text) = Prefix::split(text);
    if text.split_once('.').is_some_and(|(_, fraction)| digits(fraction) > FINEST) {
        return None;
    }
    // A plus sign that was not percent-encoded arrives as a space.
    let range = DateRange::parse(&text.replace(' ', "+"), zone)?;
    let range = if prefix == Prefix::Approximately { widen(range, now) } else { range };
    Some(DateValue { prefix, range })
}

/// Digits of a second, at the most: nanoseconds.
const FINEST: usize = 9;

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// What is expected of a value.
pub fn expected() -> Text {
    Text::new(
        "một ngày như 2026, 2026-11, 2026-11-22 hoặc 2026-11-22T13:30:00+07:00, có thể kèm tiền tố eq, ne, gt, lt, ge, le, sa, eb, ap",
        "a date such as 2026, 2026-11, 2026-11-22 or 2026-11-22T13:30:00+07:00, with one of the prefixes eq, ne, gt, lt, ge, le, sa, eb, ap",
    )
}

/// A tenth of the time between the value and now, either way.
fn widen(range: DateRange, now: i64) -> DateRange {
    let distance = now.saturating_sub(range.low).saturating_abs() / 10;
    DateRange { low: range.low.saturating_sub(distance), high: range.high.saturating_add(distance) }
}
