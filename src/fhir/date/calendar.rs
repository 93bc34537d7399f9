//! Days of the Gregorian calendar, counted from 1970-01-01, as ISO 8601 has them.

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// How many days the month has; 0 for a month that is none.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// The number of a day. Years are counted from March, so that leap days are last.
pub(crate) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day's number.
pub(crate) fn date_of(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1)
}

/// The day that is some months later, or earlier; where the month has no such day, the first of the
/// next: `CDSi` logic specification, CALCDT-5.
pub(crate) fn plus_months(day: i64, months: i64) -> i64 {
    let (year, month, date) = date_of(day);
    let months = year.saturating_mul(12).saturating_add(month - 1).saturating_add(months);
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let length = days_in_month(year, month);
    // One past the end is the first of the next month.
    let beyond = i64::from(date > length);
    day_number(year, month, if beyond == 1 { length } else { date }) + beyond
}

/// The months that are complete from one day to another, not below nought.
pub(crate) fn whole_months(from: i64, to: i64) -> i64 {
    let ((from_year, from_month, _), (year, month, _)) = (date_of(from), date_of(to));
    let most = (year - from_year) * 12 + month - from_month;
    let is_short = plus_months(from, most) > to;
    (most - i64::from(is_short)).max(0)
}

/// A day as FHIR writes it: `2026-11-22`.
pub(crate) fn iso(day: i64) -> String {
    let (year, month, date) = date_of(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// The day that a text writes whole; none for a month, a time or anything else.
pub(crate) fn whole_day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let is_form = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    let is_day = is_form && year > 0 && (1..=days_in_month(year, month)).contains(&date);
    is_day.then(|| day_number(year, month, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_none_is_the_first_of_the_next_month() {
        let plus =
            |(year, month, day), months| date_of(plus_months(day_number(year, month, day), months));
        assert_eq!(plus((2026, 8, 31), 6), (2027, 3, 1));
        assert_eq!(plus((2027, 8, 31), 6), (2028, 3, 1));
        assert_eq!(plus((2027, 8, 29), 6), (2028, 2, 29));
        assert_eq!(plus((2026, 11, 30), 12), (2027, 11, 30));
        assert_eq!(plus((2024, 2, 29), 12), (2025, 3, 1));
        assert_eq!(plus((2026, 3, 31), -1), (2026, 3, 1));
        assert_eq!(plus((2026, 1, 15), -1), (2025, 12, 15));
    }

    #[test]
    fn months_are_complete_on_the_day_they_are_counted_to() {
        for from in (day_number(2023, 12, 1)..day_number(2024, 3, 5)).step_by(3) {
            for months in 0..72 {
                let day = plus_months(from, months);
                assert_eq!(whole_months(from, day), months, "{from} {months}");
                let before = (months - 1).max(0);
                assert_eq!(whole_months(from, day - 1), before, "{from} {months}");
            }
        }
        assert_eq!(whole_months(100, 0), 0);
    }

    #[test]
    fn numbers_and_dates_are_each_others_inverse() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 3, 1), 11_017);
        assert_eq!(date_of(-1), (1969, 12, 31));
        for day in (-719_162..2_932_896).step_by(37) {
            let (year, month, date) = date_of(day);
            assert!((1..=days_in_month(year, month)).contains(&date));
            assert_eq!(day_number(year, month, date), day);
        }
    }
}
