//! What of the records of a mother or a child is yellow, and what is a danger sign.
//!
//! Of each item the last record up to the day counts, of a mother within one pregnancy. [`cells`] reads
//! the records, [`derived`] what two records tell together: the age of the mother, the time since the
//! last birth, hours to a vaccine, z-scores. Yellow says "ask a health worker", it is no diagnosis;
//! what was not done has no colour.

mod cells;
mod danger;
mod derived;

use super::catalogue::Sentence;
use super::gestation::Gestation;
use super::record::records::{Record, Records};

/// The colour of a finding, and the worst of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    #[default]
    White,
    Yellow,
    Danger,
}

/// Something that is not white.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// Id of the item of the booklet.
    pub item: String,
    pub label: Sentence,
    pub level: Level,
    pub value: Sentence,
    pub limit: String,
    pub record: Record<'a>,
    pub source: String,
    pub certainty: String,
}

/// Whom and which day it is about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'g, 'a> {
    pub person: &'a str,
    pub is_mother: bool,
    /// The pregnancy, of a mother.
    pub pregnancy: Option<&'g Gestation<'a>>,
    pub day: i64,
    /// The age in months at which a preterm child has no corrected age any more.
    pub corrected_months: Option<i64>,
}

impl Level {
    /// As answers name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Yellow => "yellow",
            Self::Danger => "danger",
        }
    }
}

/// Everything that is not white, the worst first.
pub fn findings<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<Finding<'a>> {
    let derived = derived::derived(records, asked);
    let mut found = cells::findings(records, asked);
    found.extend(danger::findings(records, asked));
    // What is worked out is not told a second time from what somebody wrote.
    found.retain(|one| !derived.judged.contains(&one.item.as_str()));
    danger::pass(records, asked, &mut found);
    found.extend(derived.findings);
    found.sort_by(|one, other| {
        let key = |one: &Finding<'a>| (std::cmp::Reverse(one.level), one.item.clone());
        (key(one), one.record.address).cmp(&(key(other), other.record.address))
    });
    found.dedup_by(|one, other| {
        one.item == other.item && one.record.address == other.record.address
    });
    found
}

/// The colour of every cell that has one, by the address of its record: of each visit, not of the
/// last alone.
pub fn coloured<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<(&'a str, Level)> {
    cells::coloured(records, asked)
}

/// The worst level.
pub fn level(findings: &[Finding<'_>]) -> Level {
    findings.iter().map(|one| one.level).max().unwrap_or_default()
}

#[cfg(test)]
mod tests;
