//! Percent-encoding, <https://www.rfc-editor.org/rfc/rfc3986#section-2.1>, read strictly.

/// What a text stands for; what stands for one of the bytes that are kept stays encoded. None when a `%`
/// has no two hexadecimal digits behind it, or no text comes of it.
pub fn decoded(text: &str, kept: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        rest = after;
        match u8::from_str_radix(digits, 16).ok()? {
            byte if kept.contains(&byte) => bytes.extend(format!("%{byte:02X}").bytes()),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_strictly() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(decoded(text, b"/").as_deref(), expected, "{text}");
        };
        check("a%20b%c3%81nh", Some("a bÁnh"));
        check("a%2fb%2Fc", Some("a%2Fb%2Fc"));
        for bad in ["%", "a%2", "%+1", "%zz", "%ff"] {
            check(bad, None);
        }
        assert_eq!(decoded("a%2fb", b"").as_deref(), Some("a/b"));
    }
}
