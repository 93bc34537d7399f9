//! Parameters about the result, <https://hl7.org/fhir/R4/search.html#return>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    a_search_is_answered_with_a_bundle,
    ids_are_searched_by,
    how_it_is_answered_is_told_when_asked,
    count_is_the_size_of_a_page,
    total_is_told_when_asked_for,
    summary_count_tells_the_number_alone,
    a_posted_search_finds_the_same,
);

fn patients(count: usize) -> Vec<Value> {
    (0..count)
        .map(|at| {
            let name = json!([{ "family": if at % 2 == 0 { "Lê" } else { "Hồ" } }]);
            json!({ "resourceType": "Patient", "id": format!("p{at:02}"), "name": name })
        })
        .collect()
}

async fn a_search_is_answered_with_a_bundle(server: Server) {
    store(&server, &patients(3)).await;
    let reply = server.get("/Patient?family=l%C3%AA&_count=1&_format=json").await;
    let mut text = settled(&server, &reply);
    for relation in ["next", "last"] {
        let cursor = reply.link(relation).unwrap();
        text = text.replace(cursor.split("_cursor=").nth(1).unwrap(), "[cursor]");
    }
    insta::assert_snapshot!("search", text);
    let reply = server.get("/Patient?family=nobody").await;
    insta::assert_snapshot!("search_nothing", settled(&server, &reply));
}

async fn how_it_is_answered_is_told_when_asked(server: Server) {
    store(&server, &patients(3)).await;
    let reply = server.get("/Patient?family=le&_explain=true").await.is(200).json();
    let outcome = reply["entry"].as_array().unwrap().last().unwrap();
    assert_eq!(outcome["search"]["mode"], "outcome");
    let issue = &outcome["resource"]["issue"][0];
    assert_eq!(
        (issue["severity"].as_str(), issue["code"].as_str()),
        (Some("information"), Some("informational"))
    );
    let told = issue["details"]["text"].as_str().unwrap();
    for part in ["gather 1", "2 hàng", "SELECT", "sp_string"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(reply["entry"].as_array().unwrap().len(), 3);
    server.get("/Patient?_explain=perhaps").await.is(400);
}

async fn ids_are_searched_by(server: Server) {
    store(&server, &patients(4)).await;
    check(&server, "Patient?_id=p01", &["p01"]).await;
    check(&server, "Patient?_id=p01,p03,p99", &["p01", "p03"]).await;
    check(&server, "Patient?_id=p01,p02&family=le", &["p02"]).await;
    check(&server, "Patient?_id=p01&_id=p02", &[]).await;
    check(&server, "Group?_id=p01", &[]).await;
    server.get("/Patient?_id=a_b").await.is(400);
}

async fn count_is_the_size_of_a_page(server: Server) {
    store(&server, &patients(25)).await;
    assert_eq!(server.get("/Patient").await.ids().len(), 20);
    assert_eq!(server.get("/Patient?_count=7").await.ids().len(), 7);
    assert_eq!(server.get("/Patient?_count=100000").await.ids().len(), 25);
    let none = server.get("/Patient?_count=0").await.is(200);
    assert_eq!((none.ids().len(), none.json()["total"].to_string()), (0, "25".to_owned()));
    for value in ["-1", "x", "1.5", ""] {
        server.get(&format!("/Patient?_count={value}")).await.is(400);
    }
}

async fn total_is_told_when_asked_for(server: Server) {
    store(&server, &patients(25)).await;
    let total = async |query: &str| {
        server.get(&format!("/Patient?{query}")).await.is(200).json()["total"].to_string()
    };
    assert_eq!(total("_total=accurate&_count=2").await, "25");
    assert_eq!(total("_total=accurate&family=le&_count=2&_sort=-_id").await, "13");
    assert_eq!(total("_total=estimate&_count=2").await, "25");
    assert_eq!(total("_total=none&_count=2").await, "null");
    assert_eq!(total("family=ho").await, "12");
    server.get("/Patient?_total=some").await.is(400);
}

async fn summary_count_tells_the_number_alone(server: Server) {
    store(&server, &patients(3)).await;
    let reply = server.get("/Patient?family=le&_summary=count").await;
    insta::assert_snapshot!("search_count", settled(&server, &reply));
    assert_eq!(server.get("/Patient?_summary=false").await.is(200).ids().len(), 3);
}

async fn a_posted_search_finds_the_same(server: Server) {
    store(&server, &patients(6)).await;
    let form = "application/x-www-form-urlencoded";
    let search = |url: &str, body: &str| server.post(url, body).header("content-type", form);
    let got = server.get("/Patient?family=l%C3%AA&_count=2").await.is(200);
    let posted = search("/Patient/_search", "family=l%C3%AA&_count=2").await.is(200);
    assert_eq!(posted.ids(), got.ids());
    let mixed = search("/Patient/_search?_count=2", "family=l%C3%AA").await.is(200);
    assert_eq!(mixed.ids(), got.ids());
    let next = server.get(&posted.link("next").unwrap()).await.is(200);
    assert_eq!(next.ids().len(), 1);
    assert_eq!(search("/Patient/_search", "").await.is(200).ids().len(), 6);
    server.post("/Patient/_search", "{}").header("content-type", "application/json").await.is(415);
    search("/Patient/_search", "nam=x").await.is(400);
}
