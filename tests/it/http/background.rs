//! `Prefer: respond-async`, <https://hl7.org/fhir/R4/async.html>.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_search_is_answered_where_it_is_told_of,
    a_batch_is_carried_out_meanwhile,
    what_is_cancelled_is_forgotten,
    others_are_refused_clearly,
    there_are_not_too_many,
);

/// Asks until it is done.
async fn done(server: &Server, begun: &Reply) -> Reply {
    let place = begun.header("content-location").expect("a place").to_owned();
    for _ in 0..200 {
        let reply = server.get(&place).await;
        if reply.status != 202 {
            return reply.is(200);
        }
        assert!(reply.header("retry-after").is_some() && reply.header("x-progress").is_some());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not end");
}

async fn a_search_is_answered_where_it_is_told_of(server: Server) {
    for id in ["a", "b"] {
        let patient = json!({ "resourceType": "Patient", "id": id });
        server.put(&format!("/Patient/{id}"), patient).await.is(201);
    }
    let call = server.get("/Patient?_sort=_id").header("prefer", "handling=lenient, respond-async");
    let begun = call.await.is(202);
    let bundle = done(&server, &begun).await.json();
    assert_eq!(
        (&bundle["type"], &bundle["entry"][0]["response"]["status"]),
        (&json!("batch-response"), &json!("200 OK"))
    );
    let found = &bundle["entry"][0]["resource"];
    assert_eq!(
        (&found["type"], &found["entry"][1]["resource"]["id"]),
        (&json!("searchset"), &json!("b"))
    );
    let place = begun.header("content-location").unwrap().to_owned();
    let xml = server.get(&place).header("accept", "application/fhir+xml").await.is(200);
    assert!(xml.text.contains("<type value=\"searchset\"/>"));
    let call = server.get("/Patient?_format=xml&_sort=_id").header("accept-encoding", "zstd");
    let begun = call.header("prefer", "respond-async").header("accept", "*/*").await.is(202);
    let reply = server.get(begun.header("content-location").unwrap()).await;
    assert!([200, 202].contains(&reply.status));
    let bundle = done(&server, &begun).await.json();
    assert_eq!(bundle["entry"][0]["resource"]["entry"][0]["resource"]["id"], "a");
    // A fault is told there, too.
    let begun = server.get("/Patient?no-such=1").header("prefer", "respond-async").await.is(202);
    let bundle = done(&server, &begun).await.json();
    let response = &bundle["entry"][0]["response"];
    assert_eq!(response["status"], "400 Bad Request");
    assert_eq!(response["outcome"]["resourceType"], "OperationOutcome");
}

async fn a_batch_is_carried_out_meanwhile(server: Server) {
    let entry = |id: &str| {
        json!({ "resource": { "resourceType": "Patient", "id": id },
            "request": { "method": "PUT", "url": format!("Patient/{id}") } })
    };
    for kind in ["batch", "transaction"] {
        let id = format!("of-{kind}");
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry(&id)] });
        let begun = server.post("", bundle).header("prefer", "respond-async").await.is(202);
        let told = done(&server, &begun).await.json();
        let answer: &Value = &told["entry"][0]["resource"];
        assert_eq!(answer["type"], format!("{kind}-response"));
        assert_eq!(answer["entry"][0]["response"]["status"], "201 Created");
        server.get(&format!("/Patient/{id}")).await.is(200);
    }
}

async fn what_is_cancelled_is_forgotten(server: Server) {
    let begun = server.get("/Patient").header("prefer", "respond-async").await.is(202);
    let place = begun.header("content-location").unwrap().to_owned();
    server.delete(&place).await.is(202);
    server.get(&place).await.is(404);
    server.delete(&place).await.is(404);
    server.get("/_status/6a0f2c0e-0000-4000-8000-000000000000").await.is(404);
    server.call("POST", &place).body("{}").await.is(405);
}

async fn others_are_refused_clearly(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let reply = server.put("/Patient/me", &patient).header("prefer", "respond-async").await.is(501);
    assert!(reply.said().contains("respond-async"));
    server.get("/Patient/me").header("prefer", "respond-async").await.is(501);
    server.get("/Patient/me").await.is(404);
}

async fn there_are_not_too_many(mut server: Server) {
    server.stop().await;
    server.start_again(&[("async_requests", "2"), ("async_kept_seconds", "1")]).await;
    let ask = || server.get("/Patient").header("prefer", "respond-async");
    for _ in 0..2 {
        done(&server, &ask().await.is(202)).await;
    }
    let reply = ask().await.is(503);
    assert!(reply.said().contains("async_requests"));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    ask().await.is(202);
}
