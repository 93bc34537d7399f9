//! Dates of any precision as spans of days, so that what is only partly known proves nothing.

use serde_json::Value;

use crate::fhir::date::calendar::{DAY, date_of};
use crate::fhir::date::period::of_period;
use crate::fhir::date::{DateRange, Zone};

/// From the first to the last day that are possible, both included, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: i64,
    pub last: i64,
}

impl Days {
    /// The days of a `date` or `dateTime`.
    pub fn of(value: Option<&Value>, zone: Zone) -> Option<Self> {
        let range = DateRange::parse(value?.as_str()?, zone)?;
        Some(Self::of_range(range, zone))
    }

    /// The days of a `Period`; an open end is far away.
    pub(super) fn of_period(value: Option<&Value>, zone: Zone) -> Option<Self> {
        of_period(value?, zone).map(|range| Self::of_range(range, zone))
    }

    fn of_range(range: DateRange, zone: Zone) -> Self {
        let day = |moment: i64| moment.saturating_add(zone.micros()).div_euclid(DAY);
        Self { first: day(range.low), last: day(range.high - 1) }
    }

    /// Whether every possible day is before every day of the other.
    pub(in crate::mch) fn surely_before(self, other: Self) -> bool {
        self.last < other.first
    }

    /// Whether some day is in both.
    pub(in crate::mch) fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether it is one day.
    pub fn is_exact(self) -> bool {
        self.first == self.last
    }

    /// The same span some days later.
    pub(in crate::mch) fn plus(self, days: i64) -> Self {
        Self { first: self.first + days, last: self.last + days }
    }

    /// The least and the most number of days from the other span to this one.
    pub(in crate::mch) fn since(self, other: Self) -> (i64, i64) {
        (self.first - other.last, self.last - other.first)
    }

    /// The first day, as people write it: `22/11/2026`.
    pub fn written(self) -> String {
        let (year, month, day) = date_of(self.first);
        format!("{day:02}/{month:02}/{year}")
    }
}
