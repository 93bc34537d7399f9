//! `minValue` and `maxValue`,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.minValue_x_>.
//!
//! Limits are inclusive. A date of any precision is beyond one only when all of it is: `2024` is not
//! before June 2024, nor is ten o'clock of a day after that day. A duration as the limit of a date
//! is counted from now, backwards for the smallest value and forwards for the greatest. All else
//! compares as in `FHIRPath`.

use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::constraint::Constraint;
use crate::definitions::shape::Shapes;
use crate::fhir::date::calendar::{DAY, date_of, day_number, days_in_month};
use crate::fhir::date::{DateRange, Zone};
use crate::fhir::issue::Text;
use crate::fhir::time::Instant;
use crate::fhirpath::value::kind::Kind;
use crate::validation::profile::compile::outline::OutlineEntry;

/// No date is further away, in months and in milliseconds.
const FURTHEST: (i64, i64) = (12 * 10_000, 86_400_000 * 366 * 10_000);

/// A limit of an element.
#[derive(Debug)]
pub(in crate::validation) struct Limit {
    /// Whether it is the smallest value; else it is the greatest.
    is_least: bool,
    edges: Vec<Edge>,
    /// What the value must be.
    pub(in crate::validation) said: Text,
}

/// What a value is held against, each for values of its sort.
#[derive(Debug)]
enum Edge {
    Date(DateRange),
    /// Months and milliseconds from now.
    FromNow(i64, i64),
    Condition(Constraint),
}

impl Limit {
    /// The condition that a value must meet; none when the limit is for values of another sort, or
    /// when a date is not beyond it.
    pub(in crate::validation) fn condition(
        &self,
        value: &Value,
        now: Instant,
    ) -> Result<Option<&Constraint>, Beyond> {
        let date = value.as_str().and_then(|text| DateRange::parse(text, Zone::default()));
        for edge in &self.edges {
            let range = match (edge, date) {
                (Edge::Condition(condition), None) => return Ok(Some(condition)),
                (Edge::Date(range), Some(_)) => *range,
                (Edge::FromNow(months, millis), Some(_)) => from(now, *months, *millis),
                _ => continue,
            };
            let Some(date) = date else { continue };
            let is_beyond = match self.is_least {
                true => date.high <= range.low,
                false => date.low >= range.high,
            };
            return if is_beyond { Err(Beyond) } else { Ok(None) };
        }
        Ok(None)
    }
}

/// A date is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) struct Beyond;

/// The limits of an element.
pub(in crate::validation::profile) fn range(
    shapes: &Shapes,
    focus: &[Kind],
    entry: &OutlineEntry<'_>,
) -> Vec<Limit> {
    let limits = [("minValue", true), ("maxValue", false)].into_iter();
    let limits = limits.filter_map(|(prefix, is_least)| {
        let (kind, value) = entry.typed(prefix)?;
        let operator = if is_least { ">=" } else { "<=" };
        let shown = shown(value);
        let said = format!("{operator} {shown}");
        let mut said = Text::new(said.clone(), said);
        let mut edges = Vec::new();
        match kind {
            "Date" | "DateTime" | "Instant" => {
                edges.push(Edge::Date(DateRange::parse(value.as_str()?, Zone::default())?));
            }
            "Quantity" | "Duration" => {
                if let Some((months, millis)) = from_now(value, is_least) {
                    edges.push(Edge::FromNow(months, millis));
                    if is_temporal(entry) {
                        said = words(is_least, &shown);
                    }
                }
                edges.extend(amount(value, operator).map(|text| {
                    Edge::Condition(Constraint::of_text(shapes, focus, &text, &said.en))
                }));
            }
            kind => {
                let text = format!("$this {operator} {}", literal(kind, value)?);
                let condition = Constraint::of_text(shapes, focus, &text, &said.en);
                edges.push(Edge::Condition(condition));
            }
        }
        Some(Limit { is_least, edges, said })
    });
    limits.collect()
}

fn is_temporal(entry: &OutlineEntry<'_>) -> bool {
    entry.types().any(|kind| {
        let code = kind.get("code").and_then(Value::as_str);
        matches!(code, Some("date" | "dateTime" | "instant"))
    })
}

fn words(is_least: bool, shown: &str) -> Text {
    match is_least {
        true => Text::new(
            format!("không sớm hơn {shown} trước thời điểm hiện tại"),
            format!("no earlier than {shown} ago"),
        ),
        false => Text::new(
            format!("không muộn hơn {shown} sau thời điểm hiện tại"),
            format!("no later than {shown} from now"),
        ),
    }
}

fn literal(kind: &str, value: &Value) -> Option<String> {
    match kind {
        "Time" => Some(format!("@T{}", value.as_str()?)),
        "Decimal" | "Integer" | "PositiveInt" | "UnsignedInt" | "Integer64" => {
            Some(value.as_number()?.as_str().to_owned())
        }
        _ => None,
    }
}

/// Units that cannot be compared are no answer: the binding of the unit has one.
fn amount(quantity: &Value, operator: &str) -> Option<String> {
    let number = quantity.get("value")?.as_number()?.as_str();
    let unit = unit(quantity)?.replace(['\\', '\''], "");
    let test = format!("$this {operator} {number} '{unit}'");
    Some(format!("({test}).empty() or {test}"))
}

fn unit(quantity: &Value) -> Option<&str> {
    quantity.get("code").or_else(|| quantity.get("unit"))?.as_str()
}

/// The months and milliseconds of a duration; backwards for the smallest value.
fn from_now(quantity: &Value, is_least: bool) -> Option<(i64, i64)> {
    let number = Decimal::from_str(quantity.get("value")?.as_number()?.as_str()).ok()?;
    let number = if is_least { -number } else { number };
    let whole = |each: i64, most: i64| {
        let product = number.checked_mul(Decimal::from(each))?.round();
        Some(product.to_i64()?.clamp(-most, most))
    };
    let (most_months, most_millis) = FURTHEST;
    let millis = |each| Some((0, whole(each, most_millis)?));
    match unit(quantity)? {
        "a" | "year" | "years" => Some((whole(12, most_months)?, 0)),
        "mo" | "month" | "months" => Some((whole(1, most_months)?, 0)),
        "wk" | "week" | "weeks" => millis(7 * 86_400_000),
        "d" | "day" | "days" => millis(86_400_000),
        "h" | "hour" | "hours" => millis(3_600_000),
        "min" | "minute" | "minutes" => millis(60_000),
        "s" | "second" | "seconds" => millis(1_000),
        "ms" | "millisecond" | "milliseconds" => millis(1),
        _ => None,
    }
}

/// The moment so far from another one: the same day of the month, or its last.
fn from(now: Instant, months: i64, millis: i64) -> DateRange {
    let ahead = Zone::default().micros();
    let local = now.micros().saturating_add(ahead);
    let (year, month, day) = date_of(local.div_euclid(DAY));
    let months = (year * 12 + month - 1 + months).max(12);
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let day = day_number(year, month, day.min(days_in_month(year, month)));
    let moment = day * DAY + local.rem_euclid(DAY) - ahead;
    let low = moment.saturating_add(millis.saturating_mul(1000));
    DateRange { low, high: low.saturating_add(1) }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(quantity) => {
            let part = |key: &str| match quantity.get(key) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => String::new(),
            };
            let unit = if quantity.contains_key("unit") { part("unit") } else { part("code") };
            format!("{} {unit}", part("value"))
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Instant {
        Instant::from_micros(DateRange::parse(text, Zone::default()).expect(text).low)
    }

    #[track_caller]
    fn check(now: &str, limit: Value, is_least: bool, expected: &str) {
        let (months, millis) = from_now(&limit, is_least).expect("a duration");
        let found = from(at(now), months, millis).low;
        assert_eq!(Instant::from_micros(found), at(expected), "{limit} from {now}");
    }

    #[test]
    fn durations_are_counted_from_now() {
        let of = |value: f64, unit: &str| json!({ "value": value, "code": unit });
        check("2026-11-30T10:00:00+07:00", of(5.0, "a"), true, "2021-11-30T10:00:00+07:00");
        check("2026-11-30T10:00:00+07:00", of(9.0, "mo"), false, "2027-08-30T10:00:00+07:00");
        check("2024-02-29T10:00:00+07:00", of(1.0, "a"), true, "2023-02-28T10:00:00+07:00");
        check("2026-11-30T10:00:00+07:00", of(2.0, "wk"), true, "2026-11-16T10:00:00+07:00");
        check("2026-11-30T10:00:00+07:00", of(0.5, "a"), false, "2027-05-30T10:00:00+07:00");
        check("2026-11-30T10:00:00+07:00", of(0.0, "d"), false, "2026-11-30T10:00:00+07:00");
        check("2026-11-30T10:00:00+07:00", of(-1.0, "h"), true, "2026-11-30T11:00:00+07:00");
        assert!(from_now(&of(1.0, "kg"), true).is_none());
    }
}
