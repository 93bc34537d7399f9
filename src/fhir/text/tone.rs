//! Where the tone of a Vietnamese word is written: `hòa` or `hoà`, as people are used to.

use unicode_normalization::UnicodeNormalization;

/// Grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// The vowels at the end of a word of which either may have the tone.
const PAIRS: [[char; 2]; 3] = [['o', 'a'], ['o', 'e'], ['u', 'y']];

/// A text of small letters with each tone at its other place; none when there is no such.
pub fn moved(text: &str) -> Option<String> {
    let words: Vec<(String, bool)> = text
        .split_whitespace()
        .map(|word| moved_in(word).map_or_else(|| (word.to_owned(), false), |word| (word, true)))
        .collect();
    let is_moved = words.iter().any(|(_, is_moved)| *is_moved);
    let words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
    is_moved.then(|| words.join(" "))
}

fn moved_in(word: &str) -> Option<String> {
    let parts: Vec<char> = word.nfd().collect();
    let (before, end) = parts.split_at(parts.len().checked_sub(3)?);
    let end = match *end {
        [first, tone, second] if is_pair(first, second, tone) => [first, second, tone],
        [first, second, tone] if is_pair(first, second, tone) => [first, tone, second],
        _ => return None,
    };
    Some(before.iter().copied().chain(end).nfc().collect())
}

fn is_pair(first: char, second: char, tone: char) -> bool {
    PAIRS.contains(&[first, second]) && TONES.contains(&tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_two_places() {
        for (one, other) in
            [("hòa", "hoà"), ("thúy", "thuý"), ("khỏe", "khoẻ"), ("lan hòa", "lan hoà")]
        {
            assert_eq!(moved(one).as_deref(), Some(other));
            assert_eq!(moved(other).as_deref(), Some(one));
        }
        for word in ["hoa", "toàn", "nguyễn", "lê", "á", ""] {
            assert_eq!(moved(word), None, "{word}");
        }
    }
}
