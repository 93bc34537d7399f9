//! Makes answers of values, as the type of a question takes them,
//! <https://hl7.org/fhir/R4/valueset-item-type.html>.

use serde_json::{Number, Value, json};

use super::held::Held;
use super::options::Options;
use super::sdc;
use crate::fhir::member::{members, text};
use crate::fhir::unit::{UCUM, canonical};

/// The answer that a value is to a question; none where it cannot be one.
pub(super) fn answer(item: &Value, held: &Held, options: &Options<'_>) -> Option<Value> {
    let value = &held.value;
    let written = || value.as_str().map(str::to_owned);
    Some(match text(item, "type")? {
        "boolean" => json!({ "valueBoolean": value.as_bool()? }),
        "decimal" => json!({ "valueDecimal": number(item, value)? }),
        "integer" => json!({ "valueInteger": whole(&number(item, value)?)? }),
        "date" => json!({ "valueDate": written()?.split('T').next()? }),
        "dateTime" => json!({ "valueDateTime": written()? }),
        "time" => json!({ "valueTime": written()? }),
        "string" | "text" => json!({ "valueString": words(value)? }),
        "url" => json!({ "valueUri": written()? }),
        "choice" => option(value, options)?,
        "open-choice" => option(value, options).or_else(|| {
            // What is in no list is told in words.
            Some(json!({ "valueString": words(value)? }))
        })?,
        "quantity" => json!({ "valueQuantity": quantity(item, value)? }),
        "reference" => json!({ "valueReference": held.reference()? }),
        "attachment" => json!({ "valueAttachment": value.as_object()? }),
        _ => return None,
    })
}

/// The number of a value, in the unit that the question asks for.
fn number(item: &Value, value: &Value) -> Option<Number> {
    let Value::Object(_) = value else {
        return value.as_number().cloned();
    };
    let amount = value.get("value")?.as_number()?;
    let (asked, given) = (unit(item).and_then(|unit| text(unit, "code")), text(value, "code"));
    match (asked, given) {
        (Some(asked), Some(given)) if asked != given => converted(amount, given, asked),
        _ => Some(amount.clone()),
    }
}

/// A number of one unit in another one of the same kind.
fn converted(amount: &Number, given: &str, asked: &str) -> Option<Number> {
    let (from, to) = (canonical(given)?, canonical(asked)?);
    if from.unit != to.unit {
        return None;
    }
    let made = to.of_base(from.number(amount.as_f64()?)?)?;
    let made = format!("{made:.6}");
    serde_json::from_str(made.trim_end_matches('0').trim_end_matches('.')).ok()
}

fn whole(number: &Number) -> Option<Number> {
    let text = number.as_str();
    let text = text.split_once('.').map_or(text, |(whole, rest)| {
        let is_whole = rest.bytes().all(|digit| digit == b'0');
        if is_whole { whole } else { text }
    });
    text.parse::<i64>().is_ok().then(|| serde_json::from_str(text).ok())?
}

/// The unit that a question asks for.
pub(crate) fn unit(item: &Value) -> Option<&Value> {
    sdc::of_r4(item, "questionnaire-unit").find_map(sdc::value)
}

fn quantity(item: &Value, value: &Value) -> Option<Value> {
    if let Value::Number(amount) = value {
        let unit = unit(item)?;
        return Some(with_unit(amount, unit));
    }
    value.get("value").map(|_| value.clone())
}

/// An amount of a unit that a Coding names.
pub(super) fn with_unit(amount: &Number, unit: &Value) -> Value {
    let code = text(unit, "code").unwrap_or_default();
    let shown = text(unit, "display").unwrap_or(code);
    let system = text(unit, "system").unwrap_or(UCUM);
    json!({ "value": amount, "unit": shown, "system": system, "code": code })
}

/// The text of a value: of a name or a concept the one it is called by.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => {
            let told = text(value, "text").or_else(|| text(value, "display"));
            let of_coding = || members(value, "coding").iter().find_map(|one| text(one, "display"));
            let told = told.or_else(of_coding).or_else(|| text(value, "code"));
            told.filter(|told| !told.trim().is_empty()).map(str::to_owned)
        }
        _ => None,
    }
}

/// The choice that a value is.
fn option(value: &Value, options: &Options<'_>) -> Option<Value> {
    if let Some(coding) = options.of_value(value) {
        return Some(coding);
    }
    if text(value, "code").is_some() && value.get("coding").is_none() {
        return options.is_open_list().then(|| json!({ "valueCoding": value }));
    }
    let first = members(value, "coding").first()?;
    options.is_open_list().then(|| json!({ "valueCoding": first }))
}
