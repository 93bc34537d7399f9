//! `$lastn` and `$stats` of observations.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::search::store;

on_both!(
    the_last_of_each_code_are_found,
    whose_they_are_must_be_said,
    statistics_are_of_the_values_of_a_code,
    what_cannot_be_reckoned_is_refused,
);

const UCUM: &str = "http://unitsofmeasure.org";

fn observed(id: &str, code: &str, day: &str, value: Value) -> Value {
    let mut made = json!({
        "resourceType": "Observation", "id": id, "status": "final",
        "code": { "coding": [{ "system": "http://x", "code": code }] },
        "subject": { "reference": "Patient/me" },
        "valueQuantity": value,
    });
    if !day.is_empty() {
        made["effectiveDateTime"] = json!(day);
    }
    made
}

fn amount(value: f64, code: &str) -> Value {
    json!({ "value": value, "unit": code, "system": UCUM, "code": code })
}

async fn some(server: &Server) {
    let mut twin = observed("o4", "a", "2026-01-04", amount(4.0, "kg"));
    let coding = json!({ "system": "http://y", "code": "alpha" });
    twin["code"]["coding"].as_array_mut().unwrap().push(coding);
    let mut only = observed("o5", "", "2026-01-09", amount(5000.0, "g"));
    only["code"] = json!({ "coding": [{ "system": "http://y", "code": "alpha" }] });
    let mut wrong = observed("o6", "a", "2026-01-05", amount(900.0, "kg"));
    wrong["status"] = json!("entered-in-error");
    let mut other = observed("o7", "a", "2026-02-01", amount(70.0, "kg"));
    other["subject"] = json!({ "reference": "Patient/other" });
    let part = |code: &str, value: f64| {
        let code = json!({ "coding": [{ "system": "http://x", "code": code }] });
        json!({ "code": code, "valueQuantity": amount(value, "mm[Hg]") })
    };
    let mut parts = observed("o8", "c", "2026-01-08", Value::Null);
    parts.as_object_mut().unwrap().remove("valueQuantity");
    parts["component"] = json!([part("upper", 120.0), part("lower", 80.0)]);
    store(
        server,
        &[
            observed("o1", "a", "2026-01-01", amount(1.0, "kg")),
            observed("o2", "b", "2026-01-02", amount(20.0, "cm")),
            observed("o3", "a", "2026-01-03", amount(3000.0, "g")),
            observed("late", "b", "", amount(30.0, "cm")),
            twin,
            only,
            wrong,
            other,
            parts,
        ],
    )
    .await;
}

async fn the_last_of_each_code_are_found(server: Server) {
    some(&server).await;
    let lastn = "/Observation/$lastn?subject=Patient/me&status=final";
    for (query, expected) in [
        ("", &["o5", "o8", "o2"][..]),
        ("&max=2", &["o5", "o4", "o8", "o2", "late"]),
        ("&max=9", &["o5", "o4", "o3", "o1", "o8", "o2", "late"]),
        ("&code=http://x|a", &["o4"]),
        ("&code=http://x|a&max=2&date=lt2026-01-04", &["o3", "o1"]),
        ("&code=none", &[]),
    ] {
        assert_eq!(server.get(&format!("{lastn}{query}")).await.is(200).ids(), expected, "{query}");
    }
    let patient = server.get("/Observation/$lastn?patient=other,me&max=1").await.is(200);
    assert_eq!(patient.ids()[0], "o7");
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueString": "Patient/me" },
        { "name": "code", "valueString": "http://x|b" },
        { "name": "max", "valuePositiveInt": 5 },
    ] });
    assert_eq!(server.post("/Observation/$lastn", body).await.is(200).ids(), ["o2", "late"]);
}

async fn whose_they_are_must_be_said(server: Server) {
    server.get("/Observation/$lastn?code=http://x|a").await.is(400);
    server.get("/Observation/$lastn?patient=me&max=0").await.is(400);
    server.get("/Observation/$lastn?patient=me&nonsense=1").await.is(400);
}

/// The value and unit of each statistic.
fn told(parameters: &Value) -> Vec<(String, Value)> {
    let statistics = &parameters["parameter"][0]["resource"]["component"];
    let one = |part: &Value| {
        let code = part["code"]["coding"][0]["code"].as_str().unwrap().to_owned();
        (code, part["valueQuantity"].clone())
    };
    statistics.as_array().unwrap().iter().map(one).collect()
}

async fn statistics_are_of_the_values_of_a_code(server: Server) {
    some(&server).await;
    let ask = "/Observation/$stats?subject=Patient/me&system=http://x";
    let query =
        format!("{ask}&code=a&statistic=average,maximum&statistic=count&statistic=total-count");
    let found = server.get(&query).await.is(200).json();
    let unit = json!({ "unit": "kg", "system": UCUM, "code": "kg" });
    let of_unit = |value: &str| {
        let mut quantity = json!({ "value": serde_json::from_str::<Value>(value).unwrap() });
        quantity.as_object_mut().unwrap().extend(unit.as_object().unwrap().clone());
        quantity
    };
    let number = |value: &str| json!({ "value": serde_json::from_str::<Value>(value).unwrap() });
    // 1 kg, 3000 g and 4 kg, in the unit of the latest.
    assert_eq!(
        told(&found),
        [
            ("average".to_owned(), of_unit("2.666666667")),
            ("maximum".to_owned(), of_unit("4")),
            ("count".to_owned(), number("3")),
            ("total-count".to_owned(), number("3")),
        ]
    );
    let parts = server.get(&format!("{ask}&code=upper&statistic=median")).await.is(200).json();
    assert_eq!(told(&parts)[0].1["value"].to_string(), "120");
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "subject", "valueUri": "Patient/me" },
        { "name": "coding", "valueCoding": { "system": "http://x", "code": "a" } },
        { "name": "statistic", "valueCode": "sum" },
        { "name": "period", "valuePeriod": { "start": "2026-01-02", "end": "2026-01-03" } },
        { "name": "include", "valueBoolean": true },
        { "name": "limit", "valuePositiveInt": 1 },
    ] });
    let found = server.post("/Observation/$stats", body).await.is(200).json();
    assert_eq!(told(&found)[0].1["value"].to_string(), "3000");
    let names = |found: &Value| {
        let all = found["parameter"].as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&found), ["statistics", "source"]);
    let none = server.get(&format!("{ask}&code=none&statistic=average")).await.is(200).json();
    let component = &none["parameter"][0]["resource"]["component"][0];
    assert!(component.get("valueQuantity").is_none(), "{component}");
}

async fn what_cannot_be_reckoned_is_refused(server: Server) {
    let ask = "/Observation/$stats";
    for (query, status) in [
        ("code=a&statistic=average", 400),
        ("subject=Patient/me&statistic=average", 400),
        ("subject=Patient/me&code=a", 400),
        ("subject=Patient/me&code=a&statistic=regression", 422),
        ("subject=Patient/me&code=a&statistic=average&duration=-1", 400),
        ("subject=Patient/me&code=a&statistic=average&limit=x", 400),
    ] {
        server.get(&format!("{ask}?{query}")).await.is(status);
    }
}
