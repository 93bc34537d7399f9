//! z-scores by the WHO child growth standards of 2006,
//! <https://www.who.int/publications/i/item/924154693X>.

use std::sync::OnceLock;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// In kilograms.
    Weight,
    /// In centimetres, lying before two years of age and standing from then.
    Length,
    /// In centimetres.
    Head,
}

/// The sex whose standard is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Male,
    Female,
}

/// Box-Cox power, median and coefficient of variation.
#[derive(Debug, Clone, Copy)]
struct Lms {
    l: f64,
    m: f64,
    s: f64,
}

/// The standard of a measure: of boys and of girls, by day.
type Standard = [Vec<Lms>; 2];

static WEIGHT: OnceLock<Standard> = OnceLock::new();
static LENGTH: OnceLock<Standard> = OnceLock::new();
static HEAD: OnceLock<Standard> = OnceLock::new();

/// The z-score of a value at an age in days; none beyond five years.
pub(super) fn z_score(measure: Measure, sex: Sex, age: i64, value: f64) -> Option<f64> {
    let standard = match measure {
        Measure::Weight => {
            WEIGHT.get_or_init(|| read(include_str!("../../profiles/growth/wfa.csv")))
        }
        Measure::Length => {
            LENGTH.get_or_init(|| read(include_str!("../../profiles/growth/lhfa.csv")))
        }
        Measure::Head => HEAD.get_or_init(|| read(include_str!("../../profiles/growth/hcfa.csv"))),
    };
    let [boys, girls] = standard;
    let of_sex = if sex == Sex::Male { boys } else { girls };
    let lms = of_sex.get(usize::try_from(age).ok()?)?;
    Some(match measure {
        Measure::Weight => lms.restricted(value),
        Measure::Length | Measure::Head => lms.z(value),
    })
}

impl Lms {
    fn z(self, value: f64) -> f64 {
        ((value / self.m).powf(self.l) - 1.0) / (self.s * self.l)
    }

    fn value(self, z: f64) -> f64 {
        self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l)
    }

    /// Beyond three standard deviations the distance between the second and the third is the unit:
    /// WHO 2006, chapter 7.
    fn restricted(self, value: f64) -> f64 {
        let z = self.z(value);
        if z > 3.0 {
            let third = self.value(3.0);
            3.0 + (value - third) / (third - self.value(2.0))
        } else if z < -3.0 {
            let third = self.value(-3.0);
            -3.0 + (value - third) / (self.value(-2.0) - third)
        } else {
            z
        }
    }
}

/// Reads `sex,age_days,L,M,S`, boys and girls each from birth without a gap.
fn read(text: &str) -> Standard {
    let mut standard = [Vec::new(), Vec::new()];
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let is_boy = cells.next() == Some("male");
        let mut number = || cells.next().and_then(|cell| cell.parse::<f64>().ok());
        let (Some(_), Some(l), Some(m), Some(s)) = (number(), number(), number(), number()) else {
            continue;
        };
        let [boys, girls] = &mut standard;
        if is_boy { boys } else { girls }.push(Lms { l, m, s });
    }
    standard
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
