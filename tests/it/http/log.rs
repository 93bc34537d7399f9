//! Logs say what was done and how long it took, and nothing about anybody.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(logs_hold_no_personal_data, logs_can_be_json);

/// Sends personal data by every way in, and faulty data too.
async fn talk(server: &Server) {
    let patient = json!({
        "resourceType": "Patient", "id": "bi-mat-1", "name": [{ "family": "Bímật", "text": "Bímật Secret" }],
        "identifier": [{ "system": "http://x", "value": "bimat-001" }], "birthDate": "1999-09-09",
    });
    server.put("/Patient/bi-mat-1", &patient).await.is(201);
    server.post("/Patient", &patient).header("if-none-exist", "identifier=bimat-001").await.is(200);
    server.get("/Patient?name=bimat&birthdate=1999-09-09").await.is(200);
    server.get("/Patient?bimat=bimat").await.is(400);
    server.get("/Patient?birthdate=bimat").await.is(400);
    server
        .post("/Patient/_search", "name=bimat")
        .header("content-type", "application/x-www-form-urlencoded")
        .await
        .is(200);
    server.post("/Patient", "{\"resourceType\":\"Patient\",\"birthDate\":\"bimat\"}").await.is(422);
    server.post("/Patient", "{\"bimat\":\"bimat\" bimat").await.is(400);
    server.get("/Bimat/bi-mat-1").await.is(404);
    let entry =
        json!({ "request": { "method": "PUT", "url": "Patient/bi-mat-1" }, "resource": patient });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
    server.post("", bundle).await.is(200);
    server.get("/Patient/bi-mat-1").header("authorization", "Bearer bimat").await.is(200);
}

async fn logs_hold_no_personal_data(mut server: Server) {
    talk(&server).await;
    server.stop().await;
    let log = server.log();
    assert_eq!(log.matches("request done").count(), 11);
    for secret in ["bimat", "bímật", "secret", "1999-09-09", "bi-mat"] {
        let found = log.lines().find(|line| line.to_lowercase().contains(secret));
        assert_eq!(found, None, "{secret}");
    }
}

async fn logs_can_be_json(mut server: Server) {
    server.stop().await;
    let before = server.log().lines().count();
    server.start_again(&[("log_format", "json")]).await;
    server.get("/Patient/nobody").header("x-request-id", "mine").await.is(404);
    server.stop().await;
    let log = server.log();
    let lines = log.lines().skip(before).map(|line| serde_json::from_str::<Value>(line).unwrap());
    let done: Vec<Value> = lines.filter(|line| line["message"] == "request done").collect();
    assert_eq!(done.len(), 1);
    assert_eq!((&done[0]["interaction"], &done[0]["kind"]), (&json!("read"), &json!("Patient")));
    assert_eq!((&done[0]["status"], &done[0]["request_id"]), (&json!(404), &json!("mine")));
    assert!(done[0]["duration_us"].is_number());
}
