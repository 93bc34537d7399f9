//! Batch, <https://hl7.org/fhir/R4/http.html#transaction>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    batch_entries_have_results_of_their_own,
    batch_runs_deletes_then_creates_then_updates_then_reads,
    batch_entries_with_conditions_are_carried_out,
    batch_reads_of_what_the_client_has_are_not_modified,
    batch_entries_that_refer_to_each_other_are_refused,
    a_bundle_of_another_type_is_refused,
    an_empty_batch_is_answered,
);

fn batch(entries: &Value) -> Value {
    json!({ "resourceType": "Bundle", "type": "batch", "entry": entries })
}

fn request(method: &str, url: &str) -> Value {
    json!({ "method": method, "url": url })
}

async fn batch_entries_have_results_of_their_own(server: Server) {
    let bundle = batch(&json!([
        { "request": request("PUT", "Patient/me"), "resource": { "resourceType": "Patient", "id": "me" } },
        { "request": request("PUT", "Patient/you"), "resource": { "resourceType": "Patient", "id": "you", "gender": "x" } },
        { "request": request("GET", "Patient/me") },
        { "request": request("GET", "Patient/nobody") },
        { "request": request("GET", "Patient?_id=me") },
        { "request": request("DELETE", "Patient/nobody") },
        { "request": request("JUMP", "Patient/me") },
        { "request": request("POST", ""), "resource": { "resourceType": "Bundle", "type": "batch" } },
        { "resource": { "resourceType": "Patient" } },
        { "request": request("GET", "Patient/me/_history") },
        { "request": request("GET", "Pateint/me") },
    ]));
    let reply = server.post("", bundle).await;
    insta::assert_snapshot!("batch", settled(&server, &reply));
}

async fn batch_runs_deletes_then_creates_then_updates_then_reads(server: Server) {
    server.put("/Patient/old", json!({ "resourceType": "Patient", "id": "old" })).await.is(201);
    let bundle = batch(&json!([
        { "request": request("GET", "Patient?_summary=count") },
        { "request": request("PUT", "Patient/new"), "resource": { "resourceType": "Patient", "id": "new" } },
        { "request": request("POST", "Patient"), "resource": { "resourceType": "Patient" } },
        { "request": request("DELETE", "Patient/old") },
        { "request": request("GET", "Patient/old") },
    ]));
    let reply = server.post("/", bundle).await.is(200).json();
    assert_eq!(reply["entry"][0]["resource"]["total"].to_string(), "2");
    let statuses: Vec<_> = (0..5)
        .map(|at| reply["entry"][at]["response"]["status"].as_str().unwrap()[..3].to_owned())
        .collect();
    assert_eq!(statuses, ["200", "201", "201", "204", "410"]);
}

async fn batch_entries_with_conditions_are_carried_out(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let bundle = batch(&json!([
        { "request": { "method": "PUT", "url": "Patient/me", "ifMatch": "W/\"9\"" }, "resource": patient },
        { "request": { "method": "POST", "url": "Patient", "ifNoneExist": "_id=me" }, "resource": patient },
        { "request": { "method": "PUT", "url": "Patient/me", "ifMatch": "W/\"1\"" }, "resource": patient },
    ]));
    let reply = server.post("", bundle).await.is(200).json();
    let statuses: Vec<_> = (0..3)
        .map(|at| reply["entry"][at]["response"]["status"].as_str().unwrap()[..3].to_owned())
        .collect();
    assert_eq!(statuses, ["412", "200", "200"]);
}

async fn a_bundle_of_another_type_is_refused(server: Server) {
    for bundle in [
        json!({ "resourceType": "Bundle", "type": "collection" }),
        json!({ "resourceType": "Bundle" }),
        json!({ "resourceType": "Patient", "type": "batch" }),
        json!([]),
    ] {
        server.post("", bundle).await.is(400);
    }
}

async fn an_empty_batch_is_answered(server: Server) {
    let reply = server.post("", json!({ "resourceType": "Bundle", "type": "batch" })).await;
    assert_eq!(reply.is(200).json(), json!({ "resourceType": "Bundle", "type": "batch-response" }));
}

/// <https://hl7.org/fhir/R4/http.html#cread>, in both kinds of Bundle.
async fn batch_reads_of_what_the_client_has_are_not_modified(server: Server) {
    let stored = server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await;
    let modified = stored.is(201).json()["meta"]["lastUpdated"].clone();
    let read = |url: &str, condition: &str, value: &Value| {
        let mut request = request("GET", url);
        request[condition] = value.clone();
        json!({ "request": request })
    };
    let entries = json!([
        read("Patient/me", "ifNoneMatch", &json!("W/\"1\"")),
        read("Patient/me", "ifNoneMatch", &json!("W/\"2\"")),
        read("Patient/me", "ifModifiedSince", &json!("2999-01-01T00:00:00Z")),
        read("Patient/me", "ifModifiedSince", &modified),
        read("Patient/me", "ifModifiedSince", &json!("2009-01-01T00:00:00Z")),
        read("Patient/me/_history/1", "ifNoneMatch", &json!("W/\"1\"")),
        read("Patient/%6de", "ifNoneMatch", &json!("*")),
    ]);
    for kind in ["batch", "transaction"] {
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        let reply = server.post("", bundle).await.is(200).json();
        let answers = reply["entry"].as_array().unwrap();
        let statuses: Vec<_> = answers
            .iter()
            .map(|answer| &answer["response"]["status"].as_str().unwrap()[..3])
            .collect();
        assert_eq!(statuses, ["304", "200", "304", "304", "200", "304", "304"]);
        assert_eq!(answers[0]["response"]["etag"], "W/\"1\"");
        assert!(answers[0].get("resource").is_none() && answers[1].get("resource").is_some());
    }
}

/// <https://hl7.org/fhir/R4/http.html#brules>
async fn batch_entries_that_refer_to_each_other_are_refused(server: Server) {
    server.put("/Patient/np", json!({ "resourceType": "Patient", "id": "np" })).await.is(201);
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let weight = |subject: &str| {
        json!({
            "resourceType": "Observation", "status": "final", "code": { "text": "weight" },
            "subject": { "reference": subject },
        })
    };
    let his = "https://his.example/fhir/Observation/o";
    let bundle = batch(&json!([
        { "fullUrl": url, "request": request("POST", "Patient"), "resource": { "resourceType": "Patient" } },
        { "request": request("POST", "Observation"), "resource": weight(url) },
        { "fullUrl": his, "request": request("POST", "Observation"), "resource": weight("Patient/np") },
        { "request": request("POST", "Observation"), "resource": weight("Patient/np") },
    ]));
    let reply = server.post("", &bundle).await.is(200).json();
    let answer = |at: usize| reply["entry"][at]["response"].clone();
    for at in [1, 2] {
        assert_eq!(answer(at)["status"], "400");
        let place = format!("Bundle.entry[{at}].resource.subject.reference");
        assert_eq!(answer(at)["outcome"]["issue"][0]["expression"][0], json!(place));
    }
    assert_eq!(
        (&answer(0)["status"], &answer(3)["status"]),
        (&json!("201 Created"), &json!("201 Created"))
    );
    let told = server.post("/Bundle/$validate", &bundle).await.is(200);
    assert!(told.text.contains("Bundle.entry[1].resource.subject.reference"));
}
