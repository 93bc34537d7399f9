//! The words of a text, as full-text searches know them: whatever the database, they are cut and
//! folded here.
//!
//! A word is a run of letters, digits and marks. It is kept folded, so that `nguyen` finds Nguyễn,
//! and as it is marked where folding takes something off: in small letters, composed, its tone at
//! one of its two places (`hoà` for `hòa`).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::fold;
use super::tone::moved;

/// Characters of a word that count. Languages that put no spaces have long ones.
const LONGEST: usize = 60;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub folded: String,
    /// As it is marked; none where folding leaves it as it is.
    pub marked: Option<String>,
}

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    text.split(|c: char| !is_part(c)).filter_map(word)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)))
}

fn word(piece: &str) -> Option<Word> {
    if piece.is_empty() {
        return None;
    }
    if piece.is_ascii() {
        let short = piece.get(..LONGEST).unwrap_or(piece);
        return Some(Word { folded: short.to_ascii_lowercase(), marked: None });
    }
    let small: String = piece.nfc().take(LONGEST).collect::<String>().to_lowercase();
    let small: String = small.nfc().map(|c| if matches!(c, 'ð' | 'ɖ') { 'đ' } else { c }).collect();
    let folded = fold(&small);
    let placed = match moved(&small) {
        Some(other) if other < small => other,
        _ => small,
    };
    let marked = (placed != folded).then_some(placed);
    (!folded.is_empty()).then_some(Word { folded, marked })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        words(text).map(|word| word.folded).collect::<Vec<_>>().join(" ")
    }

    fn marked(text: &str) -> Vec<String> {
        words(text).filter_map(|word| word.marked).collect()
    }

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(folded("Nguyễn Thị Ánh, 28 tuổi (G2P1)"), "nguyen thi anh 28 tuoi g2p1");
        assert_eq!(folded("tiền-sản-giật; Đẻ/ĐẺ"), "tien san giat de de");
        assert_eq!(folded("  ... — "), "");
        assert_eq!(folded(&"x".repeat(200)).len(), LONGEST);
    }

    #[test]
    fn composed_or_not_and_wherever_the_tone_is_words_are_the_same() {
        for text in ["Hòa", "HOÀ", "hoa\u{300}"] {
            assert_eq!((folded(text), marked(text)), ("hoa".into(), marked("hòa")), "{text}");
        }
        let apart: String = "Nguyễn Đức".nfd().collect();
        assert_eq!(marked(&apart), ["nguyễn", "đức"]);
        assert_eq!(marked("Ðức"), ["đức"]);
        assert!(marked("nguyen 3 kg").is_empty());
    }
}
