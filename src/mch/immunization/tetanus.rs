//! Which plan of tetanus doses a woman follows: it depends on what she had as a child, and on the
//! doses that somebody counted before this pregnancy.

use super::evaluation::Counted;
use super::person::Person;
use super::programme::Programme;
use super::series::{Plan, Who};
use crate::mch::record::days::Days;

/// A woman's own series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Adult {
    pub(super) plan: Plan,
    /// Doses of the series that were told of and have no record.
    pub(super) told: u32,
}

impl Adult {
    /// The series that a dose of a woman belongs to; none for one of childhood, and for others.
    pub(super) fn at(
        programme: &Programme,
        person: &Person,
        (antigen, day): (usize, Days),
        counted: &[Counted],
    ) -> Option<Self> {
        if programme.tetanus != Some(antigen) || !is_grown(programme, person, day) {
            return None;
        }
        Some(Self::after(programme, person, counted))
    }

    /// The series that follows doses of childhood.
    pub(super) fn after(programme: &Programme, person: &Person, counted: &[Counted]) -> Self {
        let had = counted.last().map_or(0, |last| last.number);
        let basic = programme.basic_tetanus.doses;
        let plan = match had {
            had if had > basic => Plan::Boosted,
            had if had == basic => Plan::Basic,
            _ => Plan::None,
        };
        Self { plan, told: person.told_tetanus.unwrap_or_default() }
    }

    /// Whether doses of childhood count for it.
    pub(super) fn plan_is_later(self) -> bool {
        self.plan != Plan::None
    }
}

/// Whether somebody was surely no child any more, or carries one.
pub(super) fn is_grown(programme: &Programme, person: &Person, day: Days) -> bool {
    if person.who != Who::Mother {
        return false;
    }
    let Some(birth) = person.birth else { return true };
    let is_adult = day.first >= programme.childhood.span.after(birth.last);
    is_adult || person.pregnancies.iter().any(|one| one.start.last <= day.first)
}
