//! The text of a primitive value ↔ the JSON type it has, <https://hl7.org/fhir/R4/datatypes.html#primitive>.

use serde_json::{Number, Value};

use crate::definitions::shape::Primitive;

/// The JSON value of a text; none when the type cannot have it in JSON. White space around numbers
/// and booleans means nothing in XML; that around strings is kept.
pub(super) fn value(primitive: Primitive, text: &str) -> Option<Value> {
    match primitive {
        Primitive::Boolean => match text.trim_ascii() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
            let text = text.trim_ascii();
            // The format of integers allows a plus sign, the one of JSON does not.
            number(text.strip_prefix('+').filter(|rest| !rest.starts_with('-')).unwrap_or(text))
        }
        Primitive::Decimal => number(text.trim_ascii()),
        _ => Some(Value::String(text.to_owned())),
    }
}

/// A number that keeps its text; none when JSON cannot spell it so.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let signed = |text: &str| are_digits(text.strip_prefix(['-', '+']).unwrap_or(text));
    let is_number = are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(signed);
    is_number.then(|| Value::Number(Number::from_string_unchecked(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(primitive: Primitive, text: &str, json: Option<&str>) {
        let found = value(primitive, text).map(|value| value.to_string());
        assert_eq!(found.as_deref(), json, "{text}");
    }

    #[test]
    fn values_have_the_json_type_of_their_type() {
        check(Primitive::Boolean, "true", Some("true"));
        check(Primitive::Boolean, " false ", Some("false"));
        check(Primitive::Boolean, "1", None);
        check(Primitive::Integer, "-5", Some("-5"));
        check(Primitive::PositiveInt, "+5", Some("5"));
        check(Primitive::Integer, "+-5", None);
        check(Primitive::Integer, "007", None);
        check(Primitive::String, " a\n", Some("\" a\\n\""));
        check(Primitive::Date, "2020", Some("\"2020\""));
    }

    #[test]
    fn decimals_keep_their_text() {
        for text in ["1.00", "0", "-0.0", "1E-22", "1e+5", "100000000000000000000.5"] {
            check(Primitive::Decimal, text, Some(text));
        }
        for text in ["", "-", ".5", "5.", "1e", "1e+", "0x1", "NaN", "1.2.3", "01", "+1", "١"] {
            check(Primitive::Decimal, text, None);
        }
    }
}
