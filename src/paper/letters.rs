//! The letters of the two fonts that are embedded: which glyph a letter is and how wide it is.
//!
//! Vietnamese letters with their marks are one glyph each, so nothing has to be shaped.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustc_hash::FxHashMap;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

static REGULAR: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::read(include_bytes!("fonts/Roboto-Regular.ttf")));
static BOLD: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::read(include_bytes!("fonts/Roboto-Bold.ttf")));

/// What stands for a letter that the fonts do not have.
const UNKNOWN: char = '\u{fffd}';

/// A font.
pub(super) struct Face {
    pub(super) font: Font,
    /// The glyph of a letter, and its width where the size is 1.
    glyphs: FxHashMap<char, (u32, f32)>,
}

/// The font of bold letters, or of others.
pub(super) fn face(is_bold: bool) -> Option<&'static Face> {
    if is_bold { BOLD.as_ref() } else { REGULAR.as_ref() }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(bytes).ok()?;
        let (size, at) = (Size::new(1.0), LocationRef::default());
        let metrics = read.glyph_metrics(size, at);
        let glyphs = read.charmap().mappings().filter_map(|(letter, glyph)| {
            Some((char::from_u32(letter)?, (glyph.to_u32(), metrics.advance_width(glyph)?)))
        });
        Some(Self { font: Font::new(bytes.into(), 0)?, glyphs: glyphs.collect() })
    }

    fn of(&self, letter: char) -> (u32, f32) {
        let known = self.glyphs.get(&letter).or_else(|| self.glyphs.get(&UNKNOWN));
        known.copied().unwrap_or_default()
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.of(letter).1).sum::<f32>() * size
    }

    /// The glyphs of a text.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let one = |(at, letter): (usize, char)| {
            let (glyph, width) = self.of(letter);
            KrillaGlyph {
                glyph_id: GlyphId::new(glyph),
                text_range: at..at + letter.len_utf8(),
                x_advance: width,
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            }
        };
        text.char_indices().map(one).collect()
    }
}

/// How wide a text is in a font.
pub(super) fn width(text: &str, size: f32, is_bold: bool) -> f32 {
    face(is_bold).map_or(0.0, |face| face.width(text, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_vietnamese_is_in_both_fonts() {
        let vowels = "aăâeêioôơuưy";
        let marks = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
        for is_bold in [false, true] {
            let face = face(is_bold).expect("a font");
            let mut all: String = "đĐ–−·…“”≤≥±²³°×₫0123456789".to_owned();
            for vowel in vowels.chars().chain(vowels.to_uppercase().chars()) {
                all.push(vowel);
                for mark in marks {
                    use unicode_normalization::UnicodeNormalization;
                    all.extend([vowel, mark].into_iter().nfc());
                }
            }
            assert!(all.chars().count() > 150);
            for letter in all.chars() {
                assert!(face.glyphs.contains_key(&letter), "{letter}");
            }
            assert!(face.width("Ánh", 10.0) > 10.0);
        }
    }
}
