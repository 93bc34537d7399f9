//! The visits and tests of a pregnancy, and the visits to the mother after the birth.

use super::done::{Told, observed, visits};
use super::window::{Life, Window};
use super::{Asked, Due, Made, facility};
use crate::mch::gestation::end::is_delivery;
use crate::mch::gestation::{Gestation, gestations, of_day};
use crate::mch::record::days::Days;
use crate::mch::record::records::{Record, Records};
use crate::mch::timetable::{Anchor, Row, Who, rows};

/// The rows of the pregnancy of the day.
pub(super) fn due<'a>(records: &Records<'a>, asked: Asked<'a>) -> Vec<Due> {
    let all = gestations(records, asked.person, asked.day);
    let Some(pregnancy) = of_day(records, &all, asked.day) else { return Vec::new() };
    let mothers = rows().iter().filter(|row| {
        row.who == Who::Mother && row.effective_period.holds(asked.day) && row.vaccine.is_none()
    });
    let each = mothers.filter_map(|row| match (row.kind.as_str(), row.anchor) {
        ("visit" | "test", Anchor::Pregnancy) => before_birth(records, asked, row, pregnancy),
        ("visit", Anchor::Discharge) => after_birth(records, asked, row, pregnancy),
        _ => None,
    });
    each.collect()
}

/// The facility of a pregnancy.
pub(super) fn owner<'a>(
    records: &Records<'a>,
    asked: Asked<'_>,
    pregnancy: &Gestation<'a>,
) -> Option<&'a str> {
    let episode = pregnancy.episode.map(|one| one.resource);
    let managing = episode.and_then(|one| records.address(one.get("managingOrganization")));
    managing.or_else(|| facility(records, asked.person))
}

/// Since when the station knows of a pregnancy: its episode, or the first visit.
fn known(records: &Records<'_>, visits: &[Told<'_>], pregnancy: &Gestation<'_>) -> Option<i64> {
    let period = pregnancy.episode.and_then(|one| one.resource.get("period"));
    let registered = period.and_then(|period| Days::of(period.get("start"), records.zone));
    let first = visits.first().map(|(day, _)| day.first);
    [registered.map(|day| day.first), first].into_iter().flatten().min()
}

fn before_birth<'a>(
    records: &Records<'a>,
    asked: Asked<'a>,
    row: &'static Row,
    pregnancy: &Gestation<'a>,
) -> Option<Due> {
    let start = pregnancy.start()?;
    let window = Window::of(row, start)?;
    let ended = pregnancy.end.map(|end| end.day);
    let is_of_it = |(day, _): &Told<'_>| {
        start.first <= day.first && ended.is_none_or(|ended| day.first <= ended.last)
    };
    let antenatal: Vec<_> =
        visits(records, asked, &["antenatal"]).into_iter().filter(is_of_it).collect();
    let known = known(records, &antenatal, pregnancy);
    let told = match row.kind.as_str() {
        "visit" => antenatal,
        _ => observed(records, asked, row).into_iter().filter(is_of_it).collect(),
    };
    // Whichever day the pregnancy began, it was in the window.
    let early = Window::of(row, Days { first: start.first, last: start.first })?;
    let done = told.into_iter().find(|(day, _)| window.has(*day) && early.has(*day));
    let life = Life { known, ended: ended.map(|ended| ended.first) };
    let (done, owner) = (done.map(|(_, one)| one), owner(records, asked, pregnancy));
    Some(Due::of(row, asked, Made { window, life, done, owner }))
}

fn after_birth<'a>(
    records: &Records<'a>,
    asked: Asked<'a>,
    row: &'static Row,
    pregnancy: &Gestation<'a>,
) -> Option<Due> {
    let end = pregnancy.end.filter(|end| end.is_birth)?;
    let left = discharge(records, asked.person, end.day)?;
    let window = Window::of(row, left)?;
    let visits = visits(records, asked, &["postnatal-mother"]);
    let done = visits.into_iter().find(|(day, _)| window.has(*day)).map(|(_, one)| one);
    let owner = owner(records, asked, pregnancy);
    Some(Due::of(row, asked, Made { window, life: Life::default(), done, owner }))
}

/// When a mother left the facility after a birth; the birth where it was elsewhere, nothing while she
/// is there.
pub(super) fn discharge(records: &Records<'_>, mother: &str, born: Days) -> Option<Days> {
    let stays =
        records.pointing("Encounter", "subject", mother).filter(|one| is_delivery(one.resource));
    let mut stay = stays.filter(|one| is_near(records, one, born));
    match stay.next() {
        None => Some(born),
        Some(stay) => left(records, &stay, born),
    }
}

fn is_near(records: &Records<'_>, stay: &Record<'_>, born: Days) -> bool {
    Days::of_period(stay.resource.get("period"), records.zone).is_some_and(|period| {
        let period = Days { first: period.first - 1, last: period.last.saturating_add(1) };
        period.meets(born)
    })
}

/// The end of a stay; of one that is over without an end, the birth.
fn left(records: &Records<'_>, stay: &Record<'_>, born: Days) -> Option<Days> {
    let period = stay.resource.get("period");
    let end = period.and_then(|period| Days::of(period.get("end"), records.zone));
    let is_over =
        stay.resource.get("status").and_then(serde_json::Value::as_str) == Some("finished");
    end.or(is_over.then_some(born))
}
