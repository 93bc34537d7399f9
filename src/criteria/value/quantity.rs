//! Quantities, <https://hl7.org/fhir/R4/search.html#quantity>.
//!
//! Without a unit every row counts, by its number as written. A unit of UCUM is one of an amount: rows
//! are compared in base units, so 2500 g is 2.5 kg. Any other unit is compared as it is written.

use crate::fhir::decimal::Decimal;
use crate::fhir::unit::{Canonical, UCUM, canonical};
use crate::index::row::{Quantity, indexed_part, system_hash};
use crate::index::stand_in::base_units;

use super::number::NumberValue;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityValue {
    /// In base units when it is an amount of them.
    pub number: NumberValue,
    pub unit: UnitValue,
}

/// The unit that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum UnitValue {
    /// Whichever it is.
    Any,
    /// Amounts in these base units.
    Base(String),
    /// A unit that is written so.
    Written {
        system: Option<i64>,
        /// Its code; when no system is asked for, its name may be it as well.
        code: Option<String>,
        /// The amount that it is if the code is one of UCUM.
        amount: Option<(String, NumberValue)>,
    },
}

impl QuantityValue {
    /// A number in a unit; what is empty is not asked for.
    pub fn new(number: NumberValue, system: &str, code: &str) -> Self {
        if system.is_empty() && code.is_empty() {
            return Self { number, unit: UnitValue::Any };
        }
        let amount = canonical(code).and_then(|base| in_base(number, &base));
        if system == UCUM
            && let Some((unit, number)) = amount
        {
            return Self { number, unit: UnitValue::Base(unit) };
        }
        let amount = amount.filter(|_| system.is_empty());
        let system = (!system.is_empty()).then(|| system_hash(system));
        let code = (!code.is_empty()).then(|| indexed_part(code).to_owned());
        Self { number, unit: UnitValue::Written { system, code, amount } }
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Quantity) -> bool {
        let as_written = || self.number.fits(row.written.0, row.written.1);
        match &self.unit {
            UnitValue::Any => as_written(),
            UnitValue::Base(unit) => {
                row.dimension == system_hash(unit) && self.number.fits(row.low, row.high)
            }
            UnitValue::Written { system, code, .. } => {
                let is_unit =
                    |code: &String| row.code == *code || (system.is_none() && row.unit == *code);
                system.is_none_or(|own| own == row.system)
                    && code.as_ref().is_none_or(is_unit)
                    && as_written()
            }
        }
    }

    /// Whether a part of a composite matches: a unit and a range.
    pub(super) fn fits_part(&self, (system, text): (i64, &str), (low, high): (f64, f64)) -> bool {
        let is_base = system == base_units();
        match &self.unit {
            UnitValue::Any => !is_base && self.number.fits(low, high),
            UnitValue::Base(unit) => is_base && text == unit && self.number.fits(low, high),
            UnitValue::Written { system: own, code, amount } => {
                let is_amount = amount.as_ref().is_some_and(|(unit, number)| {
                    is_base && text == unit && number.fits(low, high)
                });
                let is_written = !is_base
                    && own.is_none_or(|own| own == system)
                    && code.as_ref().is_none_or(|own| own == text);
                is_amount || (is_written && self.number.fits(low, high))
            }
        }
    }
}

/// A number of a unit, in its base units.
fn in_base(number: NumberValue, base: &Canonical) -> Option<(String, NumberValue)> {
    let Decimal { value, low, high } = number.number;
    let (value, low, high) = (base.number(value)?, base.number(low)?, base.number(high)?);
    let number = NumberValue { number: Decimal { value, low, high }, ..number };
    Some((base.unit.to_string(), number))
}
