//! Why a patch cannot be read or done.

use crate::budget::Spent;
use crate::fhir::issue::{Issue, IssueCode, Text};

/// A patch that was not done; nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchFault {
    /// It is none.
    Malformed(Issue),
    /// It does not fit the resource.
    Unfit(Issue),
    /// It costs more than there is left.
    Spent(Spent),
}

impl From<Spent> for PatchFault {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

impl PatchFault {
    pub(super) fn malformed(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Malformed(Issue::error(IssueCode::Invalid, Text::new(vi, en)))
    }

    pub(super) fn unfit(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unfit(Issue::error(IssueCode::Processing, Text::new(vi, en)))
    }

    /// The same, about an operation, which is named by its place and by what it says: `2 (replace /a)`.
    pub(super) fn of(self, number: usize, what: &str) -> Self {
        let tell = |mut issue: Issue| {
            let what: String = what.chars().take(200).collect();
            issue.text.vi = format!("Thao tác {number} ({what}): {}", issue.text.vi);
            issue.text.en = format!("Operation {number} ({what}): {}", issue.text.en);
            issue
        };
        match self {
            Self::Malformed(issue) => Self::Malformed(tell(issue)),
            Self::Unfit(issue) => Self::Unfit(tell(issue)),
            Self::Spent(spent) => Self::Spent(spent),
        }
    }

    /// The same, at an element of what was sent.
    pub(super) fn at(self, element: &str) -> Self {
        match self {
            Self::Malformed(issue) => Self::Malformed(issue.at(element)),
            Self::Unfit(issue) => Self::Unfit(issue.at(element)),
            Self::Spent(spent) => Self::Spent(spent),
        }
    }
}
