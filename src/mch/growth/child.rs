//! What the records of a child say of its growth: a measurement for each day.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::facts;
use super::score::{Measured, Position, Score, scores};
use super::standard::Sex;
use crate::fhir::date::calendar::whole_months;
use crate::mch::gestation::gestations;
use crate::mch::record::days::Days;
use crate::mch::record::measure::{age_in_days, centimetres, kilograms};
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, moment};
use crate::mch::record::topic::{
    AGE, AGE_AT_BIRTH, AGE_BY_LAST_PERIOD, ARM, HEAD, LENGTH, LYING, OEDEMA, STANDING, WEIGHT,
    is_any,
};

/// A child whose growth can be judged.
#[derive(Debug, Clone, Copy)]
pub struct Child<'a> {
    pub patient: Record<'a>,
    pub born: i64,
    pub sex: Sex,
    /// Days of gestation at birth, where they are known.
    pub gestation: Option<i64>,
}

/// Why growth cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    Sex,
    Birth,
}

/// What was measured on a day, and its scores.
#[derive(Debug, Clone)]
pub struct Measurement<'a> {
    pub day: i64,
    pub age: i64,
    /// The age counted from the due date, of a child born before term.
    pub corrected_age: Option<i64>,
    pub measured: Measured,
    pub scores: Vec<Score>,
    pub corrected: Vec<Score>,
    /// The records it was read from.
    pub sources: Vec<Record<'a>>,
}

/// The child a patient is, when its sex and the day of its birth are known.
pub fn child<'a>(records: &Records<'a>, address: &str) -> Result<Child<'a>, Unknown> {
    let patient = records.at(address).ok_or(Unknown::Birth)?;
    let sex = sex(patient.resource.get("gender").and_then(Value::as_str)).ok_or(Unknown::Sex)?;
    let born = birth(patient.resource, records).filter(|born| born.is_exact());
    let born = born.ok_or(Unknown::Birth)?.first;
    let gestation = at_birth(records, address, born);
    Ok(Child { patient, born, sex, gestation })
}

/// The sex that a code of `administrative-gender` names.
pub fn sex(code: Option<&str>) -> Option<Sex> {
    match code? {
        "male" => Some(Sex::Male),
        "female" => Some(Sex::Female),
        _ => None,
    }
}

/// By how many days a child was born before term, if it was born preterm.
pub fn days_before_term(gestation: i64) -> Option<i64> {
    let preterm = &facts().preterm;
    (gestation < preterm.weeks * 7).then_some(preterm.term - gestation)
}

/// The gestation at birth: as it is written of the child, else as the mother's pregnancy was dated.
pub fn at_birth(records: &Records<'_>, child: &str, born: i64) -> Option<i64> {
    let observed = records.pointing("Observation", "subject", child);
    let told = observed.filter(|one| {
        is_counted(one.resource)
            && is_any(one.resource, &[&AGE_AT_BIRTH, &AGE, &AGE_BY_LAST_PERIOD])
    });
    let told = told.filter_map(|one| Some((one.address, age_in_days(one.resource)?)));
    let told = told.min_by_key(|(address, _)| *address).map(|(_, days)| days);
    told.or_else(|| {
        let of_mother = |mother: &str| {
            gestations(records, mother, born + 1).into_iter().find_map(|one| {
                let (least, most) = one.age?;
                let ended = one.end?.day;
                let is_birth = Days { first: born - 1, last: born + 1 }.meets(ended);
                (is_birth && least == most).then_some(least)
            })
        };
        records.mothers(child).into_iter().find_map(of_mother)
    })
}

/// The measurements of a child up to a day, the first day first. The corrected age is told until the
/// child has so many months, where any are given.
pub fn measurements<'a>(
    records: &Records<'a>,
    child: &Child<'a>,
    until: i64,
    corrected_months: Option<i64>,
) -> Vec<Measurement<'a>> {
    let mut days: BTreeMap<i64, Vec<(String, Record<'a>)>> = BTreeMap::new();
    for one in records.pointing("Observation", "subject", child.patient.address) {
        if !is_counted(one.resource) || !is_of_growth(one.resource) {
            continue;
        }
        let Some((day, _)) = moment(&one, records).filter(|(day, _)| day.is_exact()) else {
            continue;
        };
        if (child.born..=until).contains(&day.first) {
            let at = one.resource.get("effectiveDateTime").and_then(Value::as_str);
            days.entry(day.first).or_default().push((at.unwrap_or_default().to_owned(), one));
        }
    }
    let each = days.into_iter().filter_map(|(day, mut told)| {
        // Of several on one day the last counts.
        told.sort_by(|(at, one), (later, other)| (at, one.address).cmp(&(later, other.address)));
        let sources = told.into_iter().map(|(_, one)| one).collect();
        measurement(child, day, sources, corrected_months)
    });
    each.collect()
}

fn is_of_growth(observation: &Value) -> bool {
    is_any(observation, &[&WEIGHT, &LENGTH, &HEAD, &ARM, &OEDEMA])
}

fn measurement<'a>(
    child: &Child<'a>,
    day: i64,
    sources: Vec<Record<'a>>,
    corrected_months: Option<i64>,
) -> Option<Measurement<'a>> {
    let mut measured = Measured::default();
    for one in &sources {
        add(one.resource, &mut measured);
    }
    if measured == Measured::default() {
        return None;
    }
    let age = day - child.born;
    let is_over = corrected_months.is_some_and(|most| whole_months(child.born, day) >= most);
    let early = child.gestation.and_then(days_before_term).filter(|_| !is_over);
    let corrected_age = early.map(|days| age - days);
    let at = |age: i64| {
        let age = i32::try_from(age).map_or(f64::NAN, f64::from);
        scores(child.sex, age, &measured)
    };
    let corrected = corrected_age.filter(|age| *age >= 0).map(at).unwrap_or_default();
    Some(Measurement { day, age, corrected_age, measured, scores: at(age), corrected, sources })
}

fn add(observation: &Value, measured: &mut Measured) {
    let set = |place: &mut Option<f64>, value: Option<f64>| *place = value.or(*place);
    match () {
        () if is_any(observation, &[&WEIGHT]) => set(&mut measured.weight, kilograms(observation)),
        () if is_any(observation, &[&LENGTH]) => {
            set(&mut measured.length, centimetres(observation));
            if is_any(observation, &[&LYING]) {
                measured.position = Some(Position::Lying);
            } else if is_any(observation, &[&STANDING]) {
                measured.position = Some(Position::Standing);
            }
        }
        () if is_any(observation, &[&HEAD]) => set(&mut measured.head, centimetres(observation)),
        () if is_any(observation, &[&ARM]) => set(&mut measured.arm, centimetres(observation)),
        () => {
            measured.has_oedema = observation.get("valueBoolean") == Some(&Value::Bool(true));
        }
    }
}
