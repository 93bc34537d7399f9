//! An update that changes nothing makes no new version.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_is_there_already_stays,
    what_the_client_says_in_meta_is_content,
    conditions_hold_though_nothing_changes,
    what_was_deleted_comes_again,
    the_same_sent_many_times_at_once_is_one_version,
    entries_that_change_nothing_stay_and_others_do_not,
    a_version_that_a_link_names_is_made,
    every_update_makes_a_version_when_so_wished,
);

fn patient(tags: &[&str]) -> Value {
    let tags: Vec<Value> = tags.iter().map(|tag| json!({ "system": "s:x", "code": tag })).collect();
    json!({ "resourceType": "Patient", "id": "me", "meta": { "tag": tags }, "active": true })
}

async fn versions(server: &Server, path: &str) -> Value {
    server.get(&format!("{path}/_history")).await.is(200).json()["total"].clone()
}

async fn what_is_there_already_stays(server: Server) {
    let first = server.put("/Patient/me", patient(&["a", "b"])).await.is(201);
    let again = server.put("/Patient/me", patient(&["a", "b"])).await.is(200);
    assert_eq!(again.text, first.text);
    for header in ["etag", "last-modified"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
        assert!(again.header(header).is_some(), "{header}");
    }
    // What was read is sent back, version and time in it.
    server.put("/Patient/me", &first.text).await.is(200);
    assert_eq!(versions(&server, "/Patient/me").await, json!(1));
    server.assert_sound();
}

async fn what_the_client_says_in_meta_is_content(server: Server) {
    server.put("/Patient/me", patient(&["a", "b"])).await.is(201);
    let swapped = server.put("/Patient/me", patient(&["b", "a"])).await.is(200);
    assert_eq!(swapped.header("etag"), Some("W/\"2\""));
    let mut claiming = patient(&["b", "a"]);
    claiming["meta"]["profile"] = json!(["http://hl7.org/fhir/StructureDefinition/Patient"]);
    let claiming = server.put("/Patient/me", claiming).await.is(200);
    assert_eq!(claiming.header("etag"), Some("W/\"3\""));
    let mut decimal = json!({ "resourceType": "Observation", "id": "w", "status": "final",
        "code": { "text": "x" }, "valueQuantity": { "value": 7 } });
    server.put("/Observation/w", &decimal).await.is(201);
    decimal["valueQuantity"] = serde_json::from_str(r#"{ "value": 7.0 }"#).unwrap();
    let precise = server.put("/Observation/w", &decimal).await.is(200);
    assert_eq!(precise.header("etag"), Some("W/\"2\""));
}

async fn conditions_hold_though_nothing_changes(server: Server) {
    server.put("/Patient/me", patient(&["a"])).await.is(201);
    let put = |tag| server.put("/Patient/me", patient(&["a"])).header("if-match", tag);
    assert_eq!(put("W/\"1\"").await.is(200).header("etag"), Some("W/\"1\""));
    put("W/\"2\"").await.is(412);
    assert_eq!(versions(&server, "/Patient/me").await, json!(1));
}

async fn what_was_deleted_comes_again(server: Server) {
    server.put("/Patient/me", patient(&["a"])).await.is(201);
    server.delete("/Patient/me").await.is(204);
    let again = server.put("/Patient/me", patient(&["a"])).await.is(201);
    assert_eq!(again.header("etag"), Some("W/\"3\""));
}

async fn the_same_sent_many_times_at_once_is_one_version(server: Server) {
    let sent = join_all((0..20).map(async |_| server.put("/Patient/me", patient(&["a"])).await));
    let mut statuses: Vec<u16> = sent.await.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 19], vec![201]].concat());
    assert_eq!(versions(&server, "/Patient/me").await, json!(1));
}

fn entry(method: &str, url: &str, resource: &Value) -> Value {
    json!({ "request": { "method": method, "url": url }, "resource": resource,
        "fullUrl": format!("http://x.example/{url}") })
}

fn bundle(kind: &str, entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries })
}

async fn entries_that_change_nothing_stay_and_others_do_not(server: Server) {
    server.put("/Patient/me", patient(&["a"])).await.is(201);
    for (round, kind) in ["transaction", "batch"].into_iter().enumerate() {
        let other =
            json!({ "resourceType": "Patient", "id": "you", "multipleBirthInteger": round });
        let entries =
            [entry("PUT", "Patient/me", &patient(&["a"])), entry("PUT", "Patient/you", &other)];
        let reply = server.post("", bundle(kind, &entries)).await.is(200).json();
        let told = |at: usize, name: &str| reply["entry"][at]["response"][name].clone();
        let tag = format!("W/\"{}\"", round + 1);
        assert_eq!([told(0, "etag"), told(1, "etag")], [json!("W/\"1\""), json!(tag)], "{kind}");
        assert_eq!(told(0, "status").as_str().map(|status| &status[..3]), Some("200"), "{kind}");
    }
    assert_eq!(versions(&server, "/Patient/me").await, json!(1));
    server.assert_sound();
}

async fn a_version_that_a_link_names_is_made(server: Server) {
    server.put("/Patient/me", patient(&["a"])).await.is(201);
    let about = json!({ "resourceType": "Basic", "id": "b", "code": { "text": "x" },
        "subject": { "reference": "http://x.example/Patient/me/_history/5" } });
    let entries = [entry("PUT", "Patient/me", &patient(&["a"])), entry("PUT", "Basic/b", &about)];
    server.post("", bundle("transaction", &entries)).await.is(200);
    let stored = server.get("/Basic/b").await.is(200).json();
    let link = stored["subject"]["reference"].as_str().unwrap();
    server.get(&format!("/{link}")).await.is(200);
    assert_eq!(link, "Patient/me/_history/2");
}

async fn every_update_makes_a_version_when_so_wished(mut server: Server) {
    server.stop().await;
    server.start_again(&[("skip_unchanged_updates", "false")]).await;
    server.put("/Patient/me", patient(&["a"])).await.is(201);
    let again = server.put("/Patient/me", patient(&["a"])).await.is(200);
    assert_eq!(again.header("etag"), Some("W/\"2\""));
}
