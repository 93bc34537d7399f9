//! `_include` and `_revinclude`, <https://hl7.org/fhir/R4/search.html#include>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::store;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_is_referred_to_comes_along,
    what_refers_to_the_matches_comes_along,
    includes_go_on_only_when_told_to,
    everything_comes_along_that_is_referred_to,
    definitions_come_along_by_their_url,
    definitions_of_the_server_come_along,
    each_comes_once_and_is_not_counted,
    what_is_deleted_does_not_come_along,
    each_page_has_its_own,
    more_than_the_limit_is_told,
    wrong_includes_are_refused_by_name,
    conditions_take_no_includes,
    bundles_have_them_too,
);

fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

fn observation(id: &str, of: &str, members: &[&str]) -> Value {
    let mut made = json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
        "subject": reference(of), "performer": [reference("Practitioner/bs")],
    });
    if !members.is_empty() {
        made["hasMember"] = members.iter().map(|member| reference(member)).collect();
    }
    made
}

/// A province, a station, a midwife, a woman with two results, one of which has the other, and who
/// made that one.
async fn family(server: &Server) {
    let provenance = json!({
        "resourceType": "Provenance", "id": "nguon", "recorded": "2026-11-01T08:00:00+07:00",
        "target": [reference("Observation/o1"), reference("Patient/an")],
        "agent": [{ "who": reference("Practitioner/bs") }],
    });
    let resources = [
        json!({ "resourceType": "Organization", "id": "so", "name": "Sở" }),
        json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm", "partOf": reference("Organization/so") }),
        json!({ "resourceType": "Practitioner", "id": "bs", "name": [{ "family": "Đỗ" }] }),
        json!({ "resourceType": "Patient", "id": "an", "managingOrganization": reference("Organization/tram"), "generalPractitioner": [reference("Practitioner/bs"), reference("Organization/so")] }),
        observation("o1", "Patient/an", &[]),
        observation("o2", "Patient/an", &["Observation/o1"]),
        provenance,
    ];
    store(server, &resources).await;
}

/// The ids of a Bundle's entries with a mode, sorted; they are there once.
fn ids(bundle: &Value, mode: &str) -> Vec<String> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    let entries = entries.filter(|entry| entry["search"]["mode"] == mode);
    let ids: Vec<String> =
        entries.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect();
    let sorted: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(sorted.len(), ids.len(), "{ids:?}");
    sorted.into_iter().collect()
}

/// What comes along with the matches of a search.
async fn check(server: &Server, query: &str, expected: &[&str]) {
    let bundle = server.get(&format!("/{query}")).await.is(200).json();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(ids(&bundle, "include"), expected, "{query}");
}

async fn what_is_referred_to_comes_along(server: Server) {
    family(&server).await;
    for (query, expected) in [
        ("Observation?_include=Observation:subject", &["an"][..]),
        ("Observation?_id=o1&_include=Observation:patient", &["an"]),
        ("Observation?_include=Observation:subject&_include=Observation:performer", &["an", "bs"]),
        ("Observation?_include=Observation:subject:Patient", &["an"]),
        ("Observation?_include=Observation:subject:Group", &[]),
        ("Patient?_include=Patient:general-practitioner", &["bs", "so"]),
        ("Patient?_include=Patient:general-practitioner:Practitioner", &["bs"]),
        ("Patient?_include=Patient:general-practitioner:Organization", &["so"]),
        ("Patient?_id=nobody&_include=Patient:organization", &[]),
        ("Observation?_id=o2&_include=Observation:has-member", &["o1"]),
        ("Observation?_include=Observation:has-member", &[]),
        ("Patient?_count=0&_include=Patient:organization", &[]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn what_refers_to_the_matches_comes_along(server: Server) {
    family(&server).await;
    for (query, expected) in [
        ("Patient?_revinclude=Observation:subject", &["o1", "o2"][..]),
        ("Patient?_revinclude=Observation:patient", &["o1", "o2"]),
        ("Patient?_revinclude=Observation:subject:Patient", &["o1", "o2"]),
        ("Patient?_revinclude=Observation:*", &["o1", "o2"]),
        ("Patient?_revinclude=Provenance:target", &["nguon"]),
        (
            "Patient?_revinclude=Provenance:target&_revinclude=Observation:subject",
            &["nguon", "o1", "o2"],
        ),
        ("Organization?_id=so&_revinclude=Organization:partof", &["tram"]),
        ("Practitioner?_revinclude=Observation:performer&_include=*", &["o1", "o2"]),
        ("Observation?_id=o2&_revinclude=Provenance:target", &[]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn includes_go_on_only_when_told_to(server: Server) {
    family(&server).await;
    for (query, expected) in [
        (
            "Observation?_include=Observation:subject&_include:iterate=Patient:organization",
            &["an", "tram"][..],
        ),
        (
            "Observation?_include=Observation:subject&_include:recurse=Patient:organization",
            &["an", "tram"],
        ),
        (
            "Observation?_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof",
            &["an", "so", "tram"],
        ),
        ("Patient?_include=Patient:organization", &["tram"]),
        ("Organization?_id=tram&_include:iterate=Organization:partof", &["so"]),
        (
            "Organization?_id=so&_revinclude:iterate=Organization:partof&_revinclude:iterate=Patient:organization",
            &["an", "tram"],
        ),
        (
            "Patient?_revinclude=Observation:subject&_revinclude:iterate=Provenance:target&_include:iterate=Provenance:agent",
            &["bs", "nguon", "o1", "o2"],
        ),
    ] {
        check(&server, query, expected).await;
    }
}

async fn everything_comes_along_that_is_referred_to(server: Server) {
    family(&server).await;
    check(&server, "Patient?_include=*", &["bs", "so", "tram"]).await;
    check(&server, "Patient?_include=Patient:*", &["bs", "so", "tram"]).await;
    check(&server, "Patient?_include=Patient:*:Organization", &["so", "tram"]).await;
    check(&server, "Observation?_id=o2&_include:iterate=*", &["an", "bs", "o1", "so", "tram"])
        .await;
}

fn questionnaire(id: &str, version: &str) -> Value {
    json!({
        "resourceType": "Questionnaire", "id": id, "status": "active", "version": version,
        "url": "http://mebe.example/q",
    })
}

fn response(id: &str, questionnaire: &str) -> Value {
    json!({ "resourceType": "QuestionnaireResponse", "id": id, "status": "completed", "questionnaire": questionnaire })
}

async fn definitions_come_along_by_their_url(server: Server) {
    let url = "http://mebe.example/q";
    let resources = [
        questionnaire("q1", "1"),
        questionnaire("q2", "2"),
        response("r", url),
        response("r1", &format!("{url}|1")),
        response("r3", &format!("{url}|3")),
        response("other", "http://mebe.example/other"),
    ];
    store(&server, &resources).await;
    let include = "_include=QuestionnaireResponse:questionnaire";
    for (id, expected) in [("r", &["q1", "q2"][..]), ("r1", &["q1"]), ("r3", &[]), ("other", &[])] {
        check(&server, &format!("QuestionnaireResponse?_id={id}&{include}"), expected).await;
        check(&server, &format!("QuestionnaireResponse?_id={id}&_include=*"), expected).await;
    }
    let include = "_revinclude=QuestionnaireResponse:questionnaire";
    for (id, expected) in [("q1", &["r", "r1"][..]), ("q2", &["r"])] {
        check(&server, &format!("Questionnaire?_id={id}&{include}"), expected).await;
    }
}

/// They are in no database.
async fn definitions_of_the_server_come_along(server: Server) {
    let form = "mch-antenatal-visit-form";
    let mut answers = response("r", &format!("https://mebe.example/fhir/Questionnaire/{form}"));
    let about = |item: &str, of: &str| json!({ "linkId": item, "answer": [{ "valueReference": { "reference": of } }] });
    answers["item"] =
        json!([about("pregnancy", "Condition/x"), about("episode", "EpisodeOfCare/x")]);
    store(&server, &[answers]).await;
    let include = "_include=QuestionnaireResponse:questionnaire";
    check(&server, &format!("QuestionnaireResponse?{include}"), &[form]).await;
    let include = "_revinclude=QuestionnaireResponse:questionnaire";
    check(&server, &format!("Questionnaire?_id={form}&{include}"), &["r"]).await;
}

async fn each_comes_once_and_is_not_counted(server: Server) {
    family(&server).await;
    let query = "/Observation?_include=Observation:*&_include=Observation:subject&_revinclude=Provenance:target&_total=accurate";
    let bundle = server.get(query).await.is(200).json();
    assert_eq!(bundle["total"], 2);
    assert_eq!(ids(&bundle, "match"), ["o1", "o2"]);
    assert_eq!(ids(&bundle, "include"), ["an", "bs", "nguon"]);
    let modes = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["search"]["mode"]);
    assert_eq!(modes.collect::<Vec<_>>(), ["match", "match", "include", "include", "include"]);
    let links = server.get(query).await.link("self").unwrap();
    assert!(links.contains("_revinclude=Provenance%3Atarget"), "{links}");
}

async fn what_is_deleted_does_not_come_along(server: Server) {
    family(&server).await;
    server.delete("/Observation/o1").await.is(204);
    server.delete("/Practitioner/bs").await.is(204);
    check(&server, "Patient?_revinclude=Observation:subject", &["o2"]).await;
    check(&server, "Observation?_include=*", &["an"]).await;
}

async fn each_page_has_its_own(server: Server) {
    family(&server).await;
    let query = "/Observation?_include=Observation:has-member&_sort=-_id&_count=1";
    let page = server.get(query).await.is(200);
    assert_eq!((page.ids(), ids(&page.json(), "include")), (vec!["o2".into()], vec!["o1".into()]));
    let page = server.get(&page.link("next").unwrap()).await.is(200);
    assert_eq!((page.ids(), ids(&page.json(), "include")), (vec!["o1".into()], Vec::new()));
}

async fn more_than_the_limit_is_told(mut server: Server) {
    family(&server).await;
    let told = |bundle: &Value| {
        let entries = bundle["entry"].as_array().unwrap().iter();
        let outcomes = entries.filter(|entry| entry["search"]["mode"] == "outcome");
        outcomes.map(|entry| entry["resource"]["issue"][0]["code"].clone()).collect::<Vec<_>>()
    };
    server.stop().await;
    server.start_again(&[("search_includes", "2")]).await;
    let bundle = server.get("/Patient?_include=*").await.is(200).json();
    assert_eq!((ids(&bundle, "include").len(), told(&bundle)), (2, vec![json!("too-costly")]));
    let bundle = server.get("/Patient?_include=Patient:general-practitioner").await.is(200).json();
    assert_eq!((ids(&bundle, "include").len(), told(&bundle)), (2, vec![]));
    server.stop().await;
    server.start_again(&[("search_includes", "100"), ("search_depth", "1")]).await;
    let bundle = server.get("/Observation?_include:iterate=*").await.is(200).json();
    assert_eq!(
        (ids(&bundle, "include"), told(&bundle)),
        (vec!["an".into(), "bs".into()], vec![json!("too-costly")])
    );
    let bundle = server.get("/Patient?_include:iterate=Patient:organization").await.is(200).json();
    assert_eq!((ids(&bundle, "include"), told(&bundle)), (vec!["tram".into()], vec![]));
}

async fn wrong_includes_are_refused_by_name(server: Server) {
    for (query, known) in [
        ("_include=Observation:subjct", "based-on"),
        ("_include=Observation:code", "based-on"),
        ("_include=Observation", "Observation:subject:Patient"),
        ("_include=Observation:", "Observation:subject:Patient"),
        ("_include=Obs:subject", "Obs"),
        ("_include=Observation:subject:Pacient", "Pacient"),
        ("_include=Observation:subject:Encounter", "Encounter"),
        ("_include=Patient:organization", "_include:iterate=Patient"),
        ("_include:all=Observation:subject", ":iterate"),
        ("_revinclude=*", "*"),
        ("_revinclude=Patient:organization", "Observation"),
    ] {
        let (key, _) = query.split_once('=').unwrap();
        let reply = server.get(&format!("/Observation?{query}")).await.is(400).json();
        let issue = &reply["issue"][0];
        assert_eq!(issue["expression"][0], format!("http.{key}"), "{query}");
        assert!(issue["details"]["text"].as_str().unwrap().contains(known), "{query} {issue}");
    }
    let reply = server.get("/Observation?_include=Observation:no");
    reply.header("prefer", "handling=lenient").await.is(200);
}

async fn conditions_take_no_includes(server: Server) {
    family(&server).await;
    let patient = json!({ "resourceType": "Patient" });
    let criteria = "identifier=1&_include=Patient:organization";
    server.post("/Patient", patient).header("if-none-exist", criteria).await.is(400);
}

async fn bundles_have_them_too(server: Server) {
    family(&server).await;
    for kind in ["batch", "transaction"] {
        let request = json!({ "method": "GET", "url": "Patient?_revinclude=Observation:subject" });
        let bundle =
            json!({ "resourceType": "Bundle", "type": kind, "entry": [{ "request": request }] });
        let reply = server.post("", bundle).await.is(200).json();
        assert_eq!(ids(&reply["entry"][0]["resource"], "include"), ["o1", "o2"], "{kind}");
    }
}
