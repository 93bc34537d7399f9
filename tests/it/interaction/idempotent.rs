//! `Idempotency-Key`: what was done is not done again, and the first answer comes again.

use std::future::IntoFuture;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::call::{Call, Reply};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_create_is_done_once,
    updates_patches_and_deletions_too,
    a_transaction_is_answered_entry_by_entry_again,
    of_many_at_once_one_is_done,
    another_request_needs_another_key,
    it_is_kept_over_a_restart_and_for_a_time,
    what_failed_may_be_tried_again,
);

fn patient() -> Value {
    json!({ "resourceType": "Patient", "name": [{ "text": "Ánh" }] })
}

fn with(call: Call, key: &str) -> Call {
    call.header("idempotency-key", key)
}

async fn count(server: &Server, of: &str) -> Value {
    server.get(&format!("/{of}?_summary=count")).await.is(200).json()["total"].clone()
}

#[track_caller]
fn same(first: &Reply, again: &Reply) {
    assert_eq!(first.status, again.status, "{}", again.text);
    assert_eq!(first.text, again.text);
    for name in ["etag", "location", "last-modified"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
    let replayed = |reply: &Reply| reply.header("idempotency-replayed").map(str::to_owned);
    assert_eq!((replayed(first), replayed(again)), (None, Some("true".to_owned())));
}

async fn a_create_is_done_once(server: Server) {
    let send = || with(server.post("/Patient", patient()), "a-1");
    let first = send().await.is(201);
    // The answer is that of then, whatever came after.
    let mut later = first.json();
    later["active"] = json!(true);
    server.put(&format!("/Patient/{}", first.id()), later).await.is(200);
    same(&first, &send().await);
    assert_eq!(count(&server, "Patient").await, 1);
    let xml = "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"/></Patient>";
    let send =
        || with(server.post("/Patient", xml), "x").header("content-type", "application/fhir+xml");
    let (first, again) = (send().await.is(201), send().await);
    same(&first, &again);
    assert_eq!(count(&server, "Patient").await, 2);
}

async fn updates_patches_and_deletions_too(server: Server) {
    let mut resource = patient();
    resource["id"] = json!("me");
    let put = || with(server.put("/Patient/me", &resource), "put");
    let first = put().await.is(201);
    same(&first, &put().await);
    let change = json!([{ "op": "add", "path": "/name/0/given", "value": ["a"] },
        { "op": "test", "path": "/name/0/given", "value": ["a"] }]);
    let patch = || {
        let call = server.call("PATCH", "/Patient/me").body(&change);
        with(
            call.header("content-type", "application/json-patch+json")
                .header("if-match", "W/\"1\""),
            "patch",
        )
    };
    let first = patch().await.is(200);
    same(&first, &patch().await);
    let delete = || with(server.delete("/Patient/me"), "delete");
    let first = delete().await.is(204);
    same(&first, &delete().await);
    assert_eq!(server.get("/Patient/me/_history").await.json()["total"], 3);
}

async fn a_transaction_is_answered_entry_by_entry_again(server: Server) {
    server
        .put(
            "/Patient/there",
            json!({ "resourceType": "Patient", "id": "there",
        "identifier": [{ "system": "http://example.org/s", "value": "1" }] }),
        )
        .await
        .is(201);
    let entries = json!([
        { "request": { "method": "GET", "url": "Patient/there" } },
        { "fullUrl": "urn:uuid:0b7a0a7a-6f0a-4e0e-9c80-5f3f1c1d0a01", "resource": patient(),
          "request": { "method": "POST", "url": "Patient" } },
        { "resource": { "resourceType": "Patient" }, "request": { "method": "POST", "url": "Patient",
          "ifNoneExist": "identifier=http://example.org/s|1" } },
        { "resource": { "resourceType": "Condition", "subject":
            { "reference": "urn:uuid:0b7a0a7a-6f0a-4e0e-9c80-5f3f1c1d0a01" } },
          "request": { "method": "POST", "url": "Condition" } },
    ]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let send = || with(server.post("", &bundle), "t");
    let (first, again) = (send().await.is(200), send().await.is(200));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let (first, again) = (first.json(), again.json());
    for at in 1..4 {
        assert_eq!(
            first["entry"][at]["response"]["status"],
            again["entry"][at]["response"]["status"]
        );
        assert_eq!(
            first["entry"][at]["response"]["location"],
            again["entry"][at]["response"]["location"]
        );
    }
    assert_eq!(again["entry"].as_array().map(Vec::len), Some(4));
    assert_eq!(count(&server, "Patient").await, 2);
    assert_eq!(count(&server, "Condition").await, 1);
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [] });
    with(server.post("", batch), "b").await.is(400);
}

async fn of_many_at_once_one_is_done(server: Server) {
    let send = || with(server.post("/Patient", patient()), "many").into_future();
    let all = join_all((0..30).map(|_| send())).await;
    let first = &all[0];
    for reply in &all {
        assert_eq!((reply.status, &reply.text), (201, &first.text));
    }
    let again = all.iter().filter(|reply| reply.header("idempotency-replayed").is_some());
    assert_eq!(again.count(), 29);
    assert_eq!(count(&server, "Patient").await, 1);
}

async fn another_request_needs_another_key(server: Server) {
    with(server.post("/Patient", patient()), "k").await.is(201);
    let mut other = patient();
    other["active"] = json!(true);
    let reply = with(server.post("/Patient", &other), "k").await.is(422);
    assert!(reply.said().contains("Idempotency-Key"), "{}", reply.text);
    let organization = json!({ "resourceType": "Organization", "name": "x" });
    with(server.post("/Organization", organization), "k").await.is(422);
    with(server.post("/Patient", &other), "k2").await.is(201);
    assert_eq!(count(&server, "Patient").await, 2);
    with(server.get("/Patient"), "k3").await.is(400);
    with(server.post("/Patient", patient()), &"k".repeat(256)).await.is(400);
    with(server.post("/Patient", patient()), "").await.is(400);
}

async fn it_is_kept_over_a_restart_and_for_a_time(mut server: Server) {
    server.stop().await;
    server.start_again(&[("idempotency_seconds", "2")]).await;
    let first = with(server.post("/Patient", patient()), "r").await.is(201);
    server.stop().await;
    server.start_again(&[]).await;
    let again = with(server.post("/Patient", patient()), "r").await;
    if again.header("idempotency-replayed").is_some() {
        assert_eq!(first.id(), again.id());
    }
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let later = with(server.post("/Patient", patient()), "r").await.is(201);
    assert_ne!(first.id(), later.id());
    server.stop().await;
    server.start_again(&[("idempotency_seconds", "0")]).await;
    with(server.post("/Patient", patient()), "r").await.is(501);
}

async fn what_failed_may_be_tried_again(server: Server) {
    let wrong = json!({ "resourceType": "Patient", "gender": "x" });
    with(server.post("/Patient", wrong), "f").await.is(422);
    with(server.post("/Patient", patient()), "f").await.is(201);
    assert_eq!(count(&server, "Patient").await, 1);
}
