//! `Patient/[id]/$gestation`.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_pregnancy_is_dated_by_the_best_of_its_records,
    a_pregnancy_without_dates_is_no_error,
    what_cannot_be_asked_is_refused_and_named,
);

const TYPES: &str = "https://mebe.example/fhir/CodeSystem/mch-episode-type";

/// The first value of a parameter.
fn value<'v>(answer: &'v Value, name: &str, kind: &str) -> &'v Value {
    let all = answer["parameter"].as_array().unwrap();
    all.iter()
        .find(|one| one["name"] == name)
        .map_or(&Value::Null, |one| &one[format!("value{kind}")])
}

async fn mother(server: &Server) {
    let patient = json!({ "resourceType": "Patient", "id": "m", "gender": "female", "birthDate": "1998-03-04" });
    server.put("/Patient/m", patient).await.is(201);
    let condition = json!({ "resourceType": "Condition", "id": "p", "subject": { "reference": "Patient/m" },
        "code": { "text": "Thai kỳ" } });
    server.put("/Condition/p", condition).await.is(201);
    let episode = json!({ "resourceType": "EpisodeOfCare", "id": "e", "status": "active",
        "type": [{ "coding": [{ "system": TYPES, "code": "pregnancy" }] }],
        "patient": { "reference": "Patient/m" },
        "diagnosis": [{ "condition": { "reference": "Condition/p" } }], "managingOrganization": { "display": "Trạm y tế" },
        "identifier": [{ "system": "https://mebe.example/fhir/sid/pregnancy", "value": "T-1" }], "period": { "start": "2026-02-10" } });
    server.put("/EpisodeOfCare/e", episode).await.is(201);
}

fn dated(id: &str, code: &str, value: &str, effective: &str) -> Value {
    json!({ "resourceType": "Observation", "id": id, "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": "Patient/m" }, "effectiveDateTime": effective,
        "valueDateTime": value })
}

async fn a_pregnancy_is_dated_by_the_best_of_its_records(server: Server) {
    mother(&server).await;
    let period = dated("lmp", "8665-2", "2026-01-01", "2026-02-10");
    server.put("/Observation/lmp", period).await.is(201);
    let scan = dated("us", "11781-2", "2026-10-05", "2026-03-01");
    server.put("/Observation/us", scan).await.is(201);
    let asked = json!({ "resourceType": "Parameters", "parameter": [{ "name": "date", "valueDate": "2026-06-01" }] });
    let by_post = server.post("/Patient/m/$gestation", asked).await.is(200).json();
    let answer = server.get("/Patient/m/$gestation?date=2026-06-01&episode=e").await.is(200).json();
    assert_eq!(answer, by_post);
    assert_eq!(answer["meta"]["tag"][0]["code"], "computed");
    assert_eq!(value(&answer, "status", "Code"), "ongoing");
    assert_eq!(value(&answer, "episode", "Reference")["reference"], "EpisodeOfCare/e");
    assert_eq!(value(&answer, "method", "Code"), "ultrasound-early");
    assert_eq!(value(&answer, "dueDate", "Date"), "2026-10-05");
    let numbers =
        ["ageDays", "weeks", "days", "period"].map(|name| value(&answer, name, "Integer"));
    assert_eq!(numbers, [154, 22, 0, 2]);
    assert_eq!(value(&answer, "postTerm", "Boolean"), false);
    let candidates = answer["parameter"].as_array().unwrap().iter();
    let candidates: Vec<_> = candidates.filter(|one| one["name"] == "candidate").collect();
    assert_eq!(candidates.len(), 2);
    assert_eq!(
        candidates[1]["part"],
        json!([
            { "name": "method", "valueCode": "last-period" },
            { "name": "dueDate", "valueDate": "2026-10-08" },
            { "name": "source", "valueReference": { "reference": "Observation/lmp" } },
            { "name": "chosen", "valueBoolean": false },
            { "name": "differenceDays", "valueInteger": 3 },
        ])
    );
}

async fn a_pregnancy_without_dates_is_no_error(server: Server) {
    mother(&server).await;
    let answer = server.get("/Patient/m/$gestation").await.is(200).json();
    assert_eq!(value(&answer, "status", "Code"), "undated");
    assert_eq!(value(&answer, "ageDays", "Integer"), &Value::Null);
}

async fn what_cannot_be_asked_is_refused_and_named(server: Server) {
    mother(&server).await;
    let child = json!({ "resourceType": "Patient", "id": "c", "gender": "female", "birthDate": "2026-01-01" });
    server.put("/Patient/c", child).await.is(201);
    server.get("/Patient/nobody/$gestation").await.is(404);
    server.get("/Patient/c/$gestation?date=2026-06-01").await.is(422);
    for (query, status, told) in [
        ("date=2026-06", 400, "date"),
        ("date=2026-02-30", 400, "date"),
        ("date=2026-06-01T08:00:00%2B07:00", 400, "date"),
        ("date=1990-01-01", 422, "date"),
        ("dat=2026-06-01", 400, "'date'"),
        ("episode=other", 422, "EpisodeOfCare/other"),
    ] {
        let reply = server.get(&format!("/Patient/m/$gestation?{query}")).await.is(status);
        assert!(reply.text.contains(told), "{query}: {}", reply.text);
    }
}
