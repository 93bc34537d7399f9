//! Whose record it is: the twins, the episode, the pregnancy, and the day of birth.

use serde_json::Value;

use crate::fhir::issue::Text;
use crate::mch::records::{Record, Records};
use crate::mch::report::Report;
use crate::mch::subject::{birth, moment, whose};

/// Checks that what a resource points at is about the same person.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let Some(person) = whose(records, at.resource) else { return };
    linked(at, person, records, report);
    episodes(at, person, records, report);
    focus(at, person, records, report);
    before_birth(at, person, records, report);
}

/// A child's record may be of its own encounter or of its mother's, never of another child's.
fn linked(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    let many = |name: &str| at.resource.get(name).and_then(Value::as_array);
    let one = |name: &str| at.resource.get(name).filter(|value| value.is_object());
    let links = ["encounter", "partOf", "context", "hasMember", "derivedFrom"];
    for name in links {
        for link in one(name).into_iter().chain(many(name).into_iter().flatten()) {
            let Some(other) = records.target(Some(link)) else { continue };
            let Some(owner) = whose(records, other.resource) else {
                continue;
            };
            if owner != person && !is_family(records, person, owner) {
                let element = format!("{}.{name}", at.kind());
                let seen = Text::new(
                    format!("{} là của {owner}, còn bản ghi này là của {person}.", other.address),
                    format!("{} is of {owner}, and this is of {person}.", other.address),
                );
                report.add("mebe-wrong-twin", &element, seen);
            }
        }
    }
}

/// Whether one is the mother of the other.
fn is_family(records: &Records<'_>, a: &str, b: &str) -> bool {
    records.mothers(a).contains(&b) || records.mothers(b).contains(&a)
}

fn episodes(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    let all = at.resource.get("episodeOfCare").and_then(Value::as_array);
    for (index, link) in all.into_iter().flatten().enumerate() {
        let Some(episode) = records.target(Some(link)) else { continue };
        let owner = records.address(episode.resource.get("patient"));
        if let Some(owner) = owner.filter(|owner| *owner != person) {
            let seen = Text::new(
                format!("{} là của {owner}.", episode.address),
                format!("{} is of {owner}.", episode.address),
            );
            let element = format!("{}.episodeOfCare[{index}]", at.kind());
            report.add("mebe-wrong-episode", &element, seen);
        }
    }
}

fn focus(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    for name in ["focus", "reasonReference"] {
        let all = at.resource.get(name).and_then(Value::as_array);
        for (index, link) in all.into_iter().flatten().enumerate() {
            let Some(condition) = records.target(Some(link)) else { continue };
            let owner = whose(records, condition.resource);
            if let Some(owner) = owner.filter(|owner| *owner != person)
                && !is_family(records, person, owner)
            {
                let seen = Text::new(
                    format!("{} là của {owner}.", condition.address),
                    format!("{} is of {owner}.", condition.address),
                );
                let element = format!("{}.{name}[{index}]", at.kind());
                report.add("mebe-wrong-pregnancy", &element, seen);
            }
        }
    }
}

fn before_birth(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    let concerned =
        ["Observation", "Encounter", "Immunization", "MedicationAdministration", "Procedure"];
    if !concerned.contains(&at.kind()) {
        return;
    }
    let patient = records.at(person);
    let born = patient.and_then(|patient| birth(patient.resource, records));
    if let (Some(born), Some((day, element))) = (born, moment(&at, records))
        && day.surely_before(born)
    {
        let seen = Text::new(
            format!("Ngày {}, sinh ngày {}.", day.written(), born.written()),
            format!("It is dated {}, the birth {}.", day.written(), born.written()),
        );
        report.add("mebe-child-before-birth", &element, seen);
    }
}
