//! Dates and times plus durations, <http://hl7.org/fhirpath/N1/#datetime-arithmetic>.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::quantity::Calendar;
use super::temporal::{Form, NANOS, Precision, Temporal};
use crate::fhir::date::calendar::days_in_month;

/// Ten thousand years, which no date survives.
const MOST_SECONDS: i64 = 400_000_000_000;

impl Temporal {
    /// The moment this much later; none when it is no longer one that can be written. A duration
    /// finer than the precision is cut down to it first.
    pub(in crate::fhirpath) fn plus(&self, amount: Decimal, unit: Calendar) -> Option<Self> {
        let moved = match unit {
            Calendar::Year => self.plus_months(whole(amount)?.checked_mul(12)?)?,
            Calendar::Month => self.plus_months(whole(amount)?)?,
            unit => {
                let seconds = unit.seconds()?;
                let above_seconds = seconds >= Decimal::ONE_HUNDRED || unit == Calendar::Minute;
                let amount = if above_seconds { amount.trunc() } else { amount };
                self.plus_seconds(amount.checked_mul(seconds)?)?
            }
        };
        moved.is_possible().then_some(moved)
    }

    fn plus_months(&self, months: i64) -> Option<Self> {
        if self.form == Form::Time {
            return None;
        }
        let months = if self.precision == Precision::Year { months / 12 * 12 } else { months };
        let total = self.year.checked_mul(12)?.checked_add(self.month - 1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        let day = self.day.min(days_in_month(year, month));
        Some(Self { year, month, day, ..*self })
    }

    fn plus_seconds(&self, amount: Decimal) -> Option<Self> {
        let seconds = amount.trunc().to_i64().filter(|all| all.abs() <= MOST_SECONDS)?;
        let days = seconds / 86_400;
        match self.precision {
            Precision::Year => return self.plus_months(days / 365 * 12),
            Precision::Month => return self.plus_months(days / 30),
            Precision::Day => return Some(self.at_seconds(self.seconds() + days * 86_400)),
            Precision::Hour => return Some(self.later(seconds / 3600 * 3600)),
            Precision::Minute => return Some(self.later(seconds / 60 * 60)),
            Precision::Second | Precision::Fraction => {}
        }
        let nanos = amount.fract().checked_mul(NANOS.into())?.trunc().to_i64()?;
        let nano = self.nano + nanos;
        let moved = self.later(seconds + nano.div_euclid(NANOS));
        let nano = nano.rem_euclid(NANOS);
        if nano == 0 || moved.digits >= 3 {
            return Some(Self { nano, ..moved });
        }
        Some(Self { nano, digits: 3, precision: Precision::Fraction, ..moved })
    }

    /// The wall clock so many seconds later; a time of day goes round.
    fn later(&self, seconds: i64) -> Self {
        let moved = self.at_seconds(self.seconds() + seconds);
        if self.form == Form::Time {
            return Self { year: self.year, month: self.month, day: self.day, ..moved };
        }
        moved
    }
}

fn whole(amount: Decimal) -> Option<i64> {
    amount.trunc().to_i64().filter(|whole| whole.abs() < 200_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &str, amount: &str, unit: Calendar, expected: Option<&str>) {
        let start = Temporal::literal(start).expect(start);
        let moved = start.plus(amount.parse().expect(amount), unit);
        assert_eq!(moved.map(|moved| moved.to_string()).as_deref(), expected);
    }

    #[test]
    fn durations_move_dates() {
        check("2024-02-29", "1", Calendar::Year, Some("2025-02-28"));
        check("2024-01-31", "1", Calendar::Month, Some("2024-02-29"));
        check("2014", "24", Calendar::Month, Some("2016"));
        check("2014", "-23", Calendar::Month, Some("2013"));
        check("2019-03-01", "-1", Calendar::Day, Some("2019-02-28"));
        check("2019-03-01", "25", Calendar::Hour, Some("2019-03-02"));
        check("2019-03-01T23:59:59", "1", Calendar::Second, Some("2019-03-02T00:00:00"));
        check(
            "2019-03-01T00:00:00.000Z",
            "0.1",
            Calendar::Second,
            Some("2019-03-01T00:00:00.100Z"),
        );
        check("2019-03-01T00:00:00", "-1", Calendar::Millisecond, Some("2019-02-28T23:59:59.999"));
        check("2019-03-01T00:00:00", "7.7", Calendar::Day, Some("2019-03-08T00:00:00"));
        check("T23:00", "2", Calendar::Hour, Some("01:00"));
        check("T23:00", "1", Calendar::Year, None);
        check("9999-12-31", "1", Calendar::Day, None);
        check("0001-01-01", "-1", Calendar::Day, None);
        check("2019", "79228162514264337593543950335", Calendar::Week, None);
    }
}
