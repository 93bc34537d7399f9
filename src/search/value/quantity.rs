//! Reads quantities, <https://hl7.org/fhir/R4/search.html#quantity>: `[prefix]number[|system|code]`.
//!
//! Without a unit every row counts; `5.4||mg` compares with the code as well as the printed unit.

use crate::criteria::value::quantity::QuantityValue;
use crate::fhir::issue::Text;
use crate::search::query::{split, unescape};

use super::number;

/// Reads `lt100|http://unitsofmeasure.org|g/L`.
pub fn parse(text: &str) -> Option<QuantityValue> {
    let parts: Vec<String> = split(text, b'|').into_iter().map(unescape).collect();
    let (number, system, code) = match parts.as_slice() {
        [number] => (number, "", ""),
        [number, system] => (number, system.as_str(), ""),
        [number, system, code] => (number, system.as_str(), code.as_str()),
        _ => return None,
    };
    Some(QuantityValue::new(number::parse(number)?, system, code))
}

/// What is expected of a value.
pub fn expected() -> Text {
    Text::new(
        "một số, có thể kèm tiền tố và đơn vị, như lt100, 5.4|http://unitsofmeasure.org|mg hoặc 5.4||mg",
        "a number, with prefix and unit if need be, such as lt100, 5.4|http://unitsofmeasure.org|mg or 5.4||mg",
    )
}
