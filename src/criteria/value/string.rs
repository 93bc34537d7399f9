//! Strings, <https://hl7.org/fhir/R4/search.html#string>: folded text that starts with the value.
//!
//! Case, marks and đ/d make no difference, so `nguyen` finds Nguyễn. `:exact` compares the text as
//! it is, `:contains` finds the value anywhere.

use unicode_normalization::UnicodeNormalization;

use crate::fhir::text::fold::fold;
use crate::fhir::text::tone::moved;
use crate::index::row::{WORD, indexed_part};

/// A text and how it is compared; folded, as rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextValue {
    Start(String),
    Exact {
        folded: String,
        exact: String,
    },
    Contains(String),
    Whole(String),
    End(String),
    /// Text that starts with the value, marks and all: as one of these is written.
    Marked {
        folded: String,
        exact: Vec<String>,
    },
}

impl TextValue {
    /// Text that starts with the value.
    pub fn start(text: &str) -> Self {
        Self::Start(indexed_part(&fold(text)).to_owned())
    }

    /// Text that is the value as it is written.
    pub fn exact(text: &str) -> Self {
        let (folded, exact) = (fold(text), indexed_part(text).to_owned());
        Self::Exact { folded: indexed_part(&folded).to_owned(), exact }
    }

    /// Text that has the value somewhere.
    pub fn contains(text: &str) -> Self {
        Self::Contains(fold(text))
    }

    /// Text that is the value, however it is written.
    pub fn whole(text: &str) -> Self {
        Self::Whole(indexed_part(&fold(text)).to_owned())
    }

    /// Text that ends with the value.
    pub fn end(text: &str) -> Self {
        Self::End(fold(text))
    }

    /// Text that starts with the value as it is marked, in small letters, capitals or a capital first,
    /// each tone at either of its places.
    pub fn marked(text: &str) -> Self {
        let composed: String = text.nfc().collect();
        let small = composed.to_lowercase();
        let mut exact = vec![composed];
        for small in moved(&small).into_iter().chain([small]) {
            let titled: Vec<String> = small.split_whitespace().map(titled).collect();
            exact.extend([small.to_uppercase(), titled.join(" "), small]);
        }
        exact.sort_unstable();
        exact.dedup();
        let within: Vec<String> = exact.iter().map(|one| format!("{WORD}{one}")).collect();
        let all = exact.into_iter().chain(within);
        let exact = all.map(|one| indexed_part(&one).to_owned()).collect();
        Self::Marked { folded: indexed_part(&fold(text)).to_owned(), exact }
    }

    /// Whether a row matches.
    pub fn fits(&self, row_folded: &str, row_exact: &str) -> bool {
        match self {
            Self::Start(start) => row_folded.starts_with(start),
            Self::Exact { folded, exact } => row_folded == folded && row_exact == exact,
            Self::Contains(part) => row_folded.contains(part),
            Self::Whole(text) => row_folded == text,
            Self::End(end) => row_folded.ends_with(end),
            Self::Marked { folded, exact } => {
                row_folded.starts_with(folded)
                    && exact.iter().any(|exact| row_exact.starts_with(exact))
            }
        }
    }
}

/// A word with a capital first.
fn titled(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}
