//! Which records a resource has to be held against.

use serde_json::Value;

use super::measure::growth;
use super::records::{Record, Records};
use super::subject::{links, pregnancy_links, whose};
use super::topic::{
    self, ABORTIONS, APGAR_1, APGAR_5, PREGNANCIES, PRETERM_BIRTHS, TERM_BIRTHS, Topic,
};

/// Records to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Need {
    /// One resource, by its address.
    One(String),
    /// The matches of a search: a type and its criteria.
    Some { kind: &'static str, criteria: String },
}

/// References of one record that are followed.
const MOST_LINKS: usize = 32;

const HISTORY: [&Topic; 4] = [&PREGNANCIES, &TERM_BIRTHS, &PRETERM_BIRTHS, &ABORTIONS];
const NEWBORN: [&Topic; 2] = [&APGAR_1, &APGAR_5];

/// What a resource needs besides the records that are there. To be asked again when they came,
/// because records lead to others; it ends, because the ways do.
pub fn needs(at: Record<'_>, records: &Records<'_>) -> Vec<Need> {
    let mut needs = Vec::new();
    let Some(person) = (match at.kind() {
        "Patient" => Some(at.address),
        _ => whose(records, at.resource),
    }) else {
        return needs;
    };
    needs.push(Need::One(person.to_owned()));
    // Of what knows nothing of the guide only our mothers' and children's is looked at.
    let is_ours = |resource: &Value| super::check::concerns(resource);
    if !is_ours(at.resource) && !records.at(person).is_some_and(|one| is_ours(one.resource)) {
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
        "Immunization" => needs.push(some("Immunization", format!("patient={person}"))),
        "EpisodeOfCare" => needs.push(some("EpisodeOfCare", format!("patient={person}"))),
        "Encounter" => visit(at, person, &mut needs),
        "Observation" => observation(at, person, records, &mut needs),
        _ => {}
    }
    others(at, person, records, &mut needs);
    needs.retain(|need| !matches!(need, Need::One(address) if records.knows(address)));
    needs
}

fn some(kind: &'static str, criteria: String) -> Need {
    Need::Some { kind, criteria }
}

/// What is observed of somebody about some topics.
fn about(person: &str, topics: &[&Topic]) -> Need {
    some("Observation", format!("subject={person}&code={}", topic::criteria(topics)))
}

fn one_of(records: &Records<'_>, reference: Option<&Value>) -> Option<Need> {
    let address = records.address(reference)?;
    let is_address = address.split_once('/').is_some_and(|(kind, _)| !kind.contains(':'));
    is_address.then(|| Need::One(address.to_owned()))
}

/// The mother of a child, by what relates them, and her pregnancies.
fn family(child: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    needs.push(some("RelatedPerson", format!("patient={child}")));
    for related in records.pointing("RelatedPerson", "patient", child) {
        needs.push(some("Patient", format!("link={}", related.address)));
        for identifier in identifiers(related.resource) {
            needs.push(some("Patient", format!("identifier={identifier}")));
        }
    }
    for mother in records.mothers(child) {
        pregnancies(mother, needs);
    }
}

/// The encounter of a birth, and the delivery it is part of.
fn birth_of(child: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    needs.push(some("Encounter", format!("subject={child}")));
    for encounter in records.pointing("Encounter", "subject", child) {
        needs.extend(one_of(records, encounter.resource.get("partOf")));
    }
}

fn identifiers(resource: &Value) -> impl Iterator<Item = String> {
    let all = resource.get("identifier").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|one| {
        let (system, value) = (one.get("system")?.as_str()?, one.get("value")?.as_str()?);
        let has_no_mark = !value.contains([',', '|', '&', '$', '\\', '%', '+', '#']);
        has_no_mark.then(|| format!("{system}|{value}"))
    })
}

fn pregnancies(woman: &str, needs: &mut Vec<Need>) {
    needs.push(some("EpisodeOfCare", format!("patient={woman}")));
    needs.push(about(woman, &topic::DATES));
}

fn births(at: Record<'_>, records: &Records<'_>, needs: &mut Vec<Need>) {
    let Some(delivery) = at.resource.get("partOf").and_then(|all| all.get(0)) else { return };
    let Some(address) = records.address(Some(delivery)) else { return };
    needs.push(some("Procedure", format!("part-of={address}")));
    if let Some(delivered) = records.target(Some(delivery))
        && let Some(encounter) = records.address(delivered.resource.get("encounter"))
    {
        let code = topic::criteria(&topic::PLURALITY);
        needs.push(some("Observation", format!("encounter={encounter}&code={code}")));
    }
    let delivered = records.target(Some(delivery));
    if let Some(mother) = delivered.and_then(|one| whose(records, one.resource)) {
        needs.push(about(mother, &topic::PLURALITY));
    }
}

fn visit(at: Record<'_>, person: &str, needs: &mut Vec<Need>) {
    if at.resource.get("episodeOfCare").is_some() {
        pregnancies(person, needs);
        needs.push(some("Encounter", format!("subject={person}")));
        needs.push(some("Procedure", format!("subject={person}")));
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
        needs.push(about(person, &topic::GROWTH));
    }
    for topics in [&HISTORY[..], &NEWBORN, &topic::OUTCOME] {
        if is(topics) {
            needs.push(about(person, topics));
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
            needs.push(some("RelatedPerson", format!("patient={person},{owner}")));
            for child in [person, owner] {
                for related in records.pointing("RelatedPerson", "patient", child) {
                    needs.push(some("Patient", format!("link={}", related.address)));
                }
            }
        }
    }
}
