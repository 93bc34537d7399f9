//! Measured values in the units the rules count in.

use serde_json::Value;

use super::topic::{HEAD, LENGTH, WEIGHT, first_of};
use crate::mch::growth::Measure;

/// What an Observation measures of a child's growth.
pub(in crate::mch) fn growth(observation: &Value) -> Option<Measure> {
    let kinds = [(&WEIGHT, Measure::Weight), (&LENGTH, Measure::Length), (&HEAD, Measure::Head)];
    first_of(observation, &kinds)
}

/// The value of an Observation in kilograms or centimetres; none for other units.
pub(in crate::mch) fn value(observation: &Value, measure: Measure) -> Option<f64> {
    let quantity = observation.get("valueQuantity")?;
    let number = quantity.get("value")?.as_f64()?;
    let unit = quantity.get("code").or_else(|| quantity.get("unit"))?.as_str()?;
    let factor = match (measure, unit) {
        (Measure::Weight, "kg") | (Measure::Length | Measure::Head, "cm") => 1.0,
        (Measure::Weight, "g") => 0.001,
        (Measure::Length | Measure::Head, "mm") => 0.1,
        (Measure::Length | Measure::Head, "m") => 100.0,
        _ => return None,
    };
    Some(number * factor)
}

/// A gestational age in days: the least and the most that whole weeks can mean.
pub(in crate::mch) fn gestation(observation: &Value) -> Option<(i64, i64)> {
    let quantity = observation.get("valueQuantity")?;
    let number = quantity.get("value")?.as_f64()?;
    let unit = quantity.get("code").or_else(|| quantity.get("unit"))?.as_str()?;
    let whole = |days: f64| days.round().to_string().parse::<i64>().ok();
    match unit {
        "wk" if number.fract() == 0.0 => Some((whole(number * 7.0)?, whole(number * 7.0 + 6.0)?)),
        "wk" => Some((whole(number * 7.0)?, whole(number * 7.0)?)),
        "d" => Some((whole(number)?, whole(number)?)),
        _ => None,
    }
}

/// A gestational age in days, as it was written: weeks without days are whole weeks.
pub(in crate::mch) fn age_in_days(observation: &Value) -> Option<i64> {
    gestation(observation).map(|(least, _)| least)
}

/// The value of an Observation in kilograms.
pub(in crate::mch) fn kilograms(observation: &Value) -> Option<f64> {
    value(observation, Measure::Weight)
}

/// The value of an Observation in centimetres.
pub(in crate::mch) fn centimetres(observation: &Value) -> Option<f64> {
    value(observation, Measure::Length)
}
