//! Patch, <https://hl7.org/fhir/R4/http.html#patch>.

use std::future::IntoFuture;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::call::Call;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    every_language_changes_a_resource,
    numbers_keep_their_text,
    what_is_not_there_cannot_be_patched,
    a_fault_names_the_operation_and_changes_nothing,
    a_fault_of_a_fhirpath_patch_names_its_part,
    what_is_no_patch_is_refused,
    what_a_patch_makes_is_validated,
    type_and_id_stay,
    other_media_types_are_told_which_are_read,
    a_patch_of_a_stale_version_is_refused,
    a_patch_that_changes_nothing_makes_no_version,
    criteria_find_what_is_patched,
    fifty_at_once_with_one_tag_are_done_once,
    fifty_at_once_are_all_done,
    in_a_batch_it_is_the_same,
    copies_of_copies_are_no_way_to_more_memory,
);

const JSON_PATCH: &str = "application/json-patch+json";
const MERGE_PATCH: &str = "application/merge-patch+json";

fn patient() -> Value {
    json!({ "resourceType": "Patient", "id": "me", "active": true,
        "identifier": [{ "system": "http://example.org/cccd", "value": "001" }],
        "name": [{ "family": "Trần", "given": ["An", "Bình"] }] })
}

fn patch(server: &Server, path: &str, kind: &str, body: impl ToString) -> Call {
    server.call("PATCH", path).header("content-type", kind).body(body)
}

fn operation(kind: &str, path: &str, more: &[Value]) -> Value {
    let mut parts = vec![
        json!({ "name": "type", "valueCode": kind }),
        json!({ "name": "path", "valueString": path }),
    ];
    parts.extend_from_slice(more);
    json!({ "name": "operation", "part": parts })
}

fn parameters(operations: &[Value]) -> Value {
    json!({ "resourceType": "Parameters", "parameter": operations })
}

fn gender(code: &str) -> Value {
    parameters(&[operation(
        "add",
        "Patient",
        &[
            json!({ "name": "name", "valueString": "gender" }),
            json!({ "name": "value", "valueCode": code }),
        ],
    )])
}

async fn every_language_changes_a_resource(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let change = json!([{ "op": "add", "path": "/name/0/given/1", "value": "Chi" }]);
    let reply = patch(&server, "/Patient/me", JSON_PATCH, change).await.is(200);
    assert_eq!(reply.header("etag"), Some("W/\"2\""));
    assert_eq!(reply.json()["name"][0]["given"], json!(["An", "Chi", "Bình"]));
    let change = json!([{ "op": "remove", "path": "/name/0/given/0" }]);
    patch(&server, "/Patient/me", "application/json-patch+json; charset=UTF-8", change)
        .await
        .is(200);
    let change = json!({ "active": null, "birthDate": "2001-02-03" });
    let reply = patch(&server, "/Patient/me", MERGE_PATCH, change).await.is(200).json();
    assert_eq!((&reply["active"], &reply["birthDate"]), (&Value::Null, &json!("2001-02-03")));
    let reply = patch(&server, "/Patient/me", "application/fhir+json", gender("male")).await;
    assert_eq!(reply.is(200).json()["gender"], json!("male"));
    let xml = r#"<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>
        <part><name value="type"/><valueCode value="replace"/></part>
        <part><name value="path"/><valueString value="Patient.gender"/></part>
        <part><name value="value"/><valueCode value="female"/></part></parameter></Parameters>"#;
    let change = patch(&server, "/Patient/me", "application/fhir+xml", xml);
    let reply = change.header("accept", "application/fhir+json").await.is(200);
    assert_eq!(reply.json()["gender"], json!("female"));
    let read = server.get("/Patient/me").await.is(200);
    assert_eq!((read.text.as_str(), read.header("etag")), (reply.text.as_str(), Some("W/\"6\"")));
    server.assert_sound();
}

async fn numbers_keep_their_text(server: Server) {
    let observation = r#"{"resourceType":"Observation","id":"w","status":"final","code":{"text":"x"},
        "valueQuantity":{"value":1.50},"component":[{"code":{"text":"y"},"valueQuantity":{"value":2.0}}]}"#;
    server.put("/Observation/w", observation).await.is(201);
    let change = r#"[{"op":"replace","path":"/component/0/valueQuantity/value","value":3.10E1},
        {"op":"copy","from":"/valueQuantity","path":"/component/0/referenceRange","value":1},
        {"op":"remove","path":"/component/0/referenceRange"}]"#;
    let reply = patch(&server, "/Observation/w", JSON_PATCH, change).await.is(200);
    assert!(reply.text.contains("1.50") && reply.text.contains("3.10E1"), "{}", reply.text);
    let change = r#"{"valueQuantity":{"value":7.00}}"#;
    let reply = patch(&server, "/Observation/w", MERGE_PATCH, change).await.is(200);
    assert!(reply.text.contains("7.00") && reply.text.contains("3.10E1"), "{}", reply.text);
    let change = r#"{"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.value.value"},
        {"name":"value","valueDecimal":8.000}]}]}"#;
    let reply = patch(&server, "/Observation/w", "application/fhir+json", change).await.is(200);
    assert!(reply.text.contains("8.000"), "{}", reply.text);
}

async fn what_is_not_there_cannot_be_patched(server: Server) {
    let change = || patch(&server, "/Patient/me", MERGE_PATCH, "{\"active\":true}");
    change().await.is(404);
    server.put("/Patient/me", patient()).await.is(201);
    server.delete("/Patient/me").await.is(204);
    change().await.is(410);
    let provided = "/StructureDefinition/Patient";
    patch(&server, provided, MERGE_PATCH, "{\"status\":\"draft\"}").await.is(405);
    server.get("/Patient/me").await.is(410);
}

async fn a_fault_names_the_operation_and_changes_nothing(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let fine = json!({ "op": "replace", "path": "/active", "value": false });
    for (fault, status) in [
        (json!({ "op": "replace", "path": "/nope/1", "value": 1 }), 422),
        (json!({ "op": "remove", "path": "/gender" }), 422),
        (json!({ "op": "test", "path": "/name/0/family", "value": "Lê" }), 422),
        (json!({ "op": "move", "from": "/photo", "path": "/active" }), 422),
        (json!({ "op": "add", "path": "/name/9", "value": {} }), 422),
        (json!({ "op": "jump", "path": "/active" }), 400),
        (json!({ "op": "add", "path": "/active" }), 400),
        (json!({ "op": "add", "path": "active", "value": true }), 400),
        (json!("add"), 400),
    ] {
        let change = patch(&server, "/Patient/me", JSON_PATCH, json!([fine, fault]));
        let reply = change.header("accept-language", "en").await.is(status);
        assert!(reply.said().starts_with("Operation 1 ("), "{}", reply.text);
        assert!(reply.text.contains("Thao tác 1 ("), "{}", reply.text);
        let path = fault.get("path").map_or("?", |path| path.as_str().unwrap());
        assert!(reply.said().contains(path), "{}", reply.text);
    }
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
}

async fn a_fault_of_a_fhirpath_patch_names_its_part(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let value = json!({ "name": "value", "valueString": "x" });
    let name = |name: &str| json!({ "name": "name", "valueString": name });
    for (fault, status) in [
        (operation("replace", "Patient.gender", std::slice::from_ref(&value)), 422),
        (operation("delete", "Patient.name.given", &[]), 422),
        (operation("add", "Patient", &[name("gendre"), value.clone()]), 422),
        (
            operation(
                "add",
                "Patient",
                &[name("active"), json!({ "name": "value", "valueBoolean": true })],
            ),
            422,
        ),
        (
            operation(
                "insert",
                "Patient.name",
                &[json!({ "name": "index", "valueInteger": 5 }), value.clone()],
            ),
            422,
        ),
        (
            operation(
                "move",
                "Patient.name[0].given",
                &[
                    json!({ "name": "source", "valueInteger": 0 }),
                    json!({ "name": "destination", "valueInteger": 2 }),
                ],
            ),
            422,
        ),
        (operation("replace", "Patient.name.count()", std::slice::from_ref(&value)), 422),
        (operation("replace", "Patient.name[", std::slice::from_ref(&value)), 400),
        (operation("jump", "Patient.name", &[]), 400),
        (operation("add", "Patient", std::slice::from_ref(&value)), 400),
        (operation("insert", "Patient.name", std::slice::from_ref(&value)), 400),
    ] {
        let fine = operation("delete", "Patient.identifier[0]", &[]);
        let change =
            patch(&server, "/Patient/me", "application/fhir+json", parameters(&[fine, fault]));
        let reply = change.header("accept-language", "en").await.is(status);
        assert!(reply.said().starts_with("Operation 1 ("), "{}", reply.text);
        let place = reply.json()["issue"][0]["expression"][0].clone();
        assert_eq!(place, "Parameters.parameter[1]", "{}", reply.text);
    }
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
}

async fn what_is_no_patch_is_refused(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    for (kind, body) in [
        (JSON_PATCH, "{}"),
        (JSON_PATCH, "[1"),
        (MERGE_PATCH, "[]"),
        ("application/fhir+json", "{\"resourceType\":\"Patient\"}"),
    ] {
        patch(&server, "/Patient/me", kind, body).await.is(400);
    }
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
}

async fn what_a_patch_makes_is_validated(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let reply =
        patch(&server, "/Patient/me", MERGE_PATCH, json!({ "gender": "Female" })).await.is(422);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Patient.gender");
    patch(&server, "/Patient/me", MERGE_PATCH, json!({ "gendre": "female" })).await.is(422);
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
}

async fn type_and_id_stay(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    for change in
        [json!({ "id": "you" }), json!({ "id": null }), json!({ "resourceType": "Group" })]
    {
        patch(&server, "/Patient/me", MERGE_PATCH, change).await.is(422);
    }
    let change = json!([{ "op": "replace", "path": "", "value": { "resourceType": "Patient" } }]);
    let reply =
        patch(&server, "/Patient/me", JSON_PATCH, change).header("accept-language", "en").await;
    assert!(reply.is(422).said().starts_with("Operation 0 ("));
    let change = parameters(&[operation("delete", "Patient.id", &[])]);
    patch(&server, "/Patient/me", "application/fhir+json", change).await.is(422);
    // What the server sets, it sets.
    let change = json!({ "meta": { "versionId": "9" }, "active": false });
    let reply = patch(&server, "/Patient/me", MERGE_PATCH, change).await.is(200);
    assert_eq!(reply.json()["meta"]["versionId"], "2");
    server.get("/Patient/you").await.is(404);
}

async fn other_media_types_are_told_which_are_read(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    for kind in ["application/xml-patch+xml", "text/plain", ""] {
        let reply = patch(&server, "/Patient/me", kind, "[]").await.is(415);
        let accepted = reply.header("accept-patch").unwrap();
        assert!(accepted.contains(JSON_PATCH) && accepted.contains(MERGE_PATCH), "{accepted}");
    }
    server.call("PATCH", "/Patient/me").untyped().body("[]").await.is(415);
}

async fn a_patch_of_a_stale_version_is_refused(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let change = |tag: &str, active: bool| {
        let change = patch(&server, "/Patient/me", MERGE_PATCH, json!({ "active": active }));
        change.header("if-match", tag)
    };
    change("W/\"2\"", false).await.is(412);
    change("W/\"1\"", false).await.is(200);
    change("W/\"1\"", true).await.is(412);
    change("*", true).await.is(200);
    change("3", true).await.is(400);
}

async fn a_patch_that_changes_nothing_makes_no_version(server: Server) {
    let first = server.put("/Patient/me", patient()).await.is(201);
    let change = json!([{ "op": "test", "path": "/active", "value": true }]);
    let same = patch(&server, "/Patient/me", JSON_PATCH, change).await.is(200);
    assert_eq!(same.header("etag"), Some("W/\"1\""));
    assert_eq!(same.text, first.text);
    let change = parameters(&[operation("delete", "Patient.gender", &[])]);
    let same = patch(&server, "/Patient/me", "application/fhir+json", change).await.is(200);
    assert_eq!(same.header("etag"), Some("W/\"1\""));
}

async fn criteria_find_what_is_patched(server: Server) {
    let url = "/Patient?identifier=http://example.org/cccd|001";
    let change = || patch(&server, url, MERGE_PATCH, "{\"active\":false}");
    change().await.is(404);
    server.put("/Patient/me", patient()).await.is(201);
    let reply = change().await.is(200);
    assert_eq!((reply.id().as_str(), reply.header("etag")), ("me", Some("W/\"2\"")));
    change().header("if-match", "W/\"1\"").await.is(412);
    patch(&server, "/Patient", MERGE_PATCH, "{\"active\":false}").await.is(400);
    let mut other = patient();
    other["id"] = json!("you");
    server.put("/Patient/you", other).await.is(201);
    change().await.is(412);
}

async fn fifty_at_once_with_one_tag_are_done_once(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let change = || {
        let change = patch(&server, "/Patient/me", MERGE_PATCH, "{\"active\":false}");
        change.header("if-match", "W/\"1\"").into_future()
    };
    let all = join_all((0..50).map(|_| change())).await;
    let with = |status: u16| all.iter().filter(|reply| reply.status == status).count();
    assert_eq!((with(200), with(412)), (1, 49));
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"2\""));
    server.assert_sound();
}

/// Nothing of what others have patched is lost.
async fn fifty_at_once_are_all_done(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let change = |at: usize| {
        let line = json!([{ "op": "add", "path": "/name/0/given/-", "value": format!("n{at}") }]);
        patch(&server, "/Patient/me", JSON_PATCH, line).into_future()
    };
    let all = join_all((0..50).map(change)).await;
    assert!(all.iter().all(|reply| reply.status == 200), "{all:?}");
    let read = server.get("/Patient/me").await.is(200);
    assert_eq!(read.header("etag"), Some("W/\"51\""));
    assert_eq!(read.json()["name"][0]["given"].as_array().unwrap().len(), 52);
    server.assert_sound();
}

/// A `Binary` that holds a patch.
fn binary(kind: &str, patch: &Value) -> Value {
    json!({ "resourceType": "Binary", "contentType": kind, "data": STANDARD.encode(patch.to_string()) })
}

async fn in_a_batch_it_is_the_same(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let entry = |url: &str, resource: Value| json!({ "resource": resource, "request": { "method": "PATCH", "url": url } });
    let add = json!([{ "op": "add", "path": "/birthDate", "value": "2001-01-01" }]);
    let entries = json!([
        entry("Patient/me", binary(JSON_PATCH, &add)),
        entry("Patient?identifier=http://example.org/cccd|001", gender("male")),
        entry("Patient/me", binary(MERGE_PATCH, &json!({ "active": false }))),
        entry("Patient/you", gender("male")),
        entry("Patient/me", binary("text/plain", &add)),
        entry("Patient/me", patient()),
    ]);
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = server.post("", batch).await.is(200).json();
    let status = |at: usize| reply["entry"][at]["response"]["status"].clone();
    let all: Vec<Value> = (0..6).map(status).collect();
    assert_eq!(json!(all), json!(["200 OK", "200 OK", "200 OK", "404", "415", "400"]), "{reply:#}");
    let read = server.get("/Patient/me").await.json();
    assert_eq!(
        (&read["birthDate"], &read["gender"], &read["active"]),
        (&json!("2001-01-01"), &json!("male"), &json!(false))
    );
}

/// Sixty of these would be more than there are atoms.
async fn copies_of_copies_are_no_way_to_more_memory(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let copy =
        |at: usize| json!({ "op": "copy", "from": "/name", "path": format!("/name/0/x{at}") });
    let change: Vec<Value> = (0..60).map(copy).collect();
    patch(&server, "/Patient/me", JSON_PATCH, json!(change)).await.is(422);
    let flat = |at: usize| json!({ "op": "copy", "from": "/contact", "path": format!("/contact/0/x{at}") });
    let change: Vec<Value> = (0..60).map(flat).collect();
    patch(&server, "/Patient/me", JSON_PATCH, json!(change)).await.is(422);
    server.get("/Patient/me").await.is(200);
}
