//! Reads what was typed: dates as people write them, numbers with a comma.

use serde_json::{Number, Value, json};

use crate::fhir::date::calendar::whole_day;
use crate::fhir::date::{DateRange, Zone};
use crate::fhir::issue::Text;
use crate::fhir::member::text;
use crate::operation::questionnaire::options::Options;
use crate::operation::questionnaire::sdc;

/// Letters that one answer may have.
pub(super) const LONGEST: usize = 4000;

/// The answer that a text is to a question, or what is wrong with the text.
pub(super) fn read(
    item: &Value,
    typed: &str,
    options: &Options<'_>,
    zone: Zone,
) -> Result<Value, Text> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST {
        return Err(Text::new(
            format!("Dài quá: nhiều nhất {LONGEST} chữ."),
            format!("Too long: {LONGEST} letters at the most."),
        ));
    }
    match text(item, "type").unwrap_or_default() {
        "boolean" => match typed {
            "true" => Ok(json!({ "valueBoolean": true })),
            "false" => Ok(json!({ "valueBoolean": false })),
            _ => Err(no_choice()),
        },
        "decimal" => {
            let number = number(typed).ok_or_else(no_number)?;
            within(item, &number)?;
            Ok(json!({ "valueDecimal": number }))
        }
        "integer" => {
            let number = number(typed).ok_or_else(no_number)?;
            if number.as_i64().is_none() {
                return Err(Text::new(
                    "Hãy ghi số nguyên, không có phần lẻ.",
                    "Write a whole number.",
                ));
            }
            within(item, &number)?;
            Ok(json!({ "valueInteger": number }))
        }
        "date" => {
            let date = date(typed, true).ok_or_else(no_date)?;
            Ok(json!({ "valueDate": date }))
        }
        "dateTime" => {
            let moment = moment(typed, zone).ok_or_else(no_date)?;
            Ok(json!({ "valueDateTime": moment }))
        }
        "time" => {
            let time = time(typed).ok_or_else(|| {
                Text::new("Hãy ghi giờ như 08:30.", "Write a time such as 08:30.")
            })?;
            Ok(json!({ "valueTime": time }))
        }
        "url" => Ok(json!({ "valueUri": typed })),
        "choice" => chosen(typed, options).ok_or_else(no_choice),
        "open-choice" => {
            Ok(chosen(typed, options).unwrap_or_else(|| json!({ "valueString": typed })))
        }
        _ => Ok(json!({ "valueString": typed })),
    }
}

/// The key of a choice: what the field sends for it.
pub(super) fn key(answer: &Value) -> String {
    match answer.get("valueCoding") {
        Some(coding) => {
            let (system, code) = (text(coding, "system"), text(coding, "code").unwrap_or_default());
            match system {
                Some(system) => format!("{system}|{code}"),
                None => code.to_owned(),
            }
        }
        None => label(answer),
    }
}

/// What a choice is called.
pub(super) fn label(answer: &Value) -> String {
    let value = answer.as_object().and_then(|answer| answer.values().next());
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value @ Value::Object(_)) => {
            if let Some(sex) = sex(value) {
                return sex.to_owned();
            }
            let told = text(value, "display").or_else(|| text(value, "code"));
            told.unwrap_or_default().to_owned()
        }
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// R4's names of the sexes in Vietnamese: its code system has none.
fn sex(coding: &Value) -> Option<&'static str> {
    if text(coding, "system") != Some("http://hl7.org/fhir/administrative-gender") {
        return None;
    }
    Some(match text(coding, "code")? {
        "female" => "Nữ",
        "male" => "Nam",
        "other" => "Khác",
        _ => "Không rõ",
    })
}

/// The choice with a key, or with the words of one.
fn chosen(typed: &str, options: &Options<'_>) -> Option<Value> {
    let all = options.all()?;
    let by_key = all.iter().find(|answer| key(answer) == typed);
    let same = |answer: &&Value| label(answer).to_lowercase() == typed.to_lowercase();
    by_key.or_else(|| all.iter().find(same)).cloned()
}

/// A number with a comma or a point; `1.234,5` is nobody's way to write a weight.
fn number(typed: &str) -> Option<Number> {
    let plain = typed.replace(',', ".").replace(['\u{a0}', ' '], "");
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) || plain.len() > 20 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if plain.starts_with('-') { "-" } else { "" };
    let made = match digits.contains('.') {
        true => format!("{sign}{whole}.{rest}"),
        false => format!("{sign}{whole}"),
    };
    serde_json::from_str(&made).ok()
}

/// Refuses a number that a question cannot have.
fn within(item: &Value, number: &Number) -> Result<(), Text> {
    let limit = |name| sdc::of_r4(item, name).find_map(sdc::value).and_then(Value::as_number);
    let told = |number: &Number| number.to_string().replace('.', ",");
    let value = number.as_f64().unwrap_or_default();
    if let Some(least) = limit("minValue").filter(|least| least.as_f64() > Some(value)) {
        return Err(Text::new(
            format!("Không thể dưới {}: mời chị xem lại.", told(least)),
            format!("Cannot be below {least}: please look again."),
        ));
    }
    if let Some(most) = limit("maxValue").filter(|most| most.as_f64() < Some(value)) {
        return Err(Text::new(
            format!("Không thể trên {}: mời chị xem lại.", told(most)),
            format!("Cannot be above {most}: please look again."),
        ));
    }
    Ok(())
}

/// `3/2/2026`, `03-02-2026` or `2026-02-03`; a month or a year where that may be all that is known.
fn date(typed: &str, is_whole: bool) -> Option<String> {
    let parts: Vec<&str> = typed.split(['/', '-', '.']).map(str::trim).collect();
    let numbers =
        parts.iter().all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit()));
    if !numbers {
        return None;
    }
    let made = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [month, year] if year.len() == 4 && !is_whole => format!("{year}-{month:0>2}"),
        [year, month] if year.len() == 4 && !is_whole => format!("{year}-{month:0>2}"),
        [year] if year.len() == 4 && !is_whole => (*year).to_owned(),
        _ => return None,
    };
    let is_real = match made.len() {
        10 => whole_day(&made).is_some(),
        _ => DateRange::parse(&made, Zone::default()).is_some(),
    };
    is_real.then_some(made)
}

/// A date with the hour behind or before it, in the zone of the server.
fn moment(typed: &str, zone: Zone) -> Option<String> {
    let typed = typed.replace('T', " ");
    let (first, second) = match typed.trim().split_once(' ') {
        Some((first, second)) => (first, Some(second.trim())),
        None => (typed.trim(), None),
    };
    let Some(second) = second else { return date(first, false) };
    let (day, hour) = match first.contains(':') || first.contains('h') || first.contains('g') {
        true => (second, first),
        false => (first, second),
    };
    let (day, hour) = (date(day, true)?, time(hour)?);
    let minutes = zone.minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    Some(format!("{day}T{hour}{sign}{hours:02}:{rest:02}"))
}

/// `8:30`, `08:30:00` or `8h30`.
fn time(typed: &str) -> Option<String> {
    let plain = typed.trim().replace(['h', 'g', 'H'], ":");
    let mut parts = plain.trim_end_matches(':').split(':').map(str::parse::<u32>);
    let hour = parts.next()?.ok().filter(|hour| *hour < 24)?;
    let minute = parts.next().map_or(Some(0), Result::ok).filter(|minute| *minute < 60)?;
    let second = parts.next().map_or(Some(0), Result::ok).filter(|second| *second < 60)?;
    parts.next().is_none().then(|| format!("{hour:02}:{minute:02}:{second:02}"))
}

fn no_number() -> Text {
    Text::new("Hãy ghi một số, ví dụ 44,5.", "Write a number, such as 44.5.")
}

fn no_date() -> Text {
    Text::new(
        "Ngày không đúng: hãy ghi ngày/tháng/năm, ví dụ 03/02/2026.",
        "No such date: write day/month/year, such as 03/02/2026.",
    )
}

fn no_choice() -> Text {
    Text::new("Hãy chọn một trong các câu trả lời.", "Choose one of the answers.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let read = |typed| number(typed).map(|number| number.to_string());
        assert_eq!(read("44,5").as_deref(), Some("44.5"));
        assert_eq!(read(" 44.50".trim()).as_deref(), Some("44.50"));
        assert_eq!(read("007").as_deref(), Some("7"));
        for bad in ["", "4,", ",5", "1.234,5", "năm", "1e3", "--1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        let zone = Zone::from_minutes(420);
        let read = |typed| moment(typed, zone);
        assert_eq!(read("3/2/2026").as_deref(), Some("2026-02-03"));
        assert_eq!(read("02/2026").as_deref(), Some("2026-02"));
        assert_eq!(read("2019").as_deref(), Some("2019"));
        assert_eq!(read("2026-02-03T08:05").as_deref(), Some("2026-02-03T08:05:00+07:00"));
        assert_eq!(read("8h30 03/02/2026").as_deref(), Some("2026-02-03T08:30:00+07:00"));
        for bad in ["30/02/2026", "1/1/26", "hôm qua", "03/02/2026 25:00", "2026-13-01"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(date("02/2026", true), None);
    }
}
