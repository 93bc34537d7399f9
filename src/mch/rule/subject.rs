//! Whose record it is: the twins, the episode, the pregnancy, and the day of birth.

use serde_json::Value;

use super::listed::NOT_LINKED;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::catalogue::catalogue;
use crate::mch::record::concept::codings;
use crate::mch::record::kin;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, links, moment, pregnancy_links, whose};

/// Checks that what a resource points at is about the same person.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let Some(person) = whose(records, at.resource) else { return };
    linked(at, person, records, report);
    episodes(at, person, records, report);
    focus(at, person, records, report);
    before_birth(at, person, records, report);
    of_the_other(at, person, records, report);
}

/// A child's item on its mother or a mother's on her child, by the profiles the persons claim. What is
/// recorded on the mother with her pregnancy as focus is of a child that was born dead.
fn of_the_other(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    let has_focus = !pregnancy_links(at.resource).is_empty();
    if at.kind() != "Observation" || has_focus {
        return;
    }
    let catalogue = catalogue();
    let codes = codings(at.resource.get("code")).filter(|(system, _)| catalogue.is_ours(system));
    let items: Vec<_> = codes.flat_map(|(system, code)| catalogue.items(system, code)).collect();
    let all = |whose: &str| !items.is_empty() && items.iter().all(|item| item.subject == whose);
    // Some items of the mother may be written of the child as well.
    let of_her_alone = items.iter().all(|item| item.other_profiles.is_empty());
    let (wrong, is_of) = match (all("child"), all("mother") && of_her_alone) {
        (true, _) => ("mch-mother", "child"),
        (_, true) => ("mch-child", "mother"),
        _ => return,
    };
    let Some(patient) = records.at(person) else { return };
    let claimed = patient.resource.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let canonical = catalogue.canonical(wrong);
    let claims = |url: &Value| url.as_str().is_some_and(|url| url.starts_with(&canonical));
    if claimed.is_some_and(|all| all.iter().any(claims)) {
        let (vi, en) = match is_of {
            "child" => ("Mục của trẻ, ghi trên người mẹ", "An item of the child, on the mother"),
            _ => ("Mục của mẹ, ghi trên trẻ", "An item of the mother, on the child"),
        };
        let seen = Text::new(format!("{vi}: {person}."), format!("{en}: {person}."));
        report.add("mebe-wrong-person", "Observation.subject", seen);
    }
}

/// A child's record may be of its own encounter or of its mother's, never of another child's.
fn linked(at: Record<'_>, person: &str, records: &Records<'_>, report: &mut Report) {
    for (name, link) in links(at.resource) {
        let Some(other) = records.target(Some(link)) else { continue };
        let Some(owner) = whose(records, other.resource) else { continue };
        if owner != person && !is_family(records, person, owner) {
            let element = format!("{}.{name}", at.kind());
            if let Some(missing) = kin::missing(records, (at, person), (other, owner)) {
                report.add(NOT_LINKED, &element, missing);
                continue;
            }
            let seen = Text::new(
                format!("{} là của {owner}, còn bản ghi này là của {person}.", other.address),
                format!("{} is of {owner}, and this is of {person}.", other.address),
            );
            report.add("mebe-wrong-twin", &element, seen);
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
    for (name, link) in pregnancy_links(at.resource) {
        let Some(condition) = records.target(Some(link)) else { continue };
        let owner = whose(records, condition.resource);
        if let Some(owner) = owner.filter(|owner| *owner != person)
            && !is_family(records, person, owner)
        {
            let seen = Text::new(
                format!("{} là của {owner}.", condition.address),
                format!("{} is of {owner}.", condition.address),
            );
            let element = format!("{}.{name}", at.kind());
            report.add("mebe-wrong-pregnancy", &element, seen);
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
