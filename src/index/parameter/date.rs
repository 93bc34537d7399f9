//! What date parameters see, <https://hl7.org/fhir/R4/search.html#date>.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;
use crate::fhir::date::period;
use crate::fhir::date::{DateRange, Zone};

/// The time a value covers.
pub(super) fn of(kind: DataType, value: &Value, zone: Zone) -> Option<DateRange> {
    match kind {
        DataType::Primitive(Primitive::Date | Primitive::DateTime | Primitive::Instant) => {
            DateRange::parse(value.as_str()?, zone)
        }
        DataType::Period => period::of_period(value, zone),
        DataType::Timing => period::of_timing(value, zone),
        _ => None,
    }
}
