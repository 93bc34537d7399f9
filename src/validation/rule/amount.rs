//! Comparing values that have an order: numbers, dates, times, quantities,
//! <https://hl7.org/fhir/R4/datatypes.html>.

use std::cmp::Ordering;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::fhir::date::{DateRange, Zone};
use crate::fhir::member::{member, text};
use crate::fhirpath::value::quantity::{Quantity, Unit};

/// A JSON number, exactly.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    let text = number.as_str();
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// How two values of one kind stand to each other; none when that cannot be said. Dates of
/// different precision are equal as long as one lies within the other.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => Some(decimal(left)?.cmp(&decimal(right)?)),
        (Value::Object(_), Value::Object(_)) => quantity(left)?.compare(&quantity(right)?),
        (Value::String(left), Value::String(right)) => texts(left, right),
        _ => None,
    }
}

fn texts(left: &str, right: &str) -> Option<Ordering> {
    let range = |text: &str| DateRange::parse(text, Zone::default());
    let Some((a, b)) = range(left).zip(range(right)) else {
        // Times, and all that is written with equal length, are in the order of their texts.
        return Some(left.cmp(right));
    };
    Some(if a.high <= b.low {
        Ordering::Less
    } else if a.low >= b.high {
        Ordering::Greater
    } else {
        Ordering::Equal
    })
}

fn quantity(value: &Value) -> Option<Quantity> {
    let unit = text(value, "code").or_else(|| text(value, "unit")).unwrap_or("1");
    Some(Quantity { value: decimal(member(value, "value")?)?, unit: Unit::Code(unit.into()) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(left: Value, right: Value, expected: Option<Ordering>) {
        assert_eq!(compare(&left, &right), expected, "{left} {right}");
    }

    #[test]
    fn values_are_compared_by_what_they_mean() {
        check(json!(2), json!(10), Some(Ordering::Less));
        check(json!("2022"), json!("2022-06-30"), Some(Ordering::Equal));
        check(json!("2023"), json!("2022-06-30"), Some(Ordering::Greater));
        check(json!("09:00:00"), json!("10:00:00"), Some(Ordering::Less));
        let metres = json!({ "value": 10000, "system": "http://unitsofmeasure.org", "code": "m" });
        let kilometres = json!({ "value": 5, "system": "http://unitsofmeasure.org", "code": "km" });
        check(metres.clone(), kilometres, Some(Ordering::Greater));
        check(metres, json!({ "value": 1, "code": "kg" }), None);
        check(json!(1), json!("1"), None);
    }
}
