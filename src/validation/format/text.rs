//! Formats of `string`, `markdown`, `code`, `id` and `base64Binary`,
//! <https://hl7.org/fhir/R4/datatypes.html#string>.

/// The most characters a string may have: 1024 × 1024.
pub(in crate::validation) const MOST_CHARACTERS: usize = 1_048_576;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) enum TextFault {
    ControlCharacter,
    TooLong,
    Format,
}

/// Checks a string or markdown that is not empty.
pub(in crate::validation) fn string(text: &str) -> Result<(), TextFault> {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // A fold without an early end, so that it is done many bytes at a time.
    if text.bytes().fold(false, |found, byte| found | is_control(byte)) {
        return Err(TextFault::ControlCharacter);
    }
    if text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS {
        return Err(TextFault::TooLong);
    }
    Ok(())
}

/// Checks a code: single spaces inside, and no other white space. The words of the specification
/// are stricter here than its regular expression. White space is ASCII only, as in the latter.
pub(in crate::validation) fn code(text: &str) -> Result<(), TextFault> {
    string(text)?;
    let mut after_space = true;
    for byte in text.bytes() {
        let is_space = byte.is_ascii_whitespace();
        if is_space && (after_space || byte != b' ') {
            return Err(TextFault::Format);
        }
        after_space = is_space;
    }
    if after_space { Err(TextFault::Format) } else { Ok(()) }
}

/// Checks an id: 1 to 64 of letters, digits, `-` and `.`.
pub(in crate::validation) fn id(text: &str) -> Result<(), TextFault> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(legal);
    if fits { Ok(()) } else { Err(TextFault::Format) }
}

/// Checks base64 with padding; white space may stand anywhere.
pub(in crate::validation) fn base64(text: &str) -> Result<(), TextFault> {
    let letters = text.trim_end_matches('=');
    let padding = text.len() - letters.len();
    // Long values have no white space as a rule: look at many bytes at a time, without an early end.
    if letters.bytes().fold(true, |legal, byte| legal & is_base64(byte)) {
        return whole(letters.len(), padding);
    }
    let (mut letters, mut padding) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => (),
            b'=' => padding += 1,
            _ if padding == 0 && is_base64(byte) => letters += 1,
            _ => return Err(TextFault::Format),
        }
    }
    whole(letters, padding)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'+' | b'/')
}

fn whole(letters: usize, padding: usize) -> Result<(), TextFault> {
    let is_whole = letters > 0 && padding <= 2 && (letters + padding).is_multiple_of(4);
    if is_whole { Ok(()) } else { Err(TextFault::Format) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        format: fn(&str) -> Result<(), TextFault>,
        text: &str,
        expected: Result<(), TextFault>,
    ) {
        assert_eq!(format(text), expected, "{text:?}");
    }

    #[test]
    fn strings_have_no_control_characters_and_an_end() {
        for good in ["a", " ", "mẹ\tvà\r\nbé", "\u{7f}", "\u{1f600}"] {
            check(string, good, Ok(()));
        }
        for bad in ["\0", "a\u{1}", "\u{1f}", "\u{b}"] {
            check(string, bad, Err(TextFault::ControlCharacter));
        }
        check(string, &"é".repeat(MOST_CHARACTERS), Ok(()));
        check(string, &"a".repeat(MOST_CHARACTERS + 1), Err(TextFault::TooLong));
    }

    #[test]
    fn codes_have_single_spaces_inside_only() {
        for good in ["a", "a b", "a-b.c", "mẹ", "<=", "a b c", "a \u{a0}"] {
            check(code, good, Ok(()));
        }
        for bad in [" a", "a ", "a  b", " ", "a\t b", "a\tb", "a\nb"] {
            check(code, bad, Err(TextFault::Format));
        }
    }

    #[test]
    fn ids_are_short_and_plain() {
        for good in ["a", "A-1.b", &"x".repeat(64)] {
            check(id, good, Ok(()));
        }
        for bad in ["a_b", "a/b", "mẹ", "a b", &"x".repeat(65)] {
            check(id, bad, Err(TextFault::Format));
        }
    }

    #[test]
    fn base64_is_padded() {
        for good in ["QUJD", "QUI=", "QQ==", " QU\nJD\r\nQQ = =\t"] {
            check(base64, good, Ok(()));
        }
        for bad in ["QUJ", "QQ=", "Q===", "====", "QQ==QQ==", "QU-_", " ", "mẹbé"] {
            check(base64, bad, Err(TextFault::Format));
        }
    }
}
