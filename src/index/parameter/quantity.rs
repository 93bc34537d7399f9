//! What quantity parameters see, <https://hl7.org/fhir/R4/search.html#quantity>.
//!
//! `SampledData` gives nothing: its numbers are a text of their own.

use serde_json::Value;

use super::data_type::DataType;
use super::number::{number, range};
use crate::fhir::member::{member, text};
use crate::index::row::system_hash;

/// The currencies of `Money`.
const CURRENCIES: &str = "urn:iso:std:iso:4217";

/// Gives (system, code, low, high) for each way the value's unit may be asked for.
pub(super) fn each<'a>(
    kind: DataType,
    value: &'a Value,
    mut give: impl FnMut(i64, &'a str, f64, f64),
) {
    match kind {
        DataType::Quantity => {
            if let Some((low, high)) = bounds(value) {
                units(value, |system, code| give(system, code, low, high));
            }
        }
        DataType::Range => {
            let bound = || member(value, "low").or_else(|| member(value, "high"));
            if let (Some((low, high)), Some(bound)) = (range(value), bound()) {
                units(bound, |system, code| give(system, code, low, high));
            }
        }
        DataType::Money => {
            let number = member(value, "value").and_then(number);
            let currency = text(value, "currency");
            if let Some(number) = number {
                let system = currency.map_or(0, |_| system_hash(CURRENCIES));
                give(system, currency.unwrap_or_default(), number, number);
            }
        }
        _ => {}
    }
}

/// The range of a quantity: its value, or what its comparator leaves open.
fn bounds(value: &Value) -> Option<(f64, f64)> {
    let number = number(member(value, "value")?)?;
    Some(match text(value, "comparator") {
        Some("<" | "<=") => (f64::NEG_INFINITY, number),
        Some(">" | ">=") => (number, f64::INFINITY),
        _ => (number, number),
    })
}

fn units<'a>(value: &'a Value, mut give: impl FnMut(i64, &'a str)) {
    let (code, unit) = (text(value, "code"), text(value, "unit"));
    if let Some(code) = code {
        give(system_hash(text(value, "system").unwrap_or_default()), code);
    }
    if let Some(unit) = unit.filter(|unit| Some(*unit) != code) {
        give(0, unit);
    }
    if code.is_none() && unit.is_none() {
        give(0, "");
    }
}
