//! How old a pregnancy is on a day: the one place where "thai bao nhiêu tuần" is decided.
//!
//! [`method`] has the ways to date a pregnancy in their order, [`candidate`] reads what the records
//! say, [`mod@end`] how it ended, [`limit`] the numbers. Nothing is replaced in silence: every due date
//! that was found comes along, with its distance from the chosen one. A date of which only the month
//! or the year is known is a span, and so is what follows from it.

pub mod candidate;
pub mod end;
pub(in crate::mch) mod limit;
pub mod method;

use std::cmp::Reverse;

use candidate::{Candidate, candidates};
use end::{End, end, is_open};
use limit::in_days;
use method::Method;

use super::record::days::Days;
use super::record::pregnancy::{belongs, is_counted, is_pregnancy};
use super::record::records::{Record, Records};
use super::rule::listed::rule;
use crate::fhir::issue::Text;

/// How a pregnancy is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Ongoing,
    Ended,
    /// Nothing dates it.
    Undated,
    /// Its episode is open although it must have ended long ago.
    Unclosed,
}

/// A pregnancy and its age on a day.
#[derive(Debug, Clone)]
pub struct Gestation<'a> {
    /// None where a woman's pregnancy is recorded without an episode.
    pub episode: Option<Record<'a>>,
    pub status: Status,
    /// The best first: the first one is chosen.
    pub candidates: Vec<Candidate<'a>>,
    pub end: Option<End<'a>>,
    /// The least and the most days that the pregnancy can have lasted, on the day or at its end.
    pub age: Option<(i64, i64)>,
}

impl Status {
    /// As answers name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ongoing => "ongoing",
            Self::Ended => "ended",
            Self::Undated => "undated",
            Self::Unclosed => "unclosed",
        }
    }
}

impl Gestation<'_> {
    /// The due date.
    pub fn due(&self) -> Option<Days> {
        self.candidates.first().map(|chosen| chosen.due)
    }

    /// How the due date was come by.
    pub fn method(&self) -> Option<Method> {
        self.candidates.first().map(|chosen| chosen.method)
    }

    /// The day the pregnancy is counted from.
    pub fn start(&self) -> Option<Days> {
        Some(self.due()?.plus(-in_days("term", |row| row.due)?))
    }

    /// How many days later a candidate is than the chosen one, when both are known to the day.
    pub fn difference(&self, candidate: &Candidate<'_>) -> Option<i64> {
        let due = self.due()?;
        let (least, most) = candidate.due.since(due);
        let chosen = self.candidates.first().map(|one| (one.source.address, one.method));
        let is_chosen = chosen == Some((candidate.source.address, candidate.method));
        (is_chosen || least == most).then_some(if is_chosen { 0 } else { least })
    }

    /// What of the records cannot be true together with the chosen due date.
    pub fn contradictions(&self) -> Vec<Text> {
        let tolerance = rule("mebe-due-date-disagrees").and_then(|rule| rule.number("tolerance"));
        let of_age = rule("mebe-gestation-disagrees").and_then(|rule| rule.number("days"));
        let most = |method| if method == Method::RecordedAge { of_age } else { tolerance };
        let far = self.candidates.iter().filter(|one| {
            let days = self.difference(one).and_then(|days| i32::try_from(days).ok());
            days.zip(most(one.method)).is_some_and(|(days, most)| f64::from(days).abs() > most)
        });
        let mut told: Vec<Text> = far.map(|one| self.told_far(one)).collect();
        let ended = self.start().zip(self.end);
        if let Some((start, end)) = ended.filter(|(start, end)| end.day.surely_before(*start)) {
            let (end, start) = (end.day.written(), start.written());
            told.push(Text::new(
                format!("Thai kỳ kết thúc ngày {end}, trước khi bắt đầu ({start})."),
                format!("The pregnancy ended on {end}, before it began ({start})."),
            ));
        }
        told
    }

    fn told_far(&self, candidate: &Candidate<'_>) -> Text {
        let (source, due) = (candidate.source.address, candidate.due.written());
        let chosen = self.due().map(Days::written).unwrap_or_default();
        Text::new(
            format!("{source} cho ngày dự kiến sinh {due}, cách ngày được chọn ({chosen}) quá xa."),
            format!("{source} gives the due date {due}, far from the chosen one ({chosen})."),
        )
    }

    /// Which third of the pregnancy it is, when every possible age says the same.
    pub fn period(&self) -> Option<i64> {
        let second = in_days("period-2", |row| row.due)?;
        let third = in_days("period-3", |row| row.due)?;
        let period = |age: i64| 1 + i64::from(age >= second) + i64::from(age >= third);
        let (least, most) = self.age?;
        (period(least) == period(most)).then(|| period(least))
    }

    /// Whether it goes on beyond term, when every possible age says the same.
    pub fn is_post_term(&self) -> Option<bool> {
        let from = in_days("post-term", |row| row.due)?;
        let (least, most) = self.age?;
        ((least >= from) == (most >= from)).then_some(least >= from)
    }
}

/// The pregnancies of a woman on a day, the latest first; what dates a pregnancy without an episode
/// is one, too.
pub fn gestations<'a>(records: &Records<'a>, woman: &str, day: i64) -> Vec<Gestation<'a>> {
    let episodes = episodes(records, woman);
    if episodes.is_empty() {
        let alone = of_pregnancy(records, woman, (None, false), day);
        return if alone.candidates.is_empty() { Vec::new() } else { vec![alone] };
    }
    let is_only = episodes.len() == 1;
    let each = episodes.into_iter();
    let mut all: Vec<_> =
        each.map(|one| of_pregnancy(records, woman, (Some(one), is_only), day)).collect();
    all.sort_by_key(|one| Reverse((began(records, one), one.episode.map(|one| one.address))));
    all
}

/// The pregnancy that is meant by a day: the one that goes on, else the last that had begun, else
/// the first. Of several that are open the last.
pub fn of_day<'g, 'a>(
    records: &Records<'a>,
    all: &'g [Gestation<'a>],
    day: i64,
) -> Option<&'g Gestation<'a>> {
    let begun = |one: &&Gestation<'a>| began(records, one).is_none_or(|began| began <= day);
    let goes_on = |one: &&Gestation<'a>| one.status != Status::Ended;
    let mut latest = all.iter().filter(begun);
    latest.clone().find(goes_on).or_else(|| latest.next()).or_else(|| all.last())
}

/// The episodes of a woman's pregnancies.
fn episodes<'a>(records: &Records<'a>, woman: &str) -> Vec<Record<'a>> {
    let all = records.pointing("EpisodeOfCare", "patient", woman);
    all.filter(|one| is_pregnancy(one.resource) && is_counted(one.resource)).collect()
}

/// When a pregnancy began, as far as that is known.
fn began(records: &Records<'_>, one: &Gestation<'_>) -> Option<i64> {
    let period = one.episode.and_then(|one| one.resource.get("period"));
    let registered = period.and_then(|period| Days::of(period.get("start"), records.zone));
    one.start().or(registered).map(|day| day.first)
}

/// The observations that date the pregnancy of an episode; of a woman with one episode or none,
/// all of hers.
pub(in crate::mch) fn told_of<'a>(
    records: &Records<'a>,
    woman: &str,
    (episode, is_only): (Option<Record<'a>>, bool),
) -> Vec<Record<'a>> {
    let observed = records.pointing("Observation", "subject", woman);
    let is_of_it = |one: &Record<'a>| match episode {
        Some(episode) => is_only || belongs(records, one.resource, &episode),
        None => true,
    };
    observed.filter(|one| candidate::dates(one.resource)).filter(is_of_it).collect()
}

fn of_pregnancy<'a>(
    records: &Records<'a>,
    woman: &str,
    (episode, is_only): (Option<Record<'a>>, bool),
    day: i64,
) -> Gestation<'a> {
    let candidates = candidates(records, told_of(records, woman, (episode, is_only)));
    let mut found =
        Gestation { episode, status: Status::Undated, candidates, end: None, age: None };
    let start = found.start();
    found.end = end(records, woman, episode, start).filter(|end| end.day.first <= day);
    found.status = status(&found, start, day);
    found.age = match found.status {
        Status::Undated => None,
        Status::Ended | Status::Unclosed => {
            start.zip(found.end).map(|(start, end)| end.day.since(start))
        }
        Status::Ongoing => start.map(|start| (day - start.last, day - start.first)),
    };
    // Before it began it has no age, and what was closed years later tells none.
    let most = in_days("unclosed-pregnancy", |row| row.overdue).unwrap_or(0);
    found.age = found.age.filter(|(least, end)| *least >= 0 && *end <= most);
    found
}

fn status(one: &Gestation<'_>, start: Option<Days>, day: i64) -> Status {
    let is_open = one.episode.is_none_or(|episode| is_open(episode.resource));
    let lasted = |from: Days, id: &str| {
        let limit = in_days(id, |row| row.overdue);
        limit.is_some_and(|limit| day - from.last >= limit)
    };
    match (one.end, start) {
        (Some(end), _)
            if is_open
                && one.episode.is_some()
                && end.is_birth
                && lasted(end.day, "unclosed-birth") =>
        {
            Status::Unclosed
        }
        (Some(_), _) => Status::Ended,
        (None, Some(start)) if lasted(start, "unclosed-pregnancy") => Status::Unclosed,
        (None, Some(_)) => Status::Ongoing,
        (None, None) => Status::Undated,
    }
}

#[cfg(test)]
mod tests;
