//! `Patient/[id]/$risk`.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    yellow_says_why_and_what_to_do,
    a_danger_sign_is_a_level_of_its_own,
    presentation_and_fundal_height_go_by_weeks,
    the_last_record_of_an_item_counts,
    a_child_is_judged_by_its_growth_and_first_vaccine,
);

const ITEM: &str = "https://mebe.example/fhir/CodeSystem/mch-booklet-item";
const LOINC: &str = "http://loinc.org";

async fn mother(server: &Server, born: &str) {
    let patient =
        json!({ "resourceType": "Patient", "id": "m", "gender": "female", "birthDate": born });
    server.put("/Patient/m", patient).await.is(201);
    let period = json!({ "resourceType": "Observation", "id": "lmp", "status": "final",
        "code": { "coding": [{ "system": LOINC, "code": "8665-2" }] },
        "subject": { "reference": "Patient/m" }, "effectiveDateTime": "2026-02-10",
        "valueDateTime": "2026-01-01" });
    server.put("/Observation/lmp", period).await.is(201);
}

fn observed(id: &str, (system, code): (&str, &str), on: &str, value: Value) -> Value {
    let mut made = json!({ "resourceType": "Observation", "id": id, "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": system, "code": code }], "text": code },
        "subject": { "reference": "Patient/m" }, "effectiveDateTime": on });
    for (key, value) in value.as_object().unwrap() {
        made[key] = value.clone();
    }
    made
}

fn quantity(value: f64, unit: &str) -> Value {
    json!({ "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit } })
}

fn pressure(systolic: f64, diastolic: f64) -> Value {
    let part = |code: &str, value: f64| {
        let mut part = quantity(value, "mm[Hg]");
        part["code"] = json!({ "coding": [{ "system": LOINC, "code": code }] });
        part
    };
    json!({ "component": [part("8480-6", systolic), part("8462-4", diastolic)] })
}

async fn risk(server: &Server, id: &str, on: &str) -> Value {
    server.get(&format!("/Patient/{id}/$risk?date={on}")).await.is(200).json()
}

fn level(answer: &Value) -> &Value {
    &answer["parameter"][0]["valueCode"]
}

/// The findings, each item with its colour.
fn found(answer: &Value) -> Vec<(String, String)> {
    let all = answer["parameter"].as_array().unwrap().iter().filter(|one| one["name"] == "finding");
    let part = |one: &Value, name: &str| {
        let parts = one["part"].as_array().unwrap();
        let part = parts.iter().find(|part| part["name"] == name).unwrap();
        part["valueCode"].as_str().unwrap().to_owned()
    };
    all.map(|one| (part(one, "item"), part(one, "colour"))).collect()
}

fn yellow(items: &[&str]) -> Vec<(String, String)> {
    items.iter().map(|item| ((*item).to_owned(), "yellow".to_owned())).collect()
}

async fn yellow_says_why_and_what_to_do(server: Server) {
    mother(&server, "1998-03-04").await;
    let normal = observed("bp", (LOINC, "85354-9"), "2026-06-01", pressure(139.0, 89.0));
    server.put("/Observation/bp", normal).await.is(201);
    let answer = risk(&server, "m", "2026-06-02").await;
    assert_eq!((level(&answer), found(&answer)), (&json!("white"), Vec::new()));
    assert!(!answer.to_string().contains("RiskAssessment"));
    let high = observed("bp2", (LOINC, "85354-9"), "2026-06-03", pressure(140.0, 85.0));
    server.put("/Observation/bp2", high).await.is(201);
    let answer = risk(&server, "m", "2026-06-04").await;
    assert_eq!((level(&answer), found(&answer)), (&json!("yellow"), yellow(&["A07"])));
    let text = answer.to_string();
    for told in ["≥ 140 mm[Hg]", "Observation/bp2", "RiskAssessment", "Hãy đến cơ sở y tế"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    // It was not yet so on the day before.
    assert_eq!(level(&risk(&server, "m", "2026-06-02").await), "white");
}

async fn a_danger_sign_is_a_level_of_its_own(server: Server) {
    mother(&server, "1998-03-04").await;
    let sign = |id: &str, is: bool| {
        observed(id, (ITEM, "A34-1"), "2026-06-01", json!({ "valueBoolean": is }))
    };
    server.put("/Observation/no", sign("no", false)).await.is(201);
    assert_eq!(level(&risk(&server, "m", "2026-06-02").await), "white");
    let mut yes = sign("yes", true);
    yes["effectiveDateTime"] = "2026-06-05".into();
    server.put("/Observation/yes", yes).await.is(201);
    let answer = risk(&server, "m", "2026-06-06").await;
    assert_eq!(level(&answer), "danger");
    assert_eq!(found(&answer), [("A34-1".to_owned(), "danger".to_owned())]);
    assert!(answer.to_string().contains("ngay"));
}

async fn presentation_and_fundal_height_go_by_weeks(server: Server) {
    mother(&server, "1998-03-04").await;
    let list = "https://mebe.example/fhir/CodeSystem/qd3412-ngoi-thai";
    let condition = json!({ "resourceType": "Condition", "id": "p", "subject": { "reference": "Patient/m" }, "code": { "text": "Thai kỳ" } });
    server.put("/Condition/p", condition).await.is(201);
    let breech = json!({ "focus": [{ "reference": "Condition/p" }], "valueCodeableConcept": { "coding": [{ "system": list, "code": "1" }] } });
    // 35 weeks and 6 days, and a day later.
    server
        .put("/Observation/a", observed("a", (ITEM, "A17"), "2026-09-09", breech.clone()))
        .await
        .is(201);
    assert_eq!(level(&risk(&server, "m", "2026-09-09").await), "white");
    server.put("/Observation/b", observed("b", (ITEM, "A17"), "2026-09-10", breech)).await.is(201);
    assert_eq!(found(&risk(&server, "m", "2026-09-10").await), yellow(&["A17"]));
    // 28 weeks: three centimetres beside are white, more are not.
    for (id, height, colours) in [("c", 31.0, vec![]), ("d", 31.5, yellow(&["A12"]))] {
        server
            .put(
                &format!("/Observation/{id}"),
                observed(id, (LOINC, "11881-0"), "2026-07-16", quantity(height, "cm")),
            )
            .await
            .is(201);
        assert_eq!(found(&risk(&server, "m", "2026-07-17").await), colours, "{height}");
    }
}

async fn the_last_record_of_an_item_counts(server: Server) {
    mother(&server, "1989-03-04").await;
    for (id, on, value) in [("a", "2026-06-01", 95.0), ("b", "2026-07-01", 112.0)] {
        server
            .put(
                &format!("/Observation/{id}"),
                observed(id, (LOINC, "718-7"), on, quantity(value, "g/L")),
            )
            .await
            .is(201);
    }
    // She will be 37 when the child is due.
    assert_eq!(found(&risk(&server, "m", "2026-06-02").await), yellow(&["A19", "F02"]));
    assert_eq!(found(&risk(&server, "m", "2026-07-02").await), yellow(&["F02"]));
    let not_done = json!({ "dataAbsentReason": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-performed" }] } });
    server
        .put("/Observation/c", observed("c", (LOINC, "718-7"), "2026-07-05", not_done))
        .await
        .is(201);
    assert_eq!(found(&risk(&server, "m", "2026-07-06").await), yellow(&["F02"]));
}

async fn a_child_is_judged_by_its_growth_and_first_vaccine(server: Server) {
    let child = json!({ "resourceType": "Patient", "id": "c", "gender": "female", "birthDate": "2026-01-10" });
    server.put("/Patient/c", child).await.is(201);
    let mut weight = observed("w", (LOINC, "29463-7"), "2026-05-10", quantity(4.8, "kg"));
    weight["subject"]["reference"] = "Patient/c".into();
    server.put("/Observation/w", weight).await.is(201);
    assert_eq!(found(&risk(&server, "c", "2026-05-11").await), yellow(&["G06"]));
    let dose = json!({ "resourceType": "Immunization", "id": "d", "status": "completed",
        "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "08" }] },
        "patient": { "reference": "Patient/c" }, "occurrenceDateTime": "2026-01-12" });
    server.put("/Immunization/d", dose).await.is(201);
    assert_eq!(found(&risk(&server, "c", "2026-05-11").await), yellow(&["G06", "N16"]));
    server.get("/Patient/c/$risk?date=2025-05-11").await.is(422);
}
