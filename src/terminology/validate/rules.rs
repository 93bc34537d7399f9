//! How codes are validated.

use crate::terminology::language::Languages;

/// What is refused, and in which languages displays are right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules<'a> {
    pub languages: Option<&'a Languages>,
    /// A wrong display is a warning.
    pub lenient_display: bool,
    /// `false`: abstract codes are refused.
    pub allow_abstract: Option<bool>,
    pub active_only: bool,
}
