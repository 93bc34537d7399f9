//! A newborn against itself: Apgar scores, and life and death.

use serde_json::Value;

use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{pregnancy_links, whose};
use crate::mch::record::topic::{APGAR_1, APGAR_5, BORN, BORN_ALIVE, FETAL_DEATH, Topic, is_any};

const SCORES: [&Topic; 2] = [&APGAR_1, &APGAR_5];

/// Checks what is observed of a newborn.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Observation" || !is_counted(at.resource) {
        return;
    }
    apgar(at, records, report);
    stillborn(at, records, report);
    all_alive(at, records, report);
}

fn apgar(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if !is_any(at.resource, &SCORES) {
        return;
    }
    let Some(child) = whose(records, at.resource) else { return };
    let score = |topic: &Topic| {
        let of_code = records
            .pointing("Observation", "subject", child)
            .find(|one| topic.is(one.resource) && is_counted(one.resource));
        of_code.and_then(|one| one.resource.get("valueInteger").and_then(Value::as_i64))
    };
    if let (Some(one), Some(five)) = (score(&APGAR_1), score(&APGAR_5))
        && five < one
    {
        let seen = Text::new(
            format!("1 phút: {one}; 5 phút: {five}."),
            format!("1 minute: {one}; 5 minutes: {five}."),
        );
        report.add("mebe-apgar-falls", "Observation.value", seen);
    }
}

/// Whether an observation says that a child was born dead.
fn is_death(observation: &Value) -> bool {
    FETAL_DEATH.is(observation)
        && observation.get("valueBoolean").and_then(Value::as_bool) == Some(true)
        && is_counted(observation)
}

/// Whether an observation is of a living newborn: a score of its life, its weight at a later day.
fn is_of_the_living(observation: &Value) -> bool {
    let score = observation.get("valueInteger").and_then(Value::as_i64);
    is_any(observation, &SCORES) && score.is_some_and(|score| score > 0)
}

fn stillborn(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let Some(person) = whose(records, at.resource) else { return };
    let (died, lives) = (is_death(at.resource), is_of_the_living(at.resource));
    if !died && !lives {
        return;
    }
    let other = records.pointing("Observation", "subject", person).find(|other| {
        let contradicts =
            if died { is_of_the_living(other.resource) } else { is_death(other.resource) };
        other.address != at.address && contradicts && is_counted(other.resource)
    });
    if let Some(other) = other {
        let seen = Text::new(format!("Xem {}.", other.address), format!("See {}.", other.address));
        report.add("mebe-stillborn-and-live", "Observation.value", seen);
    }
}

/// A fetal death, although as many were born alive as were born.
fn all_alive(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if !is_death(at.resource) && !is_any(at.resource, &[&BORN, &BORN_ALIVE]) {
        return;
    }
    let Some(woman) = whose(records, at.resource) else { return };
    let of = |one: &Record<'_>| {
        let pregnancies = pregnancy_links(one.resource).into_iter();
        let pregnancies = pregnancies.filter_map(|(_, link)| records.address(Some(link)));
        pregnancies.map(str::to_owned).collect::<Vec<_>>()
    };
    let mine = of(&at);
    let same: Vec<_> = records
        .pointing("Observation", "subject", woman)
        .filter(|one| is_counted(one.resource) && of(one).iter().any(|one| mine.contains(one)))
        .collect();
    let count = |topic: &Topic| {
        let told = same.iter().find(|one| topic.is(one.resource))?;
        told.resource.get("valueInteger").and_then(Value::as_u64)
    };
    if let (Some(born), Some(alive)) = (count(&BORN), count(&BORN_ALIVE))
        && alive >= born
        && same.iter().any(|one| is_death(one.resource))
    {
        let seen = Text::new(
            format!("Số con sinh ra: {born}; sinh ra sống: {alive}."),
            format!("Born: {born}; born alive: {alive}."),
        );
        report.add("mebe-stillborn-and-live", "Observation.value", seen);
    }
}
