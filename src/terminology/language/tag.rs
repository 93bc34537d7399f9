//! Language tags, <https://www.rfc-editor.org/rfc/rfc5646>: whether a text can be one.
//!
//! Of languages with two letters those of ISO 639-1 are known; the thousands with three letters are
//! not, so that any three will do. None with more letters was ever registered.

/// ISO 639-1, <https://www.loc.gov/standards/iso639-2/php/code_list.php>, each code after the other.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce \
    ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha \
    he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku \
    kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv \
    ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss \
    st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh \
    zu";

/// Whether a text is a language tag, as far as its form and the list above tell.
pub(in crate::terminology) fn is_language(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-').peekable();
    let Some(first) = parts.next() else { return false };
    let is_plain = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if matches!(first, "x" | "i") {
        return parts.peek().is_some() && parts.all(is_plain);
    }
    let has_language = match first.len() {
        2 => TWO_LETTERS.split_whitespace().any(|known| known == first),
        3 => first.bytes().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    };
    has_language && subtags(parts, is_plain)
}

/// Script, region, variants, and what comes after a single letter.
fn subtags<'t>(parts: impl Iterator<Item = &'t str>, is_plain: impl Fn(&str) -> bool) -> bool {
    let mut may_be = 0;
    let mut open = false;
    for part in parts {
        if !is_plain(part) {
            return false;
        }
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        let starts_with_digit = part.starts_with(|first: char| first.is_ascii_digit());
        // What comes after a single letter is of its own kind.
        let place = match part.len() {
            _ if may_be == 5 => 5,
            1 => 5,
            3 if letters => 1,
            4 if letters => 2,
            2 if letters => 3,
            3 if digits => 3,
            4 if starts_with_digit => 4,
            5..=8 => 4,
            _ => return false,
        };
        let repeats = matches!(place, 1 | 4 | 5);
        if place < may_be || (place == may_be && !repeats) {
            return false;
        }
        open = place == 5 && may_be != 5;
        may_be = place;
    }
    !open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_a_language() {
        for good in ["vi", "en-US", "zh-Hant-TW", "de-CH-1996", "es-419", "tay", "x-mine", "en-x-a"]
        {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "-", "e", "zz", "english", "en_US", "vi-", "en-US-US", "1", "tiếng Việt"]
        {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
