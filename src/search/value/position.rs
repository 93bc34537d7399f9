//! Reads positions, <https://hl7.org/fhir/R4/location.html#positional>:
//! `latitude|longitude|distance|unit`.

use crate::criteria::value::position::PositionValue;
use crate::fhir::decimal;
use crate::fhir::issue::Text;
use crate::fhir::unit::canonical;
use crate::search::query::{split, unescape};

/// Metres that are near when no distance is given; the specification leaves it to the server.
const NEAR: f64 = 10_000.0;

/// Metres of a kilometre, the unit when none is given.
const KILOMETRE: f64 = 1_000.0;

/// Reads `21.03|105.85|5|km`.
pub fn parse(text: &str) -> Option<PositionValue> {
    let parts: Vec<String> = split(text, b'|').into_iter().map(unescape).collect();
    let (place, distance, unit) = match parts.as_slice() {
        [latitude, longitude] => ((latitude, longitude), "", ""),
        [latitude, longitude, distance] => ((latitude, longitude), distance.as_str(), ""),
        [latitude, longitude, distance, unit] => {
            ((latitude, longitude), distance.as_str(), unit.as_str())
        }
        _ => return None,
    };
    let metres = match (distance, unit) {
        ("", _) => NEAR,
        (distance, "") => decimal::value(distance)? * KILOMETRE,
        (distance, unit) => {
            let base = canonical(unit).filter(|base| &*base.unit == "m")?;
            base.number(decimal::value(distance)?)?
        }
    };
    PositionValue::new(decimal::value(place.0)?, decimal::value(place.1)?, metres)
}

/// What is expected of a value.
pub fn expected() -> Text {
    Text::new(
        "vĩ độ|kinh độ|khoảng cách|đơn vị, như 21.03|105.85|5|km; không có khoảng cách là 10 km, không có đơn vị là km",
        "latitude|longitude|distance|unit, such as 21.03|105.85|5|km; without a distance 10 km, without a unit km",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_in_units_of_length() {
        let all = ["21|105|1.5|km", "21|105|1500|m", "21|105|1.5", "21|105|1.5|"];
        let [first, rest @ ..] = all.map(|text| parse(text).map(|value| value.reach));
        assert!(first.is_some() && rest.iter().all(|other| *other == first));
        assert!(parse("21|105").is_some() && parse("21|105||km").is_some());
        for text in
            ["", "21", "21|x", "91|105", "21|181", "21|105|-1", "21|105|1|kg", "21|105|1|km|x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
