//! The obstetric history against itself, <https://loinc.org/11996-6>.

use serde_json::Value;

use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{moment, whose};
use crate::mch::record::topic::{
    ABORTIONS, PREGNANCIES, PRETERM_BIRTHS, TERM_BIRTHS, Topic, is_any,
};

const ENDED: [&Topic; 3] = [&TERM_BIRTHS, &PRETERM_BIRTHS, &ABORTIONS];

/// Checks that births and abortions are fewer than pregnancies.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Observation" || !(PREGNANCIES.is(at.resource) || is_any(at.resource, &ENDED)) {
        return;
    }
    let Some(woman) = whose(records, at.resource) else { return };
    let Some((day, _)) = moment(&at, records) else { return };
    // A history is told at one visit; what is told at others is of another time.
    let count = |topic: &Topic| {
        let told = records.pointing("Observation", "subject", woman).find(|one| {
            topic.is(one.resource)
                && is_counted(one.resource)
                && moment(one, records).is_some_and(|(other, _)| other == day)
        });
        told.and_then(|one| one.resource.get("valueInteger").and_then(Value::as_u64))
    };
    let Some(pregnancies) = count(&PREGNANCIES) else { return };
    let ended: u64 = ENDED.iter().filter_map(|topic| count(topic)).sum();
    if ended >= pregnancies && ended > 0 {
        let seen = Text::new(
            format!("{ended} lần đẻ và sảy thai, {pregnancies} lần có thai."),
            format!("There are {ended} births and abortions, {pregnancies} pregnancies."),
        );
        report.add("mebe-para-gravida", "Observation.value", seen);
    }
}
