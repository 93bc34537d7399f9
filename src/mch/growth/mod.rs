//! How a child grows: z-scores by the standards of WHO of 2006 and its reference of 2007.
//!
//! [`standard`] has the tables, [`indicator`] what is held against which of them, [`facts`] the other
//! numbers WHO gives, [`score`] the scores of one measurement, [`child`] what the records of a child
//! say, [`trend`] how it went on. There is never a z-score without sex and exact days.

pub mod child;
pub mod curve;
pub mod facts;
pub mod indicator;
pub mod score;
pub mod standard;
pub mod trend;

use indicator::{Edition, Indicator};
use standard::Sex;

/// What is measured, where a rule looks at one measure alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// In kilograms.
    Weight,
    /// In centimetres, lying before two years of age and standing from then.
    Length,
    /// In centimetres.
    Head,
}

/// The z-score of one value at an age in days, by the standard of 2006; none beyond five years.
pub(super) fn z_score(measure: Measure, sex: Sex, age: i64, value: f64) -> Option<f64> {
    let indicator = match measure {
        Measure::Weight => Indicator::WeightForAge,
        Measure::Length => Indicator::LengthForAge,
        Measure::Head => Indicator::HeadForAge,
    };
    let age = i32::try_from(age).ok().map(f64::from)?;
    let fact = facts::facts().of(indicator)?;
    Some(indicator.table(Edition::Who2006)?.at(sex, age)?.z(value, fact.restricted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(measure: Measure, sex: Sex, age: i64, value: f64, expected: f64) {
        let z = z_score(measure, sex, age, value).expect("in the standard");
        assert!((z - expected).abs() < 0.006, "{measure:?} {sex:?} {age} {value}: {z}");
    }

    #[test]
    fn medians_are_zero_and_tails_are_straight() {
        check(Measure::Weight, Sex::Male, 0, 3.3464, 0.0);
        check(Measure::Length, Sex::Male, 0, 49.8842, 0.0);
        check(Measure::Head, Sex::Male, 0, 34.4618, 0.0);
        check(Measure::Length, Sex::Male, 0, 49.8842 * (1.0 + 0.03795 * 2.0), 2.0);
    }

    #[test]
    fn every_day_to_five_years_is_there() {
        for sex in [Sex::Male, Sex::Female] {
            for measure in [Measure::Weight, Measure::Length, Measure::Head] {
                assert!((0..=1826).all(|age| z_score(measure, sex, age, 10.0).is_some()));
                assert_eq!(z_score(measure, sex, 1827, 10.0), None);
                assert_eq!(z_score(measure, sex, -1, 10.0), None);
            }
        }
    }
}
