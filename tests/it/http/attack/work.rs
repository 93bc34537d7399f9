//! Requests that would compute for long.

use serde_json::{Value, json};

use super::attacked;
use crate::harness::backend::Backend;
use crate::harness::call::Reply;
use crate::harness::server::Server;

/// A server on which one request may take a second or two.
async fn server() -> Server {
    let settings = [("request_steps", "5"), ("request_seconds", "20")];
    Server::start_with(Backend::Sqlite, &settings).await.expect("SQLite is always here")
}

#[track_caller]
fn too_costly(reply: &Reply) {
    assert!([422, 503].contains(&reply.status), "{} {}", reply.status, reply.text);
    assert_eq!(reply.json()["issue"][0]["code"], "too-costly");
}

fn parameters(expression: &str, context: Option<&str>, resource: &Value) -> Value {
    let mut parameter = vec![
        json!({ "name": "expression", "valueString": expression }),
        json!({ "name": "resource", "resource": resource }),
    ];
    parameter.extend(context.map(|text| json!({ "name": "context", "valueString": text })));
    json!({ "resourceType": "Parameters", "parameter": parameter })
}

fn patient(names: usize) -> Value {
    let names: Vec<Value> =
        (0..names).map(|at| json!({ "family": format!("Nguyễn {at}"), "given": ["A"] })).collect();
    json!({ "resourceType": "Patient", "name": names })
}

#[tokio::test]
async fn contexts_share_one_budget() {
    let server = server().await;
    let asked = parameters("%resource.descendants().count()", Some("name"), &patient(1_900));
    let seen = attacked(&server, async { server.post("/$fhirpath", &asked).await }).await;
    too_costly(&seen.done);
    assert!(seen.grown < 200, "{} MiB", seen.grown);
}

#[tokio::test]
async fn constraints_of_a_stored_profile_share_one_budget() {
    let server = server().await;
    let costly = "descendants().select(%resource.descendants().count()).count() >= 0";
    let constraints: Vec<Value> = (0..50)
        .map(|at| {
            json!({ "key": format!("k-{at}"), "severity": "error", "human": "slow",
            "expression": format!("{costly} and {at} >= 0") })
        })
        .collect();
    let url = "http://example.org/fhir/StructureDefinition/slow";
    let profile = json!({
        "resourceType": "StructureDefinition", "id": "slow", "url": url, "name": "Slow",
        "status": "draft", "kind": "resource", "abstract": false, "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": { "element": [{ "id": "Patient", "path": "Patient",
            "constraint": constraints }] },
    });
    server.put("/StructureDefinition/slow", &profile).await.is(201);
    let mut one = patient(100);
    one["meta"] = json!({ "profile": [url] });
    let entry = json!({ "resource": one, "request": { "method": "POST", "url": "Patient" } });
    let bundle = |kind: &str| {
        let entries: Vec<_> = (0..20).map(|_| entry.clone()).collect();
        json!({ "resourceType": "Bundle", "type": kind, "entry": entries })
    };
    let attack = async {
        let single = server.post("/Patient", &one).await;
        let whole = server.post("/", bundle("transaction")).await;
        let validated = server.post("/Bundle/$validate", bundle("transaction")).await;
        let batch = server.post("/", bundle("batch")).await;
        (single, whole, validated, batch)
    };
    let (single, whole, validated, batch) = attacked(&server, attack).await.done;
    for refused in [single, whole, validated] {
        too_costly(&refused);
    }
    // Nothing of the batch was stored, so all of it is refused.
    too_costly(&batch);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"], 0);
}

#[tokio::test]
async fn texts_are_counted_before_they_are_built() {
    let server = server().await;
    let many = "'".to_owned() + &"a,".repeat(20_000) + "'.split(',')";
    let long = "b".repeat(20_000);
    for built in [
        format!("{many}.join('{long}')"),
        format!("{many}.join().replace('a', '{long}')"),
        format!("{many}.join().replaceMatches('a', '{long}')"),
        format!("{many}.select($this & '{long}')"),
        format!("{many}.select(%resource)"),
        format!("{many}.select(%resource.descendants())"),
        format!("{many}.trace('t', %resource).count()"),
        format!("{many}.aggregate($total & '{long}', '')"),
        "'a'".to_owned() + &".select($this & $this)".repeat(60),
        "'a'.repeat($this & 'a')".to_owned(),
    ] {
        let asked = parameters(&built, None, &patient(1_000));
        let seen = attacked(&server, async { server.post("/$fhirpath", &asked).await }).await;
        assert!(seen.grown < 250, "{} MiB: {}", seen.grown, &built[..40]);
        too_costly(&seen.done);
    }
}

#[tokio::test]
async fn small_requests_go_on_beside_large_ones() {
    let server = server().await;
    let asked = parameters("%resource.descendants().count()", Some("name"), &patient(1_900));
    let attack = async {
        let calls = (0..12).map(|_| async { server.post("/$fhirpath", &asked).await.status });
        futures_util::future::join_all(calls).await
    };
    let mut stored = 0;
    let attack = std::pin::pin!(attack);
    let mut attack = attack;
    loop {
        tokio::select! {
            biased;
            statuses = &mut attack => {
                assert!(statuses.iter().all(|status| [422, 503].contains(status)), "{statuses:?}");
                break;
            }
            reply = async { server.post("/Patient", patient(1)).await } => {
                reply.is(201);
                stored += 1;
            }
        }
    }
    assert!(stored >= 3, "{stored}");
}
