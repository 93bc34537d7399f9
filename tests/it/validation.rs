//! Validation on write, <https://hl7.org/fhir/R4/validation.html>: every finding at once, each with
//! its place, in both languages.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    every_finding_is_told_with_its_place,
    a_refused_resource_is_not_stored,
    an_update_and_an_entry_are_validated_like_a_create,
    what_is_unusual_but_legal_is_stored,
    terminology_may_follow_later_extensions,
);

async fn every_finding_is_told_with_its_place(server: Server) {
    let patient = json!({
        "resourceType": "Patient",
        "nickname": "x",
        "active": "yes",
        "gender": "woman",
        "birthDate": "2026-02-30",
        "name": [{ "family": ["Nguyễn"] }, { "given": "Ánh" }],
        "deceasedBoolean": true,
        "deceasedDateTime": "2026",
        "communication": [{ "preferred": true }],
        "photo": [{ "data": "***" }],
        "managingOrganization": { "reference": "Patient/1" },
    });
    let reply = server.post("/Patient", patient).await;
    insta::assert_snapshot!("findings", settled(&server, &reply));
}

async fn a_refused_resource_is_not_stored(server: Server) {
    let reply = server
        .put("/Patient/me", json!({ "resourceType": "Patient", "id": "me", "gender": "x" }))
        .await;
    reply.is(422);
    server.get("/Patient/me").await.is(404);
}

async fn an_update_and_an_entry_are_validated_like_a_create(server: Server) {
    let bad = json!({ "resourceType": "Observation", "id": "o", "code": { "text": "x" } });
    let place = |reply: &Value| reply["issue"][0]["expression"][0].clone();
    let update = server.put("/Observation/o", &bad).await.is(422).json();
    assert_eq!(place(&update), "Observation.status");
    let create = server.post("/Observation", &bad).await.is(422).json();
    assert_eq!(place(&create), "Observation.status");
    for kind in ["batch", "transaction"] {
        let entry =
            json!({ "request": { "method": "PUT", "url": "Observation/o" }, "resource": bad });
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
        let reply = server.post("", bundle).await.json();
        let outcome = match kind {
            "batch" => &reply["entry"][0]["response"]["outcome"],
            _ => &reply,
        };
        assert_eq!(place(outcome), "Bundle.entry[0].resource.status", "{reply}");
    }
}

async fn what_is_unusual_but_legal_is_stored(server: Server) {
    for resource in [
        json!({ "resourceType": "Patient", "meta": { "profile": ["http://example.org/unknown"] } }),
        json!({ "resourceType": "Patient", "extension": [{ "url": "http://example.org/x", "valueDecimal": 1 }] }),
        json!({ "resourceType": "Patient", "contained": [{ "resourceType": "Organization", "id": "o", "name": "x" }], "managingOrganization": { "reference": "#o" } }),
        json!({ "resourceType": "Patient", "birthDate": "2024" }),
        json!({ "resourceType": "Patient", "managingOrganization": { "reference": "Organization/unknown" } }),
        json!({ "resourceType": "Patient", "managingOrganization": { "identifier": { "value": "1" } } }),
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": { "resourceType": "Patient", "id": "x" } }] }),
    ] {
        let kind = resource["resourceType"].as_str().unwrap();
        server.post(&format!("/{kind}"), &resource).await.is(201);
    }
}

/// The extensions of R4 live on in packages of HL7, where they take other codes and types.
async fn terminology_may_follow_later_extensions(server: Server) {
    const STATUS: &str =
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status";
    const DEPRECATED: &str = "http://hl7.org/fhir/StructureDefinition/valueset-deprecated";
    let with = |kind: &str, extension: Value| {
        json!({ "resourceType": kind, "url": "http://example.org/x", "status": "active",
            "content": "complete", "extension": [extension] })
    };
    let withdrawn = json!({ "url": STATUS, "valueCode": "withdrawn" });
    let system = with("CodeSystem", withdrawn.clone());
    server.post("/CodeSystem", &system).await.is(201);
    let told = server.post("/CodeSystem/$validate", &system).await.json();
    // Nobody can tell from R4 that a code is wrong which HL7 added since.
    assert_eq!(told["issue"][0]["severity"], "warning", "{told}");
    let mut value_set = with("ValueSet", withdrawn.clone());
    value_set.as_object_mut().unwrap().remove("content");
    value_set["compose"] = json!({ "include": [{ "system": "http://example.org/x", "concept": [
        { "code": "a", "extension": [{ "url": DEPRECATED, "valueCode": "true" }] }] }] });
    server.post("/ValueSet", &value_set).await.is(201);
    let form = json!({ "resourceType": "Questionnaire", "status": "active",
        "extension": [withdrawn] });
    server.post("/Questionnaire", form).await.is(201);
    // What R4 itself says of terminology, and of records that have the extension, holds.
    value_set["compose"]["include"][0]["filter"] =
        json!([{ "property": "concept", "op": "child-of", "value": "a" }]);
    server.post("/ValueSet", &value_set).await.is(422);
    let record = json!({ "resourceType": "Basic", "code": { "text": "x" },
        "extension": [withdrawn] });
    server.post("/Basic", record).await.is(422);
}
