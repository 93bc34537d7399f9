//! What was probably meant by what is wrong, for "did you mean": the known name that is nearest to an
//! unknown one, the number or the truth in a text.

use serde_json::Number;

/// Longer names than this are not names.
const LONGEST: usize = 64;

/// Finds a name that was probably meant.
pub(crate) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The distance costs length × length: a hostile name must not.
    if unknown.len() > LONGEST {
        return None;
    }
    let lower = unknown.to_lowercase();
    let rated = known.map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name));
    let (distance, name) = rated.min()?;
    let most = (unknown.chars().count() / 3).clamp(1, 4);
    (distance <= most && distance < name.len()).then_some(name)
}

/// Elements that say the same of different types: an Observation has an `encounter`, a
/// `MedicationAdministration` a `context`.
const COUNTERPARTS: [(&str, &str); 2] = [("encounter", "context"), ("patient", "subject")];

/// Finds an element that was probably meant: the one that serves instead, else the nearest.
pub(crate) fn nearest_element<'a>(
    unknown: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let other = COUNTERPARTS.iter().find_map(|(one, other)| match unknown {
        _ if unknown == *one => Some(*other),
        _ if unknown == *other => Some(*one),
        _ => None,
    });
    let instead = other.and_then(|other| known.clone().find(|name| *name == other));
    instead.or_else(|| nearest(unknown, known))
}

/// The number that was meant by a text: `12`, `3,2`.
pub(crate) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let is_decimal = text.matches(',').count() == 1 && !text.contains('.');
    let text = if is_decimal { text.replace(',', ".") } else { text.to_owned() };
    serde_json::from_str::<Number>(&text).is_ok().then_some(text)
}

/// The truth that was meant by a text: `True`, `1`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_truths_are_read_from_texts() {
        assert_eq!(number("12").as_deref(), Some("12"));
        assert_eq!(number("3,2").as_deref(), Some("3.2"));
        assert_eq!(number("-0.50 ").as_deref(), Some("-0.50"));
        for other in ["1,234,5", "1.2,3", "x", "", "012", &"1".repeat(100)] {
            assert_eq!(number(other), None, "{other}");
        }
        assert_eq!(boolean(" True"), Some(true));
        assert_eq!(boolean("0"), Some(false));
        assert_eq!(boolean("yes"), None);
    }

    #[track_caller]
    fn check(unknown: &str, expected: Option<&str>) {
        let known = ["birthDate", "name", "gender", "telecom", "id"];
        assert_eq!(nearest(unknown, known.into_iter()), expected, "{unknown}");
    }

    #[test]
    fn the_element_that_serves_instead_is_found() {
        let of = |unknown, known: [&'static str; 2]| nearest_element(unknown, known.into_iter());
        assert_eq!(of("encounter", ["content", "context"]), Some("context"));
        assert_eq!(of("patient", ["subject", "parent"]), Some("subject"));
        assert_eq!(of("subject", ["patient", "status"]), Some("patient"));
        assert_eq!(of("encounter", ["status", "date"]), None);
    }

    #[test]
    fn finds_what_was_meant_and_nothing_far() {
        check("birthdate", Some("birthDate"));
        check("birth_date", Some("birthDate"));
        check("nmae", Some("name"));
        check("genders", Some("gender"));
        check("weight", None);
        check("x", None);
        check(&"name".repeat(1_000_000), None);
    }
}
