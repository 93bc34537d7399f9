//! What stands against a dose: a screening, an allergy, a dose that was not given.
//!
//! Only a contraindication makes a dose one that is not given; the others explain why it is still due.

use serde_json::Value;

use super::programme::{Code, programme};
use crate::mch::record::concept::{codings, has_local, is_local};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::moment;

const CVX: &str = "http://hl7.org/fhir/sid/cvx";

/// The item of the screening before vaccination.
pub(super) const SCREENING: &str = "W04";

/// Something that stands against a vaccine, or against all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub kind: Hindrance,
    /// The code of the vaccine; none for all.
    vaccine: Option<String>,
    /// The record that tells of it.
    pub address: String,
    day: Option<i64>,
}

/// How it stands against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    /// A screening that found nothing.
    None,
    Objection,
    OutOfStock,
    Precaution,
    Postponed,
    Contraindicated,
    Allergy,
}

/// All that stands against vaccines.
#[derive(Debug, Default)]
pub struct Obstacles {
    all: Vec<Obstacle>,
}

impl Obstacle {
    /// Whether the dose must not be given.
    pub fn contraindicates(&self) -> bool {
        matches!(self.kind, Hindrance::Contraindicated | Hindrance::Allergy)
    }

    fn is_screening(&self) -> bool {
        matches!(self.kind, Hindrance::None | Hindrance::Postponed | Hindrance::Contraindicated)
    }
}

impl Obstacles {
    /// What is recorded of somebody until a day.
    pub fn of(records: &Records<'_>, patient: &str, day: i64) -> Self {
        let screenings = records.pointing("Observation", "subject", patient);
        let screenings = screenings.filter_map(|one| screening(records, one));
        let allergies = records.pointing("AllergyIntolerance", "patient", patient);
        let allergies = allergies.flat_map(|one| allergy(one));
        let not_given = records.pointing("Immunization", "patient", patient);
        let not_given = not_given.filter_map(|one| not_given_because(records, one));
        let mut all: Vec<Obstacle> = screenings.chain(allergies).chain(not_given).collect();
        all.retain(|one| one.day.is_none_or(|at| at <= day));
        all.sort_by(|a, b| (a.day, a.kind, &a.address).cmp(&(b.day, b.kind, &b.address)));
        Self { all }
    }

    /// What stands against a vaccine of which the last dose was given on a day. Of screenings the
    /// newest counts, of those on one day the worst.
    pub(super) fn against(&self, vaccine: &str, last: Option<i64>) -> Vec<Obstacle> {
        let is_about = |one: &&Obstacle| one.vaccine.as_deref().is_none_or(|of| of == vaccine);
        let is_later = |one: &Obstacle| match (one.day, last) {
            (Some(day), Some(last)) => day > last || one.contraindicates() && day == last,
            _ => true,
        };
        let about = || self.all.iter().filter(is_about);
        let screening = about().rfind(|one| one.is_screening());
        let others = about().filter(|one| !one.is_screening());
        let is_open = |one: &&Obstacle| one.kind == Hindrance::Allergy || is_later(one);
        screening.into_iter().chain(others).filter(is_open).cloned().collect()
    }
}

/// The code of the vaccine that a concept means.
fn vaccine(concept: Option<&Value>) -> Option<String> {
    let programme = programme();
    let place = programme.place(codes(concept))?;
    programme.products.get(place).map(|product| product.code.clone())
}

/// The codes of a concept that vaccines have.
pub fn codes(concept: Option<&Value>) -> impl Iterator<Item = Code<'_>> + Clone {
    let all: smallvec::SmallVec<[Code<'_>; 4]> = codings(concept)
        .filter_map(|(system, code)| match system {
            CVX => Some(Code::Cvx(code)),
            system => is_local(system, "mch-vaccine").then_some(Code::Local(code)),
        })
        .collect();
    all.into_iter()
}

fn screening(records: &Records<'_>, record: Record<'_>) -> Option<Obstacle> {
    let observation = record.resource;
    if !has_local(observation.get("code"), "mch-booklet-item", &[SCREENING])
        || !is_counted(observation)
    {
        return None;
    }
    let value = observation.get("valueCodeableConcept");
    let is = |code: &str| has_local(value, "mch-vaccine-screening", &[code]);
    let kind = match () {
        () if is("contraindicated") => Hindrance::Contraindicated,
        () if is("postponed") => Hindrance::Postponed,
        () if is("eligible") => Hindrance::None,
        () => return None,
    };
    let day = moment(&record, records).map(|(days, _)| days.last);
    let vaccine = screened(records, observation);
    Some(Obstacle { kind, vaccine, address: record.address.to_owned(), day })
}

/// The vaccine a screening was for: that of a dose it points at.
fn screened(records: &Records<'_>, observation: &Value) -> Option<String> {
    let links = ["focus", "partOf", "derivedFrom", "hasMember"].into_iter();
    let links = links.filter_map(|name| observation.get(name)?.as_array()).flatten();
    let mut doses = links.filter_map(|link| records.target(Some(link)));
    doses.find_map(|dose| vaccine(dose.resource.get("vaccineCode")))
}

/// Severe allergies to vaccines.
fn allergy(record: Record<'_>) -> Vec<Obstacle> {
    let allergy = record.resource;
    let has = |name: &str, codes: &[&str]| {
        codings(allergy.get(name)).any(|(_, code)| codes.contains(&code))
    };
    let is_active = allergy.get("clinicalStatus").is_none() || has("clinicalStatus", &["active"]);
    let is_wrong = has("verificationStatus", &["refuted", "entered-in-error"]);
    let reactions = || allergy.get("reaction").and_then(Value::as_array).into_iter().flatten();
    let is_severe = |one: &Value| one.get("severity").is_some_and(|severity| severity == "severe");
    if !is_active || is_wrong || !reactions().any(is_severe) {
        return Vec::new();
    }
    let substances = reactions().filter(|one| is_severe(one)).map(|one| one.get("substance"));
    let concepts = std::iter::once(allergy.get("code")).chain(substances);
    let mut vaccines: Vec<String> = concepts.filter_map(vaccine).collect();
    vaccines.sort();
    vaccines.dedup();
    let of = |vaccine| Obstacle {
        kind: Hindrance::Allergy,
        vaccine: Some(vaccine),
        address: record.address.to_owned(),
        day: None,
    };
    vaccines.into_iter().map(of).collect()
}

/// Why a dose was not given.
fn not_given_because(records: &Records<'_>, record: Record<'_>) -> Option<Obstacle> {
    let dose = record.resource;
    if dose.get("status").is_none_or(|status| status != "not-done") {
        return None;
    }
    let kind = codings(dose.get("statusReason")).find_map(|(_, code)| match code {
        "MEDPREC" => Some(Hindrance::Precaution),
        "OSTOCK" => Some(Hindrance::OutOfStock),
        "PATOBJ" => Some(Hindrance::Objection),
        _ => None,
    })?;
    let vaccine = Some(vaccine(dose.get("vaccineCode"))?);
    let day = Days::of(dose.get("occurrenceDateTime"), records.zone).map(|days| days.last);
    Some(Obstacle { kind, vaccine, address: record.address.to_owned(), day })
}
