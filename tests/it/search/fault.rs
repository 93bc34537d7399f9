//! What is wrong with a search is said, and nothing is ignored unless the client asks for that,
//! <https://hl7.org/fhir/R4/search.html#errors>.

use serde_json::json;

use super::store;
use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    unknown_parameters_are_refused_with_the_nearest_known,
    every_fault_is_told_at_once,
    lenient_handling_ignores_and_reports,
    lenient_handling_does_not_bend_values,
    parameters_that_may_come_once_may_not_come_twice,
    more_values_than_the_limit_are_refused,
    parameters_that_cannot_be_answered_are_refused,
    what_is_no_text_is_refused,
);

async fn unknown_parameters_are_refused_with_the_nearest_known(server: Server) {
    let reply = server.get("/Patient?birthdat=2026").await;
    insta::assert_snapshot!("search_unknown", settled(&server, &reply));
    for query in [
        "Family=le",
        "_sort=nam",
        "name:start=a",
        "_has:Observation:patient:cod=1",
        "general-practitioner.nam=a",
    ] {
        server.get(&format!("/Patient?{query}")).await.is(400);
    }
}

async fn every_fault_is_told_at_once(server: Server) {
    let reply = server.get("/Patient?nam=a&birthdate=b&_count=c").await.is(400).json();
    let places: Vec<_> =
        reply["issue"].as_array().unwrap().iter().map(|issue| &issue["expression"][0]).collect();
    assert_eq!(places, ["http.nam", "http.birthdate", "http._count"]);
}

async fn lenient_handling_ignores_and_reports(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "active": true });
    store(&server, &[patient]).await;
    let reply = server.get("/Patient?actve=false&active=true").header("prefer", "handling=lenient");
    insta::assert_snapshot!("search_lenient", settled(&server, &reply.await));
}

async fn lenient_handling_does_not_bend_values(server: Server) {
    for query in ["birthdate=once", "_count=x", "name:start=a", "_cursor=x", "active="] {
        let reply = server.get(&format!("/Patient?{query}")).header("prefer", "handling=lenient");
        reply.await.is(400);
    }
}

async fn parameters_that_may_come_once_may_not_come_twice(server: Server) {
    for query in ["_count=1&_count=2", "_sort=name&_sort=_id", "_summary=count&_summary=count"] {
        server.get(&format!("/Patient?{query}")).await.is(400);
    }
}

/// The settings `search_values`, 500, and `search_parameters`, 40: what is within them runs.
async fn more_values_than_the_limit_are_refused(server: Server) {
    let values = |count: usize| vec!["http://x|1"; count].join(",");
    server.get(&format!("/Patient?identifier={}", values(500))).await.is(200);
    server.get(&format!("/Patient?identifier={}", values(501))).await.is(400);
    let parameters = |count: usize| vec!["identifier=1"; count].join("&");
    server.get(&format!("/Patient?{}", parameters(40))).await.is(200);
    server.get(&format!("/Patient?{}", parameters(41))).await.is(400);
}

async fn parameters_that_cannot_be_answered_are_refused(server: Server) {
    for query in [
        "_content=a",
        "_query=a",
        "_list=$current-allergies",
        "_filter:exact=a eq 1",
        "_type=Patient",
        "_sort=_text",
        "_sort=-_content",
        "_text:contains=a",
        "_contained=true",
        "_elements=given",
        "_has:A:b:c=1",
    ] {
        let reply = server.get(&format!("/Patient?{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
    }
    let lenient =
        server.get("/Patient?_content=a").header("prefer", "handling=lenient").await.is(200);
    assert!(lenient.text.contains("_content"));
    let patient = json!({ "resourceType": "Patient", "name": [{ "text": "Any" }] });
    for _ in 0..2 {
        let create = server.post("/Patient", &patient).header("if-none-exist", "_content=a");
        create.header("prefer", "handling=lenient").await.is(400);
    }
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"].to_string(), "0");
}

async fn what_is_no_text_is_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "given": ["Ánh"] }] });
    store(&server, &[patient]).await;
    for query in [
        "identifier=%00",
        "identifier=a%00|b",
        "name=a%00",
        "name:exact=%00",
        "_id=a%00",
        "%00=a",
        "general-practitioner=http://x/%00",
        "birthdate=2026%00",
        "_profile=http://x/%00",
        "_sort=%00",
        "_count=%00",
        "_cursor=%00",
        "name=%FF",
        "name=%C3",
        "_lastUpdated=%00",
    ] {
        let reply = server.get(&format!("/Patient?{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
        reply.json();
    }
    for path in ["Patient/%00", "Patient/me%00", "%00", "Patient/me/_history/%00", "Patient/%FF"] {
        let reply = server.get(&format!("/{path}")).await;
        assert!([400, 404].contains(&reply.status), "{path}: {}", reply.text);
        reply.json();
    }
    server.get("/Patient/me/_history?_since=%00").await.is(400);
    server.get("/ValueSet/$expand?url=http://x/%00").await;
    let subject = json!({ "resourceType": "Basic", "code": { "text": "x" }, "subject": { "reference": "Patient/a\u{0}" } });
    let reply = server.post("/Basic", subject).await;
    assert!([400, 422].contains(&reply.status), "{}", reply.text);
    let named = json!({ "resourceType": "Patient", "identifier": [{ "value": "a\u{0}b" }] });
    let reply = server.post("/Patient", named).await;
    assert!([400, 422].contains(&reply.status), "{}", reply.text);
    assert_eq!(server.get("/Patient?given=%C3%81nh").await.is(200).ids(), ["me"]);
}
