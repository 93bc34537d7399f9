//! What a second reader found in the text and its sources, case by case, without a look at the
//! code: `second_reader/*.ndjson`, a case a line.
//!
//! A case stores what it needs (`put`), asks (`get` or `post`) and says what is to be found: by a
//! `form` of the answer, each name with its value (`?name`: the list has it, `!name`: it has not),
//! or pieces of text that are there, or are `absent`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

mod form;

on_both!(gestation, visits_and_lists, doses, growth, yellow_and_danger, documents_and_definitions,);

/// An answer as names and values.
type Told = BTreeMap<String, Value>;

async fn gestation(server: Server) {
    check(&server, include_str!("second_reader/gestation.ndjson")).await;
}

async fn visits_and_lists(server: Server) {
    check(&server, include_str!("second_reader/due.ndjson")).await;
}

async fn doses(server: Server) {
    check(&server, include_str!("second_reader/forecast.ndjson")).await;
}

async fn growth(server: Server) {
    check(&server, include_str!("second_reader/growth.ndjson")).await;
}

async fn yellow_and_danger(server: Server) {
    check(&server, include_str!("second_reader/risk.ndjson")).await;
}

async fn documents_and_definitions(server: Server) {
    check(&server, include_str!("second_reader/documents.ndjson")).await;
}

async fn check(server: &Server, cases: &str) {
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let faults = faults(server, &case).await;
        wrong.extend(
            faults.into_iter().map(|fault| format!("{} ({}): {fault}", case["id"], case["why"])),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn faults(server: &Server, case: &Value) -> Vec<String> {
    for resource in case["put"].as_array().into_iter().flatten() {
        let text = |name: &str| resource[name].as_str().unwrap().to_owned();
        let path = format!("/{}/{}", text("resourceType"), text("id"));
        let reply = server.put(&path, resource).await;
        assert!(matches!(reply.status, 200 | 201), "{}: {}", case["id"], reply.text);
    }
    let call = match case["get"].as_str() {
        Some(path) => server.get(path),
        None => server.post(case["post"][0].as_str().unwrap(), &case["post"][1]),
    };
    let headers = case["headers"].as_object().cloned().unwrap_or_default();
    let call =
        headers.iter().fold(call, |call, (name, value)| call.header(name, value.as_str().unwrap()));
    let reply = call.await;
    if json!(reply.status) != case["status"] {
        return vec![format!("{} is not {}: {}", reply.status, case["status"], reply.text)];
    }
    match (case["form"].as_str(), &case["expect"]) {
        (Some(form), Value::Object(expected)) => {
            let told = form::told(form, &reply.json());
            expected.iter().filter_map(|(name, value)| differs(&told, name, value)).collect()
        }
        (_, expected) => {
            let texts = |list: &Value| list.as_array().cloned().unwrap_or_default();
            let has = |text: &Value| reply.text.contains(text.as_str().unwrap());
            let lacks = texts(expected).into_iter().filter(|text| !has(text));
            let leaks = texts(&case["absent"]).into_iter().filter(has);
            lacks
                .map(|one| format!("no {one} in {}", reply.text))
                .chain(leaks.map(|one| format!("{one} is there")))
                .collect()
        }
    }
}

fn differs(told: &Told, name: &str, expected: &Value) -> Option<String> {
    let (wants, key) = match name.split_at(1) {
        ("?", key) => (Some(true), key),
        ("!", key) => (Some(false), key),
        _ => (None, name),
    };
    let found = told.get(key).unwrap_or(&Value::Null);
    let is_so = match wants {
        Some(wants) => wants == found.as_array().is_some_and(|list| list.contains(expected)),
        // A z-score is right to a hundredth.
        None if expected.is_f64() => {
            found.as_f64().is_some_and(|z| (z - expected.as_f64().unwrap()).abs() < 0.0101)
        }
        None => found == expected,
    };
    (!is_so).then(|| format!("{name} is {found}, not {expected}"))
}

/// The value of a parameter, whichever type it has.
fn value(parameter: &Value) -> Value {
    let all: &Map<String, Value> = parameter.as_object().unwrap();
    let value = all.iter().find(|(name, _)| name.starts_with("value")).map(|(_, value)| value);
    let value = value.cloned().unwrap_or_default();
    value.get("reference").cloned().unwrap_or(value)
}
