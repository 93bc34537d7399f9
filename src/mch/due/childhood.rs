//! The visits, measurements, rounds and checks of a child.

use serde_json::Value;

use super::done::{Told, medicines, observed, visits};
use super::pregnancy::discharge;
use super::window::{Life, Window};
use super::{Asked, Due, Made, facility};
use crate::fhir::date::calendar::{date_of, day_number};
use crate::fhir::member::members;
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::Records;
use crate::mch::record::subject::{birth, moment};
use crate::mch::record::topic::{HEIGHT_OR_WEIGHT, is_any};
use crate::mch::timetable::{Anchor, Row, Who, rows};

/// What is known of a child.
struct Child<'a> {
    born: Days,
    life: Life,
    owner: Option<&'a str>,
}

/// The rows of a child; nothing of one whose birth is not known or who died.
pub(super) fn due<'a>(records: &Records<'a>, asked: Asked<'a>) -> Vec<Due> {
    let Some(patient) = records.at(asked.person) else { return Vec::new() };
    let Some(born) = birth(patient.resource, records) else { return Vec::new() };
    let died = Days::of(patient.resource.get("deceasedDateTime"), records.zone);
    let is_dead = patient.resource.get("deceasedBoolean") == Some(&Value::Bool(true));
    let ended = died.map(|died| died.first).or(is_dead.then_some(born.first));
    let life = Life { known: known(records, asked, born), ended };
    let child = Child { born, life, owner: facility(records, asked.person) };
    let of_child = rows().iter().filter(|row| {
        row.who == Who::Child && row.effective_period.holds(asked.day) && row.vaccine.is_none()
    });
    of_child.flat_map(|row| one(records, asked, &child, row)).collect()
}

/// Since when a child is known: its first record.
fn known(records: &Records<'_>, asked: Asked<'_>, born: Days) -> Option<i64> {
    let encounters = records.pointing("Encounter", "subject", asked.person);
    let doses = records.pointing("Immunization", "patient", asked.person);
    let observed = records.pointing("Observation", "subject", asked.person);
    let all = encounters.chain(doses).chain(observed);
    let days = all.filter_map(|one| Some(moment(&one, records)?.0.first));
    days.min().map(|first| first.max(born.first))
}

fn one<'a>(
    records: &Records<'a>,
    asked: Asked<'a>,
    child: &Child<'a>,
    row: &'static Row,
) -> Vec<Due> {
    let made = |window: Window, told: &[Told<'a>]| {
        let done = told.iter().find(|(day, _)| window.has(*day)).map(|(_, one)| *one);
        Due::of(row, asked, Made { window, life: child.life, done, owner: child.owner })
    };
    match (row.kind.as_str(), row.anchor) {
        ("visit", Anchor::Discharge) => {
            let told = visits(records, asked, &["postnatal-newborn"]);
            let left = newborn_left(records, asked, child.born);
            let window = left.and_then(|left| Window::of(row, left));
            window.map(|window| made(window, &told)).into_iter().collect()
        }
        ("visit", _) => {
            let told = visits(records, asked, &["child-checkup"]);
            Window::of(row, child.born).map(|window| made(window, &told)).into_iter().collect()
        }
        ("growth", Anchor::Birth) => {
            let told = measured(records, asked);
            repeated(row, child.born).into_iter().map(|window| made(window, &told)).collect()
        }
        ("growth", _) => {
            let told = measured(records, asked);
            rounds(row, child.born).into_iter().map(|(window, _)| made(window, &told)).collect()
        }
        ("supplement", Anchor::Calendar) => {
            let told = medicines(records, asked, row);
            let each = rounds(row, child.born).into_iter();
            let one = |(window, next): (Window, i64)| {
                // A dose that came later than the round is that round's.
                let until = Window { latest: Some(next - 1), ..window };
                let done = told.iter().find(|(day, _)| until.has(*day)).map(|(_, one)| *one);
                Due::of(row, asked, Made { window, life: child.life, done, owner: child.owner })
            };
            each.map(one).collect()
        }
        ("supplement", _) => {
            let told = medicines(records, asked, row);
            repeated(row, child.born).into_iter().map(|window| made(window, &told)).collect()
        }
        ("test", _) => {
            let told = observed(records, asked, row);
            Window::of(row, child.born).map(|window| made(window, &told)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// When a newborn left the facility: with its mother, when the delivery is known, else at the end of
/// its own stay.
fn newborn_left(records: &Records<'_>, asked: Asked<'_>, born: Days) -> Option<Days> {
    let births = records.pointing("Encounter", "subject", asked.person).filter(|one| {
        members(one.resource, "type").iter().any(|kind| {
            crate::mch::record::concept::has_local(Some(kind), "mch-encounter-type", &["birth"])
        })
    });
    let mut with_mother = births.filter_map(|one| {
        let delivery = records.target(one.resource.get("partOf"))?;
        let end = delivery.resource.get("period").and_then(|period| period.get("end"));
        Days::of(end, records.zone)
    });
    if let Some(left) = with_mother.next() {
        return Some(left);
    }
    match records.mothers(asked.person).first() {
        Some(mother) => discharge(records, mother, born),
        None => Some(born),
    }
}

fn measured<'a>(records: &Records<'a>, asked: Asked<'_>) -> Vec<Told<'a>> {
    let all = records.pointing("Observation", "subject", asked.person);
    let of_growth = all.filter(|one| {
        is_counted(one.resource)
            && one.resource.get("dataAbsentReason").is_none()
            && is_any(one.resource, &HEIGHT_OR_WEIGHT)
    });
    super::done::in_order(records, asked, of_growth)
}

/// The windows of a row that is done again and again, one behind the other.
fn repeated(row: &'static Row, born: Days) -> Vec<Window> {
    let (Some(first), Some(latest), Some(step)) = (row.due, row.latest, row.repeat) else {
        return Vec::new();
    };
    let end = latest.after(born.last);
    let mut windows = Vec::new();
    let at = |turn: i64| {
        let mut offset = first;
        offset.months += step.months * turn + step.years * 12 * turn;
        offset.days += (step.days + step.weeks * 7) * turn;
        offset.after(born.last)
    };
    for turn in 0.. {
        let (due, next) = (at(turn), at(turn + 1));
        if due > end || next <= due {
            break;
        }
        windows.push(Window { due, overdue: None, latest: Some(end.min(next - 1)) });
    }
    windows
}

/// The windows of rounds on days of the year, as far as a child has the age, and when the next round
/// begins.
fn rounds(row: &'static Row, born: Days) -> Vec<(Window, i64)> {
    let (Some(least), Some(latest)) = (row.least, row.latest) else { return Vec::new() };
    let (from, to) = (least.after(born.last), latest.after(born.last));
    let (first_year, last_year) = (date_of(from).0, date_of(to).0 + 1);
    let number = |round: &Value, name: &str| round.get(name).and_then(Value::as_i64);
    let all = row.parameters.get("rounds").and_then(Value::as_array);
    let mut starts: Vec<(i64, i64)> = (first_year..=last_year)
        .flat_map(|year| all.into_iter().flatten().map(move |round| (year, round)))
        .filter_map(|(year, round)| {
            let start = day_number(year, number(round, "month")?, number(round, "day")?);
            Some((start, start + number(round, "days")? - 1))
        })
        .collect();
    starts.sort_unstable();
    let pairs = starts.windows(2).filter_map(|pair| match pair {
        [(start, end), (next, _)] => {
            let (due, latest) = (from.max(*start), to.min(*end));
            (due <= latest).then_some((Window { due, overdue: None, latest: Some(latest) }, *next))
        }
        _ => None,
    });
    pairs.collect()
}
