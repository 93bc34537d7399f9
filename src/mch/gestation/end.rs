//! How a pregnancy ended, and when: by a birth, or because its episode was closed.

use serde_json::Value;

use super::limit::in_days;
use crate::fhir::member::members;
use crate::mch::record::concept::has_local;
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::{diagnoses, is_counted};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::role::children;
use crate::mch::record::subject::{birth, moment, pregnancy_links};

/// The end of a pregnancy.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    pub day: Days,
    /// Whether a child was born.
    pub is_birth: bool,
    /// The record that says so.
    pub source: Record<'a>,
}

/// Statuses of an episode that goes on.
const OPEN: [&str; 4] = ["planned", "waitlist", "active", "onhold"];

/// Whether an episode goes on, whatever else happened.
pub fn is_open(episode: &Value) -> bool {
    let status = episode.get("status").and_then(Value::as_str);
    let has_end = episode.get("period").is_some_and(|period| period.get("end").is_some());
    status.is_some_and(|status| OPEN.contains(&status)) && !has_end
}

/// How the pregnancy of an episode ended; `start` is when it began, as far as it is dated.
pub(in crate::mch) fn end<'a>(
    records: &Records<'a>,
    woman: &str,
    episode: Option<Record<'a>>,
    start: Option<Days>,
) -> Option<End<'a>> {
    let deliveries = deliveries(records, woman, episode, start);
    let born = || born(records, woman, episode, start);
    deliveries.or_else(born).or_else(|| closed(records, episode?))
}

/// The delivery of a pregnancy: the operation, else the stay for it.
fn deliveries<'a>(
    records: &Records<'a>,
    woman: &str,
    episode: Option<Record<'a>>,
    start: Option<Days>,
) -> Option<End<'a>> {
    let is_of_it = |one: &Record<'a>| {
        is_of(records, one, episode)
            || has_no_episode(records, one) && is_within(records, one, start)
    };
    let earliest = |all: &mut dyn Iterator<Item = Record<'a>>| {
        let all = all.filter(|one| is_counted(one.resource)).filter(is_of_it);
        let days = all.filter_map(|one| Some((moment(&one, records)?.0, one)));
        days.min_by_key(|(day, one)| (day.first, one.address))
    };
    let mut procedures = records.pointing("Procedure", "subject", woman).filter(|one| {
        has_local(one.resource.get("category"), "mch-procedure-category", &["delivery"])
    });
    let mut stays =
        records.pointing("Encounter", "subject", woman).filter(|one| is_delivery(one.resource));
    let found = earliest(&mut procedures).or_else(|| earliest(&mut stays));
    found.map(|(day, source)| End { day, is_birth: true, source })
}

/// Whether an encounter is the stay for a delivery.
pub(in crate::mch) fn is_delivery(encounter: &Value) -> bool {
    let types = members(encounter, "type").iter();
    let mut types = types.map(|one| has_local(Some(one), "mch-encounter-type", &["delivery"]));
    types.any(|is| is)
}

/// Whether a record belongs to the episode of a pregnancy, by itself, its encounter or its reason.
fn is_of(records: &Records<'_>, record: &Record<'_>, episode: Option<Record<'_>>) -> bool {
    let Some(episode) = episode else { return false };
    let conditions = diagnoses(records, episode.resource);
    let mut links = pregnancy_links(record.resource).into_iter();
    let is_linked = links.any(|(_, link)| {
        records
            .address(Some(link))
            .is_some_and(|one| one == episode.address || conditions.contains(&one))
    });
    let encounter = records.target(record.resource.get("encounter"));
    let of = |encounter: &Value| {
        let mut all = members(encounter, "episodeOfCare").iter();
        all.any(|one| records.address(Some(one)) == Some(episode.address))
    };
    is_linked || of(record.resource) || encounter.is_some_and(|one| of(one.resource))
}

fn has_no_episode(records: &Records<'_>, record: &Record<'_>) -> bool {
    let encounter = records.target(record.resource.get("encounter"));
    let tells = |one: &Value| !members(one, "episodeOfCare").is_empty();
    !tells(record.resource)
        && pregnancy_links(record.resource).is_empty()
        && !encounter.is_some_and(|one| tells(one.resource))
}

fn is_within(records: &Records<'_>, record: &Record<'_>, start: Option<Days>) -> bool {
    let day = moment(record, records).map(|(day, _)| day);
    day.zip(start).is_some_and(|(day, start)| may_end(start, day))
}

/// Whether a pregnancy that began then can end on a day by a birth.
fn may_end(start: Days, day: Days) -> bool {
    let limits = in_days("birth-earliest", |row| row.due)
        .zip(in_days("unclosed-pregnancy", |row| row.overdue));
    let Some((least, most)) = limits else { return false };
    Days { first: start.first + least, last: start.last + most }.meets(day)
}

/// The birth of a child of hers that this pregnancy can have ended with.
fn born<'a>(
    records: &Records<'a>,
    woman: &str,
    episode: Option<Record<'a>>,
    start: Option<Days>,
) -> Option<End<'a>> {
    let period = episode.and_then(|one| Days::of_period(one.resource.get("period"), records.zone));
    let children = children(records, woman).into_iter().filter_map(|child| records.at(child));
    let born = children.filter_map(|child| Some((birth(child.resource, records)?, child)));
    let mut born = born.filter(|(day, _)| match start {
        Some(start) => may_end(start, *day),
        None => period.is_some_and(|period| period.meets(*day)),
    });
    let (day, source) = born.next()?;
    Some(End { day, is_birth: true, source })
}

/// The end that the diagnosis or the episode itself has, when no birth is told.
fn closed<'a>(records: &Records<'a>, episode: Record<'a>) -> Option<End<'a>> {
    let conditions = diagnoses(records, episode.resource).into_iter();
    let ended = conditions.filter_map(|one| records.at(one)).filter(|one| is_counted(one.resource));
    let ended = ended.filter_map(|one| {
        let day = Days::of(one.resource.get("abatementDateTime"), records.zone)?;
        Some(End { day, is_birth: false, source: one })
    });
    ended.min_by_key(|end| end.day.first).or_else(|| {
        let end = episode.resource.get("period").and_then(|period| period.get("end"));
        let day = Days::of(end, records.zone)?;
        Some(End { day, is_birth: false, source: episode })
    })
}
