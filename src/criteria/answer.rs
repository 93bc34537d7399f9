//! Yes, no, or unknown.

use std::ops::Not;

/// Whether criteria match, as far as it is known.
///
/// Unknown stays unknown under `not`: whoever grants something on yes grants nothing on unknown, and
/// whoever rests on no does not rest on unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

impl Answer {
    /// Yes when each is yes; no when one is no.
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Yes;
        for answer in answers {
            match answer {
                Self::Yes => {}
                Self::No => return Self::No,
                Self::Unknown => all = Self::Unknown,
            }
        }
        all
    }

    /// Yes when one is yes; no when each is no.
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        !Self::all(answers.into_iter().map(Not::not))
    }
}

impl Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Answer {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{self, No, Unknown, Yes};

    #[test]
    fn unknown_is_neither_yes_nor_no() {
        assert_eq!(!Unknown, Unknown);
        assert_eq!(Answer::all([Yes, Unknown]), Unknown);
        assert_eq!(Answer::all([Unknown, No]), No);
        assert_eq!(Answer::any([No, Unknown]), Unknown);
        assert_eq!(Answer::any([Unknown, Yes]), Yes);
        assert_eq!((Answer::all([]), Answer::any([])), (Yes, No));
    }
}
