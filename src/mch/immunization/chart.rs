//! What the records of one person tell of vaccines.

use serde_json::Value;

use super::evaluation::{History, evaluate};
use super::forecast::{Case, Recommended, forecast};
use super::obstacle::{Obstacles, codes};
use super::person::{Expected, Given, Person};
use super::programme::{Programme, programme};
use super::series::Who;
use crate::mch::record::concept::{codings, has_local};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::{Pregnancy, is_counted, pregnancies, term};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, moment};
use crate::mch::record::topic;

/// All of it.
#[derive(Debug)]
pub struct Chart<'a> {
    pub programme: &'static Programme,
    pub person: Person,
    pub doses: Vec<Given<'a>>,
    pub obstacles: Obstacles,
    pub is_urgent: bool,
    pub day: i64,
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// There is no such patient.
    Patient,
    /// A child without a birth date.
    Birth,
    /// A man who is grown up.
    Nobody,
}

impl<'a> Chart<'a> {
    /// Reads the records of a patient, by the address, on a day.
    pub fn of(records: &Records<'a>, patient: &str, day: i64) -> Result<Self, Unknown> {
        let programme = programme();
        let at = records.at(patient).ok_or(Unknown::Patient)?;
        let doses: Vec<Given<'a>> = records
            .pointing("Immunization", "patient", patient)
            .filter_map(|one| given(records, one))
            .collect();
        let person = person(records, at, &doses, day)?;
        let obstacles = Obstacles::of(records, patient, day);
        let is_urgent = person.who == Who::Child && is_mother_positive(records, patient);
        Ok(Self { programme, person, doses, obstacles, is_urgent, day })
    }

    /// Which doses count.
    pub fn evaluate(&self) -> History<'static> {
        evaluate(self.programme, &self.person, &self.doses)
    }

    /// What comes next.
    pub fn forecast(&self, history: &History<'static>, is_all: bool) -> Vec<Recommended<'static>> {
        let case = Case {
            person: &self.person,
            doses: &self.doses,
            obstacles: &self.obstacles,
            is_urgent: self.is_urgent,
            day: self.day,
            is_all,
        };
        forecast(self.programme, &case, history)
    }

    /// A dose that was given after the day, which nothing can be said about then.
    pub fn later_dose(&self) -> Option<&Given<'a>> {
        self.doses.iter().find(|dose| dose.day.first > self.day)
    }
}

/// Reads an Immunization; none when it was not given, or which vaccine it was or when is not known.
pub fn given<'a>(records: &Records<'a>, record: Record<'a>) -> Option<Given<'a>> {
    let resource = record.resource;
    if resource.get("status").and_then(Value::as_str) != Some("completed") {
        return None;
    }
    let product = programme().place(codes(resource.get("vaccineCode")))?;
    let day = Days::of(resource.get("occurrenceDateTime"), records.zone)?;
    Some(Given { address: record.address, product, day })
}

/// Who somebody is: a woman who was ever pregnant or is grown up, else a child.
pub fn person(
    records: &Records<'_>,
    patient: Record<'_>,
    doses: &[Given<'_>],
    day: i64,
) -> Result<Person, Unknown> {
    let born = birth(patient.resource, records);
    let sex = patient.resource.get("gender").and_then(Value::as_str);
    let pregnancies: Vec<Expected> = expected(records, patient.address);
    let childhood = programme().childhood.span;
    let is_grown = born.is_some_and(|born| day >= childhood.after(born.last));
    let is_mother = !pregnancies.is_empty()
        || is_grown
        || has_episode(records, patient.address)
        || born.is_none() && claims_mother(patient.resource);
    if !is_mother {
        let born = born.ok_or(Unknown::Birth)?;
        return Ok(Person::child(born, sex));
    }
    if pregnancies.is_empty() && sex == Some("male") {
        return Err(Unknown::Nobody);
    }
    let told_tetanus = told_tetanus(records, patient.address, (&pregnancies, doses), day);
    let sex = sex.map(str::to_owned);
    Ok(Person { who: Who::Mother, birth: born, sex, pregnancies, told_tetanus })
}

/// Whether an Observation is about the mother of whoever it is told for.
pub fn is_of_mothers(observation: &Value) -> bool {
    topic::HEPATITIS_B.is(observation)
}

/// The codes of Observations that are asked of a person, in whatever system.
pub fn codes_of_person() -> Vec<String> {
    let of = |topics: &[&topic::Topic]| topic::codings(topics);
    let counted = of(&[&topic::TETANUS_BEFORE]).into_iter().chain(of(&topic::DATES));
    let codes = counted.map(|(_, code)| code.to_owned());
    codes.chain(std::iter::once(super::obstacle::SCREENING.to_owned())).collect()
}

/// The same of a child's mother.
pub fn codes_of_mother() -> Vec<String> {
    topic::codings(&[&topic::HEPATITIS_B]).into_iter().map(|(_, code)| code.to_owned()).collect()
}

fn has_episode(records: &Records<'_>, woman: &str) -> bool {
    !pregnancies(records, woman).is_empty()
}

fn claims_mother(patient: &Value) -> bool {
    let claimed = patient.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let is_it = |url: &Value| url.as_str().is_some_and(|url| url.ends_with("/mch-mother"));
    claimed.into_iter().flatten().any(is_it)
}

/// The pregnancies of a woman, in the order they began.
pub fn expected(records: &Records<'_>, woman: &str) -> Vec<Expected> {
    let all = pregnancies(records, woman);
    let mut all: Vec<Expected> = all.iter().filter_map(expectation).collect();
    if all.is_empty() {
        all.extend(dated(records, woman));
    }
    all.sort_by_key(|one| (one.start.first, one.start.last));
    all
}

/// A pregnancy that is dated and has no episode; of several dates the last.
fn dated(records: &Records<'_>, woman: &str) -> Option<Expected> {
    let [last_period, due_dates @ ..] = &topic::DATES;
    let told = records.pointing("Observation", "subject", woman);
    let told = told.filter(|one| is_counted(one.resource));
    let dates = told.filter_map(|one| {
        let day = Days::of(one.resource.get("valueDateTime"), records.zone)?;
        let start = match last_period.is(one.resource) {
            true => day,
            false => topic::is_any(one.resource, due_dates).then(|| day.plus(-term()))?,
        };
        let known = moment(&one, records).map(|(day, _)| day);
        Some(Expected { start, known, due: Some(start.plus(term())), end: None })
    });
    dates.max_by_key(|one| one.start.first)
}

fn expectation(pregnancy: &Pregnancy<'_>) -> Option<Expected> {
    let episode = pregnancy.episode.resource;
    if !is_counted(episode) {
        return None;
    }
    let has = |name: &str| episode.get("period").is_some_and(|period| period.get(name).is_some());
    let exact = |day: i64| Days { first: day, last: day };
    let known = pregnancy.period.filter(|_| has("start")).map(|period| exact(period.first));
    let by_due = pregnancy.due.map(|due| due.plus(-term()));
    let start = pregnancy.lmp.or(by_due).or(known)?;
    let ended = episode.get("status").is_some_and(|status| status == "finished");
    let end = pregnancy.period.filter(|_| has("end")).map(|period| exact(period.last));
    let end = end.or_else(|| ended.then(|| pregnancy.due.unwrap_or(start.plus(term()))));
    Some(Expected { start, known, due: pregnancy.due, end })
}

/// Tetanus doses before this pregnancy that somebody counted and nobody recorded.
fn told_tetanus(
    records: &Records<'_>,
    woman: &str,
    (pregnancies, doses): (&[Expected], &[Given<'_>]),
    day: i64,
) -> Option<u32> {
    let current = pregnancies.iter().rfind(|one| one.start.first <= day);
    let observations = records.pointing("Observation", "subject", woman);
    let told = observations.filter(|one| topic::TETANUS_BEFORE.is(one.resource)).filter(|one| {
        let at = Days::of(one.resource.get("effectiveDateTime"), records.zone);
        is_counted(one.resource) && at.is_none_or(|at| at.first <= day)
    });
    let count = |one: Record<'_>| one.resource.get("valueInteger").and_then(Value::as_u64);
    let most = u32::try_from(told.filter_map(count).max()?).ok()?;
    let programme = programme();
    let tetanus = programme.tetanus?;
    let is_recorded = |dose: &&Given<'_>| {
        let product = programme.products.get(dose.product);
        product.is_some_and(|product| product.antigens.contains(&tetanus))
            && current.is_none_or(|current| dose.day.last < current.start.first)
    };
    let recorded = u32::try_from(doses.iter().filter(is_recorded).count()).ok()?;
    most.checked_sub(recorded).filter(|left| *left > 0)
}

/// Whether the mother of a child has hepatitis B: a test of hers, or a warning about either.
fn is_mother_positive(records: &Records<'_>, child: &str) -> bool {
    let mothers = records.mothers(child);
    let is_hers = |record: &Record<'_>| {
        let of = records.address(record.resource.get("subject"));
        of.is_some_and(|of| of != child && (mothers.is_empty() || mothers.contains(&of)))
    };
    let is_flagged = |record: &Record<'_>| {
        let of = records.address(record.resource.get("subject"));
        let is_active = record.resource.get("status").is_some_and(|status| status == "active");
        is_active
            && (of == Some(child) || is_hers(record))
            && has_local(record.resource.get("code"), "mch-flag", &["hbsag-positive-mother"])
    };
    let is_positive = |record: &Record<'_>| {
        topic::HEPATITIS_B.is(record.resource)
            && is_counted(record.resource)
            && is_hers(record)
            && says_positive(record.resource)
    };
    records.of_type("Flag").any(|one| is_flagged(&one))
        || records.of_type("Observation").any(|one| is_positive(&one))
}

/// Whether a test was positive: by the list of the ministry, or by the codes of others.
fn says_positive(observation: &Value) -> bool {
    let value = observation.get("valueCodeableConcept");
    let is_positive = |(system, code): (&str, &str)| match code {
        "2" => system.ends_with("/CodeSystem/qd3412-ket-qua-xn"),
        "10828004" => system == "http://snomed.info/sct",
        "LA6576-8" => system == "http://loinc.org",
        "POS" => true,
        _ => false,
    };
    let interpretations = observation.get("interpretation").and_then(Value::as_array);
    let interpretations = interpretations.into_iter().flatten();
    codings(value).any(is_positive)
        || interpretations.flat_map(|one| codings(Some(one))).any(|(_, code)| code == "POS")
}
