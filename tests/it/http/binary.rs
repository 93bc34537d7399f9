//! `Binary` in its own media type, <https://hl7.org/fhir/R4/binary.html#rest>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    content_goes_in_and_out_as_it_is,
    a_resource_is_a_resource,
    the_security_context_is_kept,
    stored_pages_are_no_pages_of_the_server,
);

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\xff{,,,,";

async fn content_goes_in_and_out_as_it_is(server: Server) {
    let call = server.call("POST", "/Binary").header("content-type", "image/png");
    let created = call.bytes(PNG.to_vec()).await.is(201);
    let path = format!("/Binary/{}", created.id());
    assert_eq!(created.json()["contentType"], "image/png");
    for accept in ["*/*", "image/*", "image/png, */*;q=0.1"] {
        let reply = server.get(&path).header("accept", accept).await.is(200);
        assert_eq!(reply.header("content-type"), Some("image/png"));
        assert_eq!((&*reply.bytes, reply.header("etag")), (PNG, Some("W/\"1\"")));
    }
    let other = b"a,b\n1,2\n".to_vec();
    let call = server.call("PUT", &path).header("content-type", "text/csv; header=present");
    call.bytes(other.clone()).await.is(200);
    let reply = server.get(&path).header("accept", "text/csv").await.is(200);
    assert_eq!(reply.header("content-type"), Some("text/csv; header=present"));
    assert_eq!(reply.bytes, other);
    let reply = server.get(&format!("{path}/_history/1")).await.is(200);
    assert_eq!(reply.bytes, PNG);
    assert_eq!(server.call("HEAD", &path).await.is(200).header("etag"), Some("W/\"2\""));
    server.get(&path).header("if-none-match", "W/\"2\"").await.is(304);
}

async fn a_resource_is_a_resource(server: Server) {
    let binary = json!({ "resourceType": "Binary", "id": "a", "contentType": "application/json",
        "data": "e30=" });
    let put = |kind: &str| server.put("/Binary/a", &binary).header("content-type", kind);
    put("application/json").await.is(201);
    put("application/fhir+json").await.is(200);
    assert_eq!(server.get("/Binary/a").await.is(200).text, "{}");
    let json = server.get("/Binary/a").header("accept", "application/json").await.is(200);
    assert_eq!(json.text, "{}");
    let fhir = server.get("/Binary/a").header("accept", "application/fhir+json").await.is(200);
    assert_eq!(fhir.json()["data"], "e30=");
    let xml = server.get("/Binary/a").header("accept", "application/fhir+xml").await.is(200);
    assert!(xml.text.contains("<data value=\"e30=\"/>"), "{}", xml.text);
    assert_eq!(
        server.get("/Binary/a?_format=json").await.json()["contentType"],
        "application/json"
    );
    // JSON that is no Binary is what one is to hold.
    let call = server.call("PUT", "/Binary/b").header("content-type", "application/json");
    call.body("{\"a\": [1]}").await.is(201);
    assert_eq!(server.get("/Binary/b").await.is(200).text, "{\"a\": [1]}");
    let call = server.call("POST", "/Binary").header("content-type", "application/fhir+json");
    call.body("{\"a\": [1]}").await.is(422);
    server.call("POST", "/Binary").untyped().body("x").await.is(415);
    server.get("/Binary/none").header("accept", "image/png").await.is(404);
}

async fn the_security_context_is_kept(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let call = server.call("PUT", "/Binary/a").header("content-type", "text/plain");
    let call = call.header("x-security-context", "Patient/me").body("Xin chào");
    let reply = call.await.is(201);
    assert_eq!(reply.json()["securityContext"]["reference"], "Patient/me");
    let reply = server.get("/Binary/a").await.is(200);
    assert_eq!(reply.header("x-security-context"), Some("Patient/me"));
    assert_eq!(reply.text, "Xin chào");
    let binary = json!({ "resourceType": "Binary", "id": "b", "contentType": "text/plain" });
    let put =
        |context: &str| server.put("/Binary/b", &binary).header("x-security-context", context);
    assert_eq!(
        put("Patient/me").await.is(201).json()["securityContext"]["reference"],
        "Patient/me"
    );
    let other = json!({ "resourceType": "Binary", "id": "b", "contentType": "text/plain",
        "securityContext": { "reference": "Patient/you" } });
    server.put("/Binary/b", other).header("x-security-context", "Patient/me").await.is(400);
    put("").await.is(400);
}

async fn stored_pages_are_no_pages_of_the_server(server: Server) {
    let call = server.call("PUT", "/Binary/page").header("content-type", "text/html");
    call.body("<script>alert(1)</script>").await.is(201);
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for accept in [browser, "*/*"] {
        let reply = server.get("/Binary/page").header("accept", accept).await.is(200);
        let policy = reply.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
        assert_eq!(reply.text, "<script>alert(1)</script>");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
}
