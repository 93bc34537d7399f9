//! Formats of numbers, from the text they were written with,
//! <https://hl7.org/fhir/R4/datatypes.html#integer>.
//!
//! `decimal` has JSON's own format: whatever parsed as a JSON number is one.

/// What is wrong with an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) enum NumberFault {
    /// It has a fraction or an exponent.
    Whole,
    /// It is too large or too small.
    Range,
}

/// Checks an integer between this number and 2 147 483 647.
pub(in crate::validation) fn integer(text: &str, smallest: i32) -> Result<(), NumberFault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || text == "-0" {
        return Err(NumberFault::Whole);
    }
    match text.parse::<i32>() {
        Ok(number) if number >= smallest => Ok(()),
        _ => Err(NumberFault::Range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, smallest: i32, expected: Result<(), NumberFault>) {
        assert_eq!(integer(text, smallest), expected, "{text} from {smallest}");
    }

    #[test]
    fn integers_are_whole_and_fit_in_32_bits() {
        for good in ["0", "-1", "2147483647", "-2147483648"] {
            check(good, i32::MIN, Ok(()));
        }
        for big in ["2147483648", "-2147483649", "99999999999999999999"] {
            check(big, i32::MIN, Err(NumberFault::Range));
        }
        for part in ["1.0", "1e3", "-0", "0.5", "1E2"] {
            check(part, i32::MIN, Err(NumberFault::Whole));
        }
        check("0", 0, Ok(()));
        check("-1", 0, Err(NumberFault::Range));
        check("0", 1, Err(NumberFault::Range));
        check("1", 1, Ok(()));
    }
}
