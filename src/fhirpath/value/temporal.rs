//! Dates, times and both with their precision, <http://hl7.org/fhirpath/N1/#datetime>.

use std::cmp::Ordering;
use std::fmt;

use crate::fhir::date::Zone;
use crate::fhir::date::calendar::{date_of, day_number, days_in_month};

pub(super) const NANOS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// Which of the three types it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Date,
    DateTime,
    Time,
}

/// The last part that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// With digits behind the point.
    Fraction,
}

/// An offset from UTC, in minutes, and whether it is written `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    pub minutes: i16,
    pub zulu: bool,
}

/// A date, a time or both.
///
/// Invariant: the parts are those of a possible moment; parts beyond the precision have their
/// lowest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Temporal {
    pub form: Form,
    pub precision: Precision,
    pub year: i64,
    pub month: i64,
    pub day: i64,
    /// Seconds of the day.
    pub second: i64,
    /// Nanoseconds of the second, and how many of their digits are given.
    pub nano: i64,
    pub digits: u32,
    pub offset: Option<Offset>,
}

/// How two moments stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fhirpath) enum Compared {
    Known(Ordering),
    /// One is more precise than the other, and they agree as far as both go.
    Unknown,
    /// A time of day and a date have nothing to compare.
    Unlike,
}

impl Temporal {
    /// Compares part by part, times in the zone of the evaluation where one has no offset.
    pub(in crate::fhirpath) fn compare(&self, other: &Self, zone: Zone) -> Compared {
        if (self.form == Form::Time) != (other.form == Form::Time) {
            return Compared::Unlike;
        }
        let timed = |of: &Self| of.form == Form::DateTime && of.precision >= Precision::Hour;
        let zoned = self.offset.is_some() || other.offset.is_some();
        let (left, right) = if timed(self) && timed(other) && zoned {
            (self.in_utc(zone), other.in_utc(zone))
        } else {
            (*self, *other)
        };
        let shared = left.precision.min(right.precision);
        for (precision, left, right) in left.parts(&right) {
            if precision > shared.min(Precision::Second) {
                break;
            }
            if left != right {
                return Compared::Known(left.cmp(&right));
            }
        }
        if shared >= Precision::Second {
            return Compared::Known(left.nano.cmp(&right.nano));
        }
        if left.precision == right.precision {
            Compared::Known(Ordering::Equal)
        } else {
            Compared::Unknown
        }
    }

    fn parts(&self, other: &Self) -> [(Precision, i64, i64); 6] {
        [
            (Precision::Year, self.year, other.year),
            (Precision::Month, self.month, other.month),
            (Precision::Day, self.day, other.day),
            (Precision::Hour, self.hour(), other.hour()),
            (Precision::Minute, self.minute(), other.minute()),
            (Precision::Second, self.second % 60, other.second % 60),
        ]
    }

    pub(in crate::fhirpath) fn hour(&self) -> i64 {
        self.second / 3600
    }

    pub(in crate::fhirpath) fn minute(&self) -> i64 {
        self.second / 60 % 60
    }

    /// The same moment with the offset taken out.
    pub(in crate::fhirpath) fn in_utc(&self, zone: Zone) -> Self {
        let minutes = self.offset.map_or(zone.minutes(), |offset| i64::from(offset.minutes));
        let seconds = self.seconds() - minutes * 60;
        Self { offset: None, ..self.at_seconds(seconds) }
    }

    /// Seconds since 1970-01-01T00:00 of the same wall clock.
    pub(in crate::fhirpath) fn seconds(&self) -> i64 {
        day_number(self.year, self.month, self.day) * DAY_SECONDS + self.second
    }

    /// The same form and precision at another second of the wall clock.
    pub(super) fn at_seconds(&self, seconds: i64) -> Self {
        let (year, month, day) = date_of(seconds.div_euclid(DAY_SECONDS));
        Self { year, month, day, second: seconds.rem_euclid(DAY_SECONDS), ..*self }
    }

    /// The date of it, or none for a time of day.
    pub(in crate::fhirpath) fn date(&self) -> Option<Self> {
        let precision = self.precision.min(Precision::Day);
        let date = Self { form: Form::Date, precision, second: 0, nano: 0, digits: 0, ..*self };
        (self.form != Form::Time).then_some(Self { offset: None, ..date })
    }

    /// Whether every part is possible.
    pub(super) fn is_possible(&self) -> bool {
        let date = (1..=9999).contains(&self.year)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day);
        (self.form == Form::Time || date) && (0..DAY_SECONDS).contains(&self.second)
    }

    /// How many digits are given: 4 for a year, 17 for a moment with milliseconds.
    pub(in crate::fhirpath) fn digit_count(&self) -> i64 {
        let time = match self.precision {
            Precision::Year => return 4,
            Precision::Month => return 6,
            Precision::Day => return 8,
            Precision::Hour => 2,
            Precision::Minute => 4,
            Precision::Second => 6,
            Precision::Fraction => 6 + i64::from(self.digits),
        };
        if self.form == Form::Time { time } else { 8 + time }
    }
}

impl fmt::Display for Temporal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.form != Form::Time {
            write!(f, "{:04}", self.year)?;
            if self.precision >= Precision::Month {
                write!(f, "-{:02}", self.month)?;
            }
            if self.precision >= Precision::Day {
                write!(f, "-{:02}", self.day)?;
            }
            if self.precision >= Precision::Hour {
                f.write_str("T")?;
            }
        }
        if self.precision >= Precision::Hour {
            write!(f, "{:02}", self.hour())?;
        }
        if self.precision >= Precision::Minute {
            write!(f, ":{:02}", self.minute())?;
        }
        if self.precision >= Precision::Second {
            write!(f, ":{:02}", self.second % 60)?;
        }
        if self.precision == Precision::Fraction {
            let fraction = self.nano / 10_i64.pow(9_u32.saturating_sub(self.digits));
            let width = usize::try_from(self.digits).unwrap_or_default();
            write!(f, ".{fraction:0width$}")?;
        }
        match self.offset {
            Some(Offset { zulu: true, .. }) => f.write_str("Z"),
            Some(Offset { minutes, .. }) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let ahead = minutes.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", ahead / 60, ahead % 60)
            }
            None => Ok(()),
        }
    }
}
