//! Delete, <https://hl7.org/fhir/R4/http.html#delete>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    delete_makes_a_version_and_hides_the_resource,
    delete_again_is_still_done,
    delete_of_an_unknown_id_is_done,
    delete_with_a_stale_version_is_refused,
    delete_returns_an_outcome_when_preferred,
    put_after_delete_continues_the_versions,
);

fn patient() -> Value {
    json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": "Nguyễn" }] })
}

async fn delete_makes_a_version_and_hides_the_resource(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let reply = server.delete("/Patient/me").await;
    insta::assert_snapshot!("delete", settled(&server, &reply));
    server.get("/Patient/me").await.is(410);
    for query in ["name=nguyen", "_id=me", "", "_sort=name"] {
        let found = server.get(&format!("/Patient?{query}")).await.is(200);
        assert!(found.ids().is_empty(), "{query}");
    }
    server.assert_sound();
}

async fn delete_again_is_still_done(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    server.delete("/Patient/me").await.is(204);
    let again = server.delete("/Patient/me").await.is(204);
    assert_eq!(again.header("etag"), Some("W/\"2\""));
    let history = server.get("/Patient/me/_history").await.json();
    assert_eq!(history["total"].to_string(), "2");
}

async fn delete_of_an_unknown_id_is_done(server: Server) {
    server.delete("/Patient/nobody").await.is(204);
    server.get("/Patient/nobody").await.is(404);
}

async fn delete_with_a_stale_version_is_refused(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let other = json!({ "resourceType": "Patient", "id": "me", "active": false });
    server.put("/Patient/me", other).await.is(200);
    server.delete("/Patient/me").header("if-match", "W/\"1\"").await.is(412);
    server.get("/Patient/me").await.is(200);
    server.delete("/Patient/me").header("if-match", "W/\"2\"").await.is(204);
}

async fn delete_returns_an_outcome_when_preferred(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    let delete = server.delete("/Patient/me").header("prefer", "return=OperationOutcome");
    insta::assert_snapshot!("delete_outcome", settled(&server, &delete.await));
}

async fn put_after_delete_continues_the_versions(server: Server) {
    server.put("/Patient/me", patient()).await.is(201);
    server.delete("/Patient/me").await.is(204);
    let reply = server.put("/Patient/me", patient()).await.is(201);
    assert_eq!(reply.header("etag"), Some("W/\"3\""));
    assert_eq!(server.get("/Patient?name=nguyen").await.ids(), ["me"]);
    server.assert_sound();
}
