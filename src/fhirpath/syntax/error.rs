//! Why a path cannot be compiled, and where.

use thiserror::Error;

/// A path that cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault} (at byte {at})")]
pub struct PathError {
    /// Byte of the path's text.
    pub at: usize,
    pub fault: ExpressionFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionFault {
    #[error("`{0}` has no meaning here")]
    Character(char),
    #[error("{0} is not closed")]
    Unclosed(&'static str),
    #[error("`\\{0}` is not an escape")]
    Escape(String),
    #[error("expected {expected}, found {found}")]
    Expected { expected: &'static str, found: String },
    #[error("nested more than {0} levels deep")]
    TooDeep(usize),
    #[error("longer than {0} bytes")]
    TooLong(usize),
    #[error("`{name}` is no element of {parent}")]
    UnknownElement { name: String, parent: String },
    #[error("`{0}` is not a type")]
    UnknownType(String),
    #[error("`{function}` takes {expected}")]
    Arguments { function: String, expected: &'static str },
    #[error("`{function}` takes {expected}, not {found}")]
    Input { function: String, expected: &'static str, found: String },
    #[error("`{0}` is not a function")]
    UnknownFunction(String),
    #[error("`@{0}` is not a date or time")]
    Moment(String),
    #[error("`{0}` has too many digits")]
    Digits(String),
    #[error("`{function}` needs a collection with an order")]
    NoOrder { function: String },
    #[error("{0}")]
    Pattern(String),
    #[error("{0} is not supported")]
    Unsupported(String),
}

impl ExpressionFault {
    pub(crate) fn at(self, at: usize) -> PathError {
        PathError { at, fault: self }
    }
}
