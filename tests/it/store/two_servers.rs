//! Two servers on one `PostgreSQL`: what one writes, the other rests nothing on unseen, and what one
//! learns to define, the other knows a moment later.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::call::{Call, Reply};
use crate::harness::server::Server;

/// Patients born on these days, created at once by both in turn, each unless there is one; the
/// statuses of the replies.
async fn at_once(servers: [&Server; 2], days: impl Iterator<Item = u32>) -> Vec<u16> {
    let creates = days.zip(servers.into_iter().cycle()).map(async |(day, server)| {
        let date = format!("2001-01-{day:02}");
        let patient = json!({ "resourceType": "Patient", "birthDate": date });
        let condition = format!("birthdate={date}");
        server.post("/Patient", patient).header("if-none-exist", &condition).await.status
    });
    let mut statuses = futures_util::future::join_all(creates).await;
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn creates_at_both_make_one_resource_each() {
    let Some(one) = Server::start(Backend::Postgres).await else { return };
    let other = one.beside().await;
    let same = at_once([&one, &other], std::iter::repeat_n(1, 40)).await;
    let expected = [vec![200; 39], vec![201]].concat();
    assert_eq!(same, expected);
    assert_eq!(at_once([&one, &other], 2..32).await, [201; 30]);
    one.assert_sound();
}

/// Asks until the answer is right.
async fn soon(what: &str, ask: impl Fn() -> Call, is_right: impl Fn(&Reply) -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let reply = ask().await;
        if is_right(&reply) {
            return;
        }
        assert!(Instant::now() < end, "{what}: {}", reply.text);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn has_error(reply: &Reply) -> bool {
    let outcome = reply.json();
    let issues = outcome["issue"].as_array().unwrap();
    issues.iter().any(|issue| issue["severity"] == "error")
}

/// A profile of patients who have this element.
fn profile(element: &str) -> Value {
    let path = format!("Patient.{element}");
    json!({
        "resourceType": "StructureDefinition", "id": "p", "url": "http://x.org/p", "name": "P",
        "status": "draft", "kind": "resource", "abstract": false, "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": { "element": [{ "id": path, "path": path, "min": 1 }] },
    })
}

#[tokio::test]
async fn a_profile_stored_through_one_is_known_to_the_other() {
    let Some(one) = Server::start(Backend::Postgres).await else { return };
    let other = one.beside().await;
    let ask = |patient: &Value| {
        other.post("/Patient/$validate?profile=http://x.org/p", patient.to_string())
    };
    let named = json!({ "resourceType": "Patient", "name": [{ "text": "Lan" }] });
    let born = json!({ "resourceType": "Patient", "birthDate": "2001-01-01" });
    let unknown = ask(&named).await;
    assert!(has_error(&unknown), "{}", unknown.text);

    one.put("/StructureDefinition/p", profile("name")).await.is(201);
    soon("a new one", || ask(&named), |reply| !has_error(reply)).await;
    assert!(has_error(&ask(&born).await));
    one.put("/StructureDefinition/p", profile("birthDate")).await.is(200);
    soon("a changed one", || ask(&born), |reply| !has_error(reply)).await;
    assert!(has_error(&ask(&named).await));
    // What it stores itself counts at once, and stays.
    other.put("/StructureDefinition/p", profile("name")).await.is(200);
    assert!(!has_error(&ask(&named).await));
    one.delete("/StructureDefinition/p").await;
    soon("a deleted one", || ask(&named), |reply| reply.text == unknown.text).await;
}

#[tokio::test]
async fn codes_stored_through_one_are_known_to_the_other() {
    let Some(one) = Server::start(Backend::Postgres).await else { return };
    let other = one.beside().await;
    let entry = |resource: Value| {
        let url = format!("{}/c", resource["resourceType"].as_str().unwrap());
        json!({ "resource": resource, "request": { "method": "PUT", "url": url } })
    };
    let both = |code: &str| {
        let system = json!({
            "resourceType": "CodeSystem", "id": "c", "url": "http://x.org/c", "status": "active",
            "content": "complete", "concept": [{ "code": code }],
        });
        let set = json!({
            "resourceType": "ValueSet", "id": "c", "url": "http://x.org/vs", "status": "active",
            "compose": { "include": [{ "system": "http://x.org/c" }] },
        });
        let entries = [system, set].map(entry);
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
    };
    let ask = |code: &str| {
        let place = "/ValueSet/$validate-code?url=http://x.org/vs&system=http://x.org/c&code=";
        other.get(&format!("{place}{code}"))
    };
    let is = |result: bool| {
        move |reply: &Reply| {
            let part = json!({ "name": "result", "valueBoolean": result });
            reply.status == 200 && reply.json()["parameter"].as_array().unwrap().contains(&part)
        }
    };
    let unknown = ask("a").await;
    assert!(!is(true)(&unknown), "{}", unknown.text);

    one.post("", both("a")).await.is(200);
    soon("new ones", || ask("a"), is(true)).await;
    one.post("", both("b")).await.is(200);
    soon("changed ones", || ask("b"), is(true)).await;
    assert!(is(false)(&ask("a").await));
    one.delete("/ValueSet/c").await;
    soon("a deleted one", || ask("b"), |reply| reply.status == unknown.status).await;
    // It begins with what was stored, and goes on.
    let third = one.beside().await;
    one.put("/ValueSet/c", both("b")["entry"][1]["resource"].clone()).await.is(201);
    let place = "/ValueSet/$expand?url=http://x.org/vs";
    soon("another server", || third.get(place), |reply| reply.status == 200).await;
    one.assert_sound();
}
