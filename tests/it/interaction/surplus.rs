//! Parameters and conditions that a request has no use for are told, not passed over.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_create_with_criteria_in_its_url_is_refused,
    parameters_without_effect_are_refused,
    conditions_without_effect_are_refused,
    conditions_that_are_no_text_are_refused,
);

async fn count(server: &Server) -> String {
    server.get("/Patient?_summary=count").await.is(200).json()["total"].to_string()
}

async fn a_create_with_criteria_in_its_url_is_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient" });
    for prefer in ["handling=strict", "handling=lenient"] {
        let create = server.post("/Patient?identifier=http://example.org/sid|1", &patient);
        let reply = create.header("prefer", prefer).header("accept-language", "en").await.is(400);
        assert!(reply.said().contains("If-None-Exist"), "{}", reply.text);
        assert_eq!(reply.json()["issue"][0]["expression"][0], "http.identifier");
    }
    for kind in ["batch", "transaction"] {
        let entry = json!({ "resource": patient, "request": { "method": "POST", "url": "Patient?identifier=1" } });
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
        let reply = server.post("", bundle).await;
        assert_eq!(reply.status, if kind == "batch" { 200 } else { 400 });
        assert!(reply.text.contains("If-None-Exist"), "{}", reply.text);
        assert!(reply.text.contains("Bundle.entry[0].request.url"), "{}", reply.text);
    }
    assert_eq!(count(&server).await, "0");
    server.post("/Patient?_format=json&_pretty=true", &patient).await.is(201);
}

async fn parameters_without_effect_are_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.put("/Patient/me?identifier=1", &patient).await.is(400);
    server.get("/Patient/me").await.is(404);
    server.put("/Patient/me", &patient).await.is(201);
    server.delete("/Patient/me?_cascade=delete").await.is(400);
    server.get("/Patient/me?name=a").await.is(400);
    server.get("/Patient/me/_history/1?x=1").await.is(400);
    server.get("/Patient/me?_summary=false&_format=json").await.is(200);
    server.get("/Patient/me?name=a").header("prefer", "handling=lenient").await.is(200);
    server.call("PATCH", "/Patient/me?identifier=1").body("{}").await.is(400);
    let bundle = json!({ "resourceType": "Bundle", "type": "batch" });
    server.post("?x=1", bundle).await.is(400);
}

async fn conditions_without_effect_are_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.post("/Patient", &patient).header("if-match", "W/\"1\"").await.is(400);
    server.put("/Patient/me", &patient).header("if-none-exist", "identifier=1").await.is(400);
    server.delete("/Patient/me").header("if-none-exist", "identifier=1").await.is(400);
    for (method, url, condition, value) in [
        ("POST", "Patient", "ifMatch", "W/\"1\""),
        ("POST", "Patient", "ifNoneMatch", "W/\"1\""),
        ("PUT", "Patient/me", "ifNoneExist", "identifier=1"),
        ("PUT", "Patient/me", "ifNoneMatch", "W/\"1\""),
        ("DELETE", "Patient/me", "ifNoneMatch", "*"),
        ("PUT", "Patient/me", "ifModifiedSince", "2026-01-01T00:00:00Z"),
        ("GET", "Patient", "ifNoneMatch", "W/\"1\""),
        ("GET", "Patient/me", "ifMatch", "W/\"1\""),
        ("GET", "Patient/me/_history", "ifModifiedSince", "2026-01-01T00:00:00Z"),
    ] {
        let mut request = json!({ "method": method, "url": url });
        request[condition] = json!(value);
        let mut entry = json!({ "request": request });
        if method != "GET" {
            entry["resource"] = patient.clone();
        }
        let place = format!("Bundle.entry[0].request.{condition}");
        let bundle =
            |kind: &str| json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
        let batch = server.post("", bundle("batch")).await.is(200).json();
        let answer = &batch["entry"][0]["response"];
        assert_eq!(answer["status"], "400", "{method} {condition}");
        assert_eq!(answer["outcome"]["issue"][0]["expression"][0], json!(place));
        let reply = server.post("", bundle("transaction")).await;
        assert!([400, 422].contains(&reply.status), "{}", reply.text);
    }
    assert_eq!(count(&server).await, "0");
}

async fn conditions_that_are_no_text_are_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "name": [{ "given": ["Ánh"] }] });
    let create = |condition: &str| {
        server.post("/Patient", &patient).raw_header("if-none-exist", condition.as_bytes())
    };
    create("given=%FF").await.is(400);
    create("given=%00").await.is(400);
    create("given:exact=Ánh").await.is(201);
    create("given:exact=Ánh").await.is(200);
    create("given:exact=%C3%81nh").await.is(200);
    assert_eq!(count(&server).await, "1");
}
