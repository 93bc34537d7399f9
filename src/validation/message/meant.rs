//! What was probably meant by a value of another form: dates as people and older systems write them,
//! numbers in quotes or with a comma.

use serde_json::Value;

use crate::definitions::shape::Primitive;
use crate::fhir::text::suggestion;
use crate::validation::format::date_time;

/// No value that is meant to be a date or a number is longer.
const LONGEST: usize = 40;

/// The date or time that was meant: `15/03/2024`, `20240315`, `2024-03-15 10:30`. A time without a
/// zone is one of Viet Nam.
pub(super) fn date(found: &str, primitive: Primitive) -> Option<String> {
    let found = found.trim();
    if found.len() > LONGEST {
        return None;
    }
    if matches!(primitive, Primitive::Time) {
        return clock(found).filter(|meant| date_time::time(meant).is_ok());
    }
    let (day, time) = parted(found);
    let day = calendar(day)?;
    let time = time.and_then(|time| {
        let (time, zone) = zoned(time);
        Some(format!("{}{zone}", clock(time)?))
    });
    let meant = match (primitive, time) {
        (Primitive::Date, _) | (_, None) => day,
        (_, Some(time)) => format!("{day}T{time}"),
    };
    let is_right = match primitive {
        Primitive::Date => date_time::date(&meant),
        Primitive::Instant => date_time::instant(&meant),
        _ => date_time::date_time(&meant),
    };
    is_right.ok().map(|()| meant)
}

/// The day and the time of a text: `20240315103000` is a time, too.
fn parted(found: &str) -> (&str, Option<&str>) {
    if let Some((day, time)) = found.split_once(['T', 't', ' ']) {
        return (day, Some(time.trim()));
    }
    let digits = found.bytes().take_while(u8::is_ascii_digit).count();
    match found.split_at_checked(8) {
        Some((day, time)) if digits >= 12 => (day, Some(time)),
        _ => (found, None),
    }
}

/// A day, the year first or last, with separators or without; a day and a month that were
/// exchanged.
fn calendar(found: &str) -> Option<String> {
    let is_right = |date: &String| date_time::date(date).is_ok();
    if found.len() == 8 && found.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from: usize, to: usize| found.get(from..to).unwrap_or_default();
        let year_first = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
        let year_last = format!("{}-{}-{}", part(4, 8), part(2, 4), part(0, 2));
        let is_plain = |date: &String| is_right(date) && ("1850".."2150").contains(&&**date);
        return [year_first, year_last].into_iter().find(is_plain);
    }
    let mut parts = found.split(['/', '-', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    let Some(third) = third else {
        let (month, year) = (first, second);
        let month = format!("{year}-{month:0>2}");
        return (year.len() == 4 && is_right(&month)).then_some(month);
    };
    if parts.next().is_some() || [first, second, third].iter().any(|part| part.is_empty()) {
        return None;
    }
    let in_order = |year: &str, month: &str, day: &str| format!("{year}-{month:0>2}-{day:0>2}");
    let meant = match (first.len(), third.len()) {
        (4, _) => [in_order(first, second, third), in_order(first, third, second)],
        (_, 4) => [in_order(third, second, first), in_order(third, first, second)],
        _ => return None,
    };
    meant.into_iter().find(is_right)
}

/// A time and its zone; Viet Nam's when there is none.
fn zoned(time: &str) -> (&str, String) {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return (time.trim(), "Z".to_owned());
    }
    let Some(at) = time.rfind(['+', '-']) else { return (time, "+07:00".to_owned()) };
    let (time, zone) = time.split_at(at);
    let (sign, digits) = zone.split_at(1);
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        4 => digits.split_at(2),
        _ => (digits.as_str(), "00"),
    };
    (time.trim(), format!("{sign}{hours:0>2}:{minutes}"))
}

/// A time: `10:30`, `10h30`, `103000`.
fn clock(found: &str) -> Option<String> {
    let digits = found.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize, to: usize| found.get(from..to);
    if digits && matches!(found.len(), 4 | 6) {
        let seconds = part(4, 6).unwrap_or("00");
        return Some(format!("{}:{}:{seconds}", part(0, 2)?, part(2, 4)?));
    }
    let mut parts = found.split([':', 'h', 'H', 'g']);
    let (hours, minutes) = (parts.next()?, parts.next()?);
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    let seconds = parts.next().filter(|seconds| !seconds.is_empty()).unwrap_or("00");
    parts.next().is_none().then(|| format!("{hours:0>2}:{minutes:0>2}:{seconds:0>2}"))
}

/// The number that was meant by a text.
pub(super) fn number(found: &Value) -> Option<String> {
    suggestion::number(found.as_str()?)
}

/// The truth that was meant by a text or a number.
pub(super) fn boolean(found: &Value) -> Option<bool> {
    match found {
        Value::String(text) => suggestion::boolean(text),
        Value::Number(number) => suggestion::boolean(&number.to_string()),
        _ => None,
    }
}

/// The text that was meant by a number or a truth.
pub(super) fn string(found: &Value) -> Option<String> {
    match found {
        Value::Number(_) | Value::Bool(_) => {
            let text = found.to_string();
            (text.len() <= LONGEST).then(|| format!("\"{text}\""))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(primitive: Primitive, found: &str, expected: Option<&str>) {
        assert_eq!(date(found, primitive).as_deref(), expected, "{found}");
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (found, expected) in [
            ("15/03/2024", "2024-03-15"),
            ("5/3/2024", "2024-03-05"),
            ("15-03-2024", "2024-03-15"),
            ("15.3.2024", "2024-03-15"),
            ("03/25/2024", "2024-03-25"),
            ("2024/03/15", "2024-03-15"),
            ("2024-3-5", "2024-03-05"),
            ("2024-25-03", "2024-03-25"),
            ("20240315", "2024-03-15"),
            ("15032024", "2024-03-15"),
            ("03/2024", "2024-03"),
            ("2024-03-15T10:30:00+07:00", "2024-03-15"),
            ("20240315103000", "2024-03-15"),
        ] {
            check(Primitive::Date, found, Some(expected));
        }
        for found in ["31/02/2024", "x", "", "1/2/3", "99999999", "15/03/24", "//", "1"] {
            check(Primitive::Date, found, None);
        }
        check(Primitive::Date, &"1".repeat(1_000), None);
    }

    #[test]
    fn times_are_those_of_viet_nam() {
        for (found, expected) in [
            ("15/03/2024 10:30", "2024-03-15T10:30:00+07:00"),
            ("15/03/2024 10h30", "2024-03-15T10:30:00+07:00"),
            ("15/03/2024", "2024-03-15"),
            ("2024-03-15 10:30:05", "2024-03-15T10:30:05+07:00"),
            ("2024-03-15T10:30", "2024-03-15T10:30:00+07:00"),
            ("2024-03-15T10:30:00", "2024-03-15T10:30:00+07:00"),
            ("2024-03-15T10:30Z", "2024-03-15T10:30:00Z"),
            ("2024-03-15T10:30:00+0700", "2024-03-15T10:30:00+07:00"),
            ("20240315103000", "2024-03-15T10:30:00+07:00"),
            ("202403151030+0700", "2024-03-15T10:30:00+07:00"),
        ] {
            check(Primitive::DateTime, found, Some(expected));
        }
        check(Primitive::DateTime, "2024-03-15 25:30", None);
        check(Primitive::Instant, "2024-03-15 10:30", Some("2024-03-15T10:30:00+07:00"));
        check(Primitive::Instant, "2024-03-15", None);
        check(Primitive::Time, "10:30", Some("10:30:00"));
        check(Primitive::Time, "7h5", Some("07:05:00"));
        check(Primitive::Time, "x", None);
        check(Primitive::DateTime, "năm 2024 é", None);
    }

    #[test]
    fn texts_are_put_in_quotes() {
        assert_eq!(string(&json!(12.5)).as_deref(), Some("\"12.5\""));
        assert_eq!(string(&json!(true)).as_deref(), Some("\"true\""));
        assert_eq!(string(&json!([])), None);
        assert_eq!(boolean(&json!(1)), Some(true));
        assert_eq!(number(&json!(1)), None);
    }
}
