//! Phone numbers, however they are written: with or without the code of the country, blanks, points.

/// The code of Viet Nam, <https://www.itu.int/oth/T02020000E4/en>.
const COUNTRY: &str = "84";

/// Digits that a number has behind the code of the country, or behind its first 0.
const NATIONAL: [usize; 2] = [9, 10];

/// Digits of a number at the least, and at the most: <https://www.itu.int/rec/T-REC-E.164>.
const LENGTH: std::ops::RangeInclusive<usize> = 6..=15;

/// A number as it is dialled within the country: `0912345678`; one of another country with a plus
/// sign, `+6591234567`. None when it is no phone number.
pub fn national(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let is_mark = |c: char| matches!(c, '.' | '-' | '(' | ')' | '/') || c.is_whitespace();
    let mut digits = String::new();
    for c in rest.chars().filter(|c| !is_mark(*c)) {
        digits.push(c.is_ascii_digit().then_some(c)?);
    }
    let (plus, digits) = match digits.strip_prefix("00") {
        Some(rest) => (true, rest),
        None => (plus, digits.as_str()),
    };
    if !LENGTH.contains(&digits.len()) {
        return None;
    }
    let own = digits.strip_prefix(COUNTRY).map(|own| own.strip_prefix('0').unwrap_or(own));
    match own {
        Some(own) if plus || NATIONAL.contains(&own.len()) => Some(format!("0{own}")),
        _ if plus => Some(format!("+{digits}")),
        _ => Some(digits.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_written_in_many_ways() {
        for text in [
            "0912345678",
            "0912 345 678",
            "0912.345.678",
            "(0912) 345-678",
            "+84912345678",
            "+84 912 345 678",
            "+84 (0)912 345 678",
            "0084912345678",
            "84912345678",
            "84 912 345 678",
            "tel:+84-912-345-678",
        ] {
            assert_eq!(national(text).as_deref(), Some("0912345678"), "{text}");
        }
        assert_eq!(national("+84 24 3825 3531").as_deref(), Some("02438253531"));
        assert_eq!(national("024.3825.3531").as_deref(), Some("02438253531"));
        assert_eq!(national("+65 9123 4567").as_deref(), Some("+6591234567"));
    }

    #[test]
    fn other_texts_are_no_phone_numbers() {
        for text in
            ["", "me@example.vn", "115", "0912 345 678 x9", "٠٩١٢٣٤٥٦٧٨", "+", "1234567890123456"]
        {
            assert_eq!(national(text), None, "{text}");
        }
    }
}
