//! Formats of `date`, `dateTime`, `instant` and `time`,
//! <https://hl7.org/fhir/R4/datatypes.html#dateTime>.
//!
//! The calendar is checked too: 30 February does not exist. A leap second (`:60`) is allowed
//! everywhere, as in the regular expressions of the specification.

/// What is wrong with a date or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) enum DateTimeFault {
    /// It does not have the format at all.
    Format,
    /// It has the format, but no calendar or clock has it.
    Impossible,
    /// A time without seconds.
    Seconds,
    /// A time without a zone.
    Zone,
    /// An instant that is only a date.
    Time,
}

/// Checks `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(in crate::validation) fn date(text: &str) -> Result<(), DateTimeFault> {
    let bytes = text.as_bytes();
    let (year, month, day) = match bytes.len() {
        4 => (digits(bytes)?, 1, 1),
        7 => (part(bytes, 0, 4)?, dashed(bytes, 4)?, 1),
        10 => (part(bytes, 0, 4)?, dashed(bytes, 4)?, dashed(bytes, 7)?),
        _ => return Err(DateTimeFault::Format),
    };
    let exists = year >= 1 && (1..=days(year, month)).contains(&day);
    if exists { Ok(()) } else { Err(DateTimeFault::Impossible) }
}

/// Checks a date, or a date with time, seconds and zone.
pub(in crate::validation) fn date_time(text: &str) -> Result<(), DateTimeFault> {
    match text.split_once('T') {
        None => date(text),
        Some((day, moment)) => full(day, moment),
    }
}

/// Checks a date with time, seconds and zone.
pub(in crate::validation) fn instant(text: &str) -> Result<(), DateTimeFault> {
    match text.split_once('T') {
        None => date(text).and(Err(DateTimeFault::Time)),
        Some((day, moment)) => full(day, moment),
    }
}

/// Checks `hh:mm:ss`, with a fraction or without.
pub(in crate::validation) fn time(text: &str) -> Result<(), DateTimeFault> {
    let bytes = text.as_bytes();
    if bytes.len() < 5 || bytes.get(2) != Some(&b':') {
        return Err(DateTimeFault::Format);
    }
    let (hour, minute) = (part(bytes, 0, 2)?, part(bytes, 3, 5)?);
    let possible = hour <= 23 && minute <= 59;
    let Some(rest) = bytes.get(5..).filter(|rest| !rest.is_empty()) else {
        return Err(if possible { DateTimeFault::Seconds } else { DateTimeFault::Impossible });
    };
    if rest.first() != Some(&b':') {
        return Err(DateTimeFault::Format);
    }
    let second = part(rest, 1, 3)?;
    match rest.get(3..).unwrap_or_default() {
        [] => (),
        [b'.', fraction @ ..] if !fraction.is_empty() => {
            fraction.iter().all(u8::is_ascii_digit).then_some(()).ok_or(DateTimeFault::Format)?;
        }
        _ => return Err(DateTimeFault::Format),
    }
    if possible && second <= 60 { Ok(()) } else { Err(DateTimeFault::Impossible) }
}

fn full(day: &str, moment: &str) -> Result<(), DateTimeFault> {
    date(day)?;
    if day.len() != 10 {
        return Err(DateTimeFault::Format);
    }
    if let Some(clock) = moment.strip_suffix('Z') {
        return time(clock);
    }
    let Some(at) = moment.rfind(['+', '-']) else {
        return time(moment).and(Err(DateTimeFault::Zone));
    };
    let (clock, zone) = moment.split_at(at);
    time(clock)?;
    let zone = zone.as_bytes();
    if zone.len() != 6 || zone.get(3) != Some(&b':') {
        return Err(DateTimeFault::Format);
    }
    let (hours, minutes) = (part(zone, 1, 3)?, part(zone, 4, 6)?);
    let exists = (hours <= 13 && minutes <= 59) || (hours == 14 && minutes == 0);
    if exists { Ok(()) } else { Err(DateTimeFault::Impossible) }
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// The number that follows a dash.
fn dashed(bytes: &[u8], at: usize) -> Result<u32, DateTimeFault> {
    match bytes.get(at) {
        Some(b'-') => part(bytes, at + 1, at + 3),
        _ => Err(DateTimeFault::Format),
    }
}

fn part(bytes: &[u8], start: usize, end: usize) -> Result<u32, DateTimeFault> {
    bytes.get(start..end).ok_or(DateTimeFault::Format).and_then(digits)
}

fn digits(bytes: &[u8]) -> Result<u32, DateTimeFault> {
    bytes.iter().try_fold(0, |number: u32, byte| match byte {
        b'0'..=b'9' => Ok(number * 10 + u32::from(byte - b'0')),
        _ => Err(DateTimeFault::Format),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        format: fn(&str) -> Result<(), DateTimeFault>,
        text: &str,
        expected: Result<(), DateTimeFault>,
    ) {
        assert_eq!(format(text), expected, "{text}");
    }

    #[test]
    fn dates_exist() {
        for good in ["2024", "0001", "2024-02", "2024-02-29", "2000-02-29", "1999-12-31"] {
            check(date, good, Ok(()));
        }
        for gone in
            ["0000", "2024-13", "2024-00", "2023-02-29", "1900-02-29", "2024-04-31", "2024-01-00"]
        {
            check(date, gone, Err(DateTimeFault::Impossible));
        }
        for bad in [
            "",
            "24",
            "2024-1",
            "2024-1-1",
            "15/03/2024",
            "2024/03/15",
            "2024-03-15 ",
            "20240315",
            "năm 2",
            "2024-0a",
        ] {
            check(date, bad, Err(DateTimeFault::Format));
        }
        check(date, "2024-03-15T10:00:00Z", Err(DateTimeFault::Format));
    }

    #[test]
    fn times_have_seconds() {
        for good in ["00:00:00", "23:59:59", "23:59:60", "12:00:00.000", "12:00:00.1"] {
            check(time, good, Ok(()));
        }
        for (bad, fault) in [
            ("12:00", DateTimeFault::Seconds),
            ("24:00:00", DateTimeFault::Impossible),
            ("25:00", DateTimeFault::Impossible),
            ("12:60:00", DateTimeFault::Impossible),
            ("12:00:61", DateTimeFault::Impossible),
            ("12:00:00.", DateTimeFault::Format),
            ("12:00:00Z", DateTimeFault::Format),
            ("1:00:00", DateTimeFault::Format),
            ("12-00-00", DateTimeFault::Format),
            ("12:0é:00", DateTimeFault::Format),
            ("", DateTimeFault::Format),
        ] {
            check(time, bad, Err(fault));
        }
    }

    #[test]
    fn a_date_time_with_time_has_seconds_and_zone() {
        for good in [
            "2024",
            "2024-03-15",
            "2024-03-15T10:00:00Z",
            "2024-03-15T10:00:00.123+07:00",
            "2024-03-15T10:00:00-14:00",
        ] {
            check(date_time, good, Ok(()));
        }
        for (bad, fault) in [
            ("2024-03-15T10:00:00", DateTimeFault::Zone),
            ("2024-03-15T10:00", DateTimeFault::Seconds),
            ("2024-03-15T10:00Z", DateTimeFault::Seconds),
            ("2024-03-15T10:00+07:00", DateTimeFault::Seconds),
            ("2024-02-30T10:00:00Z", DateTimeFault::Impossible),
            ("2024-03-15T24:00:00Z", DateTimeFault::Impossible),
            ("2024-03-15T10:00:00+15:00", DateTimeFault::Impossible),
            ("2024-03-15T10:00:00+14:01", DateTimeFault::Impossible),
            ("2024-03T10:00:00Z", DateTimeFault::Format),
            ("2024-03-15 10:00:00Z", DateTimeFault::Format),
            ("2024-03-15T10:00:00+0700", DateTimeFault::Format),
            ("2024-03-15T", DateTimeFault::Format),
            ("2024-03-15T10:00:00+07:é", DateTimeFault::Format),
        ] {
            check(date_time, bad, Err(fault));
        }
        check(instant, "2024-03-15T10:00:00.5Z", Ok(()));
        check(instant, "2024-03-15", Err(DateTimeFault::Time));
        check(instant, "2024-03-15T10:00:00", Err(DateTimeFault::Zone));
    }
}
