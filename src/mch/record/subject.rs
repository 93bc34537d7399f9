//! Whom a resource is about, and when.

use serde_json::Value;

use super::days::Days;
use super::records::{Record, Records};

/// The address of the patient a resource is about.
pub fn whose<'r>(records: &Records<'_>, resource: &'r Value) -> Option<&'r str> {
    let subject = resource.get("subject").or_else(|| resource.get("patient"));
    records.address(subject).filter(|address| address.starts_with("Patient/"))
}

/// The references by which a record hangs together with others of the same person or family, each
/// with its element.
pub(in crate::mch) fn links(resource: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for name in ["encounter", "partOf", "context", "hasMember", "derivedFrom", "result"] {
        match resource.get(name) {
            Some(Value::Array(all)) => {
                found
                    .extend(all.iter().enumerate().map(|(at, one)| (format!("{name}[{at}]"), one)));
            }
            Some(one) => found.push((name.to_owned(), one)),
            None => {}
        }
    }
    let reactions = resource.get("reaction").and_then(Value::as_array).into_iter().flatten();
    for (at, reaction) in reactions.enumerate() {
        if let Some(detail) = reaction.get("detail") {
            found.push((format!("reaction[{at}].detail"), detail));
        }
    }
    found
}

/// The references to the pregnancy that a record is about, each with its element.
pub(in crate::mch) fn pregnancy_links(resource: &Value) -> Vec<(String, &Value)> {
    let of = |name: &'static str| {
        let all = resource.get(name).and_then(Value::as_array).into_iter().flatten();
        all.enumerate().map(move |(at, one)| (format!("{name}[{at}]"), one))
    };
    of("focus").chain(of("reasonReference")).collect()
}

/// When it happened, and the element that says so.
pub fn moment(record: &Record<'_>, records: &Records<'_>) -> Option<(Days, String)> {
    let zone = records.zone;
    let dates =
        ["effectiveDateTime", "occurrenceDateTime", "performedDateTime", "effectiveInstant"];
    let periods = ["period", "effectivePeriod", "performedPeriod"];
    let name = |element: &str| {
        let cut = element.find("Date").or(element.find("Period")).or(element.find("Instant"));
        let short = cut.filter(|at| *at > 0).and_then(|at| element.get(..at)).unwrap_or(element);
        format!("{}.{short}", record.kind())
    };
    let date = dates
        .iter()
        .find_map(|element| Some((Days::of(record.resource.get(*element), zone)?, name(element))));
    date.or_else(|| {
        periods.iter().find_map(|element| {
            // When it began: what lasts may go on after an end.
            let start = record.resource.get(*element)?.get("start");
            Some((Days::of(start, zone)?, name(element)))
        })
    })
}

/// The birth of a patient.
pub fn birth(patient: &Value, records: &Records<'_>) -> Option<Days> {
    Days::of(patient.get("birthDate"), records.zone)
}
