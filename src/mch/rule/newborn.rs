//! A newborn against itself: Apgar scores, and life and death.

use serde_json::Value;

use crate::fhir::issue::Text;
use crate::mch::concept::{LOINC, has, has_local};
use crate::mch::pregnancy::is_counted;
use crate::mch::records::{Record, Records};
use crate::mch::report::Report;
use crate::mch::subject::whose;

const ONE_MINUTE: &str = "9272-6";
const FIVE_MINUTES: &str = "9274-2";

/// Checks what is observed of a newborn.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Observation" || !is_counted(at.resource) {
        return;
    }
    apgar(at, records, report);
    stillborn(at, records, report);
}

fn apgar(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if !has(at.resource.get("code"), LOINC, &[ONE_MINUTE, FIVE_MINUTES]) {
        return;
    }
    let Some(child) = whose(records, at.resource) else { return };
    let score = |code: &str| {
        let of_code = records
            .pointing("Observation", "subject", child)
            .find(|one| has(one.resource.get("code"), LOINC, &[code]) && is_counted(one.resource));
        of_code.and_then(|one| one.resource.get("valueInteger").and_then(Value::as_i64))
    };
    if let (Some(one), Some(five)) = (score(ONE_MINUTE), score(FIVE_MINUTES))
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
    has_local(observation.get("code"), "mch-booklet-item", &["N01"])
        && observation.get("valueBoolean").and_then(Value::as_bool) == Some(true)
        && is_counted(observation)
}

/// Whether an observation is of a living newborn: a score of its life, its weight at a later day.
fn is_of_the_living(observation: &Value) -> bool {
    let code = observation.get("code");
    let score = observation.get("valueInteger").and_then(Value::as_i64);
    has(code, LOINC, &[ONE_MINUTE, FIVE_MINUTES]) && score.is_some_and(|score| score > 0)
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
