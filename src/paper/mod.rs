//! Pages on paper: the HTML of a page of this server becomes a PDF, with fonts that hold Vietnamese, so
//! that what is printed says what the page says. Pure: the same page gives the same bytes.
//!
//! [`tree`] reads the page, [`flow`], [`table`] and [`drawing`] lay it out as strips that are not torn,
//! [`sheet`] puts them on pages.

use crate::budget::{self, Spent};

mod drawing;
mod flow;
mod letters;
mod line;
mod look;
mod sheet;
mod strip;
mod table;
#[cfg(test)]
mod tests;
mod tree;

/// The size of the paper, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    A4,
    A5,
}

impl Paper {
    fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.3, 841.9),
            Self::A5 => (419.5, 595.3),
        }
    }

    fn margin(self) -> f32 {
        match self {
            Self::A4 => 36.0,
            Self::A5 => 26.0,
        }
    }

    /// The size of letters.
    fn letters(self) -> f32 {
        match self {
            Self::A4 => 9.5,
            Self::A5 => 8.5,
        }
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("what a request may cost is spent")]
    Spent(Spent),
    #[error("the page is not one of ours: {0}")]
    Page(String),
    #[error("the file could not be written: {0}")]
    File(String),
}

impl From<Spent> for Fault {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

/// Steps of the budget that a byte of a page is.
const STEPS: usize = 4;
/// Bytes that a byte of a page becomes while it is laid out.
const BYTES: usize = 24;

/// A page as PDF. `foot` stands below every sheet, before its number.
pub fn pdf(page: &str, paper: Paper, foot: &str) -> Result<Vec<u8>, Fault> {
    budget::spend(page.len() / STEPS)?;
    budget::take(page.len().saturating_mul(BYTES))?;
    let tree = tree::parse(page)?;
    let content = tree.find("main").ok_or_else(|| Fault::Page("no main".to_owned()))?;
    let (width, margin) = (paper.size().0, paper.margin());
    let mut look = look::Look::of(paper.letters());
    look.language = if tree.find("html").and_then(|html| html.get("lang")) == Some("en") {
        look::Language::English
    } else {
        look::Language::Vietnamese
    };
    let strips = flow::blocks(&content.children, width - 2.0 * margin, look)?;
    let title = tree.find("title").map(tree::Element::text).unwrap_or_default();
    sheet::written(&strips, paper, &sheet::About { title: &title, foot, language: look.language })
}
