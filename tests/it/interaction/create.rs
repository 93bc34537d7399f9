//! Create, <https://hl7.org/fhir/R4/http.html#create>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    create_says_where_the_resource_is,
    create_ignores_the_id_and_the_version_of_the_body,
    create_returns_what_is_preferred,
    create_of_another_type_than_the_url_is_refused,
    create_without_a_body_is_refused,
    create_works_for_every_type,
);

async fn create_says_where_the_resource_is(server: Server) {
    let patient = json!({
        "resourceType": "Patient",
        "meta": { "profile": ["http://example.org/p"], "tag": [{ "code": "t" }] },
        "name": [{ "family": "Nguyễn", "given": ["Thị", "Ánh"] }],
    });
    let reply = server.post("/Patient", patient).await;
    insta::assert_snapshot!("create", settled(&server, &reply));
    let read = server.get(reply.header("location").unwrap()).await.is(200);
    assert_eq!(read.text, reply.text);
}

async fn create_ignores_the_id_and_the_version_of_the_body(server: Server) {
    let patient = json!({
        "resourceType": "Patient", "id": "mine",
        "meta": { "versionId": "42", "lastUpdated": "2001-01-01T00:00:00Z" },
    });
    let reply = server.post("/Patient", patient).await.is(201);
    let stored = reply.json();
    assert_ne!(stored["id"], "mine");
    assert_eq!(stored["meta"]["versionId"], "1");
    assert_ne!(stored["meta"]["lastUpdated"], "2001-01-01T00:00:00Z");
    server.get("/Patient/mine").await.is(404);
}

/// <https://hl7.org/fhir/R4/http.html#ops>
async fn create_returns_what_is_preferred(server: Server) {
    let create = |prefer| {
        let patient = json!({ "resourceType": "Patient" });
        server.post("/Patient", patient).header("prefer", prefer)
    };
    let reply = create("return=minimal").await.is(201);
    assert_eq!(reply.text, "");
    assert!(reply.header("location").is_some() && reply.header("etag").is_some());
    let reply = create("return=representation").await.is(201);
    assert_eq!(reply.json()["resourceType"], "Patient");
    let reply = create("return=OperationOutcome").await;
    insta::assert_snapshot!("create_outcome", settled(&server, &reply));
    let reply = create("return=nothing, wait=10").await.is(201);
    assert_eq!(reply.json()["resourceType"], "Patient");
}

async fn create_of_another_type_than_the_url_is_refused(server: Server) {
    let reply = server.post("/Patient", json!({ "resourceType": "Group" })).await;
    insta::assert_snapshot!("create_other_type", settled(&server, &reply));
    server.post("/Patient", json!({ "active": true })).await.is(422);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"].to_string(), "0");
}

async fn create_without_a_body_is_refused(server: Server) {
    server.post("/Patient", "").await.is(400);
    server.post("/Patient", "null").await.is(422);
    server.post("/Patient", "[]").await.is(422);
}

/// Every type whose only required element is none can be stored as it is; the others say what
/// they lack.
async fn create_works_for_every_type(server: Server) {
    let metadata = server.get("/metadata").await.is(200).json();
    let resources = metadata["rest"][0]["resource"].as_array().unwrap().clone();
    assert_eq!(resources.len(), 146);
    for resource in resources {
        let kind = resource["type"].as_str().unwrap();
        let reply = server.post(&format!("/{kind}"), json!({ "resourceType": kind })).await;
        match reply.status {
            201 => {
                let read = server.get(&format!("/{kind}/{}", reply.id())).await.is(200);
                assert_eq!(read.text, reply.text);
            }
            422 => {
                let code = reply.json()["issue"][0]["code"].clone();
                assert!(code == "required" || code == "invariant", "{kind}: {code}");
            }
            other => panic!("{kind}: {other} {}", reply.text),
        }
    }
}
