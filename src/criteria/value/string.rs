//! Strings, <https://hl7.org/fhir/R4/search.html#string>: folded text that starts with the value.
//!
//! Case, marks and đ/d make no difference, so `nguyen` finds Nguyễn. `:exact` compares the text as
//! it is, `:contains` finds the value anywhere.

use crate::fhir::text::fold::fold;
use crate::index::row::indexed_text;

/// A text and how it is compared; folded, as rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextValue {
    Start(String),
    Exact { folded: String, exact: String },
    Contains(String),
    Whole(String),
    End(String),
}

impl TextValue {
    /// Text that starts with the value.
    pub fn start(text: &str) -> Self {
        Self::Start(indexed_text(&fold(text)).to_owned())
    }

    /// Text that is the value as it is written.
    pub fn exact(text: &str) -> Self {
        let (folded, exact) = (fold(text), indexed_text(text).to_owned());
        Self::Exact { folded: indexed_text(&folded).to_owned(), exact }
    }

    /// Text that has the value somewhere.
    pub fn contains(text: &str) -> Self {
        Self::Contains(fold(text))
    }

    /// Text that is the value, however it is written.
    pub fn whole(text: &str) -> Self {
        Self::Whole(indexed_text(&fold(text)).to_owned())
    }

    /// Text that ends with the value.
    pub fn end(text: &str) -> Self {
        Self::End(fold(text))
    }

    /// Whether a row matches.
    pub fn fits(&self, row_folded: &str, row_exact: &str) -> bool {
        match self {
            Self::Start(start) => row_folded.starts_with(start),
            Self::Exact { folded, exact } => row_folded == folded && row_exact == exact,
            Self::Contains(part) => row_folded.contains(part),
            Self::Whole(text) => row_folded == text,
            Self::End(end) => row_folded.ends_with(end),
        }
    }
}
