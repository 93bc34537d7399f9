//! Why a document is not answered.

use async_graphql_parser::Pos;

use crate::budget::Spent;
use crate::fhir::issue::Text;

/// A document that is not answered; nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Said(Box<Said>),
    /// It costs more than there is left.
    Spent(Spent),
}

/// What is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub kind: FaultKind,
    pub text: Text,
    /// Line and column in the document.
    pub at: Option<(usize, usize)>,
}

/// What sort of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The document is wrong, whatever is stored.
    Malformed,
    /// It does not fit what is stored.
    Unfit,
    /// What it names is not there.
    Missing,
}

impl From<Spent> for Fault {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

impl Fault {
    fn new(kind: FaultKind, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Said(Box::new(Said { kind, text: Text::new(vi, en), at: None }))
    }

    pub(super) fn malformed(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(FaultKind::Malformed, vi, en)
    }

    pub(super) fn unfit(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(FaultKind::Unfit, vi, en)
    }

    pub(super) fn missing(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(FaultKind::Missing, vi, en)
    }

    /// The same, there in the document, unless it is somewhere already.
    pub(super) fn at(mut self, pos: Pos) -> Self {
        if let Self::Said(said) = &mut self {
            said.at.get_or_insert((pos.line, pos.column));
        }
        self
    }
}
