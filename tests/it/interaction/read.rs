//! Read, <https://hl7.org/fhir/R4/http.html#read>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    read_returns_the_resource_with_its_version,
    read_of_an_unknown_id_is_not_found,
    read_of_a_deleted_resource_is_gone,
    read_of_an_illegal_id_is_refused,
    read_of_an_unknown_type_is_not_found_and_names_the_nearest,
    read_of_a_version_the_client_has_is_not_modified,
    read_since_a_later_time_is_not_modified,
    head_is_a_read_without_a_body,
);

async fn read_returns_the_resource_with_its_version(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "active": true });
    server.put("/Patient/me", patient).await.is(201);
    let reply = server.get("/Patient/me").await;
    insta::assert_snapshot!("read", settled(&server, &reply));
}

async fn read_of_an_unknown_id_is_not_found(server: Server) {
    let reply = server.get("/Patient/nobody").await;
    insta::assert_snapshot!("read_unknown", settled(&server, &reply));
}

async fn read_of_a_deleted_resource_is_gone(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.put("/Patient/me", patient).await.is(201);
    server.delete("/Patient/me").await.is(204);
    let reply = server.get("/Patient/me").await;
    insta::assert_snapshot!("read_deleted", settled(&server, &reply));
}

async fn read_of_an_illegal_id_is_refused(server: Server) {
    let long = "a".repeat(65);
    for id in ["a_b", "m%E1%BA%B9", "a%20b", long.as_str()] {
        server.get(&format!("/Patient/{id}")).await.is(400);
    }
    server.get(&format!("/Patient/{}", "a".repeat(64))).await.is(404);
}

async fn read_of_an_unknown_type_is_not_found_and_names_the_nearest(server: Server) {
    let reply = server.get("/Pateint/1").header("accept-language", "en").await.is(404);
    assert_eq!(reply.said(), "FHIR R4 has no resource type 'Pateint'. Did you mean Patient?");
    server.get("/patient/1").await.is(404);
}

/// <https://hl7.org/fhir/R4/http.html#cread>
async fn read_of_a_version_the_client_has_is_not_modified(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.put("/Patient/me", &patient).await.is(201);
    let has = |tag| server.get("/Patient/me").header("if-none-match", tag);
    let reply = has("W/\"1\"").await.is(304);
    assert_eq!((reply.text.as_str(), reply.header("etag")), ("", Some("W/\"1\"")));
    has("W/\"7\", W/\"1\"").await.is(304);
    has("*").await.is(304);
    has("W/\"2\"").await.is(200);
    let other = json!({ "resourceType": "Patient", "id": "me", "active": true });
    server.put("/Patient/me", &other).await.is(200);
    has("W/\"1\"").await.is(200);
}

async fn read_since_a_later_time_is_not_modified(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let reply = server.put("/Patient/me", patient).await.is(201);
    let modified = reply.header("last-modified").unwrap();
    let since = |time| server.get("/Patient/me").header("if-modified-since", time);
    since(modified).await.is(304);
    since("Sun, 22 Nov 2099 07:38:18 GMT").await.is(304);
    since("Sun, 22 Nov 2009 07:38:18 GMT").await.is(200);
    since("yesterday").await.is(200);
}

async fn head_is_a_read_without_a_body(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.put("/Patient/me", patient).await.is(201);
    let whole = server.get("/Patient/me").await.is(200);
    let head = server.call("HEAD", "/Patient/me").await.is(200);
    assert_eq!(head.text, "");
    for name in ["etag", "last-modified", "content-type", "content-length"] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
    server.call("HEAD", "/Patient/nobody").await.is(404);
    server.call("HEAD", "/metadata").await.is(200);
    server.call("HEAD", "/Patient").await.is(200);
}
