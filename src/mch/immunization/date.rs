//! When a dose can be given, is due, and is overdue.
//!
//! Of days that are partly known the last is taken: what is answered holds for all of them. Where a
//! dose waits for another one, that one is thought of as given when it is due, today at the soonest.

use super::evaluation::{Counted, History};
use super::live;
use super::person::{Given, Person};
use super::programme::Programme;
use super::series::{Part, Row, Who};
use super::tetanus::Adult;

/// The days of a dose, from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    pub earliest: Option<i64>,
    pub due: Option<i64>,
    /// The first day that is too late.
    pub overdue: Option<i64>,
    /// The last day that is not.
    pub latest: Option<i64>,
}

/// Where somebody stands on a day.
#[derive(Debug)]
pub(super) struct Standing<'s, 'p> {
    pub(super) programme: &'p Programme,
    pub(super) person: &'s Person,
    pub(super) doses: &'s [Given<'s>],
    pub(super) history: &'s History<'p>,
    pub(super) day: i64,
    /// A woman's own series of tetanus doses.
    pub(super) adult: Option<Adult>,
}

impl<'p> Standing<'_, 'p> {
    /// How many doses of the series count for an antigen.
    pub(super) fn count(&self, antigen: usize) -> u32 {
        match self.adult.filter(|_| self.is_tetanus(antigen)) {
            Some(adult) if self.history.adult.is_none() => adult.told,
            Some(adult) => self.history.count(antigen).max(adult.told),
            None => self.history.count(antigen),
        }
    }

    fn is_tetanus(&self, antigen: usize) -> bool {
        self.programme.tetanus == Some(antigen)
    }

    fn last(&self, antigen: usize) -> Option<Counted> {
        self.history.last(antigen)
    }

    /// Whether a row was done.
    pub(super) fn is_done(&self, row: &Row) -> bool {
        row.gives.iter().all(|(antigen, number)| match number {
            0 => self.history.numbered(*antigen, *number).is_some(),
            number => self.count(*antigen) >= *number,
        })
    }

    /// What is missing of a row.
    fn missing<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = (usize, u32)> + 'r {
        row.gives.iter().copied().filter(|(antigen, number)| self.count(*antigen) < *number)
    }

    /// Whether another vaccine has to be given first.
    pub(super) fn waits(&self, row: &Row) -> bool {
        self.missing(row).any(|(antigen, number)| self.count(antigen) + 1 < number)
    }

    /// The days of a row.
    pub(super) fn dates(&self, row: &'p Row) -> Dates {
        let each = self.missing(row).map(|(antigen, number)| self.of_antigen(row, antigen, number));
        let own = match row.gives.iter().all(|(_, number)| *number == 0) {
            true => Some(self.at_birth(row)),
            false => None,
        };
        let (mut earliest, mut due) = (None, None);
        for (first, on) in each.chain(own) {
            earliest = earliest.max(first);
            due = due.max(on);
        }
        let place = self.programme.products.iter();
        let place = place.clone().position(|one| one.code == row.vaccine && !one.variant);
        let free = place.and_then(|place| live::free_from(self.programme, self.doses, place));
        // What else is in the vaccine keeps the same distance.
        let others = row.gives.iter().filter(|_| row.who == Who::Child);
        let others = others.filter(|(antigen, number)| self.count(*antigen) >= *number);
        let others = others.filter_map(|(antigen, _)| self.last(*antigen));
        let apart = row.least.interval.zip(others.map(|last| last.day.last).max());
        let apart = apart.map(|(interval, last)| interval.after(last));
        let earliest = earliest.max(free.max(apart).filter(|_| earliest.is_some()));
        let due = due.map(|due| due.max(earliest.unwrap_or(due)));
        let overdue = due.and_then(|due| self.overdue(row, due));
        Dates { earliest, due, overdue, latest: self.latest(row) }
    }

    fn birth(&self) -> Option<i64> {
        self.person.birth.map(|birth| birth.last)
    }

    fn at_birth(&self, row: &Row) -> (Option<i64>, Option<i64>) {
        let age = row.due.and_then(|due| due.age).unwrap_or_default();
        let due = self.birth().map(|birth| age.after(birth));
        (self.birth(), due)
    }

    /// When an antigen of a row can be given, and when it is due.
    fn of_antigen(&self, row: &Row, antigen: usize, number: u32) -> (Option<i64>, Option<i64>) {
        let base = self.base(antigen, number);
        if row.who == Who::Mother {
            return self.of_woman(row, self.last(antigen));
        }
        let birth = self.birth();
        let at = |age: super::calendar::Span| birth.map(|birth| age.after(birth));
        let later = |interval: super::calendar::Span| base.map(|base| interval.after(base));
        let earliest = row.least.age.and_then(at).or(birth);
        let earliest = earliest.max(row.least.interval.and_then(later));
        let Some(due) = row.due else { return (earliest, earliest) };
        let on = due.age.and_then(at).max(due.after.and_then(later));
        (earliest, on.max(earliest))
    }

    /// The same of a dose in pregnancy.
    fn of_woman(&self, row: &Row, last: Option<Counted>) -> (Option<i64>, Option<i64>) {
        let next = last.and_then(|last| self.person.next_pregnancy(last.day, self.day));
        let interval = row.least.in_next_pregnancy.filter(|_| next.is_some());
        let interval = interval.or(row.least.interval).zip(last);
        let earliest = interval.map(|(interval, last)| interval.after(last.day.last));
        let Some(due) = row.due else { return (earliest, None) };
        let after = due.after.zip(last).map(|(after, last)| after.after(last.day.last));
        let pregnancy = match (due.pregnancy, due.or_next_pregnancy && last.is_some()) {
            (Some(span), _) => self.expected().map(|since| span.after(since)),
            (None, true) => next.map(|next| next.since()),
            // Doses before are told of without their days: in this pregnancy, whenever it is.
            (None, false) if last.is_none() => self.expected(),
            (None, false) => None,
        };
        let on = match (after, pregnancy) {
            (Some(after), Some(pregnancy)) => Some(after.min(pregnancy)),
            (one, other) => one.or(other),
        };
        let earliest = earliest.or(on).or(Some(self.day));
        (earliest, on.map(|on| on.max(earliest.unwrap_or(on))))
    }

    /// When the pregnancy that goes on, else the last one, was known.
    fn expected(&self) -> Option<i64> {
        let last = || self.person.pregnancies.iter().rfind(|one| one.start.first <= self.day);
        self.person.expects(self.day).or_else(last).map(super::person::Expected::since)
    }

    /// The day of the dose before.
    fn base(&self, antigen: usize, number: u32) -> Option<i64> {
        if number <= self.count(antigen) + 1 {
            return self.last(antigen).map(|last| last.day.last);
        }
        let before = number - 1;
        let mut rows = self.programme.rows_of(Who::Child);
        let row = rows.find(|row| {
            row.programme != Part::Extra
                && row.due.is_some()
                && row.number_of(antigen) == Some(before)
        })?;
        let (_, due) = self.of_antigen(row, antigen, before);
        due.map(|due| due.max(self.day))
    }

    fn overdue(&self, row: &Row, due: i64) -> Option<i64> {
        let overdue = row.overdue?;
        let age = overdue.age.zip(self.birth()).map(|(age, birth)| age.after(birth));
        let base = self.missing(row).filter_map(|(antigen, number)| self.base(antigen, number));
        let after = overdue.after.zip(base.max()).map(|(after, base)| after.after(base));
        let birth = self.person.expects(self.day).and_then(|expected| expected.due);
        let before_birth = overdue.before_birth.zip(birth);
        let before_birth = before_birth.map(|(span, birth)| span.before(birth.first));
        let after_due = overdue.after_due.map(|after| after.after(due));
        let at = age.or(after).or(before_birth).or(after_due);
        // Who makes up for a dose is not late on the day it is due.
        Some(at.filter(|at| *at > due).unwrap_or(self.programme.catch_up.span.after(due)))
    }

    fn latest(&self, row: &Row) -> Option<i64> {
        let latest = row.latest.as_ref()?;
        let age = latest.age.zip(self.birth()).map(|(age, birth)| age.after(birth));
        let antigen = latest.next_dose_of.as_deref().and_then(|id| self.programme.antigen(id));
        let next = antigen.and_then(|antigen| {
            let doses = self.history.judged.iter().filter(|one| one.antigen == antigen);
            let days = doses.filter_map(|one| self.doses.get(one.dose));
            // Not on the same day: it would be one dose with that.
            days.map(|dose| dose.day.last - 1).min()
        });
        age.or(next)
    }
}
