//! Decimals from their text, with the precision the text implies,
//! <https://hl7.org/fhir/R4/search.html#number>.

/// A number and the range of numbers that are equal to it as far as its digits tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decimal {
    pub value: f64,
    /// The range is half open: `low <= x < high`.
    pub low: f64,
    pub high: f64,
}

impl Decimal {
    /// Reads a decimal. The range reaches half a unit of the last digit either way: `100` is
    /// `[99.5, 100.5)` and `100.00` is `[99.995, 100.005)`. A number with an exponent has at least
    /// two digits, because the specification takes `1e2` for `[95, 105)`. A number with more digits
    /// than a range could tell apart is only itself.
    pub fn parse(text: &str) -> Option<Self> {
        let value = value(text)?;
        let Some((low, high)) = Parts::of(text).and_then(|parts| parts.range()) else {
            return Some(Self { value, low: value, high: value });
        };
        Some(Self { value, low, high })
    }
}

/// The number a decimal's text stands for; none when it is not a finite number.
pub fn value(text: &str) -> Option<f64> {
    let is_digit = |text: &str| text.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let written = is_digit(whole.strip_prefix('-').unwrap_or(whole)) && is_digit(fraction);
    text.parse().ok().filter(|value: &f64| written && value.is_finite())
}

/// A decimal's text taken apart: `mantissa` × 10^(`exponent` − `fraction`).
struct Parts {
    mantissa: i128,
    /// How many digits the mantissa has, without leading zeros.
    digits: usize,
    /// How many of them are behind the point.
    fraction: i64,
    exponent: Option<i64>,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, Some(exponent.parse().ok()?)),
            None => (text, None),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let negative = whole.starts_with('-');
        let digits = whole.trim_start_matches('-').bytes().chain(fraction.bytes());
        let mut parts = Self {
            mantissa: 0,
            digits: 0,
            fraction: i64::try_from(fraction.len()).ok()?,
            exponent,
        };
        for digit in digits {
            parts.mantissa = parts.mantissa.checked_mul(10)?.checked_add((digit - b'0').into())?;
            parts.digits += usize::from(parts.mantissa != 0);
        }
        if negative {
            parts.mantissa = -parts.mantissa;
        }
        Some(parts)
    }

    fn range(&self) -> Option<(f64, f64)> {
        let more = if self.exponent.is_some() && self.digits < 2 { 2 } else { 1 };
        let units = self.mantissa.checked_mul(10_i128.pow(more))?;
        let exponent = self.exponent.unwrap_or_default();
        let last = exponent.checked_sub(self.fraction)?.checked_sub(more.into())?;
        // The parser rounds correctly, which no multiplication of floats does.
        let at = |units: i128| format!("{units}e{last}").parse::<f64>().ok();
        at(units - 5).zip(at(units + 5))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    #[track_caller]
    fn check(text: &str, value: f64, low: f64, high: f64) {
        assert_eq!(Decimal::parse(text), Some(Decimal { value, low, high }), "{text}");
    }

    #[test]
    fn digits_set_the_range() {
        check("100", 100.0, 99.5, 100.5);
        check("100.00", 100.0, 99.995, 100.005);
        check("1e2", 100.0, 95.0, 105.0);
        check("1.0e2", 100.0, 95.0, 105.0);
        check("1.00E+2", 100.0, 99.5, 100.5);
        check("5.4", 5.4, 5.35, 5.45);
        check("-5.4", -5.4, -5.45, -5.35);
        check("0", 0.0, -0.5, 0.5);
        check("0.001", 0.001, 0.0005, 0.0015);
        check("-0", -0.0, -0.5, 0.5);
    }

    #[test]
    fn other_texts_are_none() {
        for text in
            ["", "-", "a", "1.", ".5", "+1", "1e", "1.e5", "1e999", "inf", "NaN", "0x1", "1 ", "١"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        let long = "3.141592653589793238462643383279502884197";
        let long = Decimal::parse(long).expect(long);
        assert!(long.low == long.value && long.value == long.high);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_values_lie_in_their_range(text in "-?[0-9.eE+-]{0,45}") {
            if let Some(decimal) = Decimal::parse(&text) {
                prop_assert!(decimal.low <= decimal.value && decimal.value <= decimal.high, "{}", text);
            }
        }
    }
}
