//! What is found, counted, paged, included, sorted and asked by `GraphQL`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::oracle::{each, text};
use super::probe::Probe;
use super::{FAMILIES, KINDS, name};

fn refers(resource: &Value, at: &str, to: &str) -> bool {
    resource.pointer(at).and_then(Value::as_str) == Some(to)
}

fn subject(one: &Value) -> &str {
    text(one, "/subject/reference")
}

pub(super) async fn searches(probe: &mut Probe<'_>) {
    for kind in KINDS {
        if probe.tries(3) {
            probe.finds(kind, |_| true).await;
        }
    }
    for letter in ["c", "m"] {
        let patient = format!("Patient/{letter}{}", probe.dice.roll(FAMILIES));
        if probe.tries(2) {
            let is_hers = |one: &Value| subject(one) == patient;
            probe.finds(&format!("Observation?subject={patient}"), is_hers).await;
        }
        if probe.tries(3) {
            let wrote = |one: &Value| refers(one, "/performer/0/reference", &patient);
            let query = format!("Observation?subject:missing=false&performer={patient}");
            probe.finds(&query, wrote).await;
        }
        if probe.tries(3) {
            let is_in = |one: &Value| {
                subject(one) == patient || refers(one, "/performer/0/reference", &patient)
            };
            let is_open = probe.oracle.get(&patient).is_some_and(|one| probe.sees(one));
            let query = format!("{patient}/Observation");
            match is_open {
                true => probe.finds(&query, is_in).await,
                // Who does not see her may or may not have her compartment: nothing hidden is in it.
                false => {
                    let (_, bundle) = probe.get(&format!("/{query}")).await;
                    let all = each(&bundle, "entry").map(|entry| &entry["resource"]);
                    let hidden = all.filter(|one| !probe.sees(one)).count();
                    probe.check(hidden == 0, || format!("{query} leaks {hidden}"));
                }
            }
        }
    }
    if probe.tries(3) {
        let has_code = |one: &Value| refers(one, "/code/coding/0/code", "x");
        probe.finds("Observation?code=x&_sort=-_id", has_code).await;
        let others = |one: &Value| !refers(one, "/code/coding/0/code", "x");
        probe.finds("Observation?code:not=x", others).await;
    }
    if probe.tries(3) {
        let labelled = "Observation?_security=http://terminology.hl7.org/CodeSystem/v3-ActCode|HIV";
        let has = |one: &Value| one["meta"]["security"].to_string().contains("\"HIV\"");
        probe.finds(labelled, has).await;
    }
    chains(probe).await;
}

/// What is hidden is no reason to find anything.
async fn chains(probe: &mut Probe<'_>) {
    let among = |one: &Value, seen: &BTreeSet<String>| seen.contains(subject(one));
    if probe.tries(2) {
        let named = probe.expected("Patient", |one| refers(one, "/name/0/family", "Me1"));
        probe.finds("Observation?subject:Patient.family=Me1", |one| among(one, &named)).await;
        let by = "Observation?subject:Patient.family=Me1&_sort=subject:Patient.family";
        probe.pages(&format!("/{by}")).await;
    }
    if probe.tries(2) {
        let observed: BTreeSet<String> = probe
            .oracle
            .of_type("Observation")
            .filter(|one| refers(one, "/status", "amended") && probe.sees(one))
            .map(|one| subject(one).to_owned())
            .collect();
        let has = |one: &Value| observed.contains(&name(one));
        probe.finds("Patient?_has:Observation:subject:status=amended", has).await;
    }
    if probe.tries(3) {
        let cared: BTreeSet<String> = probe
            .oracle
            .of_type("Consent")
            .filter(|one| refers(one, "/status", "active") && probe.sees(one))
            .map(|one| text(one, "/patient/reference").to_owned())
            .collect();
        let has = |one: &Value| cared.contains(subject(one));
        probe.finds("Encounter?subject:Patient._has:Consent:patient:status=active", has).await;
    }
}

pub(super) async fn included(probe: &mut Probe<'_>) {
    let of = |all: &[Value], names: &BTreeSet<String>| -> BTreeSet<String> {
        let such = all.iter().filter(|one| names.contains(&name(one)));
        such.map(|one| subject(one).to_owned()).collect()
    };
    let all = &probe.oracle.all;
    if probe.tries(2) {
        let found = probe.pages("/Observation?_count=6&_include=Observation:subject").await;
        let patients = probe.expected("Patient", |_| true);
        let expected: BTreeSet<String> =
            of(all, &found.matches).intersection(&patients).cloned().collect();
        probe.check(found.others == expected, || {
            format!("_include: {:?} not {expected:?}", found.others)
        });
    }
    if probe.tries(2) {
        let found = probe.pages("/Patient?_count=6&_revinclude=Observation:subject").await;
        let expected = probe.expected("Observation", |one| found.matches.contains(subject(one)));
        probe.check(found.others == expected, || {
            format!("_revinclude: {:?} not {expected:?}", found.others)
        });
    }
    if probe.tries(3) {
        let found = probe.pages("/Observation?_count=9&_revinclude=Provenance:target").await;
        let expected = probe.expected("Provenance", |one| {
            each(one, "target").any(|one| found.matches.contains(text(one, "/reference")))
        });
        probe.check(found.others == expected, || {
            format!("_revinclude Provenance: {:?} not {expected:?}", found.others)
        });
    }
    if probe.tries(3) {
        let found = probe.pages("/?_type=Patient,Observation,Encounter&_count=9").await;
        let expected: BTreeSet<String> = ["Patient", "Observation", "Encounter"]
            .into_iter()
            .flat_map(|kind| probe.expected(kind, |_| true))
            .collect();
        probe.check(found.matches == expected, || format!("_type: {:?}", found.matches));
    }
    if probe.tries(3) {
        let query = "{ ObservationList(_count: 100) { id subject { resource { id } } } }";
        let (status, told) = probe.get(&format!("/$graphql?query={}", encoded(query))).await;
        let list = told.pointer("/data/ObservationList").and_then(Value::as_array).cloned();
        let mut found = BTreeSet::new();
        for one in list.unwrap_or_default() {
            found.insert(format!("Observation/{}", one["id"].as_str().unwrap_or_default()));
            let patient = text(&one, "/subject/resource/id").to_owned();
            let patients = probe.expected("Patient", |one| one["id"] == patient.as_str());
            probe.check(patient.is_empty() || patients.len() == 1, || {
                format!("GraphQL leaks Patient/{patient}")
            });
        }
        let expected = probe.expected("Observation", |_| true);
        let is_right = status == 200 && found == expected;
        probe.check(is_right, || format!("GraphQL: {status} {found:?} not {expected:?}"));
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A batch answers each entry as though it came alone.
pub(super) async fn batch(probe: &mut Probe<'_>) {
    let oracle = probe.oracle;
    let some: Vec<&Value> = oracle.all.iter().filter(|_| probe.dice.once_in(12)).collect();
    let entry = |one: &&Value| json!({ "request": { "method": "GET", "url": name(one) } });
    let entries: Vec<Value> = some.iter().map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = probe.send(("POST", ""), &[], Some(&bundle)).await;
    let answer: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    for (one, answer) in some.iter().zip(each(&answer, "entry")) {
        let is_seen = probe.sees(one);
        let status = text(answer, "/response/status").to_owned();
        let is_right = status.starts_with("200") == is_seen;
        probe.check(is_right, || format!("batch {}: {status}", name(one)));
    }
}
