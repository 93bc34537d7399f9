//! How the z-scores of a child went from one measurement to the next.

use super::child::Measurement;
use super::facts::facts;
use super::indicator::Indicator;

/// From one measurement to the next.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub indicator: Indicator,
    pub from: i64,
    pub to: i64,
    pub change: f64,
    pub per_month: f64,
    /// The line of whole standard deviations that was crossed, the last one where there are more.
    pub crossed: Option<f64>,
    /// A weight that was had before is not had again.
    pub is_not_regained: bool,
    /// It falls faster than the setting allows; none when there is no setting.
    pub is_faltering: Option<bool>,
}

/// Each step of each indicator, in the order of days. `limit` is the loss of z a month from which on
/// growth falters: nothing was read to say it, so that it is a setting.
pub fn steps(measurements: &[Measurement<'_>], limit: Option<f64>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut heaviest: Option<f64> = None;
    for (place, now) in measurements.iter().enumerate() {
        let is_light = heaviest.zip(now.measured.weight).is_some_and(|(most, now)| now < most);
        for score in &now.scores {
            let before = measurements.get(..place).unwrap_or_default().iter().rev();
            let earlier = before.flat_map(|one| one.scores.iter().map(move |score| (one, score)));
            let same = |(_, other): &(_, &super::score::Score)| {
                other.indicator == score.indicator && other.edition == score.edition
            };
            let Some((then, old)) = earlier.clone().find(same) else { continue };
            let days = i32::try_from(now.day - then.day).map_or(f64::NAN, f64::from);
            let change = score.z - old.z;
            let per_month = change / days * facts().days_in_month;
            steps.push(Step {
                indicator: score.indicator,
                from: then.day,
                to: now.day,
                change,
                per_month,
                crossed: line(old.z, score.z),
                is_not_regained: is_light && score.indicator == Indicator::WeightForAge,
                is_faltering: limit.map(|limit| per_month <= -limit),
            });
        }
        heaviest = match (heaviest, now.measured.weight) {
            (Some(most), Some(now)) => Some(most.max(now)),
            (most, now) => most.or(now),
        };
    }
    steps
}

/// The last line of whole standard deviations, of those that growth charts have, that lies between
/// two z-scores.
fn line(from: f64, to: f64) -> Option<f64> {
    let (last, is_between) = match to < from {
        true => {
            let last = (to.floor() + 1.0).max(-3.0);
            (last, last <= from && last > to)
        }
        false => {
            let last = to.floor().min(3.0);
            (last, last > from && last <= to)
        }
    };
    is_between.then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_crossed_where_it_lies_between() {
        assert_eq!(line(-1.5, -2.2), Some(-2.0));
        assert_eq!(line(-2.2, -1.5), Some(-2.0));
        assert_eq!(line(-1.5, -1.9), None);
        assert_eq!(line(-1.5, -3.4), Some(-3.0));
        assert_eq!(line(0.4, -0.3), Some(0.0));
        assert_eq!(line(-1.2, -1.2), None);
    }
}
