//! Who is vaccinated, and the doses given.

use super::series::Who;
use crate::mch::record::days::Days;

/// Somebody who is vaccinated.
#[derive(Debug, Clone)]
pub struct Person {
    pub who: Who,
    pub birth: Option<Days>,
    pub sex: Option<String>,
    /// In the order they began.
    pub pregnancies: Vec<Expected>,
    /// Tetanus doses before this pregnancy that somebody counted, with or without a record.
    pub told_tetanus: Option<u32>,
}

/// A pregnancy, as far as vaccines ask for it.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    pub start: Days,
    /// When it was known.
    pub known: Option<Days>,
    pub due: Option<Days>,
    pub end: Option<Days>,
}

/// A dose that was given.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Its address: doses of one day are told apart by it.
    pub address: &'a str,
    /// The place of the product.
    pub product: usize,
    pub day: Days,
}

impl Person {
    /// A child born on these days.
    pub fn child(birth: Days, sex: Option<&str>) -> Self {
        Self {
            who: Who::Child,
            birth: Some(birth),
            sex: sex.map(str::to_owned),
            pregnancies: Vec::new(),
            told_tetanus: None,
        }
    }

    /// Somebody of whom nothing is known.
    pub(in crate::mch) fn unknown() -> Self {
        Self {
            who: Who::Child,
            birth: None,
            sex: None,
            pregnancies: Vec::new(),
            told_tetanus: None,
        }
    }

    /// The pregnancy that goes on at a day.
    pub fn expects(&self, day: i64) -> Option<&Expected> {
        let goes_on =
            |one: &&Expected| one.start.first <= day && one.end.is_none_or(|end| end.last >= day);
        self.pregnancies.iter().rev().find(goes_on)
    }

    /// The first pregnancy that surely began after a day and was known by another.
    pub(super) fn next_pregnancy(&self, after: Days, by: i64) -> Option<&Expected> {
        let begun = |one: &&Expected| one.start.first > after.last && one.start.last <= by;
        self.pregnancies.iter().find(begun)
    }
}

impl Expected {
    /// When something can be done for it.
    pub(super) fn since(&self) -> i64 {
        self.known.map_or(self.start.last, |known| known.last.max(self.start.last))
    }
}
