//! Two Patients with a number that only one person has.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_second_patient_with_a_number_is_told_of,
    validation_tells_of_a_second_patient,
    numbers_of_others_are_nobodys,
);

const CCCD: &str = "http://fhir.hl7.org.vn/core/sid/cccd";
const NATIONAL_ID: &str = "http://fhir.ehealth.gov.vn/core/sid/national_id";
const BHYT: &str = "http://fhir.hl7.org.vn/core/sid/bhyt";
const INSURANCE: &str = "http://fhir.ehealth.gov.vn/core/sid/insurance_number";

fn patient(system: &str, value: &str) -> Value {
    json!({ "resourceType": "Patient", "identifier": [{ "value": "1" }, { "system": system, "value": value }] })
}

async fn warnings(server: &Server, patient: &Value) -> Vec<String> {
    let reply = server.post("/Patient", patient).header("prefer", "return=OperationOutcome").await;
    duplicates(&reply.is(201).json())
}

fn duplicates(outcome: &Value) -> Vec<String> {
    let issues = outcome["issue"].as_array().into_iter().flatten();
    let told = issues.filter(|issue| issue["code"] == "duplicate");
    told.map(|issue| issue["expression"][0].as_str().unwrap().to_owned()).collect()
}

async fn a_second_patient_with_a_number_is_told_of(server: Server) {
    for (first, second) in [(CCCD, NATIONAL_ID), (INSURANCE, BHYT)] {
        let value = if first == CCCD { "001198000001" } else { "DN4010012345678" };
        assert!(warnings(&server, &patient(first, value)).await.is_empty());
        for system in [first, second] {
            assert_eq!(warnings(&server, &patient(system, value)).await, ["Patient.identifier[1]"]);
        }
    }
    let id = server.post("/Patient", patient(CCCD, "001198000009")).await.is(201).id();
    let mut same = patient(CCCD, "001198000009");
    same["id"] = json!(id);
    let reply = server.put(&format!("/Patient/{id}"), &same);
    let reply = reply.header("prefer", "return=OperationOutcome").await.is(200);
    assert!(duplicates(&reply.json()).is_empty());
    let mut linked = patient(CCCD, "001198000009");
    linked["link"] =
        json!([{ "other": { "reference": format!("Patient/{id}") }, "type": "replaces" }]);
    assert!(warnings(&server, &linked).await.is_empty());
    let entry = |value: &str| json!({ "resource": patient(CCCD, value), "request": { "method": "POST", "url": "Patient" } });
    let entries = json!([entry("001198000077"), entry("001198000077"), entry("001198000078")]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let reply = server.post("", bundle).header("prefer", "return=OperationOutcome").await.is(200);
    let told: Vec<_> = (0..3)
        .map(|at| duplicates(&reply.json()["entry"][at]["response"]["outcome"]).len())
        .collect();
    assert_eq!(told, [1, 1, 0]);
}

async fn validation_tells_of_a_second_patient(server: Server) {
    server.post("/Patient", patient(CCCD, "001198000001")).await.is(201);
    let other = patient(NATIONAL_ID, "001198000001");
    let told = server.post("/Patient/$validate", &other).await.is(200).json();
    assert_eq!(duplicates(&told), ["Patient.identifier[1]"]);
    let entry = json!({ "resource": other, "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
    let told = server.post("/Bundle/$validate", bundle).await.is(200).json();
    assert_eq!(duplicates(&told), ["Bundle.entry[0].resource.identifier[1]"]);
}

async fn numbers_of_others_are_nobodys(server: Server) {
    for _ in 0..2 {
        assert!(warnings(&server, &patient("http://example.org/mrn", "7")).await.is_empty());
    }
    server.post("/Patient", patient(CCCD, "001198000001")).await.is(201);
    assert!(warnings(&server, &patient(BHYT, "001198000001")).await.is_empty());
    assert!(warnings(&server, &patient(CCCD, "001198000002")).await.is_empty());
}

async fn refused(backend: Backend) {
    let Some(server) = Server::start_with(backend, &[("same_identifier", "error")]).await else {
        return;
    };
    let creates = (0..20).map(|at| {
        let system = if at % 2 == 0 { CCCD } else { NATIONAL_ID };
        let server = &server;
        async move { server.post("/Patient", patient(system, "001198000001")).await.status }
    });
    let statuses = futures_util::future::join_all(creates).await;
    let made = statuses.iter().filter(|status| **status == 201).count();
    let refused = statuses.iter().filter(|status| [409, 422].contains(*status)).count();
    assert_eq!((made, refused), (1, 19), "{statuses:?}");
    server.assert_sound();
}

#[tokio::test]
async fn of_two_at_once_one_is_refused_on_sqlite() {
    refused(Backend::Sqlite).await;
}

#[tokio::test]
async fn of_two_at_once_one_is_refused_on_postgres() {
    refused(Backend::Postgres).await;
}
