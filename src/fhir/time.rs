//! The one clock, and moments as `instant`, <https://hl7.org/fhir/R4/datatypes.html#instant>.

use std::time::{SystemTime, UNIX_EPOCH};

use super::date::Zone;
use super::date::calendar::{DAY, date_of, day_number};

/// A moment, in microseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

/// The current moment.
pub fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

impl Instant {
    /// The moment this many microseconds after 1970-01-01T00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The `instant` in a zone, always 29 characters: `2026-11-22T13:26:00.123+07:00`. Moments
    /// outside the years 1 to 9999 give the first or the last that can be written.
    pub fn format(self, zone: Zone) -> String {
        let first = day_number(1, 1, 1) * DAY;
        let last = day_number(10_000, 1, 1) * DAY - 1;
        let local = self.0.saturating_add(zone.micros()).clamp(first, last);
        let (year, month, day) = date_of(local.div_euclid(DAY));
        let millis = local.rem_euclid(DAY) / 1000;
        let ahead = zone.minutes().abs();
        let mut text = String::with_capacity(29);
        push(&mut text, year, 1000, '-');
        push(&mut text, month, 10, '-');
        push(&mut text, day, 10, 'T');
        push(&mut text, millis / 3_600_000, 10, ':');
        push(&mut text, millis / 60_000 % 60, 10, ':');
        push(&mut text, millis / 1000 % 60, 10, '.');
        push(&mut text, millis % 1000, 100, if zone.minutes() < 0 { '-' } else { '+' });
        push(&mut text, ahead / 60, 10, ':');
        push_digits(&mut text, ahead % 60, 10);
        text
    }
}

fn push(text: &mut String, number: i64, unit: i64, mark: char) {
    push_digits(text, number, unit);
    text.push(mark);
}

/// Writes the number from the digit of this unit down; much faster than `format!`.
fn push_digits(text: &mut String, number: i64, unit: i64) {
    let mut unit = unit;
    while unit > 0 {
        let digit = u8::try_from(number / unit % 10).unwrap_or_default();
        text.push(char::from(b'0' + digit));
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::date::DateRange;

    #[test]
    fn instants_have_one_width_and_read_back() {
        for text in [
            "2026-11-22T13:26:00.123+07:00",
            "1969-12-31T23:59:59.999+00:00",
            "0001-01-01T00:00:00.000-03:30",
            "9999-12-31T23:59:59.999+14:00",
        ] {
            let zone = Zone::parse(&text[23..]).expect(text);
            let range = DateRange::parse(text, zone).expect(text);
            assert_eq!(Instant::from_micros(range.low).format(zone), text);
        }
        for micros in [i64::MIN, i64::MAX] {
            assert_eq!(Instant::from_micros(micros).format(Zone::default()).len(), 29);
        }
    }

    #[test]
    fn the_clock_is_past_the_day_it_was_written() {
        assert!(now().micros() > 1_760_000_000_000_000);
    }
}
