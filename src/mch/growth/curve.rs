//! The lines of WHO's charts: which value has a z-score at an age or a length.

use super::child::Measurement;
use super::facts::facts;
use super::indicator::{Edition, Indicator};
use super::score::taken;
use super::standard::Sex;

/// The value that has a z-score, in the unit of the measure; `by` is days or centimetres, of the
/// reference of 2007 months. None beyond the table.
pub fn value_at(
    sex: Sex,
    (indicator, edition): (Indicator, Edition),
    by: f64,
    z: f64,
) -> Option<f64> {
    let value = indicator.table(edition)?.at(sex, by)?.value(z);
    value.is_finite().then_some(value)
}

/// Where a measurement stands on the chart of an indicator: days or centimetres, of the reference of
/// 2007 months, and the value that was scored. None where it has no score.
pub fn point(
    one: &Measurement<'_>,
    indicator: Indicator,
    is_corrected: bool,
) -> Option<(Edition, f64, f64)> {
    let (age, scores) = match is_corrected {
        true => (one.corrected_age?, &one.corrected),
        false => (one.age, &one.scores),
    };
    let score = scores.iter().find(|score| score.indicator == indicator)?;
    let age = f64::from(i32::try_from(age).ok()?);
    let (_, by) = facts().edition(age)?;
    let (length, value) = taken(indicator, score.edition, age, &one.measured)?;
    let by = if indicator.is_by_length() { length? } else { by };
    Some((score.edition, by, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_a_boy_at_birth_is_whos() {
        // https://www.who.int/tools/child-growth-standards/standards/weight-for-age
        let at = |z| value_at(Sex::Male, (Indicator::WeightForAge, Edition::Who2006), 0.0, z);
        assert!((at(0.0).expect("a median") - 3.3464).abs() < 1e-9);
        assert!(at(-3.0) < at(-2.0) && at(2.0) < at(3.0));
        let beyond = value_at(Sex::Male, (Indicator::WeightForAge, Edition::Who2006), 99999.0, 0.0);
        assert_eq!(beyond, None);
    }
}
