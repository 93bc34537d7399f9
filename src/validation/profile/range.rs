//! `minValue` and `maxValue`, as expressions: quantities and dates compare as in `FHIRPath`,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.minValue_x_>.

use serde_json::Value;

use super::constraint::Constraint;
use super::outline::Entry;
use crate::definitions::shape::Shapes;
use crate::fhirpath::kind::Kind;

/// The limits of an element.
pub(super) fn range(shapes: &Shapes, focus: &[Kind], entry: &Entry<'_>) -> Vec<Constraint> {
    let limits = [("minValue", ">="), ("maxValue", "<=")].into_iter();
    let limits = limits.filter_map(|(prefix, operator)| {
        let (kind, value) = entry.typed(prefix)?;
        let is_temporal = entry.types().any(|kind| {
            let code = kind.get("code").and_then(Value::as_str);
            matches!(code, Some("date" | "dateTime" | "instant"))
        });
        let limit = limit(kind, value, is_temporal)?;
        let test = format!("$this {operator} {limit}");
        // Units that cannot be compared are no answer: the binding of the unit has one.
        let is_amount = matches!(kind, "Quantity" | "Duration") && !is_temporal;
        let text = if is_amount { format!("({test}).empty() or {test}") } else { test };
        Some(Constraint::of_text(shapes, focus, &text, &format!("{operator} {}", shown(value))))
    });
    limits.collect()
}

fn limit(kind: &str, value: &Value, is_temporal: bool) -> Option<String> {
    match kind {
        "Date" => Some(format!("@{}", value.as_str()?)),
        "DateTime" | "Instant" => {
            let text = value.as_str()?;
            Some(if text.contains('T') { format!("@{text}") } else { format!("@{text}T") })
        }
        "Time" => Some(format!("@T{}", value.as_str()?)),
        "Decimal" | "Integer" | "PositiveInt" | "UnsignedInt" | "Integer64" => {
            Some(value.as_number()?.as_str().to_owned())
        }
        // On a date it is counted from today.
        "Quantity" | "Duration" => {
            let number = value.get("value")?.as_number()?.as_str();
            let code = value.get("code").or_else(|| value.get("unit"))?.as_str()?;
            if !is_temporal {
                return Some(format!("{number} '{}'", code.replace(['\\', '\''], "")));
            }
            let (sign, number) = match number.strip_prefix('-') {
                Some(number) => ('-', number),
                None => ('+', number),
            };
            Some(format!("now() {sign} {number} {}", unit_of_time(code)?))
        }
        _ => None,
    }
}

fn unit_of_time(code: &str) -> Option<&'static str> {
    Some(match code {
        "a" => "years",
        "mo" => "months",
        "wk" => "weeks",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        _ => return None,
    })
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
