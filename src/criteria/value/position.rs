//! Positions on the Earth, <https://hl7.org/fhir/R4/location.html#positional>.
//!
//! Whether two lie near each other is reckoned with sums and products alone, so that memory and
//! databases come to the same result: `1 - cos x` is its series, exact to six digits.

/// Metres of the Earth's mean radius, <https://iugg.org/wp-content/uploads/2023/09/Geodetic-Reference-System-1980.pdf>.
const RADIUS: f64 = 6_371_008.8;

/// The series of `1 - cos x` in `x²`: each term is subtracted from the one before.
pub const SERIES: [f64; 8] = [
    1.0 / 2.0,
    1.0 / 24.0,
    1.0 / 720.0,
    1.0 / 40_320.0,
    1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

/// A circle on the Earth. Degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PositionValue {
    pub latitude: f64,
    pub longitude: f64,
    /// The angle that it reaches.
    pub reach: f64,
}

impl PositionValue {
    /// What lies within metres of a place; none where there is no such place.
    pub fn new(latitude: f64, longitude: f64, metres: f64) -> Option<Self> {
        let is_place = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && metres >= 0.0;
        let reach = (metres / RADIUS).to_degrees().min(180.0);
        is_place.then_some(Self { latitude, longitude, reach })
    }

    /// `1 - cos` of its reach.
    pub fn most(self) -> f64 {
        1.0 - self.reach.to_radians().cos()
    }

    /// The cosine of its latitude.
    pub fn cosine(self) -> f64 {
        self.latitude.to_radians().cos()
    }

    /// Whether a place lies in it.
    pub fn fits(self, latitude: f64, longitude: f64) -> bool {
        if latitude < self.latitude - self.reach || latitude > self.latitude + self.reach {
            return false;
        }
        let north = latitude - self.latitude;
        let east = longitude - self.longitude;
        let east = match east {
            east if east > 180.0 => east - 360.0,
            east if east < -180.0 => east + 360.0,
            east => east,
        };
        let narrowed = (1.0 - versine(latitude)) * self.cosine();
        versine(north) + narrowed * versine(east) <= self.most()
    }
}

/// `1 - cos` of an angle in degrees.
fn versine(degrees: f64) -> f64 {
    let angle = degrees * RADIANS;
    let square = angle * angle;
    let terms = SERIES.iter().rev();
    square * terms.fold(0.0, |rest, term| term - square * rest)
}

/// Radians of a degree.
pub const RADIANS: f64 = std::f64::consts::PI / 180.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_near_by_the_great_circle() {
        // Ha Noi, Hai Phong 90 km from it, Ho Chi Minh City 1,140 km.
        let around = |metres| PositionValue::new(21.0285, 105.8542, metres).expect("a place");
        let (near, far) = ((20.8449, 106.6881), (10.7769, 106.7009));
        assert!(!around(85_000.0).fits(near.0, near.1) && around(95_000.0).fits(near.0, near.1));
        assert!(!around(1_130_000.0).fits(far.0, far.1) && around(1_150_000.0).fits(far.0, far.1));
        assert!(around(0.0).fits(21.0285, 105.8542));
    }

    #[test]
    fn the_date_line_and_the_poles_are_no_borders() {
        let fiji = PositionValue::new(-17.0, 179.9, 50_000.0).expect("a place");
        assert!(fiji.fits(-17.0, -179.9) && !fiji.fits(-17.0, 179.0));
        let pole = PositionValue::new(89.9, 0.0, 30_000.0).expect("a place");
        assert!(pole.fits(89.9, 180.0));
        let all = PositionValue::new(0.0, 0.0, 1e9).expect("a place");
        assert!(all.fits(0.0, 180.0) && all.fits(-90.0, 5.0));
        assert_eq!(PositionValue::new(91.0, 0.0, 1.0), None);
    }
}
