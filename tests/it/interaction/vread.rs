//! Version read, <https://hl7.org/fhir/R4/http.html#vread>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    vread_returns_each_version_as_it_was,
    vread_of_a_deletion_is_gone,
    vread_of_an_unknown_version_is_not_found,
);

async fn vread_returns_each_version_as_it_was(server: Server) {
    for family in ["Nguyễn", "Trần", "Lê"] {
        let patient =
            json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": family }] });
        server.put("/Patient/me", patient).await;
    }
    let reply = server.get("/Patient/me/_history/2").await;
    insta::assert_snapshot!("vread", settled(&server, &reply));
    let first = server.get("/Patient/me/_history/1").await.is(200);
    assert_eq!(first.json()["name"][0]["family"], "Nguyễn");
    let last = server.get("/Patient/me/_history/3").await.is(200);
    assert_eq!(last.text, server.get("/Patient/me").await.text);
}

async fn vread_of_a_deletion_is_gone(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.delete("/Patient/me").await.is(204);
    server.get("/Patient/me/_history/2").await.is(410);
    server.get("/Patient/me/_history/1").await.is(200);
}

async fn vread_of_an_unknown_version_is_not_found(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    for version in ["0", "2", "01", "-1", "x", "99999999999999999999"] {
        server.get(&format!("/Patient/me/_history/{version}")).await.is(404);
    }
    server.get("/Patient/nobody/_history/1").await.is(404);
}
