//! Spans of years, months, weeks and days, added to a day as the logic specification of `CDSi` does
//! (CALCDT-5): a day that its month does not have moves to the first of the next.

use serde::Deserialize;

use crate::fhir::date::calendar::{date_of, day_number, days_in_month};

const MONTHS_A_YEAR: i64 = 12;
const DAYS_A_WEEK: i64 = 7;

/// A length of time, as schedules write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Span {
    years: i64,
    months: i64,
    weeks: i64,
    days: i64,
}

impl Span {
    /// The day this long after another; days count from 1970-01-01.
    pub fn after(self, day: i64) -> i64 {
        let months = self.years * MONTHS_A_YEAR + self.months;
        later(day, months) + self.weeks * DAYS_A_WEEK + self.days
    }

    /// The day this long before another, where it is of weeks and days.
    pub fn before(self, day: i64) -> i64 {
        later(day, -(self.years * MONTHS_A_YEAR + self.months))
            - self.weeks * DAYS_A_WEEK
            - self.days
    }
}

/// The same day of another month.
fn later(day: i64, months: i64) -> i64 {
    if months == 0 {
        return day;
    }
    let (year, month, date) = date_of(day);
    let count = year * MONTHS_A_YEAR + (month - 1) + months;
    let (year, month) = (count.div_euclid(MONTHS_A_YEAR), count.rem_euclid(MONTHS_A_YEAR) + 1);
    let length = days_in_month(year, month);
    match date <= length {
        true => day_number(year, month, date),
        false => day_number(year, month, length) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: (i64, i64, i64), span: &str, expected: (i64, i64, i64)) {
        let span: Span = serde_json::from_str(span).expect(span);
        let day = span.after(day_number(from.0, from.1, from.2));
        assert_eq!(date_of(day), expected);
    }

    /// The examples of `CDSi`'s logic specification for CALCDT-1 to CALCDT-5.
    #[test]
    fn months_are_calendar_months() {
        check((2000, 1, 1), r#"{"years":3}"#, (2003, 1, 1));
        check((2000, 1, 1), r#"{"months":6}"#, (2000, 7, 1));
        check((2000, 11, 1), r#"{"months":6}"#, (2001, 5, 1));
        check((2000, 1, 1), r#"{"weeks":3}"#, (2000, 1, 22));
        check((2000, 2, 1), r#"{"weeks":5}"#, (2000, 3, 7));
        check((2000, 2, 1), r#"{"days":3}"#, (2000, 2, 4));
        check((2000, 3, 31), r#"{"months":6}"#, (2000, 10, 1));
        check((2000, 8, 31), r#"{"months":6}"#, (2001, 3, 1));
        check((2000, 2, 29), r#"{"years":1}"#, (2001, 3, 1));
    }

    #[test]
    fn nine_months_are_not_270_days() {
        let nine: Span = serde_json::from_str(r#"{"months":9}"#).expect("a span");
        let lengths = (0..366).map(|day| nine.after(day) - day);
        let (least, most) = (lengths.clone().min(), lengths.max());
        assert_eq!((least, most), (Some(273), Some(276)));
    }

    #[test]
    fn before_is_the_other_way_round() {
        let two: Span = serde_json::from_str(r#"{"weeks":2}"#).expect("a span");
        assert_eq!(two.before(two.after(20_000)), 20_000);
    }

    #[test]
    fn what_is_no_span_is_refused() {
        assert!(serde_json::from_str::<Span>(r#"{"fortnights":1}"#).is_err());
    }
}
