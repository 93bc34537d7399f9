//! Why an expression cannot be evaluated.

use thiserror::Error;

/// An expression that has no result for its input; an empty collection is a result.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvaluationError {
    #[error("{what} takes one item, but there are {count}")]
    NotOne { what: String, count: usize },
    #[error("{what} takes {expected}, not {found}")]
    WrongType { what: String, expected: &'static str, found: String },
    #[error("`%{0}` is not a variable")]
    UnknownVariable(String),
    #[error("`%{0}` is a variable already")]
    DefinedVariable(String),
    #[error("more than {0} variables")]
    TooManyVariables(usize),
    #[error("{what} gives a date outside the years 1 to 9999")]
    OutOfRange { what: String },
    #[error("{0} moves a time of day by hours, minutes and seconds only")]
    NotOfADay(String),
    #[error("{0} needs a unit of time")]
    NotATime(String),
    #[error("`{pattern}` is not a regular expression: {fault}")]
    Pattern { pattern: String, fault: String },
    #[error("more than {0} steps of evaluation")]
    TooManySteps(u64),
    #[error("the modifier extension `{0}` is not expected")]
    Modifier(String),
    #[error("{0} cannot be answered here")]
    Unanswered(&'static str),
}
