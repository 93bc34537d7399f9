//! The known name that is nearest to an unknown one, for "did you mean".

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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unknown: &str, expected: Option<&str>) {
        let known = ["birthDate", "name", "gender", "telecom", "id"];
        assert_eq!(nearest(unknown, known.into_iter()), expected, "{unknown}");
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
