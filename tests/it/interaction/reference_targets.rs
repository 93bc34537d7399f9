//! References to what is not there, and deletions of what is referred to: the setting
//! `reference_targets`.

use std::future::IntoFuture;

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_warning_tells_by_default,
    refused_is_what_leads_nowhere,
    in_a_transaction_targets_come_along,
    refused_is_to_delete_what_is_referred_to,
    of_a_deletion_and_a_reference_at_once_one_is_done,
    nobody_looks_when_it_is_off,
);

fn condition(id: &str, patient: &str) -> Value {
    json!({ "resourceType": "Condition", "id": id, "subject": { "reference": patient } })
}

async fn set(server: &mut Server, value: &str) {
    server.stop().await;
    server.start_again(&[("reference_targets", value)]).await;
}

async fn a_warning_tells_by_default(server: Server) {
    let call = server.put("/Condition/a", condition("a", "Patient/me"));
    let reply = call.header("prefer", "return=OperationOutcome").await.is(201);
    let issue = reply.json()["issue"][0].clone();
    assert_eq!((&issue["severity"], &issue["code"]), (&json!("warning"), &json!("not-found")));
    assert_eq!(issue["expression"], json!(["Condition.subject"]));
    assert_eq!(reply.header("x-mebe-warnings"), Some("1"));
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let reply = server.put("/Condition/b", condition("b", "Patient/me")).await.is(201);
    assert_eq!(reply.header("x-mebe-warnings"), None);
    for elsewhere in
        ["https://other.example/fhir/Patient/1", "urn:uuid:8a1f6f4e-3c9f-4a5e-9e0b-7a4d1b1f2c3d"]
    {
        let reply = server.put("/Condition/c", condition("c", elsewhere)).await;
        assert_eq!(reply.header("x-mebe-warnings"), None, "{elsewhere}: {}", reply.text);
    }
    let reply = server.delete("/Patient/me").await.is(204);
    assert_eq!(reply.header("x-mebe-warnings"), Some("1"));
    let reply = server.delete("/Condition/b").await.is(204);
    assert_eq!(reply.header("x-mebe-warnings"), None);
}

async fn refused_is_what_leads_nowhere(mut server: Server) {
    set(&mut server, "refuse").await;
    let reply = server.put("/Condition/a", condition("a", "Patient/me")).await.is(422);
    assert_eq!(reply.json()["issue"][0]["expression"], json!(["Condition.subject"]));
    server.get("/Condition/a").await.is(404);
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.put("/Condition/a", condition("a", "Patient/me")).await.is(201);
    let base = server.base();
    server.put("/Condition/b", condition("b", &format!("{base}/Patient/you"))).await.is(422);
    let patch = json!([{ "op": "replace", "path": "/subject/reference", "value": "Patient/you" }]);
    let call = server.call("PATCH", "/Condition/a").body(patch);
    call.header("content-type", "application/json-patch+json").await.is(422);
    // Of itself, of definitions that come along, and contained.
    let own = json!({ "resourceType": "Patient", "id": "x", "contained": [{
        "resourceType": "Organization", "id": "o", "name": "Trạm" }],
        "managingOrganization": { "reference": "#o" },
        "link": [{ "type": "seealso", "other": { "reference": "Patient/x" } }] });
    server.put("/Patient/x", own).await.is(201);
    let xml = "<Condition xmlns=\"http://hl7.org/fhir\"><subject><reference value=\"Patient/no\"/></subject></Condition>";
    let call = server.post("/Condition", xml).header("content-type", "application/fhir+xml");
    let reply = call.await.is(422);
    assert!(reply.text.contains("Condition.subject"), "{}", reply.text);
}

async fn in_a_transaction_targets_come_along(mut server: Server) {
    set(&mut server, "refuse").await;
    let entry = |method: &str, url: &str, resource: Value| json!({ "resource": resource, "request": { "method": method, "url": url } });
    let bundle = |entries: Vec<Value>| json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let both = bundle(vec![
        entry("PUT", "Condition/a", condition("a", "Patient/me")),
        entry("PUT", "Patient/me", patient),
    ]);
    server.post("", both).await.is(200);
    let other = bundle(vec![entry("PUT", "Condition/b", condition("b", "Patient/you"))]);
    let reply = server.post("", other).await.is(422);
    let place = reply.json()["issue"][0]["expression"][0].clone();
    assert_eq!(place, "Bundle.entry[0].resource.subject");
    let gone = json!({ "request": { "method": "DELETE", "url": "Patient/me" } });
    let alone = bundle(vec![gone.clone()]);
    server.post("", alone).await.is(409);
    let with =
        bundle(vec![gone.clone(), entry("PUT", "Condition/c", condition("c", "Patient/me"))]);
    assert!([409, 422].contains(&server.post("", with).await.status));
    let condition = json!({ "request": { "method": "DELETE", "url": "Condition/a" } });
    server.post("", bundle(vec![gone, condition])).await.is(200);
    server.get("/Patient/me").await.is(410);
}

async fn refused_is_to_delete_what_is_referred_to(mut server: Server) {
    set(&mut server, "refuse").await;
    server
        .put("/Patient/me", json!({ "resourceType": "Patient", "id": "me", "active": true }))
        .await
        .is(201);
    server.put("/Condition/a", condition("a", "Patient/me")).await.is(201);
    let reply = server.delete("/Patient/me").await.is(409);
    assert!(reply.said().contains("Condition/a"), "{}", reply.text);
    server.delete("/Patient?active=true").await.is(409);
    server.get("/Patient/me").await.is(200);
    server.delete("/Condition/a").await.is(204);
    server.delete("/Patient?active=true").await.is(204);
}

async fn of_a_deletion_and_a_reference_at_once_one_is_done(mut server: Server) {
    set(&mut server, "refuse").await;
    for round in 0..10 {
        let (patient, id) = (format!("/Patient/p{round}"), format!("c{round}"));
        let resource = json!({ "resourceType": "Patient", "id": format!("p{round}") });
        server.put(&patient, resource).await.is(201);
        let reference = format!("Patient/p{round}");
        let write = server.put(&format!("/Condition/{id}"), condition(&id, &reference));
        let all =
            futures_util::future::join(write.into_future(), server.delete(&patient).into_future());
        let (written, deleted) = all.await;
        let both = (written.status, deleted.status);
        assert!([(201, 409), (422, 204)].contains(&both), "{both:?}: {}", written.text);
    }
}

async fn nobody_looks_when_it_is_off(mut server: Server) {
    set(&mut server, "off").await;
    let reply = server.put("/Condition/a", condition("a", "Patient/me")).await.is(201);
    assert_eq!(reply.header("x-mebe-warnings"), None);
}
