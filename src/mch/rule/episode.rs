//! Visits and results against the pregnancy they belong to, and pregnancies against each other.

use serde_json::Value;

use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::catalogue::catalogue;
use crate::mch::record::concept::{codings, has_local};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::{
    Pregnancy, belongs, diagnoses, is_counted, is_pregnancy, of_episode, pregnancies,
};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{moment, pregnancy_links, whose};

/// Checks the dates of a pregnancy, and that there is one at a time.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    match at.kind() {
        "EpisodeOfCare" if is_pregnancy(at.resource) => {
            two_pregnancies(at, records, report);
            male(at, records, report);
        }
        "Encounter" => {
            for episode in episodes(at.resource, records) {
                if let Some(pregnancy) = of_episode(records, episode) {
                    within(at, &pregnancy, records, report);
                }
            }
        }
        "Observation" => {
            let woman = whose(records, at.resource);
            let pregnancies = woman.map(|one| pregnancies(records, one));
            for pregnancy in pregnancies.iter().flat_map(|all| all.iter()) {
                if belongs(records, at.resource, &pregnancy.episode) {
                    within(at, pregnancy, records, report);
                }
            }
        }
        _ => {}
    }
}

fn episodes<'a>(encounter: &Value, records: &Records<'a>) -> Vec<Record<'a>> {
    let all = encounter.get("episodeOfCare").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|link| records.target(Some(link))).collect()
}

/// Whether an observation tells of earlier times: a history, or the date a pregnancy began.
fn tells_of_the_past(record: &Record<'_>) -> bool {
    record.kind() == "Observation"
        && crate::mch::record::pregnancy::dating(record.resource).is_some()
}

/// Whether an observation was made at a visit: it says so, or its item is recorded at each. What a
/// woman tells of an earlier pregnancy is told when that is over.
fn is_of_a_visit(observation: &Value, records: &Records<'_>) -> bool {
    let items = |(system, code)| catalogue().items(system, code);
    records.target(observation.get("encounter")).is_some()
        || codings(observation.get("code")).flat_map(items).any(|item| item.per == "visit")
}

fn within(at: Record<'_>, pregnancy: &Pregnancy<'_>, records: &Records<'_>, report: &mut Report) {
    let Some((day, element)) = moment(&at, records) else { return };
    if let Some(lmp) = pregnancy.lmp
        && day.surely_before(lmp)
        && !tells_of_the_past(&at)
    {
        let seen = Text::new(
            format!("Ngày {}, kinh cuối ngày {}.", day.written(), lmp.written()),
            format!("It is dated {}, the last period {}.", day.written(), lmp.written()),
        );
        report.add("mebe-before-lmp", &element, seen);
    }
    if at.kind() == "Observation" && !is_of_a_visit(at.resource, records) {
        return;
    }
    let end = pregnancy.episode.resource.get("period").and_then(|period| period.get("end"));
    if let Some(end) = Days::of(end, records.zone)
        && end.surely_before(day)
    {
        let seen = Text::new(
            format!("Ngày {}, đợt quản lý thai kết thúc ngày {}.", day.written(), end.written()),
            format!("It is dated {}, the episode ended {}.", day.written(), end.written()),
        );
        report.add("mebe-after-episode", &element, seen);
    }
    if at.kind() == "Encounter" {
        postnatal(at, day, &element, records, report);
    }
}

/// A postnatal visit is after the delivery of the same episode.
fn postnatal(at: Record<'_>, day: Days, element: &str, records: &Records<'_>, report: &mut Report) {
    if !is_visit(at.resource, "postnatal-mother") {
        return;
    }
    let episodes_of_it = episodes(at.resource, records);
    let mine: Vec<_> = episodes_of_it.iter().map(|one| one.address).collect();
    let diagnosed: Vec<_> =
        episodes_of_it.iter().flat_map(|one| diagnoses(records, one.resource)).collect();
    let is_delivery = |other: &Record<'_>| match other.kind() {
        "Encounter" => {
            is_visit(other.resource, "delivery")
                && episodes(other.resource, records).iter().any(|one| mine.contains(&one.address))
        }
        _ => {
            let category = other.resource.get("category");
            has_local(category, "mch-procedure-category", &["delivery"])
                && pregnancy_links(other.resource).iter().any(|(_, link)| {
                    let condition = records.address(Some(link));
                    condition.is_some_and(|one| diagnosed.contains(&one))
                })
        }
    };
    let all = records.of_type("Encounter").chain(records.of_type("Procedure"));
    let delivery = all.into_iter().find(|other| is_counted(other.resource) && is_delivery(other));
    let delivered = delivery.and_then(|delivery| moment(&delivery, records));
    if let Some((delivered, _)) = delivered.filter(|(delivered, _)| day.surely_before(*delivered)) {
        let seen = Text::new(
            format!("Ngày khám {}, ngày sinh {}.", day.written(), delivered.written()),
            format!("The visit is dated {}, the birth {}.", day.written(), delivered.written()),
        );
        report.add("mebe-postnatal-before-birth", element, seen);
    }
}

fn is_visit(encounter: &Value, kind: &str) -> bool {
    let types = encounter.get("type").and_then(Value::as_array);
    types.into_iter().flatten().any(|one| has_local(Some(one), "mch-encounter-type", &[kind]))
}

fn is_open(episode: &Value) -> bool {
    let status = episode.get("status").and_then(Value::as_str);
    matches!(status, Some("active" | "onhold" | "planned" | "waitlist"))
}

fn two_pregnancies(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let Some(woman) = whose(records, at.resource) else { return };
    if !is_open(at.resource) {
        return;
    }
    let other = records.pointing("EpisodeOfCare", "patient", woman).find(|other| {
        other.address != at.address && is_pregnancy(other.resource) && is_open(other.resource)
    });
    if let Some(other) = other {
        let seen = Text::new(
            format!("{} cũng đang mở.", other.address),
            format!("{} is open, too.", other.address),
        );
        report.add("mebe-two-pregnancies", "EpisodeOfCare.status", seen);
    }
}

fn male(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let patient = records.target(at.resource.get("patient"));
    let gender = patient.and_then(|patient| patient.resource.get("gender")?.as_str());
    if let Some(gender) = gender.filter(|gender| *gender == "male") {
        let seen = Text::new(format!("gender: {gender}."), format!("gender: {gender}."));
        report.add("mebe-male-mother", "EpisodeOfCare.patient", seen);
    }
}
