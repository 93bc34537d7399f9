//! Conditional updates, patches and deletions in transactions,
//! <https://hl7.org/fhir/R4/http.html#trules>.

use std::future::IntoFuture;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    links_lead_to_what_an_update_finds_or_makes,
    patches_are_done_with_the_rest,
    deletions_come_before_what_others_look_for,
    one_resource_is_changed_by_one_entry,
    conditions_hold_or_nothing_is_done,
    several_deletions_are_one_entry,
    thirty_at_once_make_one_of_each,
);

const MOTHER: &str = "Patient?identifier=http://example.org/cccd|001";
const URN: &str = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";

fn patient(value: &str) -> Value {
    let identifier = json!([{ "system": "http://example.org/cccd", "value": value }]);
    json!({ "resourceType": "Patient", "identifier": identifier })
}

fn observation(code: &str, subject: &str) -> Value {
    json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" },
        "identifier": [{ "value": code }], "subject": { "reference": subject } })
}

fn entry(method: &str, url: &str, resource: Option<Value>) -> Value {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(resource) = resource {
        entry["resource"] = resource;
    }
    entry
}

fn named(mut entry: Value, url: &str) -> Value {
    entry["fullUrl"] = json!(url);
    entry
}

fn transaction(entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn json_patch(operations: Value) -> Value {
    let data = STANDARD.encode(operations.to_string());
    json!({ "resourceType": "Binary", "contentType": "application/json-patch+json", "data": data })
}

fn statuses(answer: &Value) -> Vec<String> {
    let entries = answer["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["response"]["status"].as_str().unwrap().to_owned()).collect()
}

async fn subject(server: &Server, code: &str) -> String {
    let found = server.get(&format!("/Observation?identifier={code}")).await.is(200).json();
    found["entry"][0]["resource"]["subject"]["reference"].as_str().unwrap().to_owned()
}

async fn count(server: &Server, kind: &str) -> String {
    server.get(&format!("/{kind}?_summary=count")).await.is(200).json()["total"].to_string()
}

async fn links_lead_to_what_an_update_finds_or_makes(server: Server) {
    let bundle = |code: &str| {
        transaction(&[
            entry("POST", "Observation", Some(observation(code, URN))),
            named(entry("PUT", MOTHER, Some(patient("001"))), URN),
        ])
    };
    let made = server.post("", bundle("a")).await.is(200).json();
    assert_eq!(statuses(&made), ["201 Created", "201 Created"]);
    let mother = subject(&server, "a").await;
    server.get(&format!("/{mother}")).await.is(200);
    let found = server.post("", bundle("b")).await.is(200).json();
    assert_eq!(statuses(&found), ["201 Created", "200 OK"]);
    assert_eq!(subject(&server, "b").await, mother);
    // Under the id that the client chose.
    let mut own = patient("002");
    own["id"] = json!("mine");
    let put = named(entry("PUT", "Patient?identifier=http://example.org/cccd|002", Some(own)), URN);
    let bundle = transaction(&[put, entry("POST", "Observation", Some(observation("c", URN)))]);
    server.post("", bundle).await.is(200);
    assert_eq!(subject(&server, "c").await, "Patient/mine");
    assert_eq!(count(&server, "Patient").await, "2");
    server.assert_sound();
}

async fn patches_are_done_with_the_rest(server: Server) {
    let mut mother = patient("001");
    mother["id"] = json!("m");
    server.put("/Patient/m", mother).await.is(201);
    let mut weight = observation("w", "Patient/m");
    weight["id"] = json!("w");
    server.put("/Observation/w", weight).await.is(201);
    let part = |name: &str, key: &str, value: Value| json!({ "name": name, key: value });
    let replace = json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
        part("type", "valueCode", json!("replace")),
        part("path", "valueString", json!("Observation.subject")),
        part("value", "valueReference", json!({ "reference": URN })),
    ] }] });
    let add = json_patch(json!([{ "op": "add", "path": "/active", "value": true }]));
    let answer = server
        .post(
            "",
            transaction(&[
                entry("PATCH", MOTHER, Some(add)),
                entry("PATCH", "Observation/w", Some(replace)),
                named(entry("POST", "Patient", Some(patient("003"))), URN),
            ]),
        )
        .await
        .is(200)
        .json();
    assert_eq!(statuses(&answer), ["200 OK", "200 OK", "201 Created"]);
    assert_eq!(answer["entry"][0]["response"]["etag"], "W/\"2\"");
    assert_eq!(server.get("/Patient/m").await.json()["active"], json!(true));
    let child = answer["entry"][2]["response"]["location"].as_str().unwrap().to_owned();
    assert!(child.contains(&subject(&server, "w").await), "{child}");
    server.assert_sound();
}

async fn deletions_come_before_what_others_look_for(server: Server) {
    let old = server.post("/Patient", patient("001")).await.is(201).id();
    let mut create = entry("POST", "Patient", Some(patient("001")));
    create["request"]["ifNoneExist"] = json!("identifier=http://example.org/cccd|001");
    let answer = server.post("", transaction(&[create, entry("DELETE", MOTHER, None)])).await;
    assert_eq!(statuses(&answer.is(200).json()), ["201 Created", "204 No Content"]);
    server.get(&format!("/Patient/{old}")).await.is(410);
    assert_eq!(count(&server, "Patient").await, "1");
    // Nothing is there to be deleted.
    let nobody = entry("DELETE", "Patient?identifier=http://example.org/cccd|009", None);
    let answer = server.post("", transaction(&[nobody])).await.is(200).json();
    assert_eq!(statuses(&answer), ["204 No Content"]);
}

async fn one_resource_is_changed_by_one_entry(server: Server) {
    let mut mother = patient("001");
    mother["id"] = json!("m");
    server.put("/Patient/m", &mother).await.is(201);
    let patch = || json_patch(json!([{ "op": "add", "path": "/active", "value": true }]));
    let by_criteria = || entry("PUT", MOTHER, Some(patient("001")));
    for (first, second) in [
        (by_criteria(), entry("PUT", "Patient/m", Some(mother.clone()))),
        (by_criteria(), entry("PATCH", "Patient/m", Some(patch()))),
        (entry("PATCH", MOTHER, Some(patch())), entry("PUT", "Patient/m", Some(mother.clone()))),
        (by_criteria(), entry("PUT", "Patient?identifier=001", Some(patient("001")))),
        (entry("PATCH", "Patient/m", Some(patch())), entry("DELETE", "Patient/m", None)),
    ] {
        let reply = server.post("", transaction(&[first, second])).await.is(400);
        assert!(reply.text.contains("Patient/m"), "{}", reply.text);
        assert!(reply.text.contains("Bundle.entry["), "{}", reply.text);
    }
    assert_eq!(server.get("/Patient/m").await.header("etag"), Some("W/\"1\""));
    // What is deleted is not there for the others.
    let both = [entry("PATCH", MOTHER, Some(patch())), entry("DELETE", MOTHER, None)];
    server.post("", transaction(&both)).await.is(404);
    // Two that find nothing, in the same words.
    let new =
        || entry("PUT", "Patient?identifier=http://example.org/cccd|007", Some(patient("007")));
    server.post("", transaction(&[new(), new()])).await.is(400);
    assert_eq!(count(&server, "Patient").await, "1");
}

async fn conditions_hold_or_nothing_is_done(server: Server) {
    let mut mother = patient("001");
    mother["id"] = json!("m");
    server.put("/Patient/m", &mother).await.is(201);
    let with = |mut entry: Value, name: &str, value: &str| {
        entry["request"][name] = json!(value);
        entry
    };
    let patch = || json_patch(json!([{ "op": "add", "path": "/active", "value": true }]));
    let bad = || json_patch(json!([{ "op": "add", "path": "/gender", "value": "x" }]));
    let unfit = || json_patch(json!([{ "op": "remove", "path": "/gender" }]));
    let mut other = patient("001");
    other["id"] = json!("other");
    for (entry, status) in [
        (with(entry("PUT", MOTHER, Some(patient("001"))), "ifNoneMatch", "*"), 412),
        (with(entry("PUT", "Patient/m", Some(mother.clone())), "ifNoneMatch", "*"), 412),
        (with(entry("PUT", MOTHER, Some(patient("001"))), "ifMatch", "W/\"9\""), 412),
        (with(entry("PATCH", "Patient/m", Some(patch())), "ifMatch", "W/\"9\""), 412),
        (with(entry("DELETE", MOTHER, None), "ifMatch", "W/\"9\""), 412),
        (entry("PUT", MOTHER, Some(other)), 400),
        (entry("PUT", "Patient", Some(patient("001"))), 400),
        (entry("DELETE", "Patient", None), 400),
        (entry("PATCH", "Patient/nobody", Some(patch())), 404),
        (entry("PATCH", "Patient?identifier=nobody", Some(patch())), 404),
        (entry("PATCH", "Patient/m", Some(bad())), 422),
        (entry("PATCH", "Patient/m", Some(unfit())), 422),
        (entry("PATCH", "Patient/m", Some(patient("001"))), 400),
        (entry("PATCH", "Patient/m", None), 400),
    ] {
        let first = self::entry("POST", "Patient", Some(patient("002")));
        let reply = server.post("", transaction(&[first, entry.clone()])).await.is(status);
        let place = reply.json()["issue"][0]["expression"][0].as_str().unwrap().to_owned();
        assert!(place.starts_with("Bundle.entry[1]"), "{entry}: {}", reply.text);
    }
    assert_eq!(server.get("/Patient/m").await.header("etag"), Some("W/\"1\""));
    assert_eq!(count(&server, "Patient").await, "1");
    let new = with(
        entry("PUT", "Patient/n", Some(json!({ "resourceType": "Patient", "id": "n" }))),
        "ifNoneMatch",
        "*",
    );
    server.post("", transaction(std::slice::from_ref(&new))).await.is(200);
    server.post("", transaction(&[new])).await.is(412);
}

async fn several_deletions_are_one_entry(mut server: Server) {
    for _ in 0..3 {
        server.post("/Patient", patient("001")).await.is(201);
    }
    let bundle = || {
        transaction(&[
            entry("DELETE", MOTHER, None),
            entry("POST", "Patient", Some(patient("002"))),
        ])
    };
    server.post("", bundle()).await.is(412);
    server.stop().await;
    server.start_again(&[("conditional_deletes", "5")]).await;
    let answer = server.post("", bundle()).header("accept-language", "en").await.is(200).json();
    assert_eq!(statuses(&answer), ["200 OK", "201 Created"]);
    let outcome = &answer["entry"][0]["response"]["outcome"];
    assert_eq!(outcome["issue"][0]["details"]["text"], "Deleted 3 Patient.");
    assert_eq!(count(&server, "Patient").await, "1");
    server.assert_sound();
}

async fn thirty_at_once_make_one_of_each(server: Server) {
    let bundle = |at: usize| {
        transaction(&[
            entry("POST", "Observation", Some(observation(&format!("o{at}"), URN))),
            named(entry("PUT", MOTHER, Some(patient("001"))), URN),
        ])
    };
    let all = join_all((0..30).map(|at| server.post("", bundle(at)).into_future())).await;
    assert!(all.iter().all(|reply| reply.status == 200), "{all:?}");
    assert_eq!(count(&server, "Patient").await, "1");
    assert_eq!(count(&server, "Observation").await, "30");
    let mother = subject(&server, "o0").await;
    let found = server.get(&format!("/Observation?subject={mother}&_summary=count")).await.json();
    assert_eq!(found["total"], json!(30));
    server.assert_sound();
}
