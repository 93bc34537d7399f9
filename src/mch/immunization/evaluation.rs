//! Whether a dose counts, for each antigen in it.
//!
//! Numbers that people wrote are not looked at, the order of days is. A dose is held against the last
//! one that counts; so one more dose never makes fewer count. What is only partly known proves nothing
//! against a dose.

use smallvec::SmallVec;

use super::live;
use super::person::{Given, Person};
use super::programme::{Product, Programme};
use super::series::{Least, Part, Row, Who};
use super::tetanus::Adult;
use crate::mch::record::days::Days;

/// Why a dose does not count, or what is to be known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// At most this many days old, of so many.
    TooYoung { days: i64, least: i64 },
    /// At most this many days after the dose at a place, of so many.
    TooSoon { days: i64, least: i64, other: usize },
    /// The same after another live vaccine; the dose counts all the same.
    LiveTooSoon { days: i64, least: i64, other: usize },
    /// The dose at a place was given on the same day.
    SameDayTwice { other: usize },
    /// It belongs to no dose of the series.
    Extra,
}

/// What became of a dose for an antigen.
#[derive(Debug, Clone)]
pub struct Judged<'p> {
    /// The place of the dose.
    pub dose: usize,
    pub antigen: usize,
    /// Which dose it is for the antigen, or would have been.
    pub number: u32,
    pub is_valid: bool,
    pub reasons: SmallVec<[Reason; 2]>,
    /// The row it was held to.
    pub row: Option<&'p Row>,
}

/// A dose that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) dose: usize,
    pub(super) day: Days,
    pub(super) number: u32,
}

/// What became of all doses.
#[derive(Debug)]
pub struct History<'p> {
    /// By antigen, then in the order of days.
    pub judged: Vec<Judged<'p>>,
    /// By antigen.
    pub(super) counted: Vec<SmallVec<[Counted; 4]>>,
    /// A woman's own series of tetanus doses.
    pub(super) adult: Option<Adult>,
}

impl History<'_> {
    /// How many doses of a series count for an antigen.
    pub(super) fn count(&self, antigen: usize) -> u32 {
        self.last(antigen).map_or(0, |last| last.number)
    }

    /// The last dose that counts.
    pub(super) fn last(&self, antigen: usize) -> Option<Counted> {
        self.counted.get(antigen)?.last().copied()
    }

    /// The dose that counts as one of the series.
    pub(super) fn numbered(&self, antigen: usize, number: u32) -> Option<Counted> {
        self.counted.get(antigen)?.iter().find(|one| one.number == number).copied()
    }

    /// Whether a dose is valid for something.
    pub fn counts(&self, dose: usize) -> bool {
        self.judged.iter().any(|one| one.dose == dose && one.is_valid)
    }
}

/// Judges the doses of somebody.
pub fn evaluate<'p>(programme: &'p Programme, person: &Person, doses: &[Given<'_>]) -> History<'p> {
    let mut order: SmallVec<[usize; 24]> = (0..doses.len()).collect();
    order.sort_by_key(|place| {
        doses.get(*place).map(|dose| (dose.day.first, dose.day.last, dose.product, dose.address))
    });
    let mut history = History { judged: Vec::new(), counted: Vec::new(), adult: None };
    for antigen in 0..programme.antigens.len() {
        let mut judge = Judge::new(programme, person, antigen);
        for place in &order {
            let Some(dose) = doses.get(*place) else { continue };
            let product = programme.products.get(dose.product);
            let Some(product) = product.filter(|one| one.antigens.contains(&antigen)) else {
                continue;
            };
            history.judged.push(judge.judge(*place, dose, product));
        }
        history.adult = history.adult.or(judge.adult);
        history.counted.push(judge.counted);
    }
    live::mark(programme, doses, &mut history.judged);
    history
}

/// The doses against one antigen, one after the other.
struct Judge<'p, 'd> {
    programme: &'p Programme,
    person: &'d Person,
    antigen: usize,
    counted: SmallVec<[Counted; 4]>,
    adult: Option<Adult>,
}

impl<'p, 'd> Judge<'p, 'd> {
    fn new(programme: &'p Programme, person: &'d Person, antigen: usize) -> Self {
        Self { programme, person, antigen, counted: SmallVec::new(), adult: None }
    }

    fn judge(&mut self, place: usize, dose: &Given<'_>, product: &'p Product) -> Judged<'p> {
        self.grow_up(dose);
        if let Some(row) = self.birth_row(dose, product) {
            self.counted.push(Counted { dose: place, day: dose.day, number: 0 });
            return self.judged(place, 0, Some(row));
        }
        let number = self.number();
        let row = self.row(number, product, dose.day);
        let mut judged = self.judged(place, number, row);
        if let Some(other) = self.same_day(dose) {
            judged.reasons.push(Reason::SameDayTwice { other });
        } else if let Some(row) = row {
            let own = product.least.iter().find(|(antigen, _)| *antigen == self.antigen);
            let least = own.map_or(row.least, |(_, least)| *least);
            match self.extra_row(number, dose, least) {
                Some(extra) => {
                    judged.row = Some(extra);
                    judged.reasons.push(Reason::Extra);
                }
                None => judged.reasons.extend(self.faults(dose, least)),
            }
        } else if !self.programme.antigens.get(self.antigen).is_some_and(|one| one.open)
            && self.programme.rows_of(self.who()).any(|row| row.number_of(self.antigen).is_some())
        {
            judged.reasons.push(Reason::Extra);
        }
        judged.is_valid = judged.reasons.is_empty();
        if judged.is_valid {
            self.counted.push(Counted { dose: place, day: dose.day, number });
        }
        judged
    }

    fn judged(&self, dose: usize, number: u32, row: Option<&'p Row>) -> Judged<'p> {
        let reasons = SmallVec::new();
        Judged { dose, antigen: self.antigen, number, is_valid: true, reasons, row }
    }

    fn who(&self) -> Who {
        if self.adult.is_some() { Who::Mother } else { Who::Child }
    }

    /// Which dose comes next.
    fn number(&self) -> u32 {
        let told = self.adult.map_or(0, |adult| adult.told);
        self.counted.last().map_or(told, |last| last.number) + 1
    }

    /// Begins a woman's own series of tetanus doses.
    fn grow_up(&mut self, dose: &Given<'_>) {
        if self.adult.is_none()
            && let Some(adult) =
                Adult::at(self.programme, self.person, (self.antigen, dose.day), &self.counted)
        {
            self.adult = Some(adult);
            // The last one of childhood is still what the next one keeps its distance to.
            let last = self.counted.last().map(|last| Counted { number: adult.told, ..*last });
            self.counted.clear();
            self.counted.extend(last.filter(|_| adult.told > 0 || adult.plan_is_later()));
        }
    }

    /// The row of a dose that stands before the series, where this dose is it.
    fn birth_row(&self, dose: &Given<'_>, product: &Product) -> Option<&'p Row> {
        if !product.birth_dose || !self.counted.is_empty() {
            return None;
        }
        let mut rows = self.programme.rows_of(Who::Child);
        let row = rows.find(|row| {
            row.programme == Part::National && row.number_of(self.antigen) == Some(0)
        })?;
        let first = self.row(1, product, dose.day)?;
        let is_it = row.vaccine == product.code || self.age_fault(dose, first.least).is_some();
        let birth = self.person.birth?;
        (is_it && dose.day.last >= birth.first).then_some(row)
    }

    /// The row of a dose: one of its own vaccine, else of another.
    fn row(&self, number: u32, product: &Product, day: Days) -> Option<&'p Row> {
        let plan = self.adult.map(|adult| adult.plan);
        let fits = |row: &&Row| {
            row.programme != Part::Extra
                && row.number_of(self.antigen) == Some(number)
                && row.history == plan.filter(|_| row.who == Who::Mother)
        };
        let rows = || self.programme.rows_of(self.who()).filter(fits);
        let held = rows().filter(|row| row.held_on(day.first));
        let own = held.clone().find(|row| row.vaccine == product.code);
        own.or_else(|| held.clone().next()).or_else(|| rows().next())
    }

    /// The row of doses that count for nothing, where this dose is one of them.
    fn extra_row(&self, number: u32, dose: &Given<'_>, least: Least) -> Option<&'p Row> {
        if number != 1 || self.age_fault(dose, least).is_none() {
            return None;
        }
        let birth = self.person.birth?;
        let mut rows = self.programme.rows_of(Who::Child);
        rows.find(|row| {
            let from = row.least.age.is_none_or(|age| dose.day.last >= age.after(birth.first));
            let until = row.until.is_none_or(|until| dose.day.first < until.age.after(birth.last));
            row.programme == Part::Extra && row.number_of(self.antigen) == Some(0) && from && until
        })
    }

    fn faults(&self, dose: &Given<'_>, least: Least) -> SmallVec<[Reason; 2]> {
        let mut faults = SmallVec::new();
        faults.extend(self.age_fault(dose, least));
        let Some(last) = self.counted.last() else { return faults };
        let in_next = self.person.next_pregnancy(last.day, dose.day.first).is_some();
        let interval = least.in_next_pregnancy.filter(|_| in_next).or(least.interval);
        if let Some(interval) = interval {
            let from = interval.after(last.day.first);
            if dose.day.last < from {
                let (_, days) = dose.day.since(last.day);
                let least = from - last.day.first;
                faults.push(Reason::TooSoon { days, least, other: last.dose });
            }
        }
        faults
    }

    fn age_fault(&self, dose: &Given<'_>, least: Least) -> Option<Reason> {
        let birth = self.person.birth?;
        let from = least.age.map_or(birth.first, |age| age.after(birth.first));
        let (_, days) = dose.day.since(birth);
        let least = from - birth.first;
        (dose.day.last < from).then_some(Reason::TooYoung { days, least })
    }

    /// A dose that counts and was given on the same day.
    fn same_day(&self, dose: &Given<'_>) -> Option<usize> {
        let same = |one: &&Counted| one.day == dose.day && dose.day.is_exact();
        self.counted.iter().find(same).map(|one| one.dose)
    }
}
