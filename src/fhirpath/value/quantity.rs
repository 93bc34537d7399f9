//! Numbers with a unit of UCUM or of the calendar, <http://hl7.org/fhirpath/N1/#quantity>.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use octofhir_ucum::{Number, UnitAnalysis};

use rust_decimal::Decimal;

use super::decimal::{self, equivalent};

/// A number with a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    pub value: Decimal,
    pub unit: Unit,
}

/// What the number counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    Calendar(Calendar),
    /// A code of UCUM, or what stands in its place.
    Code(Arc<str>),
}

/// A duration of the calendar, <http://hl7.org/fhirpath/N1/#time-valued-quantities>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

/// The longest code of a unit that is looked into.
const LONGEST: usize = 120;

impl Calendar {
    /// Finds a duration by its word, singular or plural.
    pub(in crate::fhirpath) fn parse(word: &str) -> Option<Self> {
        Some(match word.strip_suffix('s').unwrap_or(word) {
            "year" => Self::Year,
            "month" => Self::Month,
            "week" => Self::Week,
            "day" => Self::Day,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            "millisecond" => Self::Millisecond,
            _ => return None,
        })
    }

    pub(in crate::fhirpath) fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Millisecond => "millisecond",
        }
    }

    /// The code of UCUM; those of years and months are only equivalent.
    fn code(self) -> &'static str {
        match self {
            Self::Year => "a",
            Self::Month => "mo",
            Self::Week => "wk",
            Self::Day => "d",
            Self::Hour => "h",
            Self::Minute => "min",
            Self::Second => "s",
            Self::Millisecond => "ms",
        }
    }

    /// Seconds of a duration that always has as many.
    pub(in crate::fhirpath) fn seconds(self) -> Option<Decimal> {
        Some(match self {
            Self::Year | Self::Month => return None,
            Self::Week => Decimal::from(604_800),
            Self::Day => Decimal::from(86_400),
            Self::Hour => Decimal::from(3600),
            Self::Minute => Decimal::from(60),
            Self::Second => Decimal::ONE,
            Self::Millisecond => Decimal::new(1, 3),
        })
    }

    /// Whether it can move a time of day.
    pub(in crate::fhirpath) fn is_of_a_day(self) -> bool {
        matches!(self, Self::Hour | Self::Minute | Self::Second | Self::Millisecond)
    }

    fn is_definite(self) -> bool {
        !matches!(self, Self::Year | Self::Month)
    }
}

impl Unit {
    /// The unit `1`.
    pub(in crate::fhirpath) fn one() -> Self {
        Self::Code("1".into())
    }

    /// The duration that can be added to dates: one of the calendar, or a definite one of UCUM.
    pub(in crate::fhirpath) fn duration(&self) -> Option<Calendar> {
        use Calendar::{Day, Hour, Millisecond, Minute, Second, Week};
        match self {
            Self::Calendar(calendar) => Some(*calendar),
            Self::Code(code) => [Week, Day, Hour, Minute, Second, Millisecond]
                .into_iter()
                .find(|calendar| calendar.code() == &**code)
                .or_else(|| Calendar::parse(code)),
        }
    }

    pub(in crate::fhirpath) fn code(&self) -> &str {
        match self {
            Self::Calendar(calendar) => calendar.code(),
            Self::Code(code) => code,
        }
    }

    fn analysis(&self) -> Option<UnitAnalysis> {
        let code = self.code();
        let known = (code.len() <= LONGEST).then(|| octofhir_ucum::analyse(code).ok())??;
        // Units on other scales than the proportional and those of temperature are only themselves.
        (known.special.is_none() || !known.offset.is_zero()).then_some(known)
    }

    /// Whether years and months of the calendar meet durations of UCUM.
    fn is_uncertain_beside(&self, other: &Self) -> bool {
        let calendar = |unit: &Self| match unit {
            Self::Calendar(calendar) => Some(calendar.is_definite()),
            Self::Code(_) => None,
        };
        match (calendar(self), calendar(other)) {
            (Some(left), Some(right)) => left != right,
            (Some(definite), None) | (None, Some(definite)) => !definite,
            (None, None) => false,
        }
    }

    fn product(&self, other: &Self) -> Self {
        match (self.code(), other.code()) {
            ("1", _) => other.clone(),
            (_, "1") => self.clone(),
            (left, right) => Self::Code(format!("{}.{}", wrapped(left), wrapped(right)).into()),
        }
    }

    fn quotient(&self, other: &Self) -> Self {
        match (self.code(), other.code()) {
            (left, right) if left == right => Self::one(),
            (_, "1") => self.clone(),
            (left, right) => Self::Code(format!("{}/{}", wrapped(left), wrapped(right)).into()),
        }
    }
}

fn wrapped(code: &str) -> String {
    if code.contains(['.', '/']) { format!("({code})") } else { code.to_owned() }
}

impl Quantity {
    /// How two quantities stand to each other; none when their units have nothing in common.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.unit == other.unit {
            return Some(self.value.cmp(&other.value));
        }
        if self.unit.is_uncertain_beside(&other.unit) {
            return None;
        }
        let (left, right) = (self.unit.analysis()?, other.unit.analysis()?);
        if !is_commensurable(&left, &right) {
            return None;
        }
        let difference = in_base(self.value, &left)?.checked_sub(in_base(other.value, &right)?)?;
        Some(if difference.is_zero() {
            Ordering::Equal
        } else if difference.is_negative() {
            Ordering::Less
        } else {
            Ordering::Greater
        })
    }

    /// Whether two quantities are the same as far as the less precise one goes, in the larger unit.
    pub(in crate::fhirpath) fn is_equivalent(&self, other: &Self) -> bool {
        if self.unit.code() == other.unit.code() {
            return equivalent(self.value, other.value);
        }
        let Some((left, right)) = self.unit.analysis().zip(other.unit.analysis()) else {
            return false;
        };
        let larger = if is_larger(&left, &right) { &left } else { &right };
        let value = |of: &Self, unit| convert(of.value, unit, larger);
        is_commensurable(&left, &right)
            && value(self, &left)
                .zip(value(other, &right))
                .is_some_and(|(left, right)| equivalent(left, right))
    }

    /// Whether there is a way from one unit to the other.
    pub(in crate::fhirpath) fn is_comparable(&self, other: &Self) -> bool {
        let units = self.unit.analysis().zip(other.unit.analysis());
        self.unit == other.unit
            || units.is_some_and(|(left, right)| is_commensurable(&left, &right))
    }

    /// The sum, in the smaller of the two units.
    pub(in crate::fhirpath) fn plus(&self, other: &Self) -> Option<Self> {
        if self.unit == other.unit {
            return Some(Self { value: self.value.checked_add(other.value)?, ..self.clone() });
        }
        if self.unit.is_uncertain_beside(&other.unit) {
            return None;
        }
        let (left, right) = (self.unit.analysis()?, other.unit.analysis()?);
        if !is_commensurable(&left, &right) {
            return None;
        }
        let (unit, smaller) =
            if is_larger(&left, &right) { (&other.unit, &right) } else { (&self.unit, &left) };
        let value = convert(self.value, &left, smaller)?;
        let value = value.checked_add(convert(other.value, &right, smaller)?)?;
        Some(Self { value: value.normalize(), unit: unit.clone() })
    }

    pub(in crate::fhirpath) fn times(&self, other: &Self) -> Option<Self> {
        let value = self.value.checked_mul(other.value)?;
        Some(Self { value, unit: self.unit.product(&other.unit) })
    }

    pub(in crate::fhirpath) fn divided_by(&self, other: &Self) -> Option<Self> {
        let value = decimal::divide(self.value, other.value)?;
        Some(Self { value, unit: self.unit.quotient(&other.unit) })
    }

    /// The same amount in another unit of UCUM.
    pub(in crate::fhirpath) fn in_unit(&self, code: &str) -> Option<Self> {
        let unit = Unit::Code(code.into());
        if self.unit == unit {
            return Some(self.clone());
        }
        let (from, to) = (self.unit.analysis()?, unit.analysis()?);
        let value = is_commensurable(&from, &to).then(|| convert(self.value, &from, &to))??;
        Some(Self { value, unit })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unit {
            Unit::Calendar(calendar) => {
                let plural = if self.value == Decimal::ONE { "" } else { "s" };
                write!(f, "{} {}{plural}", self.value, calendar.word())
            }
            Unit::Code(code) => write!(f, "{} '{code}'", self.value),
        }
    }
}

fn is_commensurable(left: &UnitAnalysis, right: &UnitAnalysis) -> bool {
    left.dimension == right.dimension && left.arbitrary == right.arbitrary
}

fn is_larger(left: &UnitAnalysis, right: &UnitAnalysis) -> bool {
    left.factor.checked_sub(right.factor).is_some_and(|difference| !difference.is_negative())
}

/// A value in the base units of UCUM.
fn in_base(value: Decimal, unit: &UnitAnalysis) -> Option<Number> {
    let value = Number::parse(&value.to_string())?;
    value.checked_mul(unit.factor)?.checked_mul(unit.scale)?.checked_add(unit.offset)
}

fn convert(value: Decimal, from: &UnitAnalysis, to: &UnitAnalysis) -> Option<Decimal> {
    if from.factor == to.factor && from.scale == to.scale && from.offset == to.offset {
        return Some(value);
    }
    let base = in_base(value, from)?.checked_sub(to.offset)?;
    let converted = base.checked_div(to.factor)?.checked_div(to.scale)?;
    decimal::parse(&converted.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(value: &str, unit: &str) -> Quantity {
        let value = value.parse().expect(value);
        let calendar = Calendar::parse(unit).map(Unit::Calendar);
        Quantity { value, unit: calendar.unwrap_or_else(|| Unit::Code(unit.into())) }
    }

    #[track_caller]
    fn check(left: (&str, &str), right: (&str, &str), expected: Option<Ordering>) {
        let (left, right) = (quantity(left.0, left.1), quantity(right.0, right.1));
        assert_eq!(left.compare(&right), expected, "{left} {right}");
    }

    #[test]
    fn units_are_compared_exactly() {
        check(("4", "g"), ("4000.0", "mg"), Some(Ordering::Equal));
        check(("0.003", "kg"), ("3.0000001", "g"), Some(Ordering::Less));
        check(("37", "Cel"), ("98.6", "[degF]"), Some(Ordering::Equal));
        check(("8", "days"), ("1", "week"), Some(Ordering::Greater));
        check(("1", "year"), ("12", "months"), Some(Ordering::Equal));
        check(("1", "year"), ("1", "a"), None);
        check(("1", "day"), ("24", "h"), Some(Ordering::Equal));
        check(("1", "g"), ("1", "m"), None);
        check(("1", "viên"), ("2", "viên"), Some(Ordering::Less));
        check(("1", &"m.".repeat(500)), ("1", "m"), None);
    }

    #[test]
    fn equivalence_goes_as_far_as_the_less_precise_one() {
        assert!(quantity("4", "g").is_equivalent(&quantity("4040", "mg")));
        assert!(!quantity("4", "g").is_equivalent(&quantity("4600", "mg")));
        assert!(quantity("1", "year").is_equivalent(&quantity("1", "a")));
        assert!(!quantity("1", "m").is_equivalent(&quantity("1", "s")));
    }

    #[test]
    fn arithmetic_combines_units() {
        let (two, three) = (quantity("2.0", "cm"), quantity("3", "m"));
        assert_eq!(two.times(&three).expect("area").to_string(), "6.0 'cm.m'");
        assert_eq!(three.divided_by(&two).expect("ratio").to_string(), "1.5 'm/cm'");
        assert_eq!(two.divided_by(&two).expect("ratio").unit, Unit::one());
        assert_eq!(two.plus(&three).expect("length").to_string(), "302 'cm'");
        assert_eq!(two.plus(&quantity("1", "s")), None);
        assert_eq!(three.in_unit("cm").expect("cm").value, Decimal::from(300));
    }
}
