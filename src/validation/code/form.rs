//! The form of codes whose sets have no end: languages and media types,
//! <https://hl7.org/fhir/R4/valueset-languages.html>.

/// The form of BCP 47: `vi`, `en-US`.
pub(super) fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    let fits = |part: &str| (1..=8).contains(&part.len());
    let has_language = parts
        .next()
        .is_some_and(|first| fits(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()));
    has_language
        && parts.all(|part| fits(part) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The form of BCP 13, or the short names FHIR uses for its own formats.
pub(super) fn is_media_type(code: &str) -> bool {
    let essence = code.split_once(';').map_or(code, |(essence, _)| essence).trim_end();
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    match essence.split_once('/') {
        Some((kind, subtype)) => is_token(kind) && is_token(subtype),
        None => matches!(essence, "xml" | "json" | "ttl"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: fn(&str) -> bool, text: &str, expected: bool) {
        assert_eq!(form(text), expected, "{text}");
    }

    #[test]
    fn languages_have_the_form_of_bcp_47() {
        for good in ["vi", "en-US", "zh-Hant-TW", "x-klingon"] {
            check(is_language, good, true);
        }
        for bad in ["en_US", "tiếng Việt", "", "vi-", "1-a", "vietnamese"] {
            check(is_language, bad, false);
        }
    }

    #[test]
    fn media_types_have_two_parts() {
        for good in
            ["text/plain", "text/plain; charset=utf-8", "application/fhir+json", "image/*", "json"]
        {
            check(is_media_type, good, true);
        }
        for bad in ["png", "text/", "/plain", "text plain", "a/b/c"] {
            check(is_media_type, bad, false);
        }
    }
}
