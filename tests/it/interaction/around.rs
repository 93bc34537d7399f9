//! The rules across records find in the database what they find when everything is at hand: a
//! changed record is judged alone, beside its stored family, and in one Bundle with all of it.

use std::collections::BTreeSet;

use mebe::definitions::base::BASE;
use serde_json::{Value, json};

use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(what_is_read_is_what_the_rules_need, of_whom_there_is_much_what_is_needed_is_read);

/// Changes of a record, each of which contradicts others: its dates, and whom it is about.
const DATES: [&str; 4] =
    ["effectiveDateTime", "occurrenceDateTime", "performedDateTime", "birthDate"];
const EARLY: &str = "2019-02-03";

async fn what_is_read_is_what_the_rules_need(server: Server) {
    server.post("", facilities()).await.is(200);
    let mut found = BTreeSet::new();
    for name in ["01-first-pregnancy-full-antenatal-care", "02-twins"] {
        let bundle = family(name, 0);
        server.post("", &bundle).await.is(200);
        let entries = bundle["entry"].as_array().unwrap();
        for at in (0..entries.len()).step_by(7) {
            let mut changed = bundle.clone();
            if !change(&mut changed["entry"][at]["resource"], &bundle) {
                continue;
            }
            let whole = findings(&server, "/Bundle/$validate", &changed).await;
            let place = format!("Bundle.entry[{at}].resource.");
            let whole: BTreeSet<_> = whole
                .into_iter()
                .filter_map(|(key, element)| Some((key, element.strip_prefix(&place)?.to_owned())))
                .collect();
            let mut alone = changed["entry"][at]["resource"].clone();
            addresses(&mut alone, entries);
            let kind = alone["resourceType"].as_str().unwrap().to_owned();
            let path = format!("/{kind}/$validate");
            let alone: BTreeSet<_> = findings(&server, &path, &alone)
                .await
                .into_iter()
                .filter_map(|(key, element)| Some((key, element.split_once('.')?.1.to_owned())))
                .collect();
            assert_eq!(alone, whole, "{name}, entry {at}: {}", changed["entry"][at]["resource"]);
            found.extend(whole.into_iter().map(|(key, _)| key));
        }
    }
    assert!(found.len() > 3, "the changes met few rules: {found:?}");
}

async fn of_whom_there_is_much_what_is_needed_is_read(server: Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("10-ongoing-second-trimester", 0)).await.is(200);
    let mother = json!({ "reference": "Patient/me-nong-thi-thu-hang-0" });
    let coding = |code: &str| json!({ "coding": [{ "system": "http://loinc.org", "code": code }] });
    let due = json!({ "resourceType": "Observation", "status": "final", "subject": mother,
        "code": coding("11779-6"), "effectiveDateTime": "2026-08-20",
        "valueDateTime": "2029-01-01" });
    let few = findings(&server, "/Observation/$validate", &due).await;
    assert!(few.iter().any(|(key, _)| key == "mebe-due-date-disagrees"), "{few:?}");
    let notes = (0..230).map(|at| {
        let note = json!({ "resourceType": "Observation", "status": "final", "subject": mother,
            "code": coding("note"), "valueString": format!("{at}") });
        json!({ "resource": note, "request": { "method": "POST", "url": "Observation" } })
    });
    let notes: Vec<Value> = notes.collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": notes });
    server.post("", bundle).await.is(200);
    assert_eq!(findings(&server, "/Observation/$validate", &due).await, few);
}

/// Changes a record so that it contradicts others; false when there is nothing to change.
fn change(resource: &mut Value, bundle: &Value) -> bool {
    for date in DATES {
        if resource.get(date).is_some() {
            resource[date] = EARLY.into();
            return true;
        }
    }
    if resource.get("period").is_some() {
        resource["period"] = json!({ "start": EARLY, "end": "2019-02-04" });
        return true;
    }
    if resource.get("partOf").is_some() {
        resource["subject"] = json!({ "reference": bundle["entry"][0]["fullUrl"] });
        return true;
    }
    false
}

/// The keys of what the rules across records found, and where.
async fn findings(server: &Server, path: &str, resource: &Value) -> BTreeSet<(String, String)> {
    let outcome = server.post(path, resource).await.json();
    let issues = outcome["issue"].as_array().unwrap();
    let told = issues.iter().filter_map(|issue| {
        let code = issue["details"]["coding"][0]["code"].as_str()?;
        let key = code.strip_prefix(BASE)?.strip_prefix("/rules-across-records#")?;
        let element = issue["expression"][0].as_str().unwrap_or_default();
        // Told once of a Bundle, of whichever record comes first.
        (key != "mebe-not-linked").then(|| (key.to_owned(), element.to_owned()))
    });
    told.collect()
}

/// Replaces links between entries by addresses.
fn addresses(value: &mut Value, entries: &[Value]) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let entry = entries.iter().find(|entry| entry["fullUrl"] == *value);
                match (key.as_str(), entry) {
                    ("reference", Some(entry)) => *value = entry["request"]["url"].clone(),
                    _ => addresses(value, entries),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| addresses(item, entries)),
        _ => {}
    }
}
