//! Small requests for large answers, and bodies that are larger than they look.

use serde_json::{Value, json};

use super::attacked;
use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(pages_of_large_resources_are_short, a_batch_of_searches_has_one_answer);

/// A resource of so many KiB.
fn large(kib: usize, at: usize) -> Value {
    json!({ "resourceType": "Basic", "id": format!("large-{at}"), "code": { "text": "x" },
        "extension": [{ "url": "http://example.org/x", "valueString": "y".repeat(kib << 10) }] })
}

async fn with(mut server: Server, settings: &[(&str, &str)]) -> Server {
    server.stop().await;
    server.start_again(settings).await;
    server
}

async fn pages_of_large_resources_are_short(server: Server) {
    let server = with(server, &[("answer_mib", "4")]).await;
    for at in 0..12 {
        server.put(&format!("/Basic/large-{at}"), large(300, at)).await.is(201);
    }
    for _ in 0..12 {
        server.put("/Basic/large-0", large(300, 0)).await;
        let mut other = large(300, 0);
        other["code"]["text"] = json!("z");
        server.put("/Basic/large-0", other).await.is(200);
    }
    for start in ["/Basic?_count=100", "/Basic?_count=100&_sort=-_lastUpdated"] {
        let (mut seen, mut pages) = (Vec::new(), 0);
        let mut next = Some(start.to_owned());
        while let Some(url) = next {
            let page = server.get(&url).await.is(200);
            assert!(page.text.len() < 3 << 20, "{}", page.text.len());
            seen.extend(page.ids());
            pages += 1;
            next = page.link("next");
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 12, "{start}: every resource is on a page");
        assert!(pages > 3, "{start}: {pages}");
    }
    let (mut versions, mut next) = (0, Some("/Basic/large-0/_history?_count=100".to_owned()));
    while let Some(url) = next {
        let page = server.get(&url).await.is(200);
        assert!(page.text.len() < 3 << 20, "{}", page.text.len());
        versions += page.json()["entry"].as_array().unwrap().len();
        next = page.link("next");
    }
    assert!(versions >= 13, "{versions}");
}

async fn a_batch_of_searches_has_one_answer(server: Server) {
    let server = with(server, &[("answer_mib", "8")]).await;
    for at in 0..12 {
        server.put(&format!("/Basic/large-{at}"), large(100, at)).await.is(201);
    }
    let search = json!({ "request": { "method": "GET", "url": "Basic?_count=12" } });
    let read = json!({ "request": { "method": "GET", "url": "Basic/large-1" } });
    let history = json!({ "request": { "method": "GET", "url": "Basic/large-1/_history" } });
    for (entry, kind) in [(&search, "batch"), (&read, "batch"), (&history, "transaction")] {
        let entries: Vec<_> = (0..500).map(|_| entry.clone()).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        let seen = attacked(&server, async { server.post("/", &bundle).await }).await;
        seen.done.clone().is(422);
        assert_eq!(seen.done.json()["issue"][0]["code"], "too-costly");
        assert!(seen.grown < 100, "{} MiB", seen.grown);
    }
    // What was stored is told, and what had no room beside it is told to have had none.
    let mut entries: Vec<_> = (0..300).map(|_| search.clone()).collect();
    entries.push(json!({ "resource": { "resourceType": "Patient" },
        "request": { "method": "POST", "url": "Patient" } }));
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = server.post("/", &bundle).await.is(200);
    let answers = reply.json();
    let status =
        |at: usize| answers["entry"][at]["response"]["status"].as_str().unwrap().to_owned();
    assert!(status(300).starts_with("201"));
    assert!(status(299).starts_with("422"), "{}", status(299));
    assert!(reply.text.len() < 16 << 20);
}

#[tokio::test]
async fn bodies_of_many_values_are_refused_before_they_are_read() {
    let server = Server::start(Backend::Sqlite).await.expect("SQLite is always here");
    let many = |value: &str, count: usize| {
        format!(
            "{{\"resourceType\":\"Basic\",\"x\":[{}{value}]}}",
            format!("{value},").repeat(count)
        )
    };
    for body in [many("1", 15 << 20), many("{}", 10 << 20), many("[]", 10 << 20)] {
        let seen = attacked(&server, async { server.post("/Basic", &body).await }).await;
        seen.done.is(422);
        assert!(seen.grown < 150, "{} MiB", seen.grown);
    }
    let xml = format!("<Basic xmlns=\"http://hl7.org/fhir\">{}</Basic>", "<a/>".repeat(6 << 20));
    let seen = attacked(&server, async {
        server.post("/Basic", &xml).header("content-type", "application/fhir+xml").await
    });
    seen.await.done.is(422);
}

#[tokio::test]
async fn bodies_in_work_share_a_memory() {
    let settings = [("memory_mib", "64"), ("request_seconds", "3")];
    let server = Server::start_with(Backend::Sqlite, &settings).await.expect("SQLite");
    let values = "{\"url\":\"http://example.org/x\",\"valueCode\":\"x\"},".repeat(60_000);
    let body =
        format!("{{\"resourceType\":\"Basic\",\"extension\":[{}]}}", &values[..values.len() - 1]);
    let attack = async {
        let calls = (0..16).map(|_| async { server.post("/Basic/$validate", &body).await });
        futures_util::future::join_all(calls).await
    };
    let seen = attacked(&server, attack).await;
    for reply in &seen.done {
        assert!([200, 422, 503].contains(&reply.status), "{} {}", reply.status, reply.text);
        assert!(reply.status != 503 || reply.header("retry-after").is_some());
    }
    assert!(seen.grown < 300, "{} MiB", seen.grown);
}
