//! History of one resource, <https://hl7.org/fhir/R4/http.html#history>.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    history_has_every_version_newest_first,
    history_pages_hold_every_version_once,
    history_since_an_instant_leaves_older_versions_out,
    history_of_an_unknown_resource_is_not_found,
    history_refuses_what_it_does_not_know,
);

fn patient(active: bool) -> Value {
    json!({ "resourceType": "Patient", "id": "me", "active": active })
}

fn versions(reply: &Reply) -> Vec<String> {
    let bundle = reply.json();
    let entries = bundle["entry"].as_array().into_iter().flatten();
    entries.map(|entry| entry["response"]["etag"].as_str().unwrap().to_owned()).collect()
}

async fn history_has_every_version_newest_first(server: Server) {
    let created = server.post("/Patient", json!({ "resourceType": "Patient" })).await.is(201);
    let url = format!("/Patient/{}", created.id());
    let again = json!({ "resourceType": "Patient", "id": created.id(), "active": true });
    server.put(&url, &again).await.is(200);
    server.delete(&url).await.is(204);
    server.put(&url, &again).await.is(201);
    let reply = server.get(&format!("{url}/_history")).await;
    insta::assert_snapshot!("history", settled(&server, &reply));
}

async fn history_pages_hold_every_version_once(server: Server) {
    for round in 0..7 {
        server.put("/Patient/me", patient(round % 2 == 0)).await;
    }
    let mut page = server.get("/Patient/me/_history?_count=3").await.is(200);
    let mut all = versions(&page);
    assert_eq!(all.len(), 3);
    while let Some(next) = page.link("next") {
        // What is written meanwhile does not move the pages.
        server.put("/Patient/me", patient(true)).await.is(200);
        page = server.get(&next).await.is(200);
        all.extend(versions(&page));
    }
    let expected: Vec<_> = (1..=7).rev().map(|version| format!("W/\"{version}\"")).collect();
    assert_eq!(all, expected);
}

async fn history_since_an_instant_leaves_older_versions_out(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    server.put("/Patient/me", patient(false)).await.is(200);
    let third = server.put("/Patient/me", patient(true)).await.is(200).json();
    let since = third["meta"]["lastUpdated"].as_str().unwrap().replace('+', "%2B");
    let reply = server.get(&format!("/Patient/me/_history?_since={since}")).await.is(200);
    assert_eq!(versions(&reply), ["W/\"3\""]);
    let reply = server.get("/Patient/me/_history?_since=2001-01-01T00:00:00Z").await.is(200);
    assert_eq!(versions(&reply).len(), 3);
    let reply = server.get("/Patient/me/_history?_since=2099-01-01T00:00:00Z").await.is(200);
    assert_eq!(versions(&reply).len(), 0);
}

async fn history_of_an_unknown_resource_is_not_found(server: Server) {
    server.get("/Patient/nobody/_history").await.is(404);
}

async fn history_refuses_what_it_does_not_know(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    for query in ["_since=once", "_count=many", "_counter=1", "name=anh"] {
        server.get(&format!("/Patient/me/_history?{query}")).await.is(400);
    }
    let lenient = server.get("/Patient/me/_history?name=anh").header("prefer", "handling=lenient");
    assert_eq!(versions(&lenient.await.is(200)).len(), 1);
}
