//! Which records a resource has to be held against.

use serde_json::Value;

use super::measure::growth;
use super::records::{Record, Records};
use super::subject::whose;

/// Records to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Need {
    /// One resource, by its address.
    One(String),
    /// The matches of a search: a type and its criteria.
    Some { kind: &'static str, criteria: String },
}

/// What LOINC codes tell of a pregnancy's dates.
const DATES: &str = "http://loinc.org|8665-2,http://loinc.org|11778-8,http://loinc.org|11779-6,http://loinc.org|11780-4,http://loinc.org|11781-2,http://loinc.org|57064-8";
const GROWTH: &str = "http://loinc.org|29463-7,http://loinc.org|8339-4,http://loinc.org|3141-9,http://loinc.org|8302-2,http://loinc.org|8306-3,http://loinc.org|8308-9,http://loinc.org|89269-5,http://loinc.org|9843-4,http://loinc.org|8287-5";
const HISTORY: &str = "http://loinc.org|11996-6,http://loinc.org|11639-2,http://loinc.org|11637-6,http://loinc.org|11612-9";
const NEWBORN: &str = "http://loinc.org|9272-6,http://loinc.org|9274-2";

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
    for link in ["encounter", "partOf", "context"] {
        let one = at.resource.get(link);
        let many = one.and_then(Value::as_array).and_then(|all| all.first());
        needs.extend(one_of(records, many.or(one)));
    }
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
        "Encounter" => visit(at, person, records, &mut needs),
        "Observation" => observation(at, person, records, &mut needs),
        _ => {}
    }
    needs.retain(|need| !matches!(need, Need::One(address) if records.knows(address)));
    needs
}

fn some(kind: &'static str, criteria: String) -> Need {
    Need::Some { kind, criteria }
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
    needs.push(some("Observation", format!("subject={woman}&code={DATES}")));
}

fn births(at: Record<'_>, records: &Records<'_>, needs: &mut Vec<Need>) {
    let Some(delivery) = at.resource.get("partOf").and_then(|all| all.get(0)) else { return };
    let Some(address) = records.address(Some(delivery)) else { return };
    needs.push(some("Procedure", format!("part-of={address}")));
    if let Some(delivered) = records.target(Some(delivery))
        && let Some(encounter) = records.address(delivered.resource.get("encounter"))
    {
        let code = "http://loinc.org|73773-4";
        needs.push(some("Observation", format!("encounter={encounter}&code={code}")));
    }
}

fn visit(at: Record<'_>, person: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    if at.resource.get("episodeOfCare").is_some() {
        pregnancies(person, needs);
        needs.push(some("Encounter", format!("subject={person}")));
    }
    others(at, person, records, needs);
}

fn observation(at: Record<'_>, person: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    let focus = at.resource.get("focus").and_then(Value::as_array);
    needs.extend(focus.into_iter().flatten().filter_map(|one| one_of(records, Some(one))));
    let encounter = records.target(at.resource.get("encounter"));
    let in_episode = encounter.is_some_and(|one| one.resource.get("episodeOfCare").is_some());
    if in_episode || super::pregnancy::dating(at.resource).is_some() || focus.is_some() {
        pregnancies(person, needs);
    }
    let is_of = |codes: &str| {
        super::concept::codings(at.resource.get("code"))
            .any(|(system, code)| codes.split(',').any(|one| one == format!("{system}|{code}")))
    };
    let is_score =
        super::concept::has_local(at.resource.get("code"), "mch-booklet-item", &["G06", "G07"]);
    for (codes, is_wanted) in [
        (GROWTH, growth(at.resource).is_some() || is_score),
        (HISTORY, is_of(HISTORY)),
        (NEWBORN, is_of(NEWBORN)),
    ] {
        if is_wanted {
            needs.push(some("Observation", format!("subject={person}&code={codes}")));
        }
    }
    others(at, person, records, needs);
}

/// When what it points at is about somebody else: whether they are a family.
fn others(at: Record<'_>, person: &str, records: &Records<'_>, needs: &mut Vec<Need>) {
    for link in ["encounter", "partOf"] {
        let Some(other) = records.target(at.resource.get(link)) else { continue };
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
