//! What quantity parameters see, <https://hl7.org/fhir/R4/search.html#quantity>.
//!
//! `SampledData` gives nothing: its numbers are a text of their own.

use serde_json::Value;

use super::data_type::DataType;
use super::number::{number, range};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::member::{member, text};
use crate::fhir::unit::{UCUM, canonical};
use crate::index::row::{Quantity, system_hash};
use crate::index::stand_in::base_units;

/// The currencies of `Money`.
const CURRENCIES: &str = "urn:iso:std:iso:4217";

/// An amount of something.
#[derive(Debug)]
pub(super) struct Amount<'a> {
    written: (f64, f64),
    system: i64,
    code: &'a str,
    unit: &'a str,
    base: Option<Base>,
}

/// The same in base units.
#[derive(Debug)]
struct Base {
    unit: String,
    range: (f64, f64),
}

/// The amount that a value tells.
pub(super) fn of(kind: DataType, value: &Value) -> Option<Amount<'_>> {
    match kind {
        DataType::Quantity => Some(Amount::new(bounds(value)?, value)),
        DataType::Range => {
            let bound = member(value, "low").or_else(|| member(value, "high"))?;
            Some(Amount::new(range(value)?, bound))
        }
        DataType::Money => {
            let number = number(member(value, "value")?)?;
            let currency = text(value, "currency");
            let system = currency.map_or(0, |_| system_hash(CURRENCIES));
            let (written, code) = ((number, number), currency.unwrap_or_default());
            Some(Amount { written, system, code, unit: "", base: None })
        }
        _ => None,
    }
}

impl<'a> Amount<'a> {
    /// A range of numbers with the unit of a quantity.
    fn new(written: (f64, f64), value: &'a Value) -> Self {
        let (system, code) = (text(value, "system").unwrap_or_default(), text(value, "code"));
        let unit = text(value, "unit").filter(|unit| Some(*unit) != code).unwrap_or_default();
        let code = code.unwrap_or_default();
        let base = (system == UCUM).then(|| Base::of(written, code)).flatten();
        Self { written, system: system_hash(system), code, unit, base }
    }

    /// Its row.
    pub(super) fn row(self, param: ParamId) -> Quantity {
        let (dimension, (low, high)) = match self.base {
            Some(base) => (system_hash(&base.unit), base.range),
            None => (0, self.written),
        };
        Quantity {
            param,
            dimension,
            low,
            high,
            system: self.system,
            code: self.code.to_owned(),
            unit: self.unit.to_owned(),
            written: self.written,
        }
    }

    /// Gives (system, code, range) for each way a part of a composite may ask for it.
    pub(super) fn each(self, mut give: impl FnMut(i64, String, (f64, f64))) {
        let printed = !self.unit.is_empty();
        if let Some(base) = self.base {
            give(base_units(), base.unit, base.range);
            let name = if printed { self.unit } else { self.code };
            give(self.system, name.to_owned(), self.written);
            return;
        }
        if !self.code.is_empty() || !printed {
            let system = if self.code.is_empty() { 0 } else { self.system };
            give(system, self.code.to_owned(), self.written);
        }
        if printed {
            give(0, self.unit.to_owned(), self.written);
        }
    }
}

impl Base {
    fn of((low, high): (f64, f64), code: &str) -> Option<Self> {
        let base = canonical(code)?;
        let range = (base.number(low)?, base.number(high)?);
        Some(Self { unit: base.unit.to_string(), range })
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
