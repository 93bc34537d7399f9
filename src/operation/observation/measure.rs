//! Statistics of numbers, <https://hl7.org/fhir/R4/valueset-observation-statistics.html>.

/// A statistic: its code, its name, and what it is of numbers in their order, smallest first.
pub(super) struct Statistic {
    pub(super) code: &'static str,
    pub(super) display: &'static str,
    pub(super) unit: Unit,
    pub(super) of: fn(&[f64]) -> Option<f64>,
}

/// The unit of a statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// That of the numbers.
    Own,
    None,
}

/// Those that are reckoned; a regression has two numbers and no place for them.
pub(super) const STATISTICS: [Statistic; 19] = [
    own("average", "Average", mean),
    own("maximum", "Maximum", |all| all.last().copied()),
    own("minimum", "Minimum", |all| all.first().copied()),
    bare("count", "Count", count),
    own("median", "Median", |all| quantile(all, 0.5)),
    own("std-dev", "Standard Deviation", |all| variance(all).map(f64::sqrt)),
    own("sum", "Sum", |all| (!all.is_empty()).then(|| all.iter().sum())),
    bare("variance", "Variance", variance),
    own("20-percent", "20th Percentile", |all| quantile(all, 0.2)),
    own("80-percent", "80th Percentile", |all| quantile(all, 0.8)),
    own("4-lower", "Lower Quartile", |all| quantile(all, 0.25)),
    own("4-upper", "Upper Quartile", |all| quantile(all, 0.75)),
    own("4-dev", "Quartile Deviation", |all| {
        Some((quantile(all, 0.75)? - quantile(all, 0.25)?) / 2.0)
    }),
    own("5-1", "1st Quintile", |all| quantile(all, 0.2)),
    own("5-2", "2nd Quintile", |all| quantile(all, 0.4)),
    own("5-3", "3rd Quintile", |all| quantile(all, 0.6)),
    own("5-4", "4th Quintile", |all| quantile(all, 0.8)),
    bare("skew", "Skew", |all| moment(all, 3)),
    bare("kurtosis", "Kurtosis", |all| moment(all, 4)),
];

const fn own(
    code: &'static str,
    display: &'static str,
    of: fn(&[f64]) -> Option<f64>,
) -> Statistic {
    Statistic { code, display, unit: Unit::Own, of }
}

const fn bare(
    code: &'static str,
    display: &'static str,
    of: fn(&[f64]) -> Option<f64>,
) -> Statistic {
    Statistic { code, display, unit: Unit::None, of }
}

fn size(all: &[f64]) -> Option<f64> {
    u32::try_from(all.len()).ok().map(f64::from)
}

fn count(all: &[f64]) -> Option<f64> {
    size(all)
}

fn mean(all: &[f64]) -> Option<f64> {
    (!all.is_empty()).then(|| Some(all.iter().sum::<f64>() / size(all)?))?
}

/// That of a sample; of one number there is none.
fn variance(all: &[f64]) -> Option<f64> {
    let mean = mean(all)?;
    let squares: f64 = all.iter().map(|one| (one - mean).powi(2)).sum();
    (all.len() > 1).then(|| Some(squares / (size(all)? - 1.0)))?
}

/// A standardised moment of all the numbers; none where they are all the same.
fn moment(all: &[f64], power: i32) -> Option<f64> {
    let (mean, size) = (mean(all)?, size(all)?);
    let of = |power| all.iter().map(|one| (one - mean).powi(power)).sum::<f64>() / size;
    let deviation = of(2).sqrt();
    (deviation > 0.0).then(|| of(power) / deviation.powi(power))
}

/// The number below which a part of them lie, between two neighbours in proportion.
fn quantile(all: &[f64], part: f64) -> Option<f64> {
    let place = (size(all)? - 1.0).max(0.0) * part;
    let mut before = 0_usize;
    let mut left = place;
    while left >= 1.0 {
        (left, before) = (left - 1.0, before + 1);
    }
    let low = all.get(before)?;
    let high = all.get(before + 1).unwrap_or(low);
    Some(low + (high - low) * left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, numbers: &[f64], expected: Option<f64>) {
        let found = STATISTICS.iter().find(|one| one.code == code).expect(code);
        let value = (found.of)(numbers);
        let is_near = |(a, b): (f64, f64)| (a - b).abs() < 1e-9;
        assert!(value == expected || value.zip(expected).is_some_and(is_near), "{code} {value:?}");
    }

    #[test]
    fn statistics_are_those_of_the_numbers() {
        let all = [1.0, 2.0, 3.0, 4.0, 10.0];
        for (code, expected) in [
            ("average", 4.0),
            ("maximum", 10.0),
            ("minimum", 1.0),
            ("count", 5.0),
            ("median", 3.0),
            ("sum", 20.0),
            ("variance", 12.5),
            ("std-dev", 12.5_f64.sqrt()),
            ("20-percent", 1.8),
            ("4-lower", 2.0),
            ("4-upper", 4.0),
            ("4-dev", 1.0),
            ("5-4", 5.2),
            ("skew", 36.0 / 10.0_f64.powf(1.5)),
        ] {
            check(code, &all, Some(expected));
        }
        check("median", &[1.0, 2.0], Some(1.5));
        check("variance", &[1.0], None);
        check("skew", &[1.0, 1.0], None);
        for one in STATISTICS.iter().filter(|one| !one.code.ends_with("count")) {
            assert_eq!((one.of)(&[]), None, "{}", one.code);
        }
    }
}
