//! Danger signs: those told by the codes of WHO's antenatal guideline alone, and how long they hold.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::cells::observations;
use super::{Asked, Finding, Level};
use crate::mch::catalogue::{Sentence, catalogue};
use crate::mch::record::concept::codings;
use crate::mch::record::records::Records;
use crate::mch::record::subject::moment;

/// A danger sign of WHO's, and the item it is.
#[derive(Debug, Deserialize)]
struct Sign {
    system: String,
    code: String,
    display: String,
    item: String,
    source: Vec<String>,
}

static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let text = include_str!("../../../profiles/catalogue/danger.json");
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(?error, "the danger signs cannot be read");
        Vec::new()
    })
});

/// The signs that the last records tell.
pub(super) fn findings<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Vec<Finding<'a>> {
    if !asked.is_mother {
        return Vec::new();
    }
    let all = observations(records, asked);
    let mut found = Vec::new();
    for sign in SIGNS.iter() {
        let told = all.iter().filter_map(|one| Some((one, is_there(one.record.resource, sign)?)));
        let last = told.max_by_key(|(one, _)| (one.day.first, one.record.address));
        let Some((one, true)) = last else { continue };
        let item = catalogue().item(&sign.item);
        let label = Sentence { vi: sign.display.clone(), en: sign.display.clone() };
        found.push(Finding {
            item: sign.item.clone(),
            label: item.map_or(label, |item| item.label.clone()),
            level: Level::Danger,
            value: Sentence { vi: "có".into(), en: "yes".into() },
            limit: String::new(),
            record: one.record,
            source: sign.source.join("; "),
            certainty: item.map(|item| item.certainty.clone()).unwrap_or_default(),
        });
    }
    found
}

/// Whether an observation tells that a sign is there, or that it is not; none when it tells neither.
fn is_there(observation: &Value, sign: &Sign) -> Option<bool> {
    let is = |concept: Option<&Value>| {
        codings(concept).any(|(system, code)| system == sign.system && code == sign.code)
    };
    if is(observation.get("valueCodeableConcept")) {
        return Some(true);
    }
    let has_item = codings(observation.get("code")).any(|(system, _)| catalogue().is_ours(system));
    if has_item || !is(observation.get("code")) {
        return None;
    }
    observation.get("valueBoolean").and_then(Value::as_bool)
}

/// A danger sign holds until the next visit, and one of the pregnancy until the birth: what was not told
/// again is a yellow cell of then.
pub(super) fn pass(records: &Records<'_>, asked: Asked<'_, '_>, found: &mut [Finding<'_>]) {
    let visits = records.pointing("Encounter", "subject", asked.person).filter(|one| {
        let status = one.resource.get("status").and_then(Value::as_str).unwrap_or_default();
        matches!(status, "arrived" | "triaged" | "in-progress" | "onleave" | "finished")
    });
    let visits = visits.filter_map(|one| Some(moment(&one, records)?.0));
    let birth = asked.pregnancy.and_then(|one| one.end).map(|end| end.day);
    let last = visits.chain(birth).filter(|day| day.last <= asked.day).max_by_key(|day| day.first);
    let Some(last) = last else { return };
    for one in found.iter_mut().filter(|one| one.level == Level::Danger) {
        let told = moment(&one.record, records).map(|(day, _)| day);
        if told.is_some_and(|told| told.surely_before(last)) {
            one.level = Level::Yellow;
        }
    }
}
