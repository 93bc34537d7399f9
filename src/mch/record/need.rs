//! Which records a resource has to be held against.

use serde_json::Value;

use super::about::About;
use super::dose;
use super::measure::growth;
use super::records::{self, Record, Records};
use super::subject::{links, pregnancy_links, whose};
use super::topic::{self, Topic};
use crate::mch::check::Concern;

/// Records to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Need {
    /// One resource, by its address.
    One(String),
    /// The records of a type that point at an address by one of their search parameters; perhaps only
    /// those about something.
    Pointing { kind: &'static str, by: &'static str, address: String, about: Option<About> },
    /// Patients with an identifier.
    Identified { system: String, value: String },
}

/// References of one record that are followed.
const MOST_LINKS: usize = 32;

/// What a resource needs besides the records that are there. To be asked again when they came,
/// because records lead to others; it ends, because the ways do.
pub fn needs(at: Record<'_>, concern: Concern, records: &Records<'_>) -> Vec<Need> {
    let mut needs = Vec::new();
    let Some(person) = (match at.kind() {
        "Patient" => Some(at.address),
        _ => whose(records, at.resource),
    }) else {
        return needs;
    };
    needs.push(Need::One(person.to_owned()));
    // Of what knows nothing of the guide only our mothers' and children's is looked at.
    if concern != Concern::Ours && !records.is_ours(person) {
        needs.retain(|need| !matches!(need, Need::One(address) if records.knows(address)));
        return needs;
    }
    let linked = links(at.resource).into_iter().chain(pregnancy_links(at.resource));
    needs.extend(linked.take(MOST_LINKS).filter_map(|(_, link)| one_of(records, Some(link))));
    let episodes = at.resource.get("episodeOfCare").and_then(Value::as_array);
    needs.extend(episodes.into_iter().flatten().filter_map(|one| one_of(records, Some(one))));
    match at.kind() {
        "Patient" | "RelatedPerson" => {
            family(person, records, &mut needs);
            birth_of(person, records, &mut needs);
        }
        "Procedure" => {
            family(person, records, &mut needs);
            births(at, records, &mut needs);
        }
        "Immunization" => {
            needs.extend(doses(at.resource, person));
            if dose::place(at.resource.get("vaccineCode")).is_some_and(dose::is_of_women) {
                pregnancies(person, &mut needs);
            }
        }
        "EpisodeOfCare" => needs.push(pointing("EpisodeOfCare", "patient", person)),
        "Encounter" => visit(at, person, &mut needs),
        "Observation" => observation(at, person, records, &mut needs),
        _ => {}
    }
    others(at, person, records, &mut needs);
    needs.retain(|need| !matches!(need, Need::One(address) if records.knows(address)));
    needs
}

fn pointing(kind: &'static str, by: &'static str, address: &str) -> Need {
    Need::Pointing { kind, by, address: address.to_owned(), about: None }
}

/// The doses of somebody that one is held against.
fn doses(immunization: &Value, person: &str) -> Option<Need> {
    let about = About::Doses(dose::place(immunization.get("vaccineCode"))?);
    let address = person.to_owned();
    Some(Need::Pointing { kind: "Immunization", by: "patient", address, about: Some(about) })
}

/// What is observed of somebody about something.
fn about(person: &str, about: About) -> Need {
    observed("subject", person, about)
}

fn observed(by: &'static str, address: &str, about: About) -> Need {
    Need::Pointing { kind: "Observation", by, address: address.to_owned(), about: Some(about) }
}

fn one_of(records: &Records<'_>, reference: Option<&Value>) -> Option<Need> {
    let address = records.address(reference)?;
    let is_address = address.split_once('/').is_some_and(|(kind, _)| !kind.contains(':'));
    is_address.then(|| Need::One(address.to_owned()))
}

/// The mother of a child, by what relates them, and her pregnancies.
fn family(child: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    needs.push(pointing("RelatedPerson", "patient", child));
    for related in records.pointing("RelatedPerson", "patient", child) {
        needs.push(pointing("Patient", "link", related.address));
        needs.extend(identifiers(related.resource));
    }
    for mother in records.mothers(child) {
        pregnancies(mother, needs);
    }
}

/// The encounter of a birth, and the delivery it is part of.
fn birth_of(child: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    needs.push(pointing("Encounter", "subject", child));
    for encounter in records.pointing("Encounter", "subject", child) {
        needs.extend(one_of(records, encounter.resource.get("partOf")));
    }
}

/// Who else has an identifier of a person.
fn identifiers(resource: &Value) -> impl Iterator<Item = Need> {
    records::identifiers(resource).filter_map(|(system, value)| {
        let has_no_mark = !value.contains([',', '|', '&', '$', '\\', '%', '+', '#']);
        let is_told = has_no_mark && !system.is_empty() && !value.is_empty();
        is_told.then(|| Need::Identified { system: system.to_owned(), value: value.to_owned() })
    })
}

fn pregnancies(woman: &str, needs: &mut Vec<Need>) {
    needs.push(pointing("EpisodeOfCare", "patient", woman));
    needs.push(about(woman, About::Dates));
}

fn births(at: Record<'_>, records: &Records<'_>, needs: &mut Vec<Need>) {
    let Some(delivery) = at.resource.get("partOf").and_then(|all| all.get(0)) else { return };
    let Some(address) = records.address(Some(delivery)) else { return };
    needs.push(pointing("Procedure", "part-of", address));
    if let Some(delivered) = records.target(Some(delivery))
        && let Some(encounter) = records.address(delivered.resource.get("encounter"))
    {
        needs.push(observed("encounter", encounter, About::Plurality));
    }
    let delivered = records.target(Some(delivery));
    if let Some(mother) = delivered.and_then(|one| whose(records, one.resource)) {
        needs.push(about(mother, About::Plurality));
    }
}

fn visit(at: Record<'_>, person: &str, needs: &mut Vec<Need>) {
    if at.resource.get("episodeOfCare").is_some() {
        pregnancies(person, needs);
        needs.push(pointing("Encounter", "subject", person));
        needs.push(pointing("Procedure", "subject", person));
    }
}

fn observation(at: Record<'_>, person: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    let focus = at.resource.get("focus");
    let encounter = records.target(at.resource.get("encounter"));
    let in_episode = encounter.is_some_and(|one| one.resource.get("episodeOfCare").is_some());
    let is = |topics: &[&Topic]| topic::is_any(at.resource, topics);
    let dates = is(&topic::DATES) || is(&[&topic::AGE, &topic::AGE_BY_LAST_PERIOD]);
    if in_episode || dates || focus.is_some() {
        pregnancies(person, needs);
    }
    let scores = [&topic::WEIGHT_SCORE, &topic::LENGTH_SCORE];
    if growth(at.resource).is_some() || is(&scores) {
        needs.push(about(person, About::Growth));
    }
    for what in [About::History, About::Newborn, About::Outcome] {
        if what.is_told(at.resource) {
            needs.push(about(person, what));
        }
    }
}

/// When what it points at is about somebody else: whether they are a family.
fn others(at: Record<'_>, person: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    let linked = links(at.resource).into_iter().chain(pregnancy_links(at.resource));
    for (_, link) in linked.take(MOST_LINKS) {
        let Some(other) = records.target(Some(link)) else { continue };
        let Some(owner) = whose(records, other.resource) else { continue };
        if owner != person {
            needs.push(Need::One(owner.to_owned()));
            for child in [person, owner] {
                needs.push(pointing("RelatedPerson", "patient", child));
                for related in records.pointing("RelatedPerson", "patient", child) {
                    needs.push(pointing("Patient", "link", related.address));
                }
            }
        }
    }
}
