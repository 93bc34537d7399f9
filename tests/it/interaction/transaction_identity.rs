//! Which entry a link means, and what becomes of links that mean none,
//! <https://hl7.org/fhir/R4/bundle.html#references>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

use super::entries::{mother, post};

on_both!(
    relative_links_follow_the_root_of_their_entry,
    links_that_may_mean_somebody_else_are_refused,
    links_to_versions_lead_to_the_version_written,
    names_of_definitions_stay,
    links_that_lead_nowhere_are_refused,
    links_lead_to_what_a_condition_found,
    a_validation_tells_of_links_that_lead_nowhere,
);

const HIS: &str = "https://his.example/fhir";

fn entry(full_url: &str, resource: &Value) -> Value {
    let mut entry = post(resource);
    if !full_url.is_empty() {
        entry["fullUrl"] = json!(full_url);
    }
    entry
}

fn transaction(entries: &Value) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn weight(subject: &str) -> Value {
    json!({
        "resourceType": "Observation", "status": "final", "code": { "text": "weight" },
        "subject": { "reference": subject },
    })
}

/// Somebody of this server who must never be meant.
async fn somebody(server: &Server) {
    let other = json!({ "resourceType": "Patient", "id": "np", "name": [{ "text": "Other" }] });
    server.put("/Patient/np", other).await.is(201);
}

async fn sent(server: &Server, entries: &Value) -> Value {
    let reply = server.post("", transaction(entries)).header("prefer", "return=representation");
    reply.await.is(200).json()
}

async fn relative_links_follow_the_root_of_their_entry(server: Server) {
    somebody(&server).await;
    let mother = json!({ "resourceType": "Patient", "id": "np", "name": [{ "text": "Mother" }] });
    let url = format!("{HIS}/Patient/np");
    for (of_mother, of_weight, subject) in [
        (url.as_str(), "https://his.example/fhir/Observation/o", "Patient/np"),
        (&url, "https://his.example/fhir/Observation/o", &url),
        (&url, "urn:uuid:00000000-0000-4000-8000-000000000002", &url),
        (&url, "", &url),
        ("", "", "Patient/np"),
        (&format!("{}/Patient/np", server.base()), "", "Patient/np"),
    ] {
        let entries = json!([entry(of_weight, &weight(subject)), entry(of_mother, &mother)]);
        let reply = sent(&server, &entries).await;
        let id = reply["entry"][1]["resource"]["id"].as_str().unwrap();
        let found = &reply["entry"][0]["resource"]["subject"]["reference"];
        assert_eq!(*found, json!(format!("Patient/{id}")), "{of_mother} {of_weight} {subject}");
        assert_ne!(id, "np");
    }
    // What an update of another server's URL refers to is this server's, as it is itself.
    let put = json!({
        "fullUrl": format!("{HIS}/Observation/o"), "request": { "method": "PUT", "url": "Observation/o" },
        "resource": { "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
            "subject": { "reference": "Patient/np" } },
    });
    let reply = sent(&server, &json!([put])).await;
    assert_eq!(reply["entry"][0]["resource"]["subject"]["reference"], "Patient/np");
}

async fn links_that_may_mean_somebody_else_are_refused(server: Server) {
    somebody(&server).await;
    let mother = json!({ "resourceType": "Patient", "id": "np", "name": [{ "text": "Mother" }] });
    let uuid = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let his = format!("{HIS}/Patient/np");
    for (of_mother, of_weight) in [
        (uuid, "urn:uuid:00000000-0000-4000-8000-000000000002"),
        (uuid, ""),
        (&his, "urn:uuid:00000000-0000-4000-8000-000000000002"),
        (&his, "https://another.example/fhir/Observation/o"),
    ] {
        let entries = json!([entry(of_mother, &mother), entry(of_weight, &weight("Patient/np"))]);
        let reply = server.post("", transaction(&entries)).await;
        assert_eq!(reply.status, 400, "{of_mother} {of_weight}: {}", reply.text);
        let place = "Bundle.entry[1].resource.subject.reference";
        assert_eq!(reply.json()["issue"][0]["expression"][0], place);
    }
    assert_eq!(server.get("/Observation").await.ids().len(), 0);
    // Without another of that name in the Bundle, it is this server's.
    let child = json!({ "resourceType": "Patient", "name": [{ "text": "Child" }] });
    let reply =
        sent(&server, &json!([entry(uuid, &child), entry("", &weight("Patient/np"))])).await;
    assert_eq!(reply["entry"][1]["resource"]["subject"]["reference"], "Patient/np");
}

async fn links_to_versions_lead_to_the_version_written(server: Server) {
    let known = json!({ "resourceType": "Patient", "id": "known" });
    let before = json!({ "resourceType": "Patient", "id": "known", "active": false });
    server.put("/Patient/known", &before).await.is(201);
    server.put("/Patient/known", &known).await.is(200);
    let url = |id: &str| format!("{HIS}/Patient/{id}");
    let put = json!({
        "fullUrl": url("known"), "request": { "method": "PUT", "url": "Patient/known" }, "resource": known,
    });
    let links = json!({
        "resourceType": "Basic", "code": { "text": "x" },
        "extension": [
            { "url": "http://a/1", "valueReference": { "reference": format!("{}/_history/7", url("np")) } },
            { "url": "http://a/2", "valueReference": { "reference": "Patient/known/_history/7" } },
            { "url": "http://a/3", "valueUri": format!("{}/_history/7#x", url("known")) },
            { "url": "http://a/4", "valueReference": { "reference": format!("{}#x", url("np")) } },
        ],
        "text": { "status": "generated", "div": format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{}/_history/3\">x</a></div>", url("known")) },
    });
    let new = json!({ "resourceType": "Patient" });
    let entries =
        json!([entry("https://his.example/fhir/Basic/b", &links), entry(&url("np"), &new), put]);
    for version in [3, 4] {
        let reply = sent(&server, &entries).await;
        let id = reply["entry"][1]["resource"]["id"].as_str().unwrap();
        let stored = &reply["entry"][0]["resource"];
        let value = |at: usize, key: &str| stored["extension"][at][key].clone();
        assert_eq!(value(0, "valueReference")["reference"], format!("Patient/{id}/_history/1"));
        let known = format!("Patient/known/_history/{version}");
        assert_eq!(value(1, "valueReference")["reference"], known);
        assert_eq!(value(2, "valueUri"), format!("{known}#x"));
        assert_eq!(value(3, "valueReference")["reference"], format!("Patient/{id}#x"));
        assert!(stored["text"]["div"].as_str().unwrap().contains(&format!("\"{known}\"")));
        server.get(&format!("/{known}")).await.is(200);
    }
    server.assert_sound();
}

async fn names_of_definitions_stay(server: Server) {
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let questionnaire = json!({
        "resourceType": "Questionnaire", "url": url, "status": "draft",
        "item": [{ "linkId": "1", "type": "string", "text": "q" }],
    });
    let response = json!({
        "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": url,
        "extension": [
            { "url": "http://example.org/uuid", "valueUuid": url },
            { "url": "http://example.org/canonical", "valueCanonical": url },
        ],
        "item": [{ "linkId": "1", "answer": [{ "valueString": "a" }] }],
    });
    let reply = sent(&server, &json!([entry(url, &questionnaire), entry("", &response)])).await;
    assert_eq!(reply["entry"][0]["resource"]["url"], url);
    let stored = &reply["entry"][1]["resource"];
    assert_eq!(stored["questionnaire"], url);
    assert_eq!(stored["extension"][0]["valueUuid"], url);
    assert_eq!(stored["extension"][1]["valueCanonical"], url);
    let found = server.get(&format!("/QuestionnaireResponse?questionnaire={url}")).await;
    assert_eq!(found.ids().len(), 1);
}

async fn links_that_lead_nowhere_are_refused(server: Server) {
    let mut attached = weight("urn:uuid:00000000-0000-4000-8000-00000000000f");
    attached["contained"] = json!([{ "resourceType": "Media", "id": "m", "status": "completed",
        "content": { "url": "urn:uuid:00000000-0000-4000-8000-00000000000e" } }]);
    attached["derivedFrom"] = json!([{ "reference": "#m" }]);
    let elsewhere = entry("https://his.example/fhir/Observation/o", &weight("Patient/unknown"));
    let reply = server.post("", transaction(&json!([mother(), post(&attached), elsewhere]))).await;
    let reply = reply.is(400).json();
    let issues = reply["issue"].as_array().unwrap();
    let places: Vec<_> =
        issues.iter().map(|issue| issue["expression"][0].as_str().unwrap()).collect();
    let mut expected = [
        "Bundle.entry[1].resource.subject.reference",
        "Bundle.entry[1].resource.contained[0].content.url",
        "Bundle.entry[2].resource.subject.reference",
    ];
    expected[..2].sort_unstable_by_key(|place| places.iter().position(|found| found == place));
    assert_eq!(places, expected);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"].to_string(), "0");
}

async fn links_lead_to_what_a_condition_found(server: Server) {
    let id = server.post("/Patient", mother()["resource"].clone()).await.is(201).id();
    let mut conditional = entry("https://his.example/fhir/Patient/m", &mother()["resource"]);
    conditional["request"]["ifNoneExist"] = json!("identifier=urn:oid:1.2|7");
    let of_it = |subject: &str| entry("https://his.example/fhir/Observation/o", &weight(subject));
    for (subject, expected) in [
        ("Patient/m", format!("Patient/{id}")),
        ("https://his.example/fhir/Patient/m", format!("Patient/{id}")),
        ("Patient/m/_history/9", format!("Patient/{id}/_history/1")),
    ] {
        let reply = sent(&server, &json!([of_it(subject), conditional])).await;
        assert_eq!(reply["entry"][0]["resource"]["subject"]["reference"], json!(expected));
    }
}

async fn a_validation_tells_of_links_that_lead_nowhere(server: Server) {
    let dangling = weight("urn:uuid:00000000-0000-4000-8000-00000000000f");
    let bundle = transaction(&json!([mother(), post(&dangling)]));
    let told = server.post("/Bundle/$validate", bundle).await.is(200).json();
    let mut issues = told["issue"].as_array().unwrap().iter();
    let place = "Bundle.entry[1].resource.subject.reference";
    assert!(issues.any(|issue| issue["expression"][0] == place && issue["severity"] == "error"));
}
