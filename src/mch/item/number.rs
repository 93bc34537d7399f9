//! Numbers against the units and ranges of items, in units of <https://ucum.org/ucum>.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde_json::Value;

use super::limits::{self, Limits};
use super::reached::Whose;
use crate::fhirpath::value::quantity::{Quantity, Unit};
use crate::mch::catalogue::Item;

const UCUM: &str = "http://unitsofmeasure.org";

/// The longest code of a unit that is looked into.
const LONGEST: usize = 120;

/// Units that are taken for each other, the usual ones first.
const USUAL: [&str; 18] = [
    "g/dL", "g/L", "kg", "g", "cm", "mm", "m", "cm[Hg]", "kPa", "[degF]", "Cel", "wk", "d", "h",
    "min", "mL", "L", "1",
];

/// A number as an Observation has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'v> {
    value: Decimal,
    /// A code of UCUM; none for whole numbers and for what is written otherwise.
    pub(super) unit: Option<&'v str>,
    comparator: Option<&'v str>,
}

/// What a range says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Inside,
    Outside,
    /// There is no range, or not one that can be compared.
    Unknown,
}

/// Which of the two ranges.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    Possible,
    Plausible,
}

impl<'v> Measured<'v> {
    /// Reads a quantity or a whole number.
    pub(super) fn read(type_name: &str, value: &'v Value) -> Option<Self> {
        match type_name {
            "integer" => Some(Self { value: decimal(value)?, unit: None, comparator: None }),
            "Quantity" => {
                let text = |name: &str| value.get(name).and_then(Value::as_str);
                let unit = text("code").filter(|_| text("system") == Some(UCUM));
                let comparator = text("comparator");
                Some(Self { value: decimal(value.get("value")?)?, unit, comparator })
            }
            _ => None,
        }
    }

    /// Whether its unit measures something else than what every item does.
    pub(super) fn is_of_another_dimension(&self, items: &[&Item]) -> bool {
        let Some(code) = self.unit else { return false };
        if code.len() > LONGEST || octofhir_ucum::validate(code).is_err() {
            return false;
        }
        let fits = |item: &&Item| {
            let counts = item.value.types.iter().any(|name| name == "integer");
            let one = counts.then_some("1");
            item.value.any_unit || item.value.all_units().chain(one).any(|unit| same(code, unit))
        };
        let measures = |item: &&Item| {
            item.value.types.iter().any(|name| name == "Quantity" || name == "integer")
        };
        let mut measuring = items.iter().filter(|item| measures(item)).peekable();
        measuring.peek().is_some() && !measuring.any(fits)
    }

    /// Whether it is a concentration by amount where one by mass is meant, or the other way round.
    pub(super) fn is_of_the_other_concentration(&self, items: &[&Item]) -> bool {
        let Some(code) = self.unit else { return false };
        let by_mass = |unit: &str| same(unit, "g/L");
        let by_amount = |unit: &str| same(unit, "mol/L");
        let mut units = items.iter().flat_map(|item| item.value.all_units());
        units.any(|unit| by_mass(unit) && by_amount(code) || by_amount(unit) && by_mass(code))
    }

    /// Whether it is a fraction of what every item counts.
    pub(super) fn is_part_of_one(&self, items: &[&Item]) -> bool {
        let counts = |item: &&Item| {
            let types = &item.value.types;
            types.iter().any(|name| name == "integer")
                && types.iter().all(|name| name != "Quantity")
        };
        !self.value.fract().is_zero() && items.iter().all(counts)
    }

    /// Whether it lies in a range of an item.
    pub(super) fn within(&self, item: &Item, which: Which, whose: Whose) -> Within {
        let Some(limits) = limits_of(item, which) else { return Within::Unknown };
        let unit = item.value.unit.as_deref().unwrap_or("1");
        self.against(ends(limits, whose), unit)
    }

    /// The unit in which the number would be what is to be expected of an item.
    pub(super) fn meant(&self, items: &[&Item], whose: Whose) -> Option<&'static str> {
        let mine = self.unit?;
        let fits = |item: &Item, value: Measured<'_>| {
            let within = |which| value.within(item, which, whose);
            within(Which::Plausible) != Within::Outside && within(Which::Possible) == Within::Inside
        };
        let in_unit = |unit: &&str| {
            let value = Measured { unit: Some(unit), ..*self };
            let is_other = *unit != mine && same(unit, mine);
            is_other && items.iter().any(|item| fits(item, value))
        };
        let by_mass = || {
            let fits = |item: &&Item| {
                self.by_mass(item).is_some_and(|value| mine == "mmol/L" && fits(item, value))
            };
            items.iter().any(fits).then_some("mg/dL")
        };
        USUAL.iter().find(|unit| in_unit(unit)).copied().or_else(by_mass)
    }

    /// The amount, were the number one of milligrams in a decilitre.
    fn by_mass(&self, item: &Item) -> Option<Self> {
        let grams = limits::decimal(item.value.molar_mass.as_ref()?)?;
        let value = self.value.checked_mul(Decimal::TEN)?.checked_div(grams)?;
        Some(Self { value, ..*self })
    }

    /// Whether it is less than another, in units that can be compared.
    pub(super) fn is_below(&self, other: &Measured<'_>) -> bool {
        let quantity = |of: &Measured<'_>| Quantity {
            value: of.value,
            unit: Unit::Code(of.unit.unwrap_or("1").into()),
        };
        self.comparator.is_none()
            && other.comparator.is_none()
            && quantity(self).compare(&quantity(other)) == Some(Ordering::Less)
    }

    /// How it stands to a limit that is given in the unit of an item; none where that cannot be said,
    /// as "more than 5" against 6.
    pub(super) fn compared(&self, item: &Item, limit: Decimal) -> Option<Ordering> {
        let unit = item.value.unit.as_deref().unwrap_or("1");
        let mine = self.unit.unwrap_or(unit);
        let quantity = |value, code: &str| Quantity { value, unit: Unit::Code(code.into()) };
        let by_mass = || self.by_mass(item).filter(|_| mine == "mg/dL");
        let order = quantity(self.value, mine).compare(&quantity(limit, unit));
        let order =
            order.or_else(|| quantity(by_mass()?.value, unit).compare(&quantity(limit, unit)))?;
        match self.comparator.and_then(|sign| sign.get(..1)) {
            Some("<") => (order != Ordering::Greater).then_some(Ordering::Less),
            Some(">") => (order != Ordering::Less).then_some(Ordering::Greater),
            _ => Some(order),
        }
    }

    fn against(&self, (low, high): (Option<Decimal>, Option<Decimal>), unit: &str) -> Within {
        // Without a unit it counts, and so do items without one.
        let mine = self.unit.unwrap_or("1");
        let quantity = |value, code: &str| Quantity { value, unit: Unit::Code(code.into()) };
        let found = quantity(self.value, mine);
        let compare = |limit: Decimal| found.compare(&quantity(limit, unit));
        let (low, high) = (low.map(compare), high.map(compare));
        if low == Some(None) || high == Some(None) {
            return Within::Unknown;
        }
        // "Less than 5" says nothing against an upper limit, "more than 5" nothing against a lower.
        let is_upper = self.comparator.is_some_and(|sign| sign.starts_with('<'));
        let is_lower = self.comparator.is_some_and(|sign| sign.starts_with('>'));
        let too_low = low.flatten() == Some(Ordering::Less) && !is_lower;
        let too_high = high.flatten() == Some(Ordering::Greater) && !is_upper;
        if too_low || too_high { Within::Outside } else { Within::Inside }
    }

    /// As it is told.
    pub(super) fn told(&self) -> String {
        let unit = self.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        format!("{}{}{unit}", self.comparator.unwrap_or_default(), self.value)
    }
}

fn limits_of(item: &Item, which: Which) -> Option<&Limits> {
    match which {
        Which::Possible => item.range.possible.as_ref(),
        Which::Plausible => item.range.plausible.as_ref(),
    }
}

fn ends(limits: &Limits, whose: Whose) -> (Option<Decimal>, Option<Decimal>) {
    match whose {
        Whose::Ours => (limits.low(), limits.high()),
        Whose::Others => (limits.low_of_others(), limits.high_of_others()),
    }
}

/// A range as it is told.
pub(super) fn told(item: &Item, which: Which, whose: Whose) -> String {
    let limits = limits_of(item, which);
    let end = |limit: Option<Decimal>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let (low, high) = limits.map(|one| ends(one, whose)).unwrap_or_default();
    let (low, high) = (end(low), end(high));
    let unit = item.value.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    format!("{low}–{high}{unit}")
}

fn same(left: &str, right: &str) -> bool {
    let one = |code: &str| Quantity { value: Decimal::ONE, unit: Unit::Code(code.into()) };
    one(left).compare(&one(right)).is_some()
}

fn decimal(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    limits::decimal(number)
}
