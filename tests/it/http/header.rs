//! Headers and methods, <https://hl7.org/fhir/R4/http.html#general>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_client_that_takes_no_known_format_is_refused,
    texts_come_in_the_language_that_is_asked_for,
    wrong_methods_are_refused,
    a_path_tells_its_methods,
    every_reply_has_a_request_id,
    replies_are_indented_when_asked_for,
    paths_outside_the_base_are_not_found,
    percent_encoded_paths_are_understood,
    a_request_that_cannot_be_read_is_explained,
);

async fn a_client_that_takes_no_known_format_is_refused(server: Server) {
    let get = |accept: &str| server.get("/metadata").header("accept", accept);
    for accept in [
        "text/turtle",
        "image/png",
        "application/json;q=0",
        "application/fhir+xml; fhirVersion=3.0",
    ] {
        let reply = get(accept).await.is(406);
        assert_eq!(reply.json()["issue"][0]["code"], "not-supported");
    }
    for accept in [
        "application/fhir+json",
        "application/json",
        "*/*",
        "application/fhir+xml, */*;q=0.1",
        "application/fhir+json; fhirVersion=4.0",
        "text/html,application/xhtml+xml",
    ] {
        get(accept).await.is(200);
    }
    let format = |format: &str| server.get(&format!("/metadata?_format={format}"));
    format("ttl").await.is(406);
    format("json").header("accept", "application/fhir+xml").await.is(200);
    format("application/fhir%2Bjson").await.is(200);
    format("application/fhir+json").await.is(200);
    server
        .post("/Patient", json!({ "resourceType": "Patient" }))
        .header("accept", "text/turtle")
        .await
        .is(406);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"].to_string(), "0");
}

async fn texts_come_in_the_language_that_is_asked_for(server: Server) {
    let vietnamese = "Không tìm thấy Patient/nobody.";
    let english = "Patient/nobody is not known.";
    assert_eq!(server.get("/Patient/nobody").await.said(), vietnamese);
    for (asked, expected) in [
        ("vi", vietnamese),
        ("en", english),
        ("en-GB,en;q=0.9", english),
        ("vi;q=0.8, en", english),
        ("en;q=0.5, vi-VN", vietnamese),
        ("fr", vietnamese),
        ("fr, en;q=0.1", english),
        ("*", vietnamese),
        ("en;q=0", vietnamese),
    ] {
        let reply = server.get("/Patient/nobody").header("accept-language", asked).await;
        assert_eq!(reply.said(), expected, "{asked}");
        // The other language travels with it.
        assert!(reply.text.contains(vietnamese) && reply.text.contains(english));
    }
}

async fn wrong_methods_are_refused(server: Server) {
    for (method, path) in [
        ("POST", "/Patient/me"),
        ("POST", "/metadata"),
        ("PUT", ""),
        ("DELETE", "/Patient/me/_history/1"),
        ("TRACE", "/Patient"),
        ("DELETE", ""),
    ] {
        let reply = server.call(method, path).body("{}").await;
        assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text);
        reply.json();
        assert!(reply.header("allow").is_some(), "{method} {path}");
    }
    let allow = server.post("/Patient/me", "{}").await.is(405);
    assert_eq!(allow.header("allow"), Some("GET, PUT, DELETE, PATCH, HEAD, OPTIONS"));
}

async fn a_path_tells_its_methods(server: Server) {
    let reply = server.call("OPTIONS", "/Patient/me").await.is(204);
    assert_eq!(reply.header("allow"), Some("GET, PUT, DELETE, PATCH, HEAD, OPTIONS"));
    assert!(reply.header("accept-patch").unwrap().contains("application/json-patch+json"));
    let reply = server.call("OPTIONS", "/metadata").await.is(204);
    assert_eq!(reply.header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(reply.header("accept-patch"), None);
    server.call("OPTIONS", "/Patiant").await.is(404).json();
    server.call("OPTIONS", "/a/b/c/d").await.is(404).json();
}

async fn every_reply_has_a_request_id(server: Server) {
    let own = server.get("/Patient/nobody").await;
    assert!(own.header("x-request-id").unwrap().len() >= 16);
    let mine = server.get("/metadata").header("x-request-id", "my-id.7").await;
    assert_eq!(mine.header("x-request-id"), Some("my-id.7"));
    let odd = server.get("/metadata").header("x-request-id", "a b=\"c\"").await;
    assert_ne!(odd.header("x-request-id"), Some("a b=\"c\""));
}

async fn replies_are_indented_when_asked_for(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "multipleBirthInteger": 2 });
    server.put("/Patient/me", patient).await.is(201);
    let plain = server.get("/Patient/me").await.is(200);
    let pretty = server.get("/Patient/me?_pretty=true").await.is(200);
    assert!(pretty.text.starts_with("{\n  \"resourceType\": \"Patient\","));
    assert_eq!(pretty.json(), plain.json());
}

async fn paths_outside_the_base_are_not_found(server: Server) {
    let top = server.base().replace("/fhir", "");
    for path in ["/Patient", "/fhirx", "/favicon.ico", "/metadata"] {
        server.get(&format!("{top}{path}")).await.is(404).json();
    }
    for path in ["/Patient/me/x", "/Patient/$everything", "/_histories", "/a/b/c/d/e"] {
        server.get(path).await.is(404).json();
    }
}

async fn percent_encoded_paths_are_understood(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "s1" });
    server.put("/Patient/%731", &patient).await.is(201);
    for path in ["/Patient/s1", "/Patient/%731", "/%50atient/s%31", "/Patient/s1/%5Fhistory/1"] {
        assert_eq!(server.get(path).await.is(200).id(), "s1");
    }
    assert_eq!(server.get("/%50atient?_id=s1").await.is(200).ids(), ["s1"]);
    server.get("/%6Detadata").await.is(200);
    server.post("/Patient/%24validate", &patient).await.is(200);
    server.get("/Patient/a%2Fb").await.is(400);
    for path in ["/Patient/%zz", "/Patient/%", "/Patient/%C3%28"] {
        server.get(path).await.is(400).json();
    }
    server.delete("/Patient/%731").await.is(204);
}

/// Text in a URL that is not percent-encoded; reqwest would encode it.
async fn a_request_that_cannot_be_read_is_explained(server: Server) {
    use std::io::{Read, Write};
    let base = server.base();
    let (host, path) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    for query in ["Patient?given=Ánh", "Patient/Ánh"] {
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let request = format!("GET /{path}/{query} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        let reply = String::from_utf8(reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
        let outcome: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(outcome["resourceType"], "OperationOutcome");
        assert!(body.contains("%C3%81nh"), "{body}");
    }
}
