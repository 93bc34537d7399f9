//! Many who rest on each other are all done, and nobody is told to try again.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(results_of_one_visit_in_one_batch, results_of_one_woman_from_many_clients);

const MOTHER: &str = "Patient/me-nong-thi-thu-hang-0";

/// A weight of hers, which is held against each other weight of hers.
fn weight(at: usize) -> Value {
    let coding =
        |system: &str, code: &str| json!({ "coding": [{ "system": system, "code": code }] });
    json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [coding("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": coding("http://loinc.org", "29463-7"),
        "subject": { "reference": MOTHER },
        "effectiveDateTime": format!("2026-09-01T08:{at:02}:00+07:00"),
        "valueQuantity": { "value": 55, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg" },
    })
}

async fn her(server: &Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("10-ongoing-second-trimester", 0)).await.is(200);
}

async fn number(server: &Server) -> Value {
    let query = format!("/Observation?subject={MOTHER}&code=29463-7&_summary=count");
    server.get(&query).await.is(200).json()["total"].clone()
}

async fn results_of_one_visit_in_one_batch(server: Server) {
    her(&server).await;
    let before = number(&server).await.as_u64().unwrap();
    let entries: Vec<Value> = (0..31)
        .map(|at| {
            let request = json!({ "method": "POST", "url": "Observation" });
            json!({ "resource": weight(at), "request": request })
        })
        .collect();
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = server.post("", batch).await.is(200).json();
    for (at, entry) in reply["entry"].as_array().unwrap().iter().enumerate() {
        let status = entry["response"]["status"].as_str().unwrap();
        assert!(status.starts_with("201"), "{at}: {entry}");
    }
    assert_eq!(number(&server).await.as_u64(), Some(before + 31));
}

async fn results_of_one_woman_from_many_clients(server: Server) {
    her(&server).await;
    all_are_done(&[&server]).await;
}

/// Many clients send results of hers, one after the other each.
async fn all_are_done(servers: &[&Server]) {
    let before = number(servers[0]).await.as_u64().unwrap();
    let clients = (0..32).zip(servers.iter().cycle()).map(async |(client, server)| {
        for round in 0..3 {
            let reply = server.post("/Observation", weight((client + round * 20) % 60)).await;
            assert_eq!(reply.status, 201, "{client}, {round}: {}", reply.text);
        }
    });
    join_all(clients).await;
    assert_eq!(number(servers[0]).await.as_u64(), Some(before + 96));
    servers[0].assert_sound();
}

#[tokio::test]
async fn results_of_one_woman_at_two_servers() {
    let Some(one) = Server::start(Backend::Postgres).await else { return };
    her(&one).await;
    let other = one.beside().await;
    all_are_done(&[&one, &other]).await;
}
