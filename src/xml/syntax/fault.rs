//! Why a text cannot be read as XML at all, where, and what to do about it, in both languages.

use super::wrong::Wrong;
use crate::fhir::issue::{Issue, IssueCode, Position, Text};

/// What ends the reading, and the byte at which it does.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::xml) struct XmlFault {
    pub(in crate::xml) wrong: Wrong,
    pub(in crate::xml) at: usize,
}

impl XmlFault {
    /// The finding a client sees.
    pub(in crate::xml) fn issue(&self, text: &str) -> Issue {
        let place = position(text, self.at);
        let [wrong_vi, hint_vi, wrong_en, hint_en] = self.wrong.told();
        let Position { line, column } = place;
        let told = Text::new(
            format!("Dòng {line}, cột {column}: {wrong_vi}. {hint_vi}"),
            format!("Line {line}, column {column}: {wrong_en}. {hint_en}"),
        );
        Issue { position: Some(place), ..Issue::error(IssueCode::Structure, told) }
    }
}

/// The line and the column of a byte.
fn position(text: &str, at: usize) -> Position {
    Lines::new(text).of(at)
}

/// Lines and columns of bytes that come in order: the text is gone through once.
pub(in crate::xml) struct Lines<'s> {
    text: &'s str,
    at: usize,
    position: Position,
}

impl<'s> Lines<'s> {
    pub(in crate::xml) fn new(text: &'s str) -> Self {
        Self { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    pub(in crate::xml) fn of(&mut self, at: usize) -> Position {
        let between = self.text.get(self.at..at).unwrap_or_default();
        let Position { line, column } = &mut self.position;
        *line += between.matches('\n').count();
        *column = match between.rsplit_once('\n') {
            Some((_, rest)) => rest.chars().count() + 1,
            None => *column + between.chars().count(),
        };
        self.at = self.at.max(at);
        self.position
    }
}
