//! `$everything` of Patient and Encounter.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    everything_of_a_person_is_there_page_by_page,
    it_is_narrowed_by_type_time_and_care,
    a_family_is_added,
    a_visit_has_what_was_recorded_at_it,
    bad_input_is_refused_and_named,
);

async fn load(server: &Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("02-twins", 1)).await.is(200);
}

/// Type and id of each entry of a mode.
fn addresses(bundle: &Value, mode: &str) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let of = entries.iter().filter(|entry| entry["search"]["mode"] == mode);
    of.map(|entry| {
        let one = &entry["resource"];
        format!("{}/{}", one["resourceType"].as_str().unwrap(), one["id"].as_str().unwrap())
    })
    .collect()
}

/// All matches, page by page.
async fn pages(server: &Server, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut reply: Reply = server.get(path).await.is(200);
    loop {
        all.extend(addresses(&reply.json(), "match"));
        let Some(next) = reply.link("next") else { break };
        let below = next.strip_prefix(&server.base()).unwrap().to_owned();
        reply = server.get(&below).await.is(200);
    }
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(once.len(), all.len(), "nothing twice");
    all.sort();
    all
}

const MOTHER: &str = "me-tran-thi-thu-huong-1";

async fn everything_of_a_person_is_there_page_by_page(server: Server) {
    load(&server).await;
    let path = format!("/Patient/{MOTHER}/$everything");
    let whole = server.get(&format!("{path}?_count=500")).await.is(200).json();
    assert_eq!(whole["type"], "searchset");
    let mut matches = addresses(&whole, "match");
    matches.sort();
    assert!(matches.contains(&format!("Patient/{MOTHER}")) && matches.len() > 50);
    // What they refer to comes along.
    assert!(addresses(&whole, "include").iter().any(|one| one.starts_with("Practitioner/")));
    assert_eq!(pages(&server, &format!("{path}?_count=7")).await, matches);
    let search = pages(&server, &format!("/Patient/{MOTHER}/*?_count=100")).await;
    assert_eq!(search, matches, "it is her compartment");
    let parameters = json!({ "resourceType": "Parameters", "parameter": [{ "name": "_count", "valueInteger": 500 }] });
    let posted = server.post(&path, parameters).await.is(200).json();
    assert_eq!(addresses(&posted, "match").len(), matches.len());
}

async fn it_is_narrowed_by_type_time_and_care(server: Server) {
    load(&server).await;
    let path = format!("/Patient/{MOTHER}/$everything");
    let typed = pages(&server, &format!("{path}?_type=Encounter,Patient&_count=3")).await;
    assert!(typed.iter().all(|one| one.starts_with("Encounter/") || one.starts_with("Patient/")));
    assert!(typed.len() > 3);
    let none = pages(&server, &format!("{path}?_since=2100-01-01T00:00:00Z")).await;
    assert!(none.is_empty(), "{none:?}");
    let all = pages(&server, &format!("{path}?_since=2020-01-01T00:00:00Z&_count=9")).await;
    let whole = pages(&server, &path).await;
    assert_eq!(all, whole);
    let early = pages(&server, &format!("{path}?end=1990-01-01&_count=9")).await;
    assert!(early.iter().any(|one| one.starts_with("Patient/")));
    assert!(!early.iter().any(|one| one.starts_with("Observation/")), "{early:?}");
    let late = pages(&server, &format!("{path}?start=1990-01-01&end=2100&_type=Observation")).await;
    let observations = whole.iter().filter(|one| one.starts_with("Observation/")).count();
    assert_eq!(late.len(), observations);
}

async fn a_family_is_added(server: Server) {
    load(&server).await;
    let path = format!("/Patient/{MOTHER}/$everything?family=true&_type=Patient&_count=1");
    let all = pages(&server, &path).await;
    assert_eq!(all.len(), 3, "{all:?}");
    let child = all.iter().find(|one| !one.ends_with(MOTHER)).unwrap();
    let hers = pages(&server, &format!("/{child}/$everything?family=true&_type=Patient")).await;
    assert!(hers.contains(&format!("Patient/{MOTHER}")), "{hers:?}");
    let own = pages(&server, &format!("/{child}/$everything?_type=Patient")).await;
    assert!(own.contains(child) && !own.contains(&format!("Patient/{MOTHER}")), "{own:?}");
}

async fn a_visit_has_what_was_recorded_at_it(server: Server) {
    load(&server).await;
    let visits = server.get(&format!("/Encounter?subject=Patient/{MOTHER}")).await.is(200).json();
    let id = visits["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    let all = pages(&server, &format!("/Encounter/{id}/$everything?_count=5")).await;
    assert!(all.contains(&format!("Encounter/{id}")));
    let found =
        server.get(&format!("/Observation?encounter=Encounter/{id}&_count=200")).await.is(200);
    for one in addresses(&found.json(), "match") {
        assert!(all.contains(&one), "{one}");
    }
}

async fn bad_input_is_refused_and_named(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "p" });
    server.put("/Patient/p", patient).await.is(201);
    server.get("/Patient/nobody/$everything").await.is(404);
    let path = "/Patient/p/$everything";
    for (query, name) in [
        ("_since=x", "_since"),
        ("start=x", "start"),
        ("_type=Nothing", "_type"),
        ("family=maybe", "family"),
        ("famly=true", "family"),
        ("_cursor=x", "_cursor"),
    ] {
        let reply = server.get(&format!("{path}?{query}")).await.is(400);
        assert!(reply.text.contains(name), "{}", reply.text);
    }
    server.delete("/Patient/p").await;
    server.get(path).await.is(410);
}
