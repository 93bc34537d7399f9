//! Pages of other sites can neither write nor read; what browsers are told about replies.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_body_of_which_nothing_says_what_it_is_is_refused,
    a_page_of_another_site_is_refused,
    a_name_of_somebody_elses_is_refused,
    compressed_bodies_are_read_within_the_limit,
);

async fn a_body_of_which_nothing_says_what_it_is_is_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let bundle = json!({ "resourceType": "Bundle", "type": "batch" });
    for (method, path, body) in [
        ("POST", "/Patient", &patient),
        ("PUT", "/Patient/me", &patient),
        ("POST", "", &bundle),
        ("POST", "/Patient/$validate", &patient),
        ("POST", "/Patient/_search", &patient),
    ] {
        let reply = server.call(method, path).body(body).untyped().await.is(415);
        assert_eq!(reply.json()["issue"][0]["code"], "not-supported");
        for kind in ["text/plain", "multipart/form-data; boundary=x", ""] {
            server.call(method, path).body(body).header("content-type", kind).await.is(415);
        }
    }
    server.get("/Patient/me").await.is(404);
    // A search without a body needs none.
    server.call("POST", "/Patient/_search").untyped().await.is(200);
}

async fn a_page_of_another_site_is_refused(mut server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let ask = |origin: &str| server.put("/Patient/me", &patient).header("origin", origin);
    for origin in
        ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", "\u{e9}"]
    {
        let reply = ask(origin).await.is(403);
        assert_eq!(reply.json()["issue"][0]["code"], "forbidden");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    server.get("/Patient/me").header("origin", "https://evil.example").await.is(403);
    server.get("/Patient/me").await.is(404);
    ask(&server.top()).await.is(201);
    server.stop().await;
    server
        .start_again(&[
            ("allowed_origins", "https://app.example"),
            ("base_url", "https://mebe.example/fhir"),
        ])
        .await;
    let ask = |origin: &str| server.put("/Patient/me", &patient).header("origin", origin);
    ask("https://mebe.example").await.is(200);
    ask("https://evil.example").await.is(403);
    let reply = ask("https://app.example").await.is(200);
    assert_eq!(reply.header("access-control-allow-origin"), Some("https://app.example"));
    assert!(reply.header("vary").unwrap().contains("Origin"));
    let asked = |origin: &str| {
        let call = server.call("OPTIONS", "/Patient").header("origin", origin);
        call.header("access-control-request-method", "POST")
    };
    let reply = asked("https://app.example").await.is(204);
    assert!(reply.header("access-control-allow-headers").unwrap().contains("If-Match"));
    asked("https://evil.example").await.is(403);
}

/// What a name that leads to this machine would ask (DNS rebinding).
async fn a_name_of_somebody_elses_is_refused(mut server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let ask = |host: &str| server.put("/Patient/me", &patient).header("host", host);
    for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"] {
        let reply = ask(host).header("origin", &format!("http://{host}")).await.is(403);
        assert_eq!(reply.json()["issue"][0]["code"], "forbidden");
        server.get(&format!("{}/guide", server.top())).header("host", host).await.is(403);
        server.get(&format!("{}/health/live", server.top())).header("host", host).await.is(200);
    }
    server.get("/Patient/me").await.is(404);
    ask("localhost:8080").await.is(201);
    server.stop().await;
    server.start_again(&[("allowed_hosts", "[\"mebe\", \"proxy.example:81\"]")]).await;
    let ask = |host: &str| server.put("/Patient/me", &patient).header("host", host);
    ask("mebe:8080").await.is(200);
    ask("proxy.example:81").await.is(200);
    ask("proxy.example:82").await.is(403);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

async fn compressed_bodies_are_read_within_the_limit(mut server: Server) {
    server.stop().await;
    server.start_again(&[("body_mib", "1")]).await;
    let patient = |size: usize| {
        gzip(&format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"me\",\"name\":[{{\"text\":\"{}\"}}]}}",
            "a".repeat(size)
        ))
    };
    let put = |body: Vec<u8>| server.call("PUT", "/Patient/me").bytes(body);
    put(patient(10)).header("content-encoding", "gzip").await.is(201);
    put(patient(900_000)).header("content-encoding", "GZIP").await.is(200);
    let bomb = patient(200 << 20);
    assert!(bomb.len() < 1 << 20);
    put(bomb).header("content-encoding", "gzip").await.is(413);
    put(b"{}".to_vec()).header("content-encoding", "gzip").await.is(400);
    for coding in ["compress", "x", "gzip, gzip"] {
        let reply = put(patient(10)).header("content-encoding", coding).await.is(415);
        assert_eq!(reply.header("accept-encoding"), Some("gzip, deflate, br, zstd"));
    }
    // Without the header it is not JSON.
    put(patient(10)).await.is(400);
    let form = server.call("POST", "/Patient/_search").bytes(gzip("_id=me"));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.header("content-encoding", "gzip").await.is(200).ids(), ["me"]);
}

#[tokio::test]
async fn browsers_are_told_what_to_do_with_a_reply() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    let top = server.top();
    for path in [
        "/fhir/metadata",
        "/fhir/Patient/nobody",
        "/",
        "/guide",
        "/guide/nothing",
        "/health/live",
        "/x",
    ] {
        let reply = server.get(&format!("{top}{path}")).await;
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = reply.header("content-security-policy").unwrap().to_owned();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        let vary: Vec<_> = reply.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["Accept, Accept-Encoding, Accept-Language, Origin, Prefer"], "{path}");
        let kept = reply.header("cache-control");
        let is_shared = path == "/guide";
        assert_eq!(
            kept,
            Some(if is_shared { "public, max-age=300" } else { "no-store" }),
            "{path}"
        );
        // What the policy of a page does not allow is not in it.
        let is_page = reply.header("content-type") == Some("text/html; charset=utf-8");
        assert_eq!(is_page, policy.contains("sha256-"), "{path}");
        for part in ["<script", " style=", " onclick=", "javascript:"] {
            assert!(!is_page || !reply.text.contains(part), "{path}: {part}");
        }
        assert!(!is_page || reply.text.matches("<style>").count() == 1, "{path}");
        // Their icon is of this server.
        let links = reply.text.matches("<link").count();
        assert_eq!(links, reply.text.matches("<link rel=\"icon\"").count(), "{path}");
    }
}
