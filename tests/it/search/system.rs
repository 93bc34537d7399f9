//! Search of several types at once, <https://hl7.org/fhir/R4/http.html#search>, and of Lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{check, check_order, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    every_type_is_searched_or_those_that_are_named,
    pages_of_several_types_hold_each_match_once,
    several_types_have_one_order,
    matches_of_several_types_are_counted,
    parameters_have_to_be_common_to_all_types,
    what_comes_along_is_of_any_type,
    several_types_are_searched_by_post_and_in_bundles,
    lists_are_searched_by,
);

fn tagged(kind: &str, id: &str, code: &str) -> Value {
    let meta = json!({
        "tag": [{ "system": "http://x", "code": code }],
        "security": [{ "system": "http://x", "code": "R" }],
        "profile": ["http://mebe.example/p"],
        "source": "http://mebe.example/s",
    });
    match kind {
        "Observation" => json!({
            "resourceType": kind, "id": id, "meta": meta, "status": "final", "code": { "text": "x" },
            "subject": { "reference": "Patient/p1" },
        }),
        _ => json!({ "resourceType": kind, "id": id, "meta": meta }),
    }
}

async fn some(server: &Server) {
    let all = [
        tagged("Patient", "p1", "a"),
        tagged("Observation", "o1", "a"),
        tagged("Patient", "p2", "b"),
        tagged("Location", "l1", "a"),
        tagged("Location", "p1", "b"),
    ];
    store(server, &all).await;
}

async fn every_type_is_searched_or_those_that_are_named(server: Server) {
    some(&server).await;
    for (query, expected) in [
        ("?_id=p1", &["p1", "p1"][..]),
        ("?_id=o1,p2,none", &["o1", "p2"]),
        ("?_tag=a", &["l1", "o1", "p1"]),
        ("?_tag=http://x|b", &["p1", "p2"]),
        ("?_tag=a&_security=R&_profile=http://mebe.example/p", &["l1", "o1", "p1"]),
        ("?_source=http://mebe.example/s&_tag=a", &["l1", "o1", "p1"]),
        ("?_lastUpdated=gt2026-01-01&_tag=a", &["l1", "o1", "p1"]),
        ("?_tag:not=a&_type=Patient,Location", &["p1", "p2"]),
        ("?_type=Patient", &["p1", "p2"]),
        ("?_type=Patient,Observation", &["o1", "p1", "p2"]),
        ("?_type=Patient,Observation&_type=Location,Patient", &["p1", "p2"]),
        ("?_type=Location&_id=p1", &["p1"]),
        ("?_type=Group,Device,Medication,Substance,Person,Location", &["l1", "p1"]),
    ] {
        check(&server, query, expected).await;
    }
}

fn numbered() -> (Vec<Value>, Vec<String>) {
    let kinds = ["Patient", "Location", "Observation"];
    let ids: Vec<String> = (0..30).map(|at| format!("r{at:02}")).collect();
    let all = ids.iter().enumerate().map(|(at, id)| tagged(kinds[at % 3], id, "a")).collect();
    (all, ids)
}

async fn pages_of_several_types_hold_each_match_once(server: Server) {
    let (all, expected) = numbered();
    store(&server, &all).await;
    let queries = [
        "_tag=a",
        "_tag=a&_type=Patient,Location,Observation",
        "_tag=a&_sort=_lastUpdated",
        "_tag=a&_sort=-_lastUpdated",
        "_tag=a&_sort=_id",
        "_tag=a&_sort=-_id",
    ];
    for (round, query) in queries.iter().enumerate() {
        let mut page = server.get(&format!("?{query}&_count=7")).await.is(200);
        let (mut found, mut written) = (page.ids(), 0);
        assert!(page.link("first").is_none());
        while let Some(next) = page.link("next") {
            let id = format!("n{round}-{written}");
            let kind = ["Patient", "Location"][written % 2];
            server.put(&format!("/{kind}/{id}"), tagged(kind, &id, "a")).await.is(201);
            written += 1;
            page = server.get(&next).await.is(200);
            found.extend(page.ids());
            let first = server.get(&page.link("first").unwrap()).await.is(200);
            assert!(first.link("first").is_none(), "{query}");
        }
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{query}");
        let old: BTreeSet<_> = found.into_iter().filter(|id| id.starts_with('r')).collect();
        assert_eq!(old.into_iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

async fn several_types_have_one_order(server: Server) {
    let (all, mut expected) = numbered();
    for resource in &all {
        let url = format!(
            "/{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        server.put(&url, resource).await.is(201);
    }
    let ids = async |query: &str| server.get(query).await.is(200).ids();
    let ascending = expected.clone();
    expected.reverse();
    for (query, expected) in [
        ("?_tag=a&_count=100", &ascending),
        ("?_tag=a&_sort=_id&_count=100", &ascending),
        ("?_tag=a&_sort=-_id&_count=100", &expected),
        ("?_tag=a&_sort=-_lastUpdated&_count=100", &expected),
    ] {
        assert_eq!(ids(query).await, *expected, "{query}");
    }
}

async fn matches_of_several_types_are_counted(server: Server) {
    let (all, _) = numbered();
    store(&server, &all).await;
    let total = async |query: &str| server.get(query).await.is(200).json()["total"].clone();
    assert_eq!(total("?_tag=a&_summary=count").await, 30);
    assert_eq!(total("?_tag=a&_count=0&_type=Patient,Location").await, 20);
    assert_eq!(total("?_tag=a&_total=accurate&_count=2").await, 30);
    assert_eq!(total("?_tag=a&_count=100").await, 30);
    assert_eq!(total("?_tag=a&_count=5").await, Value::Null);
}

async fn parameters_have_to_be_common_to_all_types(server: Server) {
    some(&server).await;
    for query in [
        "?gender=female",
        "?_type=Patient,Location&birthdate=2020",
        "?_type=Patients",
        "?_type=",
        "?_sort=date",
    ] {
        server.get(query).await.is(400);
    }
    check(&server, "?_type=Patient,Location&identifier:missing=true", &["l1", "p1", "p1", "p2"])
        .await;
    check_order(&server, "?_type=Patient,Location&_sort=-_id", &["p2", "p1", "p1", "l1"]).await;
    server.get("?_type=Patient,Location&_sort=address").await.is(200);
    let lenient = async |query: &str| {
        let reply = server.get(query).header("prefer", "handling=lenient").await.is(200);
        let told = reply.json()["entry"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["search"]["mode"] == "outcome");
        (reply.ids().len(), told)
    };
    assert_eq!(lenient("?_type=Patient,Location&gender=female").await, (4, true));
    let page = server
        .get("?_type=Patient,Location&gender=female&_count=1")
        .header("prefer", "handling=lenient");
    let next = page.await.link("next").unwrap();
    assert!(!next.contains("gender"), "{next}");
    assert_eq!(server.get(&next).await.is(200).ids().len(), 1);
}

async fn what_comes_along_is_of_any_type(server: Server) {
    some(&server).await;
    let query = "?_type=Observation,Location&_tag=a&_include=Observation:subject";
    let entries = server.get(query).await.is(200).json()["entry"].clone();
    let modes: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["resource"]["id"].as_str().unwrap(), entry["search"]["mode"].as_str().unwrap())
        })
        .collect();
    assert_eq!(modes, [("o1", "match"), ("l1", "match"), ("p1", "include")]);
    server.get("?_type=Observation,Location&_include=Patient:organization").await.is(400);
}

async fn several_types_are_searched_by_post_and_in_bundles(server: Server) {
    some(&server).await;
    let form = "application/x-www-form-urlencoded";
    let posted = server.post("/_search", "_type=Patient,Observation&_tag=a");
    let mut found = posted.header("content-type", form).await.is(200).ids();
    found.sort();
    assert_eq!(found, ["o1", "p1"]);
    for kind in ["batch", "transaction"] {
        let request =
            json!({ "method": "GET", "url": "?_type=Patient,Observation&_tag=a&_sort=_id" });
        let bundle =
            json!({ "resourceType": "Bundle", "type": kind, "entry": [{ "request": request }] });
        let reply = server.post("", bundle).await.is(200).json();
        assert_eq!(reply["entry"][0]["resource"]["entry"][0]["resource"]["id"], "o1", "{reply}");
    }
}

async fn lists_are_searched_by(server: Server) {
    some(&server).await;
    let list = |id: &str, items: &[&str]| {
        let item = |to: &&str| json!({ "item": { "reference": to } });
        json!({
            "resourceType": "List", "id": id, "status": "current", "mode": "working",
            "entry": items.iter().map(item).collect::<Vec<_>>(),
        })
    };
    store(&server, &[list("one", &["Patient/p1", "Observation/o1"]), list("two", &["Patient/p2"])])
        .await;
    for (query, expected) in [
        ("Patient?_list=one", &["p1"][..]),
        ("Patient?_list=List/two", &["p2"]),
        ("Patient?_list=one,two", &["p1", "p2"]),
        ("Patient?_list=one&_tag=b", &[]),
        ("Location?_list=one", &[]),
        ("?_list=one", &["o1", "p1"]),
    ] {
        check(&server, query, expected).await;
    }
    server.get("/Patient?_list=$current-problems").await.is(400);
}
