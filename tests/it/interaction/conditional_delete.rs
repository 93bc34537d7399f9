//! Conditional delete, <https://hl7.org/fhir/R4/http.html#cond-delete>.

use std::future::IntoFuture;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_matches_is_deleted,
    several_matches_are_refused_unless_allowed,
    its_tag_is_about_what_is_found,
    fifty_at_once_delete_once,
    wrong_criteria_delete_nothing,
);

const URL: &str = "/Patient?identifier=http://example.org/cccd|001";

fn patient() -> Value {
    let identifier = json!([{ "system": "http://example.org/cccd", "value": "001" }]);
    json!({ "resourceType": "Patient", "identifier": identifier })
}

async fn count(server: &Server) -> String {
    server.get("/Patient?_summary=count").await.is(200).json()["total"].to_string()
}

async fn what_matches_is_deleted(server: Server) {
    let id = server.post("/Patient", patient()).await.is(201).id();
    let other = server.post("/Patient", json!({ "resourceType": "Patient" })).await.is(201).id();
    let reply = server.delete(URL).await.is(204);
    assert_eq!(reply.header("etag"), Some("W/\"2\""));
    server.get(&format!("/Patient/{id}")).await.is(410);
    server.get(&format!("/Patient/{other}")).await.is(200);
    // Done again, it is still done.
    server.delete(URL).await.is(204);
}

async fn several_matches_are_refused_unless_allowed(mut server: Server) {
    for _ in 0..4 {
        server.post("/Patient", patient()).await.is(201);
    }
    server.delete(URL).await.is(412);
    assert_eq!(count(&server).await, "4");
    let claimed =
        |statement: Value| statement["rest"][0]["resource"][0]["conditionalDelete"].clone();
    assert_eq!(claimed(server.get("/metadata").await.json()), "single");
    server.stop().await;
    server.start_again(&[("conditional_deletes", "3")]).await;
    assert_eq!(claimed(server.get("/metadata").await.json()), "multiple");
    let reply = server.delete(URL).header("accept-language", "en").await.is(412);
    assert!(reply.said().contains("conditional_deletes"), "{}", reply.text);
    assert_eq!(count(&server).await, "4");
    let first = server.get(URL).await.ids()[0].clone();
    server.delete(&format!("/Patient/{first}")).await.is(204);
    server.delete(URL).header("if-match", "W/\"1\"").await.is(412);
    let reply = server.delete(URL).header("accept-language", "en").await.is(200);
    assert_eq!((reply.said().as_str(), reply.header("etag")), ("Deleted 3 Patient.", None));
    assert_eq!(count(&server).await, "0");
    let entry = json!({ "request": { "method": "DELETE", "url": &URL[1..] } });
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [entry] });
    let reply = server.post("", batch).header("accept-language", "en").await.is(200).json();
    let outcome = &reply["entry"][0]["response"]["outcome"];
    assert_eq!(outcome["issue"][0]["details"]["text"], "Deleted 0 Patient.");
    server.assert_sound();
}

async fn its_tag_is_about_what_is_found(server: Server) {
    server.delete(URL).header("if-match", "*").await.is(412);
    server.post("/Patient", patient()).await.is(201);
    server.delete(URL).header("if-match", "W/\"2\"").await.is(412);
    assert_eq!(count(&server).await, "1");
    server.delete(URL).header("if-match", "W/\"1\"").await.is(204);
}

async fn fifty_at_once_delete_once(server: Server) {
    let id = server.post("/Patient", patient()).await.is(201).id();
    let all = join_all((0..50).map(|_| server.delete(URL).into_future())).await;
    assert!(all.iter().all(|reply| reply.status == 204), "{all:?}");
    let with_tag = all.iter().filter(|reply| reply.header("etag") == Some("W/\"2\"")).count();
    assert_eq!(with_tag, 1);
    let history = server.get(&format!("/Patient/{id}/_history")).await.is(200).json();
    assert_eq!(history["total"], json!(2));
    server.assert_sound();
}

async fn wrong_criteria_delete_nothing(server: Server) {
    server.post("/Patient", patient()).await.is(201);
    for query in ["", "?_format=json", "?identifer=1", "?_count=1", "?_cascade=delete"] {
        let delete = server.delete(&format!("/Patient{query}"));
        delete.header("prefer", "handling=lenient").await.is(400);
    }
    server.delete("/Patient?identifier=").await.is(400);
    assert_eq!(count(&server).await, "1");
}
