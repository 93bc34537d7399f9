//! Conditional update, <https://hl7.org/fhir/R4/http.html#cond-update>.

use std::future::IntoFuture;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    without_a_match_it_creates,
    with_one_match_it_updates,
    another_id_than_that_of_the_match_is_refused,
    an_id_that_is_taken_is_refused,
    several_matches_are_refused,
    wrong_criteria_are_refused,
    its_conditions_are_about_what_is_found,
    fifty_at_once_make_one_resource,
    fifty_at_once_with_one_tag_are_done_once,
    in_a_batch_it_is_the_same,
);

const URL: &str = "/Patient?identifier=http://example.org/cccd|001";

fn patient(id: Option<&str>, active: bool) -> Value {
    let identifier = json!([{ "system": "http://example.org/cccd", "value": "001" }]);
    let mut patient =
        json!({ "resourceType": "Patient", "identifier": identifier, "active": active });
    if let Some(id) = id {
        patient["id"] = json!(id);
    }
    patient
}

async fn count(server: &Server) -> String {
    server.get("/Patient?_summary=count").await.is(200).json()["total"].to_string()
}

async fn without_a_match_it_creates(server: Server) {
    let reply = server.put(URL, patient(None, true)).await.is(201);
    let location = format!("{}/Patient/{}/_history/1", server.base(), reply.id());
    assert_eq!(reply.header("location"), Some(location.as_str()));
    server.delete(&format!("/Patient/{}", reply.id())).await.is(204);
    let named = server.put(URL, patient(Some("mine"), true)).await.is(201);
    assert_eq!(named.id(), "mine");
    // One that was deleted is free.
    server.delete("/Patient/mine").await.is(204);
    let again = server.put(URL, patient(Some("mine"), true)).await.is(201);
    assert_eq!(again.header("etag"), Some("W/\"3\""));
}

async fn with_one_match_it_updates(server: Server) {
    let first = server.post("/Patient", patient(None, true)).await.is(201);
    let second = server.put(URL, patient(None, false)).await.is(200);
    assert_eq!((second.id(), second.header("etag")), (first.id(), Some("W/\"2\"")));
    let id = first.id();
    let third = server.put(&format!("{URL}&_format=json"), patient(Some(&id), true)).await.is(200);
    assert_eq!(third.header("etag"), Some("W/\"3\""));
    // Nothing changes.
    let same = server.put(URL, patient(None, true)).await.is(200);
    assert_eq!(same.header("etag"), Some("W/\"3\""));
    assert_eq!(count(&server).await, "1");
}

async fn another_id_than_that_of_the_match_is_refused(server: Server) {
    server.put("/Patient/one", patient(Some("one"), true)).await.is(201);
    let reply = server.put(URL, patient(Some("two"), false)).await.is(400);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Patient.id");
    server.put(URL, patient(Some("a/b"), false)).await.is(400);
    assert_eq!(server.get("/Patient/one").await.header("etag"), Some("W/\"1\""));
    server.get("/Patient/two").await.is(404);
}

async fn an_id_that_is_taken_is_refused(server: Server) {
    let other = json!({ "resourceType": "Patient", "id": "mine" });
    server.put("/Patient/mine", other).await.is(201);
    server.put(URL, patient(Some("mine"), true)).await.is(409);
    assert_eq!(server.get("/Patient/mine").await.header("etag"), Some("W/\"1\""));
}

async fn several_matches_are_refused(server: Server) {
    for _ in 0..2 {
        server.post("/Patient", patient(None, true)).await.is(201);
    }
    server.put(URL, patient(None, false)).await.is(412);
    assert_eq!(count(&server).await, "2");
}

async fn wrong_criteria_are_refused(server: Server) {
    let update = |query: &str| {
        let update = server.put(&format!("/Patient{query}"), patient(None, true));
        update.header("prefer", "handling=lenient")
    };
    update("").await.is(400);
    update("?_format=json").await.is(400);
    update("?identifer=1").await.is(400);
    update("?identifier=1&_count=1").await.is(400);
    update("?birthdate=once").await.is(400);
    update("?identifier=").await.is(400);
    assert_eq!(count(&server).await, "0");
}

async fn its_conditions_are_about_what_is_found(server: Server) {
    let update = |name: &str, tag: &str| server.put(URL, patient(None, false)).header(name, tag);
    update("if-match", "*").await.is(412);
    update("if-none-match", "*").await.is(201);
    update("if-none-match", "*").await.is(412);
    update("if-match", "W/\"2\"").await.is(412);
    let update = server.put(URL, patient(None, true)).header("if-match", "W/\"1\"");
    assert_eq!(update.await.is(200).header("etag"), Some("W/\"2\""));
}

async fn fifty_at_once_make_one_resource(server: Server) {
    let all = (0..50).map(|at| server.put(URL, patient(None, at % 2 == 0)).into_future());
    let all = join_all(all).await;
    let with = |status: u16| all.iter().filter(|reply| reply.status == status).count();
    assert_eq!((with(201), with(200)), (1, 49));
    assert_eq!(count(&server).await, "1");
    server.assert_sound();
}

async fn fifty_at_once_with_one_tag_are_done_once(server: Server) {
    server.put(URL, patient(None, true)).await.is(201);
    let update = || server.put(URL, patient(None, false)).header("if-match", "W/\"1\"");
    let all = join_all((0..50).map(|_| update().into_future())).await;
    let with = |status: u16| all.iter().filter(|reply| reply.status == status).count();
    assert_eq!((with(200), with(412)), (1, 49));
    server.assert_sound();
}

async fn in_a_batch_it_is_the_same(server: Server) {
    let entry = |url: &str, id| json!({ "resource": patient(id, true), "request": { "method": "PUT", "url": url } });
    let entries = json!([
        entry(&URL[1..], None),
        entry("Patient", None),
        entry("Patient?identifier=x|y&a=b", None)
    ]);
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = server.post("", batch).await.is(200).json();
    let status = |at: usize| reply["entry"][at]["response"]["status"].as_str().unwrap().to_owned();
    assert_eq!(
        (status(0).as_str(), status(1).as_str(), status(2).as_str()),
        ("201 Created", "400", "400")
    );
    assert_eq!(count(&server).await, "1");
}
