//! History of a type and of everything, <https://hl7.org/fhir/R4/http.html#history>.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::call::Reply;
use crate::harness::effort::effort;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    everything_that_happened_is_told_newest_first,
    pages_hold_every_version_once_whatever_is_written_meanwhile,
    times_narrow_a_history,
    a_list_narrows_a_history,
    entries_of_bundles_may_ask_for_a_history,
    what_a_history_does_not_know_is_refused,
);

fn patient(id: &str, active: bool) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": active })
}

fn organization(name: &str) -> Value {
    json!({ "resourceType": "Organization", "id": "o", "name": name })
}

/// `PUT Patient/a 1`, for each entry.
fn told(bundle: &Value) -> Vec<String> {
    assert_eq!(bundle["type"], "history");
    let entries = bundle["entry"].as_array().into_iter().flatten();
    let tell = |entry: &Value| {
        let text = |pointer: &str| entry.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let (method, url) = (text("/request/method"), text("/request/url"));
        assert!(text("/fullUrl").ends_with(&url) || method == "POST", "{entry}");
        assert_eq!(entry["resource"].is_null(), method == "DELETE", "{entry}");
        assert!(text("/response/lastModified").contains('T'), "{entry}");
        assert_eq!(text("/response/status") == "204", method == "DELETE", "{entry}");
        let version = text("/response/etag");
        format!("{method} {url} {}", version.trim_start_matches("W/\"").trim_end_matches('"'))
    };
    entries.map(tell).collect()
}

async fn ask(server: &Server, path: &str) -> Vec<String> {
    told(&server.get(path).await.is(200).json())
}

async fn some(server: &Server) {
    server.put("/Patient/a", patient("a", true)).await.is(201);
    server.put("/Organization/o", organization("O")).await.is(201);
    server.put("/Patient/b", patient("b", true)).await.is(201);
    server.put("/Patient/a", patient("a", false)).await.is(200);
    server.delete("/Patient/b").await.is(204);
}

async fn everything_that_happened_is_told_newest_first(server: Server) {
    assert_eq!(ask(&server, "/_history").await, [""; 0]);
    some(&server).await;
    let patients = ["DELETE Patient/b 2", "PUT Patient/a 2", "PUT Patient/b 1", "PUT Patient/a 1"];
    assert_eq!(ask(&server, "/Patient/_history").await, patients);
    let created = server.post("/Patient", json!({ "resourceType": "Patient" })).await.is(201);
    let reply = server.get("/_history").await.is(200);
    let all = reply.json();
    assert_eq!(all["total"], 6);
    assert_eq!(reply.link("self"), Some(format!("{}/_history", server.base())));
    assert_eq!(all["entry"][0]["resource"]["id"], json!(created.id()));
    let mut expected = vec!["POST Patient 1"];
    expected.extend(&patients[..3]);
    expected.extend(["PUT Organization/o 1", "PUT Patient/a 1"]);
    assert_eq!(told(&all), expected);
    expected.reverse();
    assert_eq!(ask(&server, "/_history?_sort=_lastUpdated").await, expected);
    assert_eq!(ask(&server, "/Encounter/_history").await, [""; 0]);
    let head = server.call("HEAD", "/Patient/_history").await.is(200);
    assert!(head.text.is_empty());
    let xml = server.get("/_history").header("accept", "application/fhir+xml").await.is(200);
    assert!(xml.text.contains("<type value=\"history\"/>"), "{}", xml.text);
}

async fn pages_hold_every_version_once_whatever_is_written_meanwhile(server: Server) {
    for round in 0..7 {
        server.put("/Patient/a", patient("a", round % 2 == 0)).await;
    }
    let pages = async |first: &str, meanwhile: bool| {
        let mut reply: Reply = server.get(first).await.is(200);
        let mut all = told(&reply.json());
        assert_eq!(all.len(), 3);
        while let Some(next) = reply.link("next") {
            if meanwhile {
                server.put("/Patient/a", patient("a", all.len().is_multiple_of(2))).await.is(200);
                server.put("/Organization/o", organization("O")).await;
            }
            reply = server.get(&next).await.is(200);
            assert!(reply.json()["total"].is_null());
            all.extend(told(&reply.json()));
        }
        all
    };
    let newest: Vec<_> = (1..=7).rev().map(|version| format!("PUT Patient/a {version}")).collect();
    assert_eq!(pages("/_history?_count=3", true).await, newest);
    let oldest: Vec<_> = (1..=9).map(|version| format!("PUT Patient/a {version}")).collect();
    assert_eq!(pages("/Patient/_history?_count=3&_sort=_lastUpdated", false).await, oldest);
    let next = server.get("/Patient/_history?_count=3").await.link("next").unwrap();
    for other in [next.replace("/Patient/", "/"), next.replace("_cursor=W", "_cursor=X")] {
        assert_ne!(other, next);
        server.get(&other).await.is(400);
    }
}

/// The instant of a version that is stored, in a URL; the next comes later.
async fn put(server: &Server, id: &str, active: bool) -> String {
    let stored = server.put(&format!("/Patient/{id}"), patient(id, active)).await.json();
    tokio::time::sleep(Duration::from_millis(5)).await;
    stored["meta"]["lastUpdated"].as_str().unwrap().replace('+', "%2B")
}

async fn times_narrow_a_history(server: Server) {
    put(&server, "a", true).await;
    put(&server, "b", true).await;
    let third = put(&server, "a", false).await;
    put(&server, "c", true).await;
    let (a1, b1, a2, c1) =
        ("PUT Patient/a 1", "PUT Patient/b 1", "PUT Patient/a 2", "PUT Patient/c 1");
    for path in ["/_history", "/Patient/_history"] {
        let ask = async |query: String| ask(&server, &format!("{path}?{query}")).await;
        assert_eq!(ask(format!("_since={third}")).await, [c1, a2]);
        assert_eq!(ask("_since=2099-01-01".into()).await, [""; 0]);
        assert_eq!(ask("_since=2001-01-01T00:00:00Z".into()).await, [c1, a2, b1, a1]);
        // What was replaced at that moment was no longer current.
        assert_eq!(ask(format!("_at={third}")).await, [a2, b1]);
        assert_eq!(ask(format!("_at={third}&_since={third}")).await, [a2]);
        assert_eq!(ask("_at=2099".into()).await, [c1, a2, b1]);
        assert_eq!(ask("_at=2001".into()).await, [""; 0]);
        let day = third.split('T').next().unwrap();
        assert_eq!(ask(format!("_at={day}")).await, [c1, a2, b1, a1]);
    }
}

async fn a_list_narrows_a_history(server: Server) {
    some(&server).await;
    let item = |text: &str| json!({ "item": { "reference": text } });
    let list = json!({ "resourceType": "List", "id": "l", "status": "current", "mode": "working",
        "entry": [item("Patient/b"), item("Patient/a/_history/1"), item("Organization/o"),
            item("https://elsewhere.example/Patient/a"), item("Patient/nobody")] });
    server.put("/List/l", list).await.is(201);
    let patients = ["DELETE Patient/b 2", "PUT Patient/b 1", "PUT Patient/a 1"];
    assert_eq!(ask(&server, "/Patient/_history?_list=l").await, patients);
    let all = ["DELETE Patient/b 2", "PUT Patient/b 1", "PUT Organization/o 1", "PUT Patient/a 1"];
    assert_eq!(ask(&server, "/_history?_list=l").await, all);
    let page = server.get("/_history?_list=l&_count=3").await.is(200);
    let next = page.link("next").unwrap();
    assert_eq!(ask(&server, &next).await, ["PUT Patient/a 1"]);
    let empty =
        json!({ "resourceType": "List", "id": "e", "status": "current", "mode": "working" });
    server.put("/List/e", empty).await.is(201);
    assert_eq!(ask(&server, "/_history?_list=e").await, [""; 0]);
    server.get("/_history?_list=nobody").await.is(404);
    server.get("/_history?_list=$current-allergies").await.is(400);
}

async fn entries_of_bundles_may_ask_for_a_history(server: Server) {
    some(&server).await;
    let entry = |url: &str| json!({ "request": { "method": "GET", "url": url } });
    for kind in ["batch", "transaction"] {
        let entries = [entry("Patient/_history?_count=2"), entry("_history")];
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        let answer = server.post("", bundle).await.is(200).json();
        let of = |at: usize| told(&answer["entry"][at]["resource"]);
        assert_eq!(of(0), ["DELETE Patient/b 2", "PUT Patient/a 2"]);
        assert_eq!(of(1).len(), 5);
    }
}

async fn what_a_history_does_not_know_is_refused(server: Server) {
    server.put("/Patient/a", patient("a", true)).await.is(201);
    let wrong = ["_since=once", "_count=many", "_sort=name", "_at=x", "_cursor=x", "name=anh"];
    for query in wrong {
        server.get(&format!("/_history?{query}")).await.is(400);
    }
    let lenient = server.get("/_history?name=anh").header("prefer", "handling=lenient").await;
    assert_eq!(told(&lenient.is(200).json()), ["PUT Patient/a 1"]);
    server.get("/Patiant/_history").await.is(404);
    server.call("DELETE", "/Patient/_history").await.is(405);
}

#[tokio::test]
async fn a_page_costs_its_own_rows_whatever_else_there_is() {
    let settings = [("log", "info,mebe::steps=trace")];
    let mut server = Server::start_with(Backend::Sqlite, &settings).await.unwrap();
    server.put("/Patient/a", patient("a", true)).await.is(201);
    server.put("/Patient/a", patient("a", false)).await.is(200);
    let since = server.get("/Patient/a").await.json()["meta"]["lastUpdated"].to_string();
    let since = since.trim_matches('"').replace('+', "%2B");
    let paths = [
        "/Patient/_history?_count=5".into(),
        "/_history?_count=5".into(),
        format!("/_history?_since={since}&_sort=_lastUpdated&_count=2"),
    ];
    let mut costs = Vec::new();
    for round in 0..2 {
        let entry = |at: u32| {
            let resource =
                json!({ "resourceType": "Organization", "name": format!("{round} {at}") });
            json!({ "resource": resource, "request": { "method": "POST", "url": "Organization" } })
        };
        let entries: Vec<_> = (0..10 + round * 300).map(entry).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        server.post("", bundle).await.is(200);
        for path in &paths {
            let before = effort(&mut server).await;
            server.get(path).await.is(200);
            costs.push(effort(&mut server).await - before);
        }
    }
    let (few, many) = costs.split_at(paths.len());
    // Halving a log that is thirty times as long takes five steps more.
    let is_more = few.iter().zip(many).any(|(few, many)| *few == 0 || *many > few * 2 + 200);
    assert!(!is_more, "{few:?} {many:?}");
}
