//! `$closure`, <https://hl7.org/fhir/R4/conceptmap-operation-closure.html>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_table_grows_and_tells_what_came_since,
    what_is_not_known_is_unmatched,
    a_name_alone_begins_anew,
    many_at_once_lose_nothing,
);

const SYSTEM: &str = "http://x.org/tree";

/// `a` above `b` above `c`; `d` alone.
async fn with_codes(server: &Server) {
    let system = json!({
        "resourceType": "CodeSystem", "id": "tree", "url": SYSTEM, "status": "active", "content": "complete",
        "caseSensitive": true,
        "concept": [
            { "code": "a", "concept": [{ "code": "b", "concept": [{ "code": "c" }] }] }, { "code": "d" },
        ],
    });
    server.put("/CodeSystem/tree", system).await.is(201);
}

fn asked(name: &str, codes: &[&str], more: Value) -> Value {
    let mut parameters = vec![json!({ "name": "name", "valueString": name })];
    for code in codes {
        parameters
            .push(json!({ "name": "concept", "valueCoding": { "system": SYSTEM, "code": code } }));
    }
    parameters.extend(more.as_array().cloned().unwrap_or_default());
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

/// The version, and each entry as `code equivalence ancestor`.
fn told(map: &Value) -> (String, Vec<String>) {
    assert_eq!(map["resourceType"], "ConceptMap");
    let mut entries = Vec::new();
    for element in map["group"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["element"].as_array().unwrap())
    {
        for target in element["target"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            entries.push(format!(
                "{} {} {}",
                text(&element["code"]),
                text(&target["equivalence"]),
                text(&target["code"])
            ));
        }
    }
    entries.sort();
    (map["version"].as_str().unwrap().to_owned(), entries)
}

#[track_caller]
fn check(map: &Value, version: &str, entries: &[&str]) {
    let expected = entries.iter().map(ToString::to_string).collect();
    assert_eq!(told(map), (version.to_owned(), expected), "{map:#}");
}

async fn a_table_grows_and_tells_what_came_since(server: Server) {
    with_codes(&server).await;
    server.post("/$closure", asked("problems", &["a"], json!([]))).await.is(404);
    let begun = server.post("/$closure", asked("problems", &[], json!([]))).await.is(200).json();
    check(&begun, "0", &[]);
    let add = async |codes: &[&str]| {
        server.post("/$closure", asked("problems", codes, json!([]))).await.is(200).json()
    };
    check(&add(&["c", "d"]).await, "1", &[]);
    check(&add(&["a"]).await, "2", &["c subsumes a"]);
    check(&add(&["b", "a"]).await, "3", &["b subsumes a", "c subsumes b"]);
    check(&add(&["b"]).await, "3", &[]);
    let since = async |version: &str| {
        let version = json!([{ "name": "version", "valueString": version }]);
        server.post("/$closure", asked("problems", &[], version)).await
    };
    check(&since("1").await.is(200).json(), "3", &["b subsumes a", "c subsumes a", "c subsumes b"]);
    check(&since("2").await.is(200).json(), "3", &["b subsumes a", "c subsumes b"]);
    check(&since("3").await.is(200).json(), "3", &[]);
    for wrong in ["4", "-1", "x"] {
        since(wrong).await.is(404);
    }
    server
        .post(
            "/$closure",
            asked("problems", &["a"], json!([{ "name": "version", "valueString": "1" }])),
        )
        .await
        .is(400);
    server.post("/$closure", asked("others", &["a"], json!([]))).await.is(404);
    server.get("/$closure?name=problems").await.is(405);
}

async fn what_is_not_known_is_unmatched(server: Server) {
    with_codes(&server).await;
    server.post("/$closure", asked("t", &[], json!([]))).await.is(200);
    let other = json!([{ "name": "concept", "valueCoding": { "system": "http://x.org/none", "code": "x" } }]);
    let map = server.post("/$closure", asked("t", &["z", "a"], other)).await.is(200).json();
    check(&map, "1", &["x unmatched -", "z unmatched -"]);
}

async fn a_name_alone_begins_anew(server: Server) {
    with_codes(&server).await;
    for _ in 0..2 {
        check(&server.post("/$closure", asked("t", &[], json!([]))).await.json(), "0", &[]);
        check(
            &server.post("/$closure", asked("t", &["a", "b"], json!([]))).await.json(),
            "1",
            &["b subsumes a"],
        );
    }
}

async fn many_at_once_lose_nothing(server: Server) {
    with_codes(&server).await;
    server.post("/$closure", asked("t", &[], json!([]))).await.is(200);
    let calls = ["a", "b", "c", "d"].map(|code| async {
        server.post("/$closure", asked("t", &[code], json!([]))).await.is(200);
    });
    futures_util::future::join_all(calls).await;
    let version = json!([{ "name": "version", "valueString": "0" }]);
    let all = server.post("/$closure", asked("t", &[], version)).await.json();
    check(&all, "4", &["b subsumes a", "c subsumes a", "c subsumes b"]);
}
