//! `/cds-services`: CDS Hooks.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_record_is_opened,
    what_is_sent_along_is_enough,
    danger_and_visits_are_told,
    bad_requests_are_told,
);

fn child() -> Value {
    json!({ "resourceType": "Patient", "id": "be", "gender": "female", "birthDate": "2026-01-01" })
}

fn dose(cvx: &str, day: &str) -> Value {
    let coding = json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": cvx });
    json!({ "resourceType": "Immunization", "id": format!("v{cvx}"), "status": "completed", "vaccineCode": { "coding": [coding] },
        "patient": { "reference": "Patient/be" }, "occurrenceDateTime": day, "primarySource": true })
}

fn hook(patient: &str, prefetch: Option<Value>) -> Value {
    let mut request = json!({ "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": "https://nobody.invalid/fhir", "context": { "userId": "Practitioner/1", "patientId": patient } });
    if let Some(prefetch) = prefetch {
        request["prefetch"] = prefetch;
    }
    request
}

/// A path beside the base URL.
async fn post(server: &Server, path: &str, body: impl ToString) -> Reply {
    let client = reqwest::Client::new();
    let url = format!("{}{path}", server.top());
    let sent = client.post(url).header("content-type", "application/json").body(body.to_string());
    let reply = sent.send().await.unwrap();
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    let bytes = reply.bytes().await.unwrap().to_vec();
    Reply { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
}

fn told(reply: &Reply) -> Value {
    serde_json::from_str(&reply.text).unwrap()
}

fn indicators(reply: &Reply) -> Vec<String> {
    let cards = told(reply)["cards"].as_array().unwrap().clone();
    let one = |card: &Value| {
        let summary = card["summary"].as_str().unwrap();
        assert!(summary.chars().count() < 140 && !summary.is_empty());
        assert!(card["source"]["label"].as_str().is_some_and(|label| !label.is_empty()));
        card["indicator"].as_str().unwrap().to_owned()
    };
    cards.iter().map(one).collect()
}

const PATH: &str = "/cds-services/mch-booklet";

async fn a_record_is_opened(server: Server) {
    let found = reqwest::get(format!("{}/cds-services", server.top())).await.unwrap();
    let found: Value = serde_json::from_str(&found.text().await.unwrap()).unwrap();
    let service = &found["services"][0];
    assert_eq!((&service["id"], &service["hook"]), (&json!("mch-booklet"), &json!("patient-view")));
    assert!(service["description"].is_string() && service["prefetch"]["patient"].is_string());
    server.put("/Patient/be", child()).await.is(201);
    let reply = post(&server, PATH, hook("be", None)).await.is(200);
    let found = indicators(&reply);
    assert!(found.contains(&"warning".to_owned()), "{}", reply.text);
    let text = told(&reply)["cards"][0]["detail"].as_str().unwrap().to_owned();
    assert!(text.contains("BCG") && text.contains("TT "), "{text}");
}

async fn what_is_sent_along_is_enough(server: Server) {
    let bundle = json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": dose("19", "2026-01-02") }] });
    let prefetch = json!({ "patient": child(), "immunizations": bundle, "allergies": null });
    let reply = post(&server, PATH, hook("be", Some(prefetch))).await.is(200);
    assert!(!indicators(&reply).is_empty());
    assert!(
        !told(&reply)["cards"][0]["detail"].as_str().unwrap().contains("BCG"),
        "{}",
        reply.text
    );
    let man = json!({ "resourceType": "Patient", "id": "m", "gender": "male", "birthDate": "1980-01-01" });
    let reply = post(&server, PATH, hook("m", Some(json!({ "patient": man })))).await.is(200);
    assert_eq!(told(&reply), json!({ "cards": [] }));
}

async fn danger_and_visits_are_told(server: Server) {
    let woman = json!({ "resourceType": "Patient", "id": "m", "gender": "female", "birthDate": "1998-03-04" });
    let observed = |id: &str, code: Value, value: (&str, Value), days: i64| {
        let day = day_before(days);
        json!({ "resourceType": "Observation", "id": id, "status": "final", "code": { "coding": [code] },
            "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "exam" }] }],
            "subject": { "reference": "Patient/m" }, "effectiveDateTime": day, value.0: value.1 })
    };
    // 20 weeks today, and bleeding.
    let last = json!({ "system": "http://loinc.org", "code": "8665-2" });
    let last = observed("l", last, ("valueDateTime", json!(day_before(140))), 100);
    let sign = json!({ "system": "https://mebe.example/fhir/CodeSystem/mch-booklet-item", "code": "A34-1" });
    let sign = observed("s", sign, ("valueBoolean", json!(true)), 0);
    let bundle = |all: &[&Value]| {
        let entries: Vec<Value> = all.iter().map(|one| json!({ "resource": one })).collect();
        json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries })
    };
    let sent = json!({ "patient": woman, "observations": bundle(&[&last, &sign]), "encounters": bundle(&[]) });
    let reply = post(&server, PATH, hook("m", Some(sent.clone()))).await.is(200);
    assert_eq!(indicators(&reply)[0], "critical");
    assert!(reply.text.contains("Khám thai"), "{}", reply.text);
    assert!(!reply.text.contains("/so/m"), "{}", reply.text);
    let mut fewer = sent;
    fewer.as_object_mut().unwrap().remove("encounters");
    let reply = post(&server, PATH, hook("m", Some(fewer))).await.is(200);
    assert!(!reply.text.contains("Khám thai"), "{}", reply.text);
    server.put("/Patient/m", woman).await.is(201);
    server.put("/Observation/l", last).await.is(201);
    let reply = post(&server, PATH, hook("m", None)).await.is(200);
    assert!(reply.text.contains("Khám thai"), "{}", reply.text);
    let link = &told(&reply)["cards"][0]["links"][0];
    assert_eq!(link["type"], "absolute");
    assert!(link["url"].as_str().unwrap().ends_with("/so/m"), "{link}");
}

/// A day so many days ago, as the server counts days.
fn day_before(days: i64) -> String {
    let then = mebe::fhir::time::now().micros() - days * 86_400_000_000;
    let then =
        mebe::fhir::time::Instant::from_micros(then).format(mebe::fhir::date::Zone::default());
    then.split('T').next().unwrap().to_owned()
}

async fn bad_requests_are_told(server: Server) {
    post(&server, PATH, hook("nobody", None)).await.is(412);
    post(&server, "/cds-services/none", hook("be", None)).await.is(404);
    post(&server, PATH, "{").await.is(400);
    let mut other = hook("be", None);
    other["hook"] = "order-sign".into();
    assert!(post(&server, PATH, other).await.is(400).text.contains("hook"));
    let mut nobody = hook("be", None);
    nobody["context"] = json!({});
    assert!(post(&server, PATH, nobody).await.is(400).text.contains("patientId"));
}
