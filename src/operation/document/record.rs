//! All that is recorded of somebody, with what it refers to, less what is restricted.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::restricted::is_restricted;
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::mch::correction::is_correction;
use crate::mch::immunization::chart::{Unknown, person};
use crate::mch::immunization::series::Who;
use crate::mch::record::records::{Record, Records};
use crate::operation::immunization::reading::Reading;
use crate::store::lookup::Lookup;

/// What is read: a type, and the parameter that leads to the person.
const OWN: [(&str, &str); 27] = [
    ("EpisodeOfCare", "patient"),
    ("Encounter", "subject"),
    ("Condition", "subject"),
    ("Observation", "subject"),
    ("Procedure", "subject"),
    ("DiagnosticReport", "subject"),
    ("Immunization", "patient"),
    ("ImmunizationRecommendation", "patient"),
    ("ImmunizationEvaluation", "patient"),
    ("AllergyIntolerance", "patient"),
    ("FamilyMemberHistory", "patient"),
    ("MedicationAdministration", "subject"),
    ("MedicationStatement", "subject"),
    ("MedicationRequest", "subject"),
    ("ServiceRequest", "subject"),
    ("Task", "patient"),
    ("Appointment", "patient"),
    ("CarePlan", "subject"),
    ("CareTeam", "subject"),
    ("Goal", "subject"),
    ("NutritionOrder", "patient"),
    ("RiskAssessment", "subject"),
    ("Flag", "patient"),
    ("QuestionnaireResponse", "subject"),
    ("Coverage", "beneficiary"),
    ("Consent", "patient"),
    ("DocumentReference", "subject"),
];

/// Types of those who write, and of places and things: they come along where something refers to
/// them. So does what a record is part of.
const BESIDE: [&str; 10] = [
    "Patient",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Location",
    "RelatedPerson",
    "Medication",
    "Device",
    "Specimen",
    "Substance",
];

/// Whether an address is that of somebody who writes, a place or a thing.
pub(super) fn is_beside(address: &str) -> bool {
    BESIDE.contains(&address.split('/').next().unwrap_or_default())
}

/// References lead to references: a role to its practitioner.
const ROUNDS: usize = 3;
/// What looking through one record costs.
const RECORD: usize = 100;

/// A person and all that is known of her.
pub(super) struct Whole {
    /// `Patient/…`
    pub(super) patient: String,
    pub(super) who: Who,
    /// The person's own records, then what comes along.
    pub(super) records: Vec<(String, Value)>,
    /// The addresses of those that are the person's own.
    pub(super) own: HashSet<String>,
}

/// Reads it; 404 when there is nobody, 410 when she was deleted.
pub(super) async fn whole(
    ctx: &Ctx<'_>,
    id: &ResourceId,
    with_restricted: bool,
) -> Result<Whole, Failure> {
    let is_shown = |resource: &Value| with_restricted || !is_restricted(resource);
    let patient = read(ctx, ResourceKind::PATIENT, id).await?;
    let address = format!("Patient/{id}");
    let mut reading = Reading::new(ctx);
    reading.take(&patient);
    let mut lookups: Vec<Lookup> =
        OWN.iter().filter_map(|(kind, by)| reading.pointing(kind, by, id, None)).collect();
    lookups.extend(reading.pointing("RelatedPerson", "patient", id, None));
    reading.look_up(lookups).await?;
    // That something is said to be wrong is no record of care.
    reading.found.retain(|(_, resource)| is_shown(resource) && !is_correction(resource));
    let own: HashSet<String> = reading.found.iter().map(|(address, _)| address.clone()).collect();
    let mothers = reading.mothers_of_related();
    reading.look_up(mothers).await?;
    for _ in 0..ROUNDS {
        let lookups = referred(&reading.found, &own)?;
        if lookups.is_empty() {
            break;
        }
        let before = reading.found.len();
        reading.look_up(lookups).await?;
        if reading.found.len() == before {
            break;
        }
    }
    reading.found.retain(|(_, resource)| is_shown(resource));
    let who = who(ctx, &reading.found, &address)?;
    Ok(Whole { patient: address, who, records: reading.found, own })
}

impl Whole {
    /// The records, as the engines want them.
    pub(super) fn records<'a>(&'a self, ctx: &Ctx<'a>) -> Records<'a> {
        records(ctx, &self.records)
    }

    /// The Patient.
    pub(super) fn patient(&self) -> Option<&Value> {
        self.records.iter().find(|(address, _)| *address == self.patient).map(|(_, one)| one)
    }
}

fn records<'a>(ctx: &Ctx<'a>, stored: &'a [(String, Value)]) -> Records<'a> {
    let all = stored.iter().map(|(address, resource)| Record { address, resource });
    Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now).put_together()
}

/// Whether somebody is a mother or a child.
fn who(ctx: &Ctx<'_>, stored: &[(String, Value)], address: &str) -> Result<Who, Failure> {
    let records = records(ctx, stored);
    let Some(patient) = records.at(address) else { return Ok(Who::Child) };
    match person(&records, patient, &[], records.today) {
        Ok(person) => Ok(person.who),
        Err(Unknown::Birth | Unknown::Patient) => Ok(Who::Child),
        Err(Unknown::Nobody) => Err(Kind::Unprocessable.because(
            format!("{address} là nam giới đã lớn: không có sổ của mẹ hay của trẻ."),
            format!("{address} is a grown man: there is neither a mother's nor a child's booklet."),
        )),
    }
}

/// Lookups for what the records refer to and was not read.
fn referred(stored: &[(String, Value)], own: &HashSet<String>) -> Result<Vec<Lookup>, Failure> {
    let known: HashSet<&str> = stored.iter().map(|(address, _)| address.as_str()).collect();
    let mut wanted = BTreeSet::new();
    for (address, resource) in stored {
        budget::spend(RECORD)?;
        // What comes along brings nothing but who and where.
        let is_own = own.contains(address);
        let mut found = Vec::new();
        references(resource, (false, is_own), &mut found);
        for (to, is_whole) in found {
            let to = to.split("/_history/").next().unwrap_or(to);
            if (is_beside(to) || is_whole && is_own) && !known.contains(to) {
                wanted.insert(to.to_owned());
            }
        }
    }
    let lookups = wanted.iter().filter_map(|to| {
        let (kind, id) = to.split_once('/')?;
        Some(Lookup::Address { kind: ResourceKind::parse(kind)?, id: ResourceId::parse(id)? })
    });
    Ok(lookups.collect())
}

/// The references in a value, and whether each is to what the record is part of. Relatives of relatives
/// are left out: a twin is not in the documents of the other.
fn references<'v>(
    value: &'v Value,
    (is_whole, is_own): (bool, bool),
    found: &mut Vec<(&'v str, bool)>,
) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "reference" => found.push((text, is_whole)),
                    _ if key == "link" && !is_own => {}
                    value => references(value, (is_whole || key == "partOf", is_own), found),
                }
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|one| references(one, (is_whole, is_own), found));
        }
        _ => {}
    }
}
