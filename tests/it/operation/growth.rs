//! `$growth`, of a child and of measurements that are sent.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    measurements_are_answered_by_their_ids,
    a_fault_is_of_one_measurement,
    a_child_has_scores_and_a_trend,
    a_preterm_child_has_two_ages,
    growth_without_sex_or_birth_is_refused,
);

fn part(name: &str, kind: &str, value: impl Into<Value>) -> Value {
    let mut part = json!({ "name": name });
    part[format!("value{kind}")] = value.into();
    part
}

fn measurement(id: &str, more: Vec<Value>) -> Value {
    let parts: Vec<Value> = std::iter::once(part("id", "String", id)).chain(more).collect();
    json!({ "name": "measurement", "part": parts })
}

fn sent(measurements: Vec<Value>) -> Value {
    json!({ "resourceType": "Parameters", "parameter": measurements })
}

/// The value of a part, or the part itself where it has none.
fn of<'v>(parts: &'v Value, name: &str) -> Vec<&'v Value> {
    let parts = parts.as_array().unwrap().iter().filter(|one| one["name"] == name);
    let value = |one: &'v Value| {
        let one = one.as_object().unwrap();
        one.iter().find(|(key, _)| *key != "name").map(|(_, value)| value).unwrap()
    };
    parts.map(value).collect()
}

/// The z-score of an indicator among the parts of a measurement.
fn z(parts: &Value, indicator: &str, basis: &str) -> Option<f64> {
    let score = of(parts, "score")
        .into_iter()
        .find(|score| *of(score, "indicator")[0] == indicator && *of(score, "basis")[0] == basis)?;
    of(score, "z")[0].as_f64()
}

async fn measurements_are_answered_by_their_ids(server: Server) {
    // WHO Anthro 1.1 and AnthroPlus 1.0 answered these.
    let a = measurement(
        "a",
        vec![
            part("sex", "Code", "male"),
            part("ageDays", "Integer", 905),
            part("weight", "Decimal", 12.183),
            part("length", "Decimal", 90.8),
            part("measured", "Code", "lying"),
        ],
    );
    let b = measurement(
        "b",
        vec![
            part("sex", "Code", "male"),
            part("birthDate", "Date", "2012-02-01"),
            part("date", "Date", "2025-11-24"),
            part("weight", "Decimal", 33.6),
            part("length", "Decimal", 146.1),
        ],
    );
    let swollen = measurement(
        "c",
        vec![
            part("sex", "Code", "female"),
            part("ageDays", "Integer", 400),
            part("weight", "Quantity", json!({ "value": 9000, "code": "g" })),
            part("length", "Decimal", 75),
            part("oedema", "Boolean", true),
        ],
    );
    let answer = server.post("/$growth", sent(vec![a, b, swollen])).await.is(200).json();
    let all = of(&answer["parameter"], "measurement");
    assert_eq!(all.iter().map(|one| of(one, "id")[0].clone()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(z(all[0], "wfh", "chronological"), Some(-0.73));
    assert_eq!(z(all[0], "wfl", "chronological"), None);
    assert_eq!(z(all[1], "bfa", "chronological"), Some(-1.73));
    let standards: Vec<_> =
        of(all[1], "score").into_iter().map(|one| of(one, "standard")[0].clone()).collect();
    assert_eq!(standards, ["who-2007", "who-2007"]);
    assert_eq!(z(all[2], "wfa", "chronological"), None);
    assert!(z(all[2], "lhfa", "chronological").is_some());
    server.get("/$growth").await.is(405);
}

async fn a_fault_is_of_one_measurement(server: Server) {
    let good = measurement(
        "good",
        vec![
            part("sex", "Code", "female"),
            part("ageDays", "Integer", 30),
            part("weight", "Decimal", 4.2),
        ],
    );
    let bad = [
        ("sex", vec![part("ageDays", "Integer", 30)]),
        (
            "date",
            vec![
                part("sex", "Code", "male"),
                part("birthDate", "Date", "2026-05-01"),
                part("date", "Date", "2026-04-01"),
            ],
        ),
        ("birthDate", vec![part("sex", "Code", "male"), part("birthDate", "Date", "2026-05")]),
        (
            "weight",
            vec![
                part("sex", "Code", "male"),
                part("ageDays", "Integer", 3),
                part("weight", "Decimal", -1),
            ],
        ),
        (
            "weigth",
            vec![
                part("sex", "Code", "male"),
                part("ageDays", "Integer", 3),
                part("weigth", "Decimal", 1),
            ],
        ),
    ];
    let mut all = vec![good];
    all.extend(bad.iter().map(|(id, parts)| measurement(id, parts.clone())));
    let answer = server.post("/$growth", sent(all)).await.is(200).json();
    let told = of(&answer["parameter"], "measurement");
    assert!(z(told[0], "wfa", "chronological").is_some());
    for (one, (id, _)) in told[1..].iter().zip(bad) {
        let outcome = of(one, "outcome")[0].to_string();
        assert!(outcome.contains(&format!("measurement.{id}")), "{id}: {outcome}");
        assert!(of(one, "score").is_empty());
    }
    server.post("/$growth", sent(Vec::new())).await.is(400);
    server.post("/$growth", sent(vec![part("weight", "Decimal", 3)])).await.is(400);
}

fn observed(id: &str, code: &str, on: &str, value: f64, unit: &str) -> Value {
    json!({ "resourceType": "Observation", "id": id, "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": "Patient/c" }, "effectiveDateTime": on,
        "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit } })
}

async fn child(server: &Server) {
    let patient = json!({ "resourceType": "Patient", "id": "c", "gender": "female", "birthDate": "2026-01-10" });
    server.put("/Patient/c", patient).await.is(201);
    for (id, on, weight) in [("w1", "2026-02-10", 4.2), ("w2", "2026-05-10", 4.8)] {
        server
            .put(&format!("/Observation/{id}"), observed(id, "29463-7", on, weight, "kg"))
            .await
            .is(201);
    }
}

async fn a_child_has_scores_and_a_trend(server: Server) {
    child(&server).await;
    let answer = server.get("/Patient/c/$growth?date=2026-06-01").await.is(200).json();
    let all = of(&answer["parameter"], "measurement");
    assert_eq!(of(all[0], "date")[0], "2026-02-10");
    assert_eq!(of(all[0], "ageDays")[0], 31);
    let score = of(all[1], "score")[0];
    assert_eq!(*of(score, "class")[0], "underweight");
    assert_eq!(*of(score, "colour")[0], "yellow");
    let trend = of(&answer["parameter"], "trend");
    assert_eq!(trend.len(), 1);
    let change = of(trend[0], "change")[0].as_f64().unwrap();
    let expected =
        z(all[1], "wfa", "chronological").unwrap() - z(all[0], "wfa", "chronological").unwrap();
    assert!((change - expected).abs() < 0.011, "{change} {expected}");
    assert_eq!(of(trend[0], "crossed")[0], true);
    // What was measured later is not seen on an earlier day.
    let answer = server.get("/Patient/c/$growth?date=2026-03-01").await.is(200).json();
    assert_eq!(of(&answer["parameter"], "measurement").len(), 1);
}

async fn a_preterm_child_has_two_ages(server: Server) {
    child(&server).await;
    let mut gestation = observed("ga", "11884-4", "2026-01-10", 32.0, "wk");
    gestation["category"] = Value::Null;
    gestation.as_object_mut().unwrap().remove("category");
    server.put("/Observation/ga", gestation).await.is(201);
    let answer = server.get("/Patient/c/$growth?date=2026-06-01").await.is(200).json();
    let all = of(&answer["parameter"], "measurement");
    assert_eq!(of(all[0], "correctedAgeDays")[0], 31 - 56);
    assert_eq!(z(all[0], "wfa", "corrected"), None);
    assert_eq!(of(all[1], "correctedAgeDays")[0], 120 - 56);
    assert!(z(all[1], "wfa", "corrected") > z(all[1], "wfa", "chronological"));
}

async fn growth_without_sex_or_birth_is_refused(server: Server) {
    let unknown = json!({ "resourceType": "Patient", "id": "u", "gender": "unknown", "birthDate": "2026-01-10" });
    server.put("/Patient/u", unknown).await.is(201);
    let month =
        json!({ "resourceType": "Patient", "id": "v", "gender": "male", "birthDate": "2026-01" });
    server.put("/Patient/v", month).await.is(201);
    let mother = json!({ "resourceType": "Patient", "id": "m", "gender": "female", "birthDate": "1996-01-01" });
    server.put("/Patient/m", mother).await.is(201);
    for (id, told) in [("u", "Patient.gender"), ("v", "Patient.birthDate"), ("m", "$gestation")] {
        let reply = server.get(&format!("/Patient/{id}/$growth?date=2026-06-01")).await.is(422);
        assert!(reply.text.contains(told), "{id}: {}", reply.text);
    }
    server.get("/Patient/u/$growth?date=2025-06-01").await.is(422);
    server.get("/Patient/none/$growth").await.is(404);
}
