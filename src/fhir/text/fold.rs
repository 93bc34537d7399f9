//! Folding of strings, so that a search finds `Nguyễn Thị Đào` as `nguyen thi dao`,
//! <https://hl7.org/fhir/R4/search.html#string>.
//!
//! Marks go, letters become small, runs of white space become one space and none is left at the
//! ends. Composed and decomposed text fold to the same. `đ` is a letter of its own that Unicode
//! does not decompose, so it is named here, and so are the two letters it is often mistaken for.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

const FIRST: u32 = 0x00C0;
const LAST: u32 = 0x1EFF;

/// How one character folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folded {
    Nothing,
    One(char),
    Many,
}

/// The letters with marks that Vietnamese and other Latin scripts use, and the marks.
static TABLE: LazyLock<Box<[Folded]>> = LazyLock::new(|| {
    (FIRST..=LAST).map(|code| char::from_u32(code).map_or(Folded::Nothing, fold_char)).collect()
});

/// Folds a string.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    let table = &*TABLE;
    for c in text.chars() {
        if c.is_ascii_graphic() {
            push(&mut folded, &mut space, c.to_ascii_lowercase());
        } else if c.is_whitespace() {
            space = true;
        } else {
            let at = u32::from(c).checked_sub(FIRST).and_then(|at| usize::try_from(at).ok());
            match at.and_then(|at| table.get(at)).copied().unwrap_or(Folded::Many) {
                Folded::One(c) => push(&mut folded, &mut space, c),
                Folded::Nothing => {}
                Folded::Many => {
                    each(c, |c| push(&mut folded, &mut space, c));
                }
            }
        }
    }
    folded
}

fn push(folded: &mut String, space: &mut bool, c: char) {
    if *space && !folded.is_empty() {
        folded.push(' ');
    }
    *space = false;
    folded.push(c);
}

fn fold_char(c: char) -> Folded {
    let mut folded = Folded::Nothing;
    each(c, |c| {
        folded = match folded {
            Folded::Nothing => Folded::One(c),
            _ => Folded::Many,
        }
    });
    folded
}

/// Gives every character that one character folds to.
fn each(c: char, mut give: impl FnMut(char)) {
    let mut lower = |c: char| {
        for c in c.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)) {
            give(match c {
                'đ' | 'ð' | 'ɖ' => 'd',
                c => c,
            });
        }
    };
    decompose_canonical(c, &mut lower);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        for form in [text.to_owned(), text.nfc().collect(), text.nfd().collect()] {
            assert_eq!(fold(&form), expected, "{form}");
            assert_eq!(fold(expected), expected);
        }
    }

    #[test]
    fn marks_and_case_do_not_matter() {
        check("Nguyễn Thị Đào", "nguyen thi dao");
        check("ĐẶNG VĂN ĐỨC", "dang van duc");
        check("Ðức ðức", "duc duc");
        check("ửưữựằẵặỡợ", "uuuuaaaoo");
        check("Straße ẞ", "straße ß");
        check("Ångström Čapek İ", "angstrom capek i");
        check("東京 한국", &"東京 한국".nfd().collect::<String>());
        check("O'Brien-Smith, 3.5", "o'brien-smith, 3.5");
    }

    #[test]
    fn white_space_collapses() {
        check("  Lò \t Thị\u{a0}\n Hoa ", "lo thi hoa");
        check(" \u{301} ", "");
        check("", "");
    }

    #[test]
    fn the_table_agrees_with_the_slow_way() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            let mut slow = String::new();
            if !c.is_whitespace() && !c.is_control() {
                each(c, |c| slow.push(c));
                assert_eq!(fold(&c.to_string()), slow, "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once_in_any_form(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
        }
    }
}
