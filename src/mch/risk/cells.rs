//! The cells of recorded items: of each the last record counts.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Asked, Finding, Level};
use crate::mch::catalogue::{Item, catalogue};
use crate::mch::gestation::limit::in_days;
use crate::mch::growth::child::{child, measurements};
use crate::mch::growth::indicator::Indicator;
use crate::mch::item::cell::{Around, Cell, Recorded, recorded};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::{belongs, is_counted};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, moment};
use crate::mch::timetable::row;

/// A record that counts, and when it was made.
#[derive(Debug, Clone)]
pub(super) struct Told<'a> {
    pub(super) record: Record<'a>,
    pub(super) day: Days,
    /// The moment as it was written, by which those of one day are in order.
    at: &'a str,
}

/// The last cell of an item.
struct Last<'a> {
    cell: Cell,
    item: &'static Item,
    told: Told<'a>,
}

pub(super) fn findings<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<Finding<'a>> {
    let mut last: FxHashMap<(&'static str, &'a str), Last<'a>> = FxHashMap::default();
    let all = observations(records, asked);
    for told in &all {
        let around = At { records, asked, told, all: &all };
        for (item, cell) in cells(records, asked, told, &around) {
            let same = item.same_as.as_deref().unwrap_or(&item.id);
            let now = Last { cell, item, told: told.clone() };
            match last.get_mut(&(same, fetus(told.record.resource))) {
                Some(before) if !now.is_after(before) => {}
                Some(before) => *before = now,
                None => {
                    last.insert((same, fetus(told.record.resource)), now);
                }
            }
        }
    }
    let not_white = last.into_values().filter(|one| one.cell.is_yellow);
    not_white.map(Last::finding).collect()
}

impl<'a> Last<'a> {
    fn is_after(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.told.day.first, one.told.at, one.told.record.address);
        key(self) > key(other)
    }

    fn finding(self) -> Finding<'a> {
        let Self { cell, item, told } = self;
        let level = if cell.is_danger { Level::Danger } else { Level::Yellow };
        let limit =
            cell.class.map_or(cell.limit.clone(), |class| format!("{} ({class})", cell.limit));
        Finding {
            item: item.same_as.clone().unwrap_or_else(|| item.id.clone()),
            label: item.label.clone(),
            level,
            value: cell.value,
            limit,
            record: told.record,
            source: item.source.join("; "),
            certainty: item.certainty.clone(),
        }
    }
}

/// The colour of every cell that has one, not of the last alone, by the address of its record.
pub(super) fn coloured<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<(&'a str, Level)> {
    let all = observations(records, asked);
    let mut found = Vec::new();
    for told in &all {
        let around = At { records, asked, told, all: &all };
        let cells = cells(records, asked, told, &around).into_iter();
        found.extend(cells.map(|(_, cell)| (told.record.address, level(&cell))));
    }
    found
}

fn level(cell: &Cell) -> Level {
    match (cell.is_danger, cell.is_yellow) {
        (true, _) => Level::Danger,
        (false, true) => Level::Yellow,
        (false, false) => Level::White,
    }
}

/// Which of several fetuses an observation is about.
fn fetus(observation: &Value) -> &str {
    let all = observation.get("extension").and_then(Value::as_array).into_iter().flatten();
    let mut labels = all.filter(|one| {
        one.get("url").and_then(Value::as_str).is_some_and(|url| url.ends_with("/fetus-label"))
    });
    labels.find_map(|one| one.get("valueString")?.as_str()).unwrap_or_default()
}

/// The observations that count: of the person, up to the day, of the pregnancy.
pub(super) fn observations<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<Told<'a>> {
    let all = records.pointing("Observation", "subject", asked.person);
    let told = all.filter(|one| is_counted(one.resource) && is_meant(records, one, asked));
    let told = told.filter_map(|record| {
        let (day, _) = moment(&record, records)?;
        let at = record.resource.get("effectiveDateTime").and_then(Value::as_str);
        Some(Told { record, day, at: at.unwrap_or_default() })
    });
    told.filter(|one| one.day.first <= asked.day).collect()
}

/// Whether an observation is about the pregnancy that is asked for, or about none.
fn is_meant(records: &Records<'_>, one: &Record<'_>, asked: Asked<'_, '_>) -> bool {
    let Some(episode) = asked.pregnancy.and_then(|pregnancy| pregnancy.episode) else {
        return true;
    };
    if belongs(records, one.resource, &episode) {
        return true;
    }
    let mut others = records.pointing("EpisodeOfCare", "patient", asked.person);
    let is_of_another = others
        .any(|other| other.address != episode.address && belongs(records, one.resource, &other));
    let start = asked.pregnancy.and_then(super::Gestation::start);
    let day = moment(one, records).map(|(day, _)| day);
    let is_before = day.zip(start).is_some_and(|(day, start)| day.surely_before(start));
    !is_of_another && !is_before
}

/// The cells of an observation, each with the item it is of.
fn cells(
    records: &Records<'_>,
    asked: Asked<'_, '_>,
    told: &Told<'_>,
    around: &At<'_, '_, '_>,
) -> Vec<(&'static Item, Cell)> {
    let all = recorded(told.record.resource);
    let mut found = Vec::new();
    let mut is_whole = false;
    for one in &all {
        // A whole that speaks for its components leaves nothing to them.
        if one.is_part && is_whole {
            continue;
        }
        let cell =
            items(records, asked, told, one).find_map(|item| Some((item, one.cell(item, around)?)));
        is_whole |= cell.is_some() && !one.is_part;
        found.extend(cell);
    }
    found
}

/// The items that a record may be of: those of a mother or of a child, and of the time of life.
fn items(
    records: &Records<'_>,
    asked: Asked<'_, '_>,
    told: &Told<'_>,
    one: &Recorded<'_>,
) -> impl Iterator<Item = &'static Item> {
    let is_late = is_after_birth(records, asked, told.day);
    let is_ours = one.is_ours;
    let fits = move |item: &&'static Item| {
        let is_of = asked.is_mother == (item.subject != "child");
        // What everybody's code says may stand at several visits.
        let is_postnatal = item.id.starts_with('B');
        let is_antenatal = item.id.starts_with('A');
        let fits = match asked.is_mother {
            true => !(is_postnatal && !is_late || is_antenatal && is_late),
            false => !is_postnatal || !is_late,
        };
        is_of && (is_ours || fits) && !item.security_label
    };
    one.items.clone().into_iter().filter(fits)
}

/// Whether a day is after the birth, of a mother; after the first six weeks, of a child.
fn is_after_birth(records: &Records<'_>, asked: Asked<'_, '_>, day: Days) -> bool {
    if asked.is_mother {
        let end = asked.pregnancy.and_then(|one| one.end);
        return end.is_some_and(|end| end.day.last < day.first);
    }
    let born = records.at(asked.person).and_then(|one| birth(one.resource, records));
    let weeks = row("pnc-newborn-week-6", asked.day).and_then(|row| row.latest);
    born.zip(weeks).is_some_and(|(born, weeks)| weeks.after(born.last) < day.first)
}

/// What is known besides a value.
struct At<'x, 'g, 'a> {
    records: &'x Records<'a>,
    asked: Asked<'g, 'a>,
    told: &'x Told<'a>,
    all: &'x [Told<'a>],
}

impl Around for At<'_, '_, '_> {
    fn weeks(&self) -> Option<(i64, i64)> {
        let pregnancy = self.asked.pregnancy?;
        if pregnancy.end.is_some_and(|end| end.day.last < self.told.day.first) {
            return None;
        }
        let (least, most) = self.told.day.since(pregnancy.start()?);
        let limit = in_days("unclosed-pregnancy", |row| row.overdue)?;
        (least >= 0 && most <= limit).then_some((least / 7, most / 7))
    }

    fn head(&self) -> Option<f64> {
        let child = child(self.records, self.asked.person).ok()?;
        let day = self.told.day.first;
        let all = measurements(self.records, &child, day, self.asked.corrected_months);
        let now = all.iter().find(|one| one.day == day)?;
        let scores = if now.corrected_age.is_some() { &now.corrected } else { &now.scores };
        let head = scores.iter().find(|score| score.indicator == Indicator::HeadForAge);
        head.map(|score| score.z)
    }

    fn difference(&self, item: &Item) -> Option<f64> {
        let is_part = |one: &&'static Item| one.part_of.as_deref() == Some(item.id.as_str());
        let of_day = self.all.iter().filter(|one| one.day == self.told.day);
        let mut numbers = of_day.flat_map(|one| recorded(one.record.resource)).filter_map(|one| {
            let part = one.items.iter().find(|one| is_part(one))?;
            Some((part.id.as_str(), one.number()?))
        });
        let (first, number) = numbers.next()?;
        let (_, other) = numbers.find(|(id, _)| *id != first)?;
        Some((number - other).abs())
    }

    fn is_answered(&self, item: &str, code: &str) -> bool {
        let list = |item: &Item| item.value.list.as_deref().map(|list| catalogue().system(list));
        let Some(system) = catalogue().item(item).and_then(list) else {
            return false;
        };
        let has = |concept: Option<&Value>| {
            crate::mch::record::concept::codings(concept).any(|one| one == (system.as_str(), code))
        };
        let observed =
            self.all.iter().any(|one| has(one.record.resource.get("valueCodeableConcept")));
        let mut done = self.records.pointing("Procedure", "subject", self.asked.person);
        observed || done.any(|one| is_counted(one.resource) && has(one.resource.get("code")))
    }
}
