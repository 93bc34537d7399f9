//! Quantities, <https://hl7.org/fhir/R4/search.html#quantity>.
//!
//! Without a unit every row counts. Units are compared as they are written: 1 g is not 1000 mg here.

use crate::index::row::{Quantity, indexed_part, system_hash};

use super::number::NumberValue;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityValue {
    pub number: NumberValue,
    system: Option<i64>,
    code: Option<String>,
}

impl QuantityValue {
    /// A number in a unit; what is empty is not asked for.
    pub fn new(number: NumberValue, system: &str, code: &str) -> Self {
        let system = (!system.is_empty()).then(|| system_hash(system));
        Self { number, system, code: (!code.is_empty()).then(|| indexed_part(code).to_owned()) }
    }

    /// The number of the unit's system, as rows have it.
    pub fn system(&self) -> Option<i64> {
        self.system
    }

    /// The unit, as rows have it.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Quantity) -> bool {
        self.fits_unit(row.system, &row.code) && self.number.fits(row.low, row.high)
    }

    /// Whether a unit is the one that is asked for.
    pub(super) fn fits_unit(&self, system: i64, code: &str) -> bool {
        self.system.is_none_or(|own| own == system)
            && self.code.as_ref().is_none_or(|own| own == code)
    }
}
