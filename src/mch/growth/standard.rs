//! The tables of WHO: L, M and S of a measure for each sex, by day, by month or by length.
//!
//! <https://www.who.int/tools/child-growth-standards/standards> (2006) and
//! <https://www.who.int/tools/growth-reference-data-for-5to19-years> (2007). Between two months, and
//! between two tenths of a centimetre, what lies between is in proportion.

use std::sync::OnceLock;

/// The sex whose standard is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

/// Box-Cox power, median and coefficient of variation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lms {
    l: f64,
    m: f64,
    s: f64,
}

/// A table: of boys and of girls.
#[derive(Debug)]
pub(super) struct Table {
    /// The first line, counted in steps.
    first: i64,
    of_sex: [Vec<Lms>; 2],
}

/// One of the files, read when it is first asked for.
#[derive(Debug)]
pub(super) struct Standard {
    text: &'static str,
    /// Lines for one unit of what it goes by.
    steps: f64,
    table: OnceLock<Table>,
}

/// A step is met when it is so near: numbers with one decimal are not exact.
const NEAR: f64 = 1e-6;

impl Standard {
    /// A table with so many lines for a day, a month or a centimetre.
    pub(super) const fn new(text: &'static str, steps: f64) -> Self {
        Self { text, steps, table: OnceLock::new() }
    }

    /// What holds at a day, month or length; none beyond the table.
    pub(super) fn at(&self, sex: Sex, by: f64) -> Option<Lms> {
        let table = self.table.get_or_init(|| read(self.text, self.steps));
        let [boys, girls] = &table.of_sex;
        let lines = if sex == Sex::Male { boys } else { girls };
        let place = by * self.steps;
        let below = (place + NEAR).floor();
        let beyond = place - below;
        let line = |step: f64| -> Option<Lms> {
            let place = whole(step)?.checked_sub(table.first)?;
            lines.get(usize::try_from(place).ok()?).copied()
        };
        let low = line(below)?;
        if beyond < NEAR {
            return Some(low);
        }
        let high = line(below + 1.0)?;
        let between = |low: f64, high: f64| low + beyond * (high - low);
        Some(Lms {
            l: between(low.l, high.l),
            m: between(low.m, high.m),
            s: between(low.s, high.s),
        })
    }
}

/// A number without a fraction, as one that counts.
pub fn whole(number: f64) -> Option<i64> {
    // Formatting is the way without a cast: none is lossless.
    (number.is_finite() && number.abs() < 1e9).then(|| format!("{number:.0}").parse().ok())?
}

impl Lms {
    /// The z-score of a value; where `is_restricted`, beyond three standard deviations the distance
    /// between the second and the third is the unit: WHO 2006, chapter 7.
    pub(super) fn z(self, value: f64, is_restricted: bool) -> f64 {
        let z = self.free(value);
        if !is_restricted || z.abs() <= 3.0 {
            return z;
        }
        let side = z.signum();
        let (second, third) = (self.value(2.0 * side), self.value(3.0 * side));
        3.0 * side + (value - third) / (third - second).abs()
    }

    fn free(self, value: f64) -> f64 {
        if self.l.abs() < f64::EPSILON {
            return (value / self.m).ln() / self.s;
        }
        ((value / self.m).powf(self.l) - 1.0) / (self.s * self.l)
    }

    /// The value that has a z-score.
    pub(super) fn value(self, z: f64) -> f64 {
        if self.l.abs() < f64::EPSILON {
            return self.m * (self.s * z).exp();
        }
        self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l)
    }
}

/// Reads `sex,by,L,M,S`, boys and girls each without a gap.
fn read(text: &str, steps: f64) -> Table {
    let mut table = Table { first: i64::MAX, of_sex: [Vec::new(), Vec::new()] };
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let is_boy = cells.next() == Some("male");
        let mut number = || cells.next().and_then(|cell| cell.trim().parse::<f64>().ok());
        let (Some(by), Some(l), Some(m), Some(s)) = (number(), number(), number(), number()) else {
            continue;
        };
        table.first = table.first.min(whole(by * steps).unwrap_or(i64::MAX));
        let [boys, girls] = &mut table.of_sex;
        if is_boy { boys } else { girls }.push(Lms { l, m, s });
    }
    table
}
