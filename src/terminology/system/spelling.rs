//! Other spellings of a code, for "did you mean".

/// The most digits that a code with leading zeros is tried with: those of a commune have five.
const LONGEST: usize = 8;

/// What a code may have been before a form or a spreadsheet changed it.
pub(crate) fn spellings(code: &str) -> impl Iterator<Item = String> {
    let plain = code.trim();
    let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    let bare = plain.trim_start_matches('0');
    let least = bare.len().max(1);
    let most = if is_number && least <= LONGEST { LONGEST } else { 0 };
    let padded: Vec<String> = (least..=most).map(|width| format!("{bare:0>width$}")).collect();
    let joined = plain.replace([' ', '_'], "-");
    let others = [
        plain.to_owned(),
        plain.to_uppercase(),
        plain.to_lowercase(),
        joined.to_lowercase(),
        joined,
    ];
    let (code, all) = (code.to_owned(), padded.into_iter().chain(others));
    all.filter(move |other| !other.is_empty() && *other != code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, meant: &str) {
        assert!(spellings(code).any(|one| one == meant), "{code}");
        assert!(spellings(code).all(|one| one != code), "{code}");
    }

    #[test]
    fn zeros_spaces_and_letters_come_back() {
        check("1", "01");
        check("4", "00004");
        check("001", "1");
        check("0", "00");
        check(" 79 ", "79");
        check("bcg", "BCG");
        check("Yellow cell", "yellow-cell");
        assert_eq!(spellings("").count(), 0);
        assert!(spellings(&"9".repeat(100)).all(|one| one.len() <= 100));
    }
}
