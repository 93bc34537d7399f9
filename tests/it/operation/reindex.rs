//! `$reindex`, and where jobs are told of.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    rows_that_were_lost_are_made_again,
    a_stored_parameter_is_made_anew,
    a_job_can_be_cancelled,
    what_cannot_be_done_is_told,
);

async fn fill(server: &Server, count: usize) {
    let entry = |at: usize| {
        let resource =
            json!({ "resourceType": "Patient", "id": format!("p{at}"), "gender": "female" });
        json!({ "resource": resource, "request": { "method": "PUT", "url": format!("Patient/p{at}") } })
    };
    let entries: Vec<Value> = (0..count).map(entry).collect();
    for part in entries.chunks(300) {
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": part });
        server.post("", bundle).await.is(200);
    }
}

/// Begins a job; where it is told of.
async fn begin(server: &Server, path: &str, parameters: Value) -> String {
    let body = json!({ "resourceType": "Parameters", "parameter": parameters });
    let reply = server.post(path, body).await.is(202);
    reply.headers["content-location"].to_str().unwrap().to_owned()
}

fn value(reply: &Reply, name: &str) -> Value {
    let parameters = reply.json();
    let found = parameters["parameter"].as_array().unwrap().iter().find(|one| one["name"] == name);
    let found = found.and_then(Value::as_object).into_iter().flatten();
    found
        .filter(|(key, _)| key.starts_with("value"))
        .map(|(_, value)| value.clone())
        .next()
        .unwrap()
}

/// Waits until a job has ended.
async fn ended(server: &Server, place: &str) -> Reply {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let reply = server.get(place).await;
        if reply.status == 200 {
            return reply;
        }
        assert!(reply.status == 202 && reply.headers.contains_key("x-progress"), "{}", reply.text);
        assert!(Instant::now() < end, "{}", reply.text);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn count(server: &Server, query: &str) -> Value {
    server.get(&format!("/Patient?{query}&_summary=count")).await.is(200).json()["total"].clone()
}

async fn rows_that_were_lost_are_made_again(server: Server) {
    fill(&server, 400).await;
    let parameter =
        "(SELECT param_id FROM search_parameter WHERE kind = 'Patient' AND code = 'gender')";
    server.database.run(&format!("DELETE FROM sp_token WHERE param_id = {parameter}")).await;
    // Readers see what another process did once something is written here.
    server.put("/Patient/x", json!({ "resourceType": "Patient", "id": "x" })).await.is(201);
    assert_eq!(count(&server, "gender=female").await, 0);
    let named = json!([
        { "name": "type", "valueCode": "Patient" }, { "name": "parameter", "valueString": "gender" },
    ]);
    let place = begin(&server, "/$reindex", named).await;
    let done = ended(&server, &place).await;
    assert_eq!(value(&done, "state"), "completed");
    assert_eq!((value(&done, "done"), value(&done, "of")), (json!(401), json!(401)));
    assert_eq!(count(&server, "gender=female").await, 400);
    server.assert_sound();
}

async fn a_stored_parameter_is_made_anew(server: Server) {
    fill(&server, 50).await;
    let parameter = json!({
        "resourceType": "SearchParameter", "id": "sex", "url": "http://x.org/sex", "name": "Sex",
        "status": "active", "description": "x", "code": "sex", "base": ["Patient"], "type": "token",
        "expression": "Patient.gender | Patient.active",
    });
    server.put("/SearchParameter/sex", parameter).await.is(201);
    let end = Instant::now() + Duration::from_secs(60);
    while server.get("/Patient?sex=female").await.status != 200 {
        assert!(Instant::now() < end);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let place = begin(&server, "/SearchParameter/sex/$reindex", json!([])).await;
    assert_eq!(value(&ended(&server, &place).await, "state"), "completed");
    assert_eq!(count(&server, "sex=female").await, 50);
    let all = begin(&server, "/$reindex", json!([])).await;
    server
        .put("/Patient/p1", json!({ "resourceType": "Patient", "id": "p1", "gender": "male" }))
        .await
        .is(200);
    assert_eq!(value(&ended(&server, &all).await, "state"), "completed");
    assert_eq!(count(&server, "sex=female").await, 49);
    assert_eq!(count(&server, "gender=male").await, 1);
    server.assert_sound();
    let metadata = server.get("/metadata").await.text;
    assert!(metadata.contains("OperationDefinition/reindex"));
}

async fn a_job_can_be_cancelled(server: Server) {
    fill(&server, 3_000).await;
    let place =
        begin(&server, "/$reindex", json!([{ "name": "type", "valueCode": "Patient" }])).await;
    let cancelled = server.delete(&place).await.is(200);
    assert_eq!(value(&cancelled, "state"), "cancelled");
    assert_eq!(value(&server.get(&place).await.is(200), "state"), "cancelled");
    assert_eq!(count(&server, "gender=female").await, 3_000);
    server.assert_sound();
}

async fn what_cannot_be_done_is_told(server: Server) {
    let body = |name: &str, value: &str| json!({ "resourceType": "Parameters", "parameter": [{ "name": name, "valueString": value }] });
    server.post("/$reindex", body("type", "Patiant")).await.is(400);
    server.post("/$reindex", body("parameter", "nothing")).await.is(422);
    server.get("/$reindex").await.is(405);
    for id in ["0", "99", "x"] {
        server.get(&format!("/_status/{id}")).await.is(404);
        server.delete(&format!("/_status/{id}")).await.is(404);
    }
    server.post("/_status/1", "").await.is(405);
}
