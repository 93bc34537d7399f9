//! Dates, <https://hl7.org/fhir/R4/search.html#date>.
//!
//! A value and the rows are ranges of time, and the prefixes compare ranges as the specification
//! says.

use crate::fhir::date::DateRange;

use super::prefix::Prefix;

/// A date with its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateValue {
    pub prefix: Prefix,
    pub range: DateRange,
}

impl DateValue {
    /// Whether a range of time matches.
    pub fn fits(self, low: i64, high: i64) -> bool {
        compare(self.prefix, (self.range.low, self.range.high), (low, high))
    }

    /// Whether a moment matches.
    pub fn fits_moment(self, moment: i64) -> bool {
        self.fits(moment, moment.saturating_add(1))
    }
}

/// Compares a range with that of a value.
pub(super) fn compare<T: PartialOrd>(
    prefix: Prefix,
    (from, to): (T, T),
    (low, high): (T, T),
) -> bool {
    let is_inside = low >= from && high <= to;
    match prefix {
        Prefix::Equal => is_inside,
        Prefix::NotEqual => !is_inside,
        Prefix::Greater => high > to,
        Prefix::Less => low < from,
        Prefix::GreaterOrEqual => high > to || low >= from,
        Prefix::LessOrEqual => low < from || high <= to,
        Prefix::StartsAfter => low >= to,
        Prefix::EndsBefore => high <= from,
        Prefix::Approximately => low < to && high > from,
    }
}
