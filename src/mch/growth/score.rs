//! The z-scores of one measurement, as WHO's own software (Anthro 1.1, `AnthroPlus` 1.0) gives them.

use super::facts::{Class, facts};
use super::indicator::{Edition, Indicator};
use super::standard::Sex;

/// How a child was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Lying,
    Standing,
}

/// What was measured of a child on one day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// In kilograms.
    pub weight: Option<f64>,
    /// In centimetres, as are those that follow but the skinfolds.
    pub length: Option<f64>,
    pub position: Option<Position>,
    pub head: Option<f64>,
    pub arm: Option<f64>,
    /// In millimetres.
    pub triceps: Option<f64>,
    pub subscapular: Option<f64>,
    pub has_oedema: bool,
}

/// A z-score.
#[derive(Debug, Clone, Copy)]
pub struct Score {
    pub indicator: Indicator,
    /// With two decimals, as WHO has it: class and flag go by that.
    pub z: f64,
    pub edition: Edition,
    /// None in the normal range.
    pub class: Option<&'static Class>,
    /// WHO says to look at it again.
    pub is_flagged: bool,
}

use Indicator::{
    ArmForAge, BmiForAge, HeadForAge, LengthForAge, SubscapularForAge, TricepsForAge, WeightForAge,
    WeightForHeight, WeightForLength,
};

/// The scores of what was measured at an age in days. What an age or a length has no table for has
/// no score.
pub fn scores(sex: Sex, age: f64, measured: &Measured) -> Vec<Score> {
    let Some((edition, by)) = facts().edition(age) else { return Vec::new() };
    let length = converted(age, measured, edition);
    let is_lying = by < facts().standing.from_day;
    let by_length = if is_lying { WeightForLength } else { WeightForHeight };
    let values = [
        (WeightForAge, measured.weight),
        (LengthForAge, length),
        (by_length, measured.weight),
        (BmiForAge, bmi(measured, length)),
        (HeadForAge, measured.head),
        (ArmForAge, measured.arm),
        (TricepsForAge, measured.triceps),
        (SubscapularForAge, measured.subscapular),
    ];
    let known = values.into_iter().filter_map(|(indicator, value)| Some((indicator, value?)));
    let score = |(indicator, value): (Indicator, f64)| {
        let by = if indicator.is_by_length() { length? } else { by };
        one(sex, (indicator, edition), by, value, measured.has_oedema)
    };
    known.filter_map(score).collect()
}

/// The length and the value of an indicator, as they are scored at an age; none where it was not
/// measured.
pub(super) fn taken(
    indicator: Indicator,
    edition: Edition,
    age: f64,
    measured: &Measured,
) -> Option<(Option<f64>, f64)> {
    let length = converted(age, measured, edition);
    let value = match indicator {
        WeightForAge | WeightForLength | WeightForHeight => measured.weight,
        LengthForAge => length,
        BmiForAge => bmi(measured, length),
        HeadForAge => measured.head,
        ArmForAge => measured.arm,
        TricepsForAge => measured.triceps,
        SubscapularForAge => measured.subscapular,
    };
    Some((length, value?))
}

fn bmi(measured: &Measured, length: Option<f64>) -> Option<f64> {
    measured.weight.zip(length).map(|(weight, length)| weight / (length / 100.0).powi(2))
}

/// The length as the table for the age wants it: lying before two years, standing from then.
fn converted(age: f64, measured: &Measured, edition: Edition) -> Option<f64> {
    let length = measured.length?;
    if edition == Edition::Who2007 {
        return Some(length);
    }
    let standing = &facts().standing;
    let is_young = age.round() < standing.from_day;
    let is_baby = age / facts().days_in_month < standing.lying_before_month;
    Some(match measured.position {
        Some(Position::Standing) if is_young && !is_baby => length + standing.correction_cm,
        Some(Position::Lying) if !is_young => length - standing.correction_cm,
        _ => length,
    })
}

/// One z-score, at an age or a length.
pub(super) fn one(
    sex: Sex,
    (indicator, edition): (Indicator, Edition),
    by: f64,
    value: f64,
    has_oedema: bool,
) -> Option<Score> {
    let fact = facts().of(indicator)?;
    let is_old = edition == Edition::Who2007 && fact.to_month.is_some_and(|month| by > month);
    if has_oedema && fact.hidden_by_oedema || is_old || value <= 0.0 {
        return None;
    }
    let z = indicator.table(edition)?.at(sex, by)?.z(value, fact.restricted);
    let z = (z * 100.0).round() / 100.0;
    let is_flagged = z < fact.flag.below || z > fact.flag.above;
    let class = facts().class(indicator, edition, z);
    z.is_finite().then_some(Score { indicator, z, edition, class, is_flagged })
}

impl Score {
    /// The colour of its cell; none where nothing says what is normal.
    pub fn colour(&self) -> Option<&'static str> {
        match self.class {
            Some(class) => Some(class.colour.as_str()),
            None => facts().is_classed(self.indicator, self.edition).then_some("white"),
        }
    }

    /// How many of a hundred healthy children have less.
    pub fn percentile(&self) -> f64 {
        100.0 * normal(self.z)
    }
}

/// The distribution function of the normal distribution: Abramowitz and Stegun, 26.2.17.
fn normal(z: f64) -> f64 {
    const TERMS: [f64; 5] =
        [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let sum = TERMS.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum;
    if z < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(sex: Sex, age: f64, measured: Measured, indicator: Indicator, expected: Option<f64>) {
        let found = scores(sex, age, &measured);
        let z = found.iter().find(|score| score.indicator == indicator).map(|score| score.z);
        assert_eq!(z, expected, "{indicator:?} at {age}");
    }

    /// A few of WHO's own answers; the whole suite is held through `$growth`.
    #[test]
    fn scores_are_those_of_who() {
        let small = Measured { weight: Some(1.06), length: Some(37.6), ..Measured::default() };
        is(Sex::Male, 0.0, small, WeightForAge, Some(-5.69));
        is(Sex::Male, 0.0, small, LengthForAge, Some(-6.49));
        is(Sex::Male, 0.0, small, BmiForAge, Some(-5.83));
        is(Sex::Male, 0.0, small, WeightForLength, None);
        let lying = Some(Position::Lying);
        let two = Measured {
            weight: Some(12.183),
            length: Some(90.8),
            position: lying,
            ..Measured::default()
        };
        is(Sex::Male, 905.0, two, WeightForHeight, Some(-0.73));
        let schoolboy = Measured { weight: Some(33.6), length: Some(146.1), ..Measured::default() };
        is(Sex::Male, 165.78 * 30.4375, schoolboy, BmiForAge, Some(-1.73));
        is(Sex::Male, 165.78 * 30.4375, schoolboy, WeightForAge, None);
        let triceps = Measured { triceps: Some(9.0), ..Measured::default() };
        is(Sex::Male, 929.0, triceps, TricepsForAge, Some(0.68));
        let head = Measured { head: Some(52.3), ..Measured::default() };
        is(Sex::Male, 1135.0, head, HeadForAge, Some(1.92));
    }

    #[test]
    fn oedema_hides_what_weight_says() {
        let swollen = Measured {
            weight: Some(9.0),
            length: Some(75.0),
            has_oedema: true,
            ..Measured::default()
        };
        let found = scores(Sex::Female, 400.0, &swollen);
        let indicators: Vec<_> = found.iter().map(|score| score.indicator).collect();
        assert_eq!(indicators, [LengthForAge]);
    }

    #[test]
    fn classes_begin_beyond_their_limit() {
        let class = |indicator, edition, z| {
            facts().class(indicator, edition, z).map(|class| class.code.as_str())
        };
        let young = Edition::Who2006;
        assert_eq!(class(WeightForAge, young, -2.0), None);
        assert_eq!(class(WeightForAge, young, -2.01), Some("underweight"));
        assert_eq!(class(WeightForAge, young, -3.0), Some("underweight"));
        assert_eq!(class(WeightForAge, young, -3.01), Some("severe-underweight"));
        assert_eq!(class(LengthForAge, young, 2.5), None);
        assert_eq!(class(WeightForHeight, young, 2.01), Some("overweight"));
        assert_eq!(class(BmiForAge, young, 3.01), Some("obesity"));
        assert_eq!(class(BmiForAge, Edition::Who2007, 1.01), Some("overweight"));
        assert_eq!(class(BmiForAge, Edition::Who2007, 2.01), Some("obesity"));
    }

    #[test]
    fn the_median_is_the_fiftieth() {
        for (z, percentile) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.96, 0.024_997_9), (-6.0, 0.0)] {
            assert!((normal(z) - percentile).abs() < 1e-6, "{z}");
        }
    }
}
