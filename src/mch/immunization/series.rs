//! A row of the schedule: one dose of one vaccine, and what it is for each of its antigens.

use std::collections::BTreeMap;

use serde::Deserialize;
use smallvec::SmallVec;

use super::calendar::Span;
use crate::fhir::date::calendar::DAY;
use crate::fhir::date::{DateRange, Zone};

/// A dose of a series.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Such as `vaccine-BCG-1`.
    pub id: String,
    pub who: Who,
    /// A code of the booklet's vaccines.
    pub vaccine: String,
    pub dose: u32,
    pub(super) programme: Part,
    #[serde(rename = "gives")]
    gives_names: BTreeMap<String, u32>,
    /// Which dose it is for each antigen; 0 is one that is given before the series.
    #[serde(skip)]
    pub(super) gives: SmallVec<[(usize, u32); 5]>,
    pub(super) due: Option<Due>,
    pub(super) least: Least,
    pub(super) latest: Option<Latest>,
    /// Where a dose that is not counted is looked for.
    pub(super) until: Option<Age>,
    pub(super) overdue: Option<Overdue>,
    /// From which age it is told of.
    pub(super) listed: Option<Age>,
    pub(super) sex: Option<String>,
    /// Which tetanus doses of childhood it follows.
    pub(super) history: Option<Plan>,
    pub(super) unless: Option<Unless>,
    effective_period: Effective,
    #[serde(skip)]
    held: (Option<i64>, Option<i64>),
    pub version: String,
    pub source: Vec<String>,
    pub certainty: String,
    /// Nothing was read about it.
    #[serde(default)]
    pub unsourced: bool,
    /// What of it is ours.
    #[serde(default)]
    pub unsourced_fields: Vec<String>,
}

/// Whose row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    Child,
    Mother,
}

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// The programme of the nation: forecast.
    National,
    /// Forecast when it is asked for.
    Service,
    /// Not forecast, but a dose there counts.
    Counted,
    /// A dose that counts for nothing.
    Extra,
}

/// Which doses of childhood a woman had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Plan {
    None,
    Basic,
    Boosted,
}

/// When a dose is due: the latest of these.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Due {
    pub(super) age: Option<Span>,
    /// After the dose before.
    pub(super) after: Option<Span>,
    /// After a pregnancy is known.
    pub(super) pregnancy: Option<Span>,
    /// Or as soon as the next pregnancy is known.
    #[serde(default)]
    pub(super) or_next_pregnancy: bool,
}

/// What a dose must keep to count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Least {
    pub(super) age: Option<Span>,
    pub(super) interval: Option<Span>,
    /// The interval where another pregnancy began in between.
    pub(super) in_next_pregnancy: Option<Span>,
}

/// Until when a dose is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Latest {
    pub(super) age: Option<Span>,
    /// Until a later dose of the antigen was given.
    #[serde(default, rename = "nextDoseOf")]
    pub(super) next_dose_of: Option<String>,
}

/// From when on a dose is overdue.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Overdue {
    pub(super) age: Option<Span>,
    pub(super) after: Option<Span>,
    pub(super) after_due: Option<Span>,
    pub(super) before_birth: Option<Span>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Age {
    pub(super) age: Span,
}

/// When a dose is not needed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Unless {
    /// Every dose was of a brand whose series has so many.
    pub(super) series_of: u32,
}

#[derive(Debug, Default, Deserialize)]
struct Effective {
    start: Option<String>,
    end: Option<String>,
}

impl Row {
    /// Finds antigens and days by what is written.
    pub(super) fn index(&mut self, place: impl Fn(&str) -> Option<usize>) {
        let gives = self.gives_names.iter();
        self.gives = gives.filter_map(|(name, number)| Some((place(name)?, *number))).collect();
        let day = |text: &Option<String>| {
            let range = DateRange::parse(text.as_deref()?, Zone::default())?;
            Some((range.low + Zone::default().micros()).div_euclid(DAY))
        };
        self.held = (day(&self.effective_period.start), day(&self.effective_period.end));
    }

    /// Which dose it is for an antigen.
    pub(super) fn number_of(&self, antigen: usize) -> Option<u32> {
        self.gives.iter().find(|(one, _)| *one == antigen).map(|(_, number)| *number)
    }

    /// Whether it held on a day.
    pub(super) fn held_on(&self, day: i64) -> bool {
        let (start, end) = self.held;
        start.is_none_or(|start| start <= day) && end.is_none_or(|end| day <= end)
    }

    /// Whether it is of the version that holds now.
    pub(super) fn holds(&self) -> bool {
        self.held.1.is_none()
    }

    /// Whether what it says of something is ours.
    pub fn is_ours(&self, field: &str) -> bool {
        self.unsourced || self.unsourced_fields.iter().any(|one| one == field)
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> usize {
        self.gives_names.len()
    }
}
