//! The due dates that the records of a pregnancy give, each with the way it was come by.

use serde_json::Value;

use super::limit::in_days;
use super::method::Method;
use crate::fhir::member::members;
use crate::mch::record::days::Days;
use crate::mch::record::itself::{Dating, dating, is_counted};
use crate::mch::record::measure::age_in_days;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::moment;
use crate::mch::record::topic::{AGE, AGE_BY_LAST_PERIOD, ULTRASOUND, is_any};
use crate::mch::rule::listed::rule;

/// A due date.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub method: Method,
    pub due: Days,
    /// The record that gives it.
    pub source: Record<'a>,
    /// Of one method the least is the best: what was told first hand, then the earliest scan or
    /// visit, then the address, so that the order of records changes nothing.
    order: (bool, i64, &'a str),
}

/// What was read of one record, while it is not known yet whether an ultrasound was early.
struct Read<'a> {
    dating: Way,
    due: Days,
    source: Record<'a>,
    /// When it was found out.
    day: Option<Days>,
    is_first_hand: bool,
}

/// As [`Method`], the two kinds of ultrasound being one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Known(Method),
    Ultrasound,
}

/// Whether an Observation dates a pregnancy, or tells its age.
pub(in crate::mch) fn dates(observation: &Value) -> bool {
    dating(observation).is_some() || is_any(observation, &[&AGE, &AGE_BY_LAST_PERIOD])
}

/// The candidates that some records of a woman give, the best first. What dates nothing is passed
/// over.
pub(in crate::mch) fn candidates<'a>(
    records: &Records<'a>,
    observations: impl IntoIterator<Item = Record<'a>>,
) -> Vec<Candidate<'a>> {
    let read: Vec<Read<'a>> =
        observations.into_iter().filter_map(|one| read(records, one)).collect();
    let periods: Vec<Days> = read
        .iter()
        .filter(|one| one.dating == Way::Known(Method::LastPeriod))
        .map(|one| one.due)
        .collect();
    let mut all: Vec<Candidate<'a>> = read.iter().map(|one| one.judged(&periods)).collect();
    all.sort_unstable_by_key(|one| (one.method, one.order));
    all
}

impl<'a> Read<'a> {
    fn judged(&self, periods: &[Days]) -> Candidate<'a> {
        let method = match self.dating {
            Way::Known(method) => method,
            Way::Ultrasound if self.is_early(periods) => Method::UltrasoundEarly,
            Way::Ultrasound => Method::UltrasoundLate,
        };
        let day = self.day.map_or(i64::MAX, |day| day.first);
        let order = (!self.is_first_hand, day, self.source.address);
        Candidate { method, due: self.due, source: self.source, order }
    }

    /// Whether a scan was made before the limit of its own dating; when that is not known, whether no
    /// last period contradicts it.
    fn is_early(&self, periods: &[Days]) -> bool {
        let limit = in_days("ultrasound-early", |row| row.overdue).unwrap_or(0);
        let start = self.due.plus(-in_days("term", |row| row.due).unwrap_or(0));
        if let Some((least, most)) = self.day.map(|day| day.since(start)) {
            if most < limit {
                return true;
            }
            if least >= limit {
                return false;
            }
        }
        let tolerance = rule("mebe-due-date-disagrees").and_then(|rule| rule.number("tolerance"));
        let contradicts = |period: &Days| {
            let (least, most) = self.due.since(*period);
            let distance = least.max(-most).max(0);
            i32::try_from(distance).map_or(f64::MAX, f64::from) > tolerance.unwrap_or(0.0)
        };
        !periods.iter().any(contradicts)
    }
}

fn read<'a>(records: &Records<'a>, source: Record<'a>) -> Option<Read<'a>> {
    let resource = source.resource;
    if !is_counted(resource) {
        return None;
    }
    let Some(dating) = dating(resource) else { return recorded_age(records, source) };
    let value = Days::of(resource.get("valueDateTime"), records.zone)?;
    let term = in_days("term", |row| row.due)?;
    let is_period = dating == Dating::LastPeriod;
    let due = if is_period { value.plus(term) } else { value };
    let way = match dating {
        Dating::LastPeriod | Dating::DueByLastPeriod => Way::Known(Method::LastPeriod),
        Dating::DueByUltrasound => Way::Ultrasound,
        Dating::DueByConception => Way::Known(Method::Conception),
        Dating::DueByOvulation => Way::Known(Method::Ovulation),
        Dating::DueOtherwise => Way::Known(Method::Other),
        Dating::Due => derived(records, resource),
    };
    let own = moment(&source, records).map(|(day, _)| day);
    let day = match way {
        Way::Ultrasound => own.or_else(|| scanned(records, resource)),
        Way::Known(_) => own,
    };
    Some(Read { dating: way, due, source, day, is_first_hand: is_period })
}

/// The records that one is derived from.
fn origins<'s, 'a>(
    records: &'s Records<'a>,
    resource: &'s Value,
) -> impl Iterator<Item = Record<'a>> + 's {
    let from = members(resource, "derivedFrom").iter();
    from.filter_map(|one| records.target(Some(one)))
}

/// What a due date of which the code says nothing was derived from.
fn derived(records: &Records<'_>, resource: &Value) -> Way {
    let way = |origin: Record<'_>| match dating(origin.resource) {
        Some(Dating::LastPeriod | Dating::DueByLastPeriod) => Some(Way::Known(Method::LastPeriod)),
        Some(Dating::DueByUltrasound) => Some(Way::Ultrasound),
        Some(Dating::DueByConception) => Some(Way::Known(Method::Conception)),
        Some(Dating::DueByOvulation) => Some(Way::Known(Method::Ovulation)),
        Some(Dating::DueOtherwise) => Some(Way::Known(Method::Other)),
        Some(Dating::Due) => None,
        None => is_scan(&origin).then_some(Way::Ultrasound),
    };
    let found = origins(records, resource).find_map(way);
    found.unwrap_or(Way::Known(Method::Clinical))
}

fn is_scan(record: &Record<'_>) -> bool {
    match record.kind() {
        "Observation" | "DiagnosticReport" => is_any(record.resource, &[&ULTRASOUND]),
        kind => kind == "ImagingStudy",
    }
}

/// The day of the ultrasound that a due date is derived from.
fn scanned(records: &Records<'_>, resource: &Value) -> Option<Days> {
    let days = origins(records, resource).filter_map(|origin| {
        let started = Days::of(origin.resource.get("started"), records.zone);
        started.or_else(|| moment(&origin, records).map(|(day, _)| day))
    });
    days.min_by_key(|day| day.first)
}

/// The due date that an age written at a visit gives: it began so many days before.
fn recorded_age<'a>(records: &Records<'a>, source: Record<'a>) -> Option<Read<'a>> {
    if !is_any(source.resource, &[&AGE, &AGE_BY_LAST_PERIOD]) {
        return None;
    }
    let own = moment(&source, records).map(|(day, _)| day);
    let visit = || moment(&records.target(source.resource.get("encounter"))?, records);
    let day = own.or_else(|| visit().map(|(day, _)| day))?;
    let age = age_in_days(source.resource)?;
    let due = day.plus(in_days("term", |row| row.due)? - age);
    let dating = Way::Known(Method::RecordedAge);
    Some(Read { dating, due, source, day: Some(day), is_first_hand: false })
}
