//! What was done: visits, observations, reports and medicines up to a day.

use serde_json::Value;

use super::Asked;
use crate::fhir::member::members;
use crate::mch::catalogue::catalogue;
use crate::mch::record::concept::{codings, has_local};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::moment;
use crate::mch::timetable::Row;

/// Statuses of an encounter that did not take place, or not yet.
const NOT_MADE: [&str; 3] = ["planned", "cancelled", "entered-in-error"];

/// A record and its day.
pub(super) type Told<'a> = (Days, Record<'a>);

/// The visits of some kinds, the first day first.
pub(super) fn visits<'a>(records: &Records<'a>, asked: Asked<'_>, kinds: &[&str]) -> Vec<Told<'a>> {
    let is_of_kind = |encounter: &Value| {
        members(encounter, "type")
            .iter()
            .any(|one| has_local(Some(one), "mch-encounter-type", kinds))
    };
    let all = records.pointing("Encounter", "subject", asked.person);
    let made = all.filter(|one| {
        let status = one.resource.get("status").and_then(Value::as_str).unwrap_or_default();
        !NOT_MADE.contains(&status) && is_of_kind(one.resource)
    });
    in_order(records, asked, made)
}

/// The records of a type about some items, or with one of some codes of everybody's.
pub(super) fn observed<'a>(records: &Records<'a>, asked: Asked<'_>, row: &Row) -> Vec<Told<'a>> {
    let list = |name: &str| {
        let all = row.parameters.get(name).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    let (items, loinc) = (list("items"), list("loinc"));
    let is_it = |(system, code): (&str, &str)| {
        catalogue().is_ours(system) && items.contains(&code)
            || system == "http://loinc.org" && loinc.contains(&code)
    };
    let of = |kind: &'static str| records.pointing(kind, "subject", asked.person);
    let all = of("Observation").chain(of("DiagnosticReport")).filter(|one| {
        let is_done = one.resource.get("dataAbsentReason").is_none();
        is_counted(one.resource) && is_done && codings(one.resource.get("code")).any(is_it)
    });
    in_order(records, asked, all)
}

/// The doses of some medicines.
pub(super) fn medicines<'a>(records: &Records<'a>, asked: Asked<'_>, row: &Row) -> Vec<Told<'a>> {
    let all = row.parameters.get("medicines").and_then(Value::as_array).into_iter().flatten();
    let codes: Vec<&str> = all.filter_map(Value::as_str).collect();
    let atc = row.parameters.get("atc").and_then(Value::as_array).into_iter().flatten();
    let atc: Vec<&str> = atc.filter_map(Value::as_str).collect();
    let given = |kind: &'static str| records.pointing(kind, "subject", asked.person);
    let all = given("MedicationAdministration").chain(given("MedicationStatement")).filter(|one| {
        let status = one.resource.get("status").and_then(Value::as_str);
        let medicine = one.resource.get("medicationCodeableConcept");
        let is_atc = |(system, code): (&str, &str)| {
            system == "http://www.whocc.no/atc" && atc.contains(&code)
        };
        matches!(status, Some("completed" | "active" | "in-progress"))
            && (has_local(medicine, "mch-medicine", &codes) || codings(medicine).any(is_atc))
    });
    in_order(records, asked, all)
}

/// Up to the day that is asked for, in order.
pub(super) fn in_order<'a>(
    records: &Records<'a>,
    asked: Asked<'_>,
    all: impl Iterator<Item = Record<'a>>,
) -> Vec<Told<'a>> {
    let mut told: Vec<Told<'a>> = all
        .filter_map(|one| Some((moment(&one, records)?.0, one)))
        .filter(|(day, _)| day.last <= asked.day)
        .collect();
    told.sort_by_key(|(day, one)| (day.first, day.last, one.address));
    told
}
