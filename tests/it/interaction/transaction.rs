//! Transaction, <https://hl7.org/fhir/R4/http.html#transaction>: all of it or nothing.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    a_transaction_is_answered_entry_by_entry,
    a_transaction_runs_in_the_order_of_the_specification,
    a_transaction_with_a_bad_resource_leaves_nothing,
    a_transaction_with_a_stale_version_leaves_nothing,
    a_transaction_that_names_a_target_twice_is_refused,
    a_transaction_entry_without_what_it_needs_is_refused,
    a_conditional_create_in_a_transaction_finds_or_creates,
    a_read_that_finds_nothing_undoes_nothing,
    a_family_of_58_entries_is_stored,
);

fn transaction(entries: &Value) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn put(id: &str) -> Value {
    let resource = json!({ "resourceType": "Patient", "id": id });
    json!({ "request": { "method": "PUT", "url": format!("Patient/{id}") }, "resource": resource })
}

async fn count(server: &Server, kind: &str) -> String {
    server.get(&format!("/{kind}?_summary=count")).await.is(200).json()["total"].to_string()
}

async fn a_transaction_is_answered_entry_by_entry(server: Server) {
    server.put("/Patient/old", json!({ "resourceType": "Patient", "id": "old" })).await.is(201);
    let bundle = transaction(&json!([
        { "request": { "method": "POST", "url": "Patient" }, "resource": { "resourceType": "Patient" } },
        put("me"),
        { "request": { "method": "DELETE", "url": "Patient/old" } },
        { "request": { "method": "GET", "url": "Patient/me" } },
        { "request": { "method": "GET", "url": "Patient?_id=me" } },
    ]));
    let reply = server.post("", &bundle).await;
    insta::assert_snapshot!("transaction", settled(&server, &reply));
    let full = server.post("", transaction(&json!([put("me")])));
    let full = full.header("prefer", "return=representation").await.is(200).json();
    assert_eq!(full["entry"][0]["resource"]["id"], "me");
    server.assert_sound();
}

async fn a_transaction_runs_in_the_order_of_the_specification(server: Server) {
    let identified = |id: &str| {
        json!({
            "resourceType": "Patient", "id": id, "identifier": [{ "system": "urn:oid:1.2", "value": "7" }],
        })
    };
    server.put("/Patient/old", identified("old")).await.is(201);
    let bundle = transaction(&json!([
        { "request": { "method": "GET", "url": "Patient?identifier=urn:oid:1.2|7&_sort=_id" } },
        { "request": { "method": "PUT", "url": "Patient/new" }, "resource": identified("new") },
        { "request": { "method": "DELETE", "url": "Patient/old" } },
    ]));
    let reply = server.post("", bundle).await.is(200).json();
    let found = &reply["entry"][0]["resource"];
    assert_eq!(found["entry"].as_array().unwrap().len(), 1);
    assert_eq!(found["entry"][0]["resource"]["id"], "new");
}

async fn a_transaction_with_a_bad_resource_leaves_nothing(server: Server) {
    let bad = json!({
        "request": { "method": "PUT", "url": "Patient/bad" },
        "resource": { "resourceType": "Patient", "id": "bad", "birthDate": "2026-02-30" },
    });
    let reply = server.post("", transaction(&json!([put("me"), bad]))).await;
    insta::assert_snapshot!("transaction_bad", settled(&server, &reply));
    assert_eq!(count(&server, "Patient").await, "0");
    server.get("/Patient/me").await.is(404);
}

async fn a_transaction_with_a_stale_version_leaves_nothing(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let mut stale = put("me");
    stale["request"]["ifMatch"] = json!("W/\"5\"");
    let create = json!({
        "request": { "method": "POST", "url": "Observation" },
        "resource": { "resourceType": "Observation", "status": "final", "code": { "text": "x" } },
    });
    let reply = server.post("", transaction(&json!([create, put("you"), stale]))).await.is(412);
    assert_eq!(reply.json()["issue"][0]["expression"], json!(["Bundle.entry[2]"]));
    assert_eq!(count(&server, "Observation").await, "0");
    server.get("/Patient/you").await.is(404);
    server.assert_sound();
}

async fn a_transaction_that_names_a_target_twice_is_refused(server: Server) {
    let delete = json!({ "request": { "method": "DELETE", "url": "Patient/me" } });
    for entries in [json!([put("me"), put("me")]), json!([delete, put("me")])] {
        let reply = server.post("", transaction(&entries)).await.is(400);
        assert_eq!(reply.json()["issue"][0]["expression"], json!(["Bundle.entry[1]"]));
    }
    let (mut one, mut two) = (put("one"), put("two"));
    one["fullUrl"] = json!("urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a");
    two["fullUrl"] = one["fullUrl"].clone();
    server.post("", transaction(&json!([one, two]))).await.is(422);
    assert_eq!(count(&server, "Patient").await, "0");
}

async fn a_transaction_entry_without_what_it_needs_is_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    for (entry, status) in [
        (json!({ "resource": patient }), 422),
        (json!({ "request": { "method": "PUT", "url": "Patient/me" } }), 400),
        (json!({ "request": { "method": "PUT", "url": "Patient/you" }, "resource": patient }), 400),
        (json!({ "request": { "method": "PUT", "url": "Group/me" }, "resource": patient }), 400),
        (json!({ "request": { "method": "POST", "url": "Group" }, "resource": patient }), 400),
        (json!({ "request": { "method": "PUT", "url": "Patient" }, "resource": patient }), 400),
        (json!({ "request": { "method": "PUT", "url": "Pateint/me" }, "resource": patient }), 404),
        (json!({ "request": { "method": "JUMP", "url": "Patient/me" }, "resource": patient }), 422),
        (json!({ "request": { "method": "GET", "url": "metadata" } }), 400),
    ] {
        let reply = server.post("", transaction(&json!([put("first"), entry]))).await;
        let first = &reply.json()["issue"][0]["expression"][0];
        let first = first.as_str().unwrap();
        // bdl-3 is about the whole Bundle.
        assert!(first.starts_with("Bundle.entry[1]") || first == "Bundle", "{}", reply.text);
        assert_eq!(reply.status, status, "{entry}: {}", reply.text);
    }
    assert_eq!(count(&server, "Patient").await, "0");
}

async fn a_conditional_create_in_a_transaction_finds_or_creates(server: Server) {
    let mother = json!({
        "fullUrl": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a",
        "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:oid:1.2|7" },
        "resource": { "resourceType": "Patient", "identifier": [{ "system": "urn:oid:1.2", "value": "7" }] },
    });
    let visit = json!({
        "request": { "method": "POST", "url": "Encounter" },
        "resource": {
            "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
            "subject": { "reference": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a" },
        },
    });
    let bundle = transaction(&json!([mother, visit]));
    let first = server.post("", &bundle).await.is(200).json();
    let second = server.post("", &bundle).await.is(200).json();
    assert_eq!(first["entry"][0]["response"]["status"], "201 Created");
    assert_eq!(second["entry"][0]["response"]["status"], "200 OK");
    assert_eq!(first["entry"][0]["fullUrl"], second["entry"][0]["fullUrl"]);
    let visits = server.get("/Encounter?subject:Patient.identifier=7").await.is(200);
    assert_eq!(visits.ids().len(), 2);
    let mother = server.get("/Patient").await.ids().remove(0);
    assert_eq!(server.get(&format!("/Encounter?patient={mother}")).await.ids().len(), 2);
    server.post("/Patient", bundle["entry"][0]["resource"].clone()).await.is(201);
    let reply = server.post("", &bundle).await.is(412);
    let place = "Bundle.entry[0].request.ifNoneExist";
    assert_eq!(reply.json()["issue"][0]["expression"], json!([place]));
}

async fn a_read_that_finds_nothing_undoes_nothing(server: Server) {
    let bundle = transaction(&json!([
        { "request": { "method": "GET", "url": "Patient/nobody" } },
        put("me"),
    ]));
    let reply = server.post("", bundle).await.is(200).json();
    assert_eq!(reply["entry"][0]["response"]["status"], "404");
    server.get("/Patient/me").await.is(200);
}

async fn a_family_of_58_entries_is_stored(server: Server) {
    let mother = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";
    let mut entries = vec![json!({
        "fullUrl": mother, "request": { "method": "POST", "url": "Patient" },
        "resource": { "resourceType": "Patient", "name": [{ "text": "Nguyễn Thị Ánh" }] },
    })];
    for at in 0..57 {
        entries.push(json!({
            "fullUrl": format!("urn:uuid:61ebe359-bfdc-4613-8bf2-c5e3009450{at:02}"),
            "request": { "method": "POST", "url": "Observation" },
            "resource": {
                "resourceType": "Observation", "status": "final",
                "code": { "coding": [{ "system": "http://loinc.org", "code": "11996-6" }] },
                "subject": { "reference": mother },
                "effectiveDateTime": format!("2026-01-{:02}", at % 28 + 1),
            },
        }));
    }
    let reply = server.post("", transaction(&json!(entries))).await.is(200).json();
    assert_eq!(reply["entry"].as_array().unwrap().len(), 58);
    let id = server.get("/Patient?name=nguyen thi anh").await.ids().remove(0);
    let found = server.get(&format!("/Observation?subject=Patient/{id}&_count=100")).await;
    assert_eq!(found.ids().len(), 57);
    server.assert_sound();
}
