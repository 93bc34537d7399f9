//! Patient `$match`.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(who_is_known_already_is_found_with_a_grade);

fn patient(id: &str, name: &str, birth: &str, number: Option<&str>) -> Value {
    let mut patient = json!({ "resourceType": "Patient", "id": id, "name": [{ "text": name }], "birthDate": birth,
        "gender": "female", "telecom": [{ "system": "phone", "value": "0990000001" }] });
    if let Some(number) = number {
        patient["identifier"] =
            json!([{ "system": "http://fhir.hl7.org.vn/core/sid/cccd", "value": number }]);
    }
    patient
}

async fn who_is_known_already_is_found_with_a_grade(server: Server) {
    let known = patient("a", "Nguyễn Thị Ánh", "1998-03-14", Some("001198000001"));
    server.put("/Patient/a", known.clone()).await.is(201);
    let other = patient("b", "Trần Thị Bình", "1998-03-14", None);
    server.put("/Patient/b", other).await.is(201);
    let ask = |resource: Value, more: Value| {
        let mut parameters = vec![json!({ "name": "resource", "resource": resource })];
        parameters.extend(more.as_array().cloned().unwrap_or_default());
        let body = json!({ "resourceType": "Parameters", "parameter": parameters });
        server.post("/Patient/$match", body)
    };
    let grade = |bundle: &Value| bundle["entry"][0]["search"]["extension"][0]["valueCode"].clone();
    let found = ask(known, json!([])).await.is(200).json();
    assert_eq!((&found["total"], grade(&found)), (&json!(1), json!("certain")));
    assert_eq!(found["entry"][0]["resource"]["id"], "a");
    let unmarked = patient("x", "nguyen thi anh", "1998-03-14", None);
    let found = ask(unmarked.clone(), json!([])).await.is(200).json();
    assert_eq!((&found["total"], grade(&found)), (&json!(1), json!("probable")));
    let only = json!([{ "name": "onlyCertainMatches", "valueBoolean": true }]);
    let found = ask(unmarked, only).await.is(200).json();
    assert_eq!(found["total"], 0);
    assert!(found.get("entry").is_none());
    let refused = ask(json!({ "resourceType": "Observation" }), json!([])).await.is(400);
    assert!(refused.text.contains("resource"));
    server.get("/Patient/$match").await.is(405);
}
