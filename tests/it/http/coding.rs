//! How bodies are compressed on the way, and NDJSON.

use std::io::Write;

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    bodies_may_come_in_every_coding,
    a_bomb_is_refused_in_every_coding,
    replies_go_as_the_client_likes_best,
    matches_come_a_line_each,
);

fn patient() -> Value {
    json!({ "resourceType": "Patient", "name": [{ "text": "Nguyễn Thị Ánh ".repeat(100) }] })
}

fn brotli(text: &[u8]) -> Vec<u8> {
    let mut small = Vec::new();
    brotli::CompressorWriter::new(&mut small, 4096, 5, 22).write_all(text).unwrap();
    small
}

async fn bodies_may_come_in_every_coding(server: Server) {
    let text = patient().to_string();
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    for (coding, bytes) in [("zstd", zstd), ("br", brotli(text.as_bytes()))] {
        let send = |bytes: Vec<u8>| {
            server.call("POST", "/Patient").header("content-encoding", coding).bytes(bytes)
        };
        let reply = send(bytes.clone()).await.is(201);
        assert_eq!(reply.json()["name"], patient()["name"]);
        send(bytes[..bytes.len() / 2].to_vec()).await.is(400);
        send(text.clone().into_bytes()).await.is(400);
    }
    let call = server.call("POST", "/Patient").header("content-encoding", "compress");
    let reply = call.bytes(vec![1]).await.is(415);
    assert_eq!(reply.header("accept-encoding"), Some("gzip, deflate, br, zstd"));
}

async fn a_bomb_is_refused_in_every_coding(mut server: Server) {
    server.stop().await;
    server.start_again(&[("body_mib", "1")]).await;
    let zeros = vec![b' '; 64 << 20];
    let zstd = zstd::encode_all(&*zeros, 3).unwrap();
    for (coding, bytes) in [("zstd", zstd), ("br", brotli(&zeros))] {
        let call = server.call("POST", "/Patient").header("content-encoding", coding);
        call.bytes(bytes).await.is(413);
    }
}

async fn replies_go_as_the_client_likes_best(server: Server) {
    let whole = server.post("/Patient", patient()).await.is(201);
    let path = format!("/Patient/{}", whole.id());
    for (accepted, expected) in [
        ("zstd", Some("zstd")),
        ("gzip, deflate, br, zstd", Some("zstd")),
        ("br", Some("br")),
        ("gzip", Some("gzip")),
        ("identity", None),
    ] {
        let reply = server.get(&path).header("accept-encoding", accepted).await.is(200);
        assert_eq!(reply.header("content-encoding"), expected, "{accepted}");
        if expected == Some("zstd") {
            assert_eq!(zstd::decode_all(&*reply.bytes).unwrap(), whole.bytes);
        }
        if expected.is_some() {
            assert!(reply.bytes.len() < whole.bytes.len() / 2);
        }
    }
}

async fn matches_come_a_line_each(server: Server) {
    for id in ["a", "b", "c"] {
        let patient = json!({ "resourceType": "Patient", "id": id });
        server.put(&format!("/Patient/{id}"), patient).await.is(201);
    }
    let ids = |text: &str| -> Vec<String> {
        let line = |line| serde_json::from_str::<Value>(line).unwrap();
        text.lines().map(|text| line(text)["id"].as_str().unwrap().to_owned()).collect()
    };
    let path = "/Patient?_sort=_id&_count=2";
    let reply = server.get(path).header("accept", "application/fhir+ndjson").await.is(200);
    assert_eq!(reply.header("content-type"), Some("application/fhir+ndjson"));
    assert_eq!(ids(&reply.text), ["a", "b"]);
    let link = reply.header("link").expect("a next page");
    let next = link.strip_prefix('<').and_then(|link| link.split_once('>')).expect("a link").0;
    let reply = server.get(next).header("accept", "application/x-ndjson").await.is(200);
    assert_eq!((ids(&reply.text), reply.header("link")), (vec!["c".to_owned()], None));
    assert_eq!(ids(&server.get("/Patient/a?_format=ndjson").await.is(200).text), ["a"]);
    assert_eq!(ids(&server.get("/_history?_format=ndjson").await.is(200).text).len(), 3);
    let entry = |method: &str, url: &str| json!({ "request": { "method": method, "url": url } });
    let entries =
        [entry("GET", "Patient/a"), entry("DELETE", "Patient/b"), entry("GET", "Patient/x")];
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = server.post("?_format=application/fhir%2Bndjson", batch).await.is(200);
    let kinds: Vec<Value> =
        reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(kinds[0]["resourceType"], "Patient");
    assert_eq!(kinds[2]["issue"][0]["code"], "not-found");
    server
        .call("POST", "/Patient")
        .header("content-type", "application/fhir+ndjson")
        .body("{}")
        .await
        .is(415);
}
