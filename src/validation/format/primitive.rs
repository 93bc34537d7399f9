//! The value of a primitive element: its JSON type and its format,
//! <https://hl7.org/fhir/R4/datatypes.html#primitive>.

use serde_json::Value;

use super::{date_time, number, text, uri};
use crate::definitions::shape::Primitive;
use crate::fhir::issue::Issue;
use crate::validation::message::structure::{Json, wrong_json};
use crate::validation::message::value as message;

/// What is wrong with a value; none when nothing is.
pub(in crate::validation) fn check(primitive: Primitive, value: &Value) -> Option<Issue> {
    match primitive {
        Primitive::Boolean => (!value.is_boolean()).then(|| wrong_json(Json::Boolean, value)),
        Primitive::Decimal => (!value.is_number()).then(|| wrong_json(Json::Number, value)),
        Primitive::Integer => integer(value, i32::MIN),
        Primitive::UnsignedInt => integer(value, 0),
        Primitive::PositiveInt => integer(value, 1),
        _ => match value {
            Value::String(text) if text.is_empty() => Some(message::empty_string()),
            Value::String(text) => string(primitive, text),
            _ => Some(wrong_json(Json::String, value)),
        },
    }
}

fn integer(value: &Value, smallest: i32) -> Option<Issue> {
    let Value::Number(digits) = value else {
        return Some(wrong_json(Json::Number, value));
    };
    let digits = digits.as_str();
    number::integer(digits, smallest).err().map(|fault| message::integer(fault, digits, smallest))
}

/// A URN must be one of its namespace: `urn:uuid:` is followed by a UUID.
fn urn(value: &str) -> Option<Issue> {
    let end = value.find(['|', '#']).unwrap_or(value.len());
    let urn = value.get(..end)?;
    if urn.starts_with("urn:uuid:") {
        return (!uri::uuid(urn)).then(|| message::uri(Primitive::Uuid, value));
    }
    let is_wrong = urn.starts_with("urn:oid:") && !uri::oid(urn);
    is_wrong.then(|| message::uri(Primitive::Oid, value))
}

fn string(primitive: Primitive, value: &str) -> Option<Issue> {
    let as_text = |checked: Result<(), text::TextFault>| {
        checked.err().map(|fault| message::text(fault, primitive, value))
    };
    let as_date = |checked: Result<(), date_time::DateTimeFault>| {
        checked.err().map(|fault| message::date_time(fault, primitive, value))
    };
    let as_uri = |is_right: bool| (!is_right).then(|| message::uri(primitive, value));
    match primitive {
        Primitive::String | Primitive::Markdown => as_text(text::string(value)),
        Primitive::Code => as_text(text::code(value)),
        Primitive::Id => as_text(text::id(value)),
        Primitive::Base64Binary => as_text(text::base64(value)),
        Primitive::Date => as_date(date_time::date(value)),
        Primitive::DateTime => as_date(date_time::date_time(value)),
        Primitive::Instant => as_date(date_time::instant(value)),
        Primitive::Time => as_date(date_time::time(value)),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => {
            as_uri(uri::uri(value)).or_else(|| urn(value))
        }
        Primitive::Oid => as_uri(uri::oid(value)),
        Primitive::Uuid => as_uri(uri::uuid(value)),
        Primitive::Xhtml => (!value.trim_start().starts_with('<')).then(message::not_a_div),
        // These are numbers and booleans; `check` has dealt with them.
        Primitive::Boolean
        | Primitive::Decimal
        | Primitive::Integer
        | Primitive::UnsignedInt
        | Primitive::PositiveInt => None,
    }
}
