//! Dates of any precision as ranges of time, <https://hl7.org/fhir/R4/search.html#date>.
//!
//! `2026` is every moment of that year, `2026-11-22T13:26:00+07:00` a second. A fraction of a second
//! is a moment, as an `instant` is: it lasts a microsecond, the least there is here. A range is half open and counts microseconds since 1970-01-01T00:00Z. Where a text has no zone
//! the caller's applies. Minutes without seconds are taken, because search values may have them.
//!
//! [`calendar`] counts days, [`period`] gives the range of a `Period` or `Timing`.

pub(crate) mod calendar;
pub mod period;

use calendar::{DAY, day_number, days_in_month};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;
const SECOND: i64 = 1_000_000;

/// An offset from UTC.
///
/// Invariant: no more than 14 hours either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    minutes: i16,
}

impl Zone {
    /// The zone this many minutes ahead of UTC, at most 14 hours either way.
    pub const fn from_minutes(minutes: i16) -> Self {
        match minutes {
            ..-840 => Self { minutes: -840 },
            841.. => Self { minutes: 840 },
            _ => Self { minutes },
        }
    }

    /// Reads `Z`, `+07:00` or `-03:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let zone = rest.zone()?;
        rest.0.is_empty().then_some(zone)
    }

    /// Minutes ahead of UTC.
    pub fn minutes(self) -> i64 {
        i64::from(self.minutes)
    }

    /// Microseconds ahead of UTC.
    pub fn micros(self) -> i64 {
        self.minutes() * MINUTE
    }
}

impl Default for Zone {
    /// Vietnam's, +07:00.
    fn default() -> Self {
        Self { minutes: 420 }
    }
}

/// The moments from `low` up to, but without, `high`, in microseconds since 1970-01-01T00:00Z. An
/// open end is [`DateRange::PAST`] or [`DateRange::FUTURE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateRange {
    pub low: i64,
    pub high: i64,
}

impl DateRange {
    /// Before every date there is; far enough from the end of the numbers to be reckoned with.
    pub const PAST: i64 = i64::MIN / 4;
    /// After every date there is.
    pub const FUTURE: i64 = i64::MAX / 4;

    /// Reads a `date`, `dateTime` or `instant`; no impossible days or times.
    pub fn parse(text: &str, zone: Zone) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let year = rest.digits::<4>()?;
        if year == 0 {
            return None;
        }
        if rest.0.is_empty() {
            return Some(Self::days(day_number(year, 1, 1), day_number(year + 1, 1, 1), zone));
        }
        let month = rest.after(b'-')?.digits::<2>()?;
        let length = days_in_month(year, month);
        let first = day_number(year, month, 1);
        if rest.0.is_empty() {
            return (length > 0).then(|| Self::days(first, first + length, zone));
        }
        let day = rest.after(b'-')?.digits::<2>()?;
        if day == 0 || day > length {
            return None;
        }
        let day = first + day - 1;
        if rest.0.is_empty() {
            return Some(Self::days(day, day + 1, zone));
        }
        let (time, width) = rest.after(b'T')?.time()?;
        let zone = if rest.0.is_empty() { zone } else { rest.zone()? };
        let low = day * DAY + time - zone.micros();
        rest.0.is_empty().then_some(Self { low, high: low + width })
    }

    /// The time from the start of one range to the end of another; an end that is missing is open.
    pub fn between(start: Option<Self>, end: Option<Self>) -> Option<Self> {
        let range = Self {
            low: start.map_or(Self::PAST, |start| start.low),
            high: end.map_or(Self::FUTURE, |end| end.high),
        };
        (start.is_some() || end.is_some()).then_some(range)
    }

    /// The smallest range with both in it.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn days(from: i64, to: i64, zone: Zone) -> Self {
        Self { low: from * DAY - zone.micros(), high: to * DAY - zone.micros() }
    }
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn digits<const N: usize>(&mut self) -> Option<i64> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    }

    fn after(&mut self, mark: u8) -> Option<&mut Self> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        (*first == mark).then_some(self)
    }

    fn bounded(&mut self, end: i64) -> Option<i64> {
        self.digits::<2>().filter(|number| *number < end)
    }

    /// Time of day and how long it lasts: a minute, a second or a moment.
    fn time(&mut self) -> Option<(i64, i64)> {
        let hour = self.bounded(24)?;
        let minute = self.after(b':')?.bounded(60)?;
        let time = hour * HOUR + minute * MINUTE;
        if self.0.first() != Some(&b':') {
            return Some((time, MINUTE));
        }
        let second = self.after(b':')?.bounded(61)?;
        let (fraction, width) = self.fraction()?;
        Some((time + second * SECOND + fraction, width))
    }

    /// A moment between two microseconds has no width, and stands where the latter begins: what is
    /// exact to a microsecond is before it or behind it, never the same.
    fn fraction(&mut self) -> Option<(i64, i64)> {
        let (mut fraction, mut unit) = (0, SECOND);
        let mut is_between = false;
        let Some((b'.', mut rest)) = self.0.split_first() else { return Some((fraction, SECOND)) };
        if !rest.first()?.is_ascii_digit() {
            return None;
        }
        while let Some((digit, after)) = rest.split_first()
            && digit.is_ascii_digit()
        {
            if unit > 1 {
                unit /= 10;
                fraction += i64::from(digit - b'0') * unit;
            } else {
                is_between |= *digit != b'0';
            }
            rest = after;
        }
        self.0 = rest;
        Some(if is_between { (fraction + 1, 0) } else { (fraction, 1) })
    }

    fn zone(&mut self) -> Option<Zone> {
        let (sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let ahead = match sign {
            b'Z' => return Some(Zone::from_minutes(0)),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.bounded(15)?;
        let minutes = hours * 60 + self.after(b':')?.bounded(60)?;
        let minutes = i16::try_from(ahead * minutes).ok()?;
        (-840..=840).contains(&minutes).then_some(Zone { minutes })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;
    use crate::fhir::time::Instant;

    #[track_caller]
    fn check(text: &str, low: &str, high: &str) {
        let range = DateRange::parse(text, Zone::default()).expect(text);
        let show = |micros| Instant::from_micros(micros).format(Zone::default());
        assert_eq!((show(range.low).as_str(), show(range.high).as_str()), (low, high), "{text}");
    }

    #[test]
    fn precision_is_the_width_of_the_range() {
        check("2026", "2026-01-01T00:00:00.000+07:00", "2027-01-01T00:00:00.000+07:00");
        check("2024-02", "2024-02-01T00:00:00.000+07:00", "2024-03-01T00:00:00.000+07:00");
        check("2026-12", "2026-12-01T00:00:00.000+07:00", "2027-01-01T00:00:00.000+07:00");
        check("2024-02-29", "2024-02-29T00:00:00.000+07:00", "2024-03-01T00:00:00.000+07:00");
        check("2026-11-22T13:26", "2026-11-22T13:26:00.000+07:00", "2026-11-22T13:27:00.000+07:00");
        check(
            "2026-11-22T13:26Z",
            "2026-11-22T20:26:00.000+07:00",
            "2026-11-22T20:27:00.000+07:00",
        );
        check(
            "2026-11-22T13:26:59+09:30",
            "2026-11-22T10:56:59.000+07:00",
            "2026-11-22T10:57:00.000+07:00",
        );
        check(
            "1969-12-31T23:59:60Z",
            "1970-01-01T07:00:00.000+07:00",
            "1970-01-01T07:00:01.000+07:00",
        );
        let long = DateRange::parse("1970-01-01T00:00:00.1234567891Z", Zone::default());
        assert_eq!(long, Some(DateRange { low: 123_457, high: 123_457 }));
        let tenth = DateRange::parse("1970-01-01T00:00:00.1Z", Zone::default());
        assert_eq!(tenth, Some(DateRange { low: 100_000, high: 100_001 }));
        let even = DateRange::parse("1970-01-01T00:00:00.1234560000Z", Zone::default());
        assert_eq!(even, Some(DateRange { low: 123_456, high: 123_457 }));
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in [
            "",
            "0000",
            "26",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-01-00",
            "2026-01-01T",
            "2026-01-01T24:00:00Z",
            "2026-01-01T10",
            "2026-01-01T10:60:00Z",
            "2026-01-01T10:00:61Z",
            "2026-01-01T10:00:00.Z",
            "2026-01-01Z",
            "2026-01-01T10:00:00+15:00",
            "2026-01-01T10:00:00+14:30",
            "2026-01-01T10:00:00Z ",
            " 2026",
            "２０２６",
            "2026-01-01t10:00:00Z",
            "+2026",
            "2026-01-01T10:00:00+7:00",
        ] {
            assert_eq!(DateRange::parse(text, Zone::default()), None, "{text}");
        }
    }

    #[test]
    fn zones_are_read_and_kept_in_bounds() {
        assert_eq!(Zone::parse("+07:00"), Some(Zone::default()));
        assert_eq!(Zone::parse("-03:30").map(Zone::minutes), Some(-210));
        assert_eq!(Zone::parse("Z").map(Zone::minutes), Some(0));
        assert_eq!(Zone::from_minutes(2000).minutes(), 840);
        for text in ["", "07:00", "+7", "+07:00x", "+15:00"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-0-9T:.+Zé]{0,32}") {
            if let Some(range) = DateRange::parse(&text, Zone::default()) {
                prop_assert!(range.low <= range.high);
            }
        }
    }
}
