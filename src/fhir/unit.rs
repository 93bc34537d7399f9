//! Units of measure, <https://ucum.org/ucum>, and the base units that quantities in them are compared
//! in.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use octofhir_ucum::Number;
use rustc_hash::FxHashMap;

/// The system of units of measure.
pub const UCUM: &str = "http://unitsofmeasure.org";

/// The longest code that is looked into.
const LONGEST: usize = 120;
/// So many codes are kept; others are looked into each time.
const KEPT: usize = 4_096;

/// How a number in a unit becomes one in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// The base units, such as `g.m-3`.
    pub unit: Box<str>,
    factor: Number,
    offset: Number,
}

/// What is known of a code.
type Known = Option<Arc<Canonical>>;

static KNOWN: LazyLock<RwLock<FxHashMap<Box<str>, Known>>> = LazyLock::new(RwLock::default);

/// The base units of a code of UCUM; none when it is no such code, or a unit on a scale of its own,
/// as pH is.
pub fn canonical(code: &str) -> Option<Arc<Canonical>> {
    if code.is_empty() || code.len() > LONGEST {
        return None;
    }
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(code) {
        return known.clone();
    }
    let found = octofhir_ucum::get_canonical_units(code).ok().map(|found| {
        let (factor, offset) = (found.factor, found.offset);
        Arc::new(Canonical { unit: found.unit.into(), factor, offset })
    });
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < KEPT {
        known.insert(code.into(), found.clone());
    }
    found
}

impl Canonical {
    /// The number in base units; an open end stays open.
    pub fn number(&self, number: f64) -> Option<f64> {
        if number.is_infinite() {
            return Some(number);
        }
        let product = Number::from_f64(number)?.checked_mul(self.factor)?;
        let converted = product.checked_add(self.offset)?.to_f64();
        converted.is_finite().then_some(converted + 0.0)
    }
}

impl Canonical {
    /// The number of this unit that a number of its base units is.
    pub fn of_base(&self, number: f64) -> Option<f64> {
        let difference = Number::from_f64(number)?.checked_sub(self.offset)?;
        let converted = difference.checked_div(self.factor)?.to_f64();
        converted.is_finite().then_some(converted + 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: (f64, &str), other: (f64, &str)) {
        let both = [one, other].map(|(number, code)| {
            let found = canonical(code).expect(code);
            (found.unit.clone(), found.number(number).expect(code))
        });
        assert_eq!(both[0], both[1]);
    }

    #[test]
    fn equal_amounts_are_equal_numbers_of_base_units() {
        check((2500.0, "g"), (2.5, "kg"));
        check((1.005, "kg"), (1005.0, "g"));
        check((0.3, "L"), (300.0, "mL"));
        check((37.0, "Cel"), (98.6, "[degF]"));
        check((36.0, "km/h"), (10.0, "m/s"));
        check((8.0, "wk"), (56.0, "d"));
        check((120.0, "/min"), (120.0, "{beats}/min"));
        check((f64::INFINITY, "g"), (f64::INFINITY, "kg"));
        assert_eq!(canonical("kg").and_then(|kg| kg.of_base(2500.0)), Some(2.5));
        assert_ne!(
            canonical("g").map(|one| one.unit.clone()),
            canonical("m").map(|one| one.unit.clone())
        );
    }

    #[test]
    fn other_codes_have_no_base_units() {
        for code in ["", "viên", "unknownUnit", "[pH]", &"m.".repeat(500)] {
            assert_eq!(canonical(code), None, "{code}");
        }
    }
}
