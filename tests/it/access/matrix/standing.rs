//! Resources that stand for others, or are about nobody.

use serde_json::{Value, json};

use super::world::{self, Dice, reference};

/// Some of them for a family.
pub(super) fn of(dice: &mut Dice, number: usize) -> Vec<Value> {
    let (mother, child) = (format!("m{number}"), format!("c{number}"));
    let part = |dice: &mut Dice| match dice.roll(9) {
        0 => reference("Patient", &mother),
        1 => reference("Patient", &child),
        2 => reference("Organization", "a"),
        3 => reference("Observation", "gone"),
        _ => reference("Observation", &format!("o{number}-{}", dice.roll(4))),
    };
    let parts = |dice: &mut Dice| (0..=dice.roll(2)).map(|_| part(dice)).collect::<Vec<_>>();
    let subject = |dice: &mut Dice, resource: &mut Value| {
        if dice.once_in(2) {
            resource["subject"] =
                reference("Patient", if dice.once_in(2) { &mother } else { &child });
        }
    };
    let mut all = vec![json!({
        "resourceType": "Provenance", "id": format!("w{number}"), "target": parts(dice),
        "recorded": "2026-01-01T00:00:00Z", "agent": [{ "who": reference("Practitioner", "p") }],
    })];
    let items: Vec<Value> = parts(dice).into_iter().map(|item| json!({ "item": item })).collect();
    let mut list = json!({
        "resourceType": "List", "id": format!("l{number}"), "status": "current", "mode": "working",
        "entry": items,
    });
    subject(dice, &mut list);
    all.push(list);
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "11488-4" }] });
    let section = json!([{ "title": "x", "entry": parts(dice) }]);
    let mut composition = json!({
        "resourceType": "Composition", "id": format!("k{number}"), "status": "final", "type": code,
        "date": "2026-01-01", "author": [reference("Practitioner", "p")], "title": "x",
        "section": section,
    });
    subject(dice, &mut composition);
    all.push(composition);
    let mut document = json!({
        "resourceType": "DocumentReference", "id": format!("d{number}"), "status": "current",
        "content": [{ "attachment": { "contentType": "text/plain", "data": "eA==" } }],
    });
    subject(dice, &mut document);
    all.push(document);
    let context = match dice.roll(3) {
        0 => reference("Patient", &mother),
        1 => reference("DocumentReference", &format!("d{number}")),
        _ => reference("Observation", &format!("o{number}-0")),
    };
    all.push(json!({
        "resourceType": "Binary", "id": format!("b{number}"), "contentType": "text/plain",
        "data": "eA==", "securityContext": context,
    }));
    let items: Vec<Value> =
        (0..2).map(|_| json!({ "type": "source", "resource": part(dice) })).collect();
    all.push(json!({ "resourceType": "Linkage", "id": format!("g{number}"), "item": items }));
    all.push(bundle(dice, number, (&mother, &child)));
    all.extend(authored(dice, number, &mother));
    all
}

/// A Bundle that is stored.
fn bundle(dice: &mut Dice, number: usize, (mother, child): (&str, &str)) -> Value {
    let held: Vec<Value> = (0..=dice.roll(2))
        .map(|at| {
            let inner = world::observation(dice, &format!("i{number}-{at}"), mother, child);
            json!({ "fullUrl": format!("urn:uuid:0195b7a0-0000-7000-8000-0000000{number}{at}000"), "resource": inner })
        })
        .collect();
    let organization = json!({ "resourceType": "Organization", "id": "z", "name": "Z" });
    let organization = json!({
        "fullUrl": "urn:uuid:0195b7a0-0000-7000-8000-00000000ffff", "resource": organization,
    });
    let held: Vec<Value> = match dice.roll(3) {
        0 => vec![organization],
        1 => held,
        _ => held.into_iter().chain([organization]).collect(),
    };
    json!({
        "resourceType": "Bundle", "id": format!("y{number}"), "type": "collection", "entry": held,
    })
}

/// What is about nobody, and has an author.
fn authored(dice: &mut Dice, number: usize, mother: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let author = match dice.roll(3) {
        0 => reference("Practitioner", "p"),
        1 => reference("RelatedPerson", &format!("f{number}")),
        _ => reference("Patient", mother),
    };
    all.push(json!({
        "resourceType": "Task", "id": format!("j{number}"), "status": "requested", "intent": "order",
        "requester": author, "owner": reference("Organization", "a"),
    }));
    all.push(json!({
        "resourceType": "Communication", "id": format!("h{number}"), "status": "completed",
        "sender": author,
    }));
    all
}
