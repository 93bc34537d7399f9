//! `$snapshot`, <https://hl7.org/fhir/R4/structuredefinition-operation-snapshot.html>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_definition_gets_its_snapshot,
    stored_profiles_are_found_and_built_on,
    what_cannot_be_made_is_refused,
    what_contradicts_its_base_is_refused_everywhere,
);

const URL: &str = "http://x.org/StructureDefinition/mother";

fn profile(id: &str, base: &str, elements: Value) -> Value {
    json!({
        "resourceType": "StructureDefinition", "id": id, "url": format!("http://x.org/StructureDefinition/{id}"),
        "name": "Mother", "status": "draft", "kind": "resource", "abstract": false, "type": "Patient",
        "baseDefinition": base, "derivation": "constraint", "differential": { "element": elements },
    })
}

fn mother() -> Value {
    let elements = json!([{ "id": "Patient.name", "path": "Patient.name", "min": 1 }]);
    profile("mother", "http://hl7.org/fhir/StructureDefinition/Patient", elements)
}

fn with(definition: Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "definition", "resource": definition }] })
}

fn element<'a>(definition: &'a Value, id: &str) -> &'a Value {
    let elements = definition["snapshot"]["element"].as_array().unwrap();
    elements.iter().find(|element| element["id"] == id).unwrap()
}

async fn a_definition_gets_its_snapshot(server: Server) {
    let path = "/StructureDefinition/$snapshot";
    for body in [with(mother()), mother()] {
        let made = server.post(path, body).await.is(200).json();
        assert_eq!(made["url"], URL);
        assert_eq!(element(&made, "Patient.name")["min"], 1);
        assert_eq!(element(&made, "Patient.birthDate")["base"]["path"], "Patient.birthDate");
    }
    let url = "http://hl7.org/fhir/StructureDefinition/bodyweight";
    let made = server.get(&format!("{path}?url={url}")).await.is(200).json();
    assert_eq!(element(&made, "Observation.value[x]:valueQuantity.unit")["min"], 1);
}

async fn stored_profiles_are_found_and_built_on(server: Server) {
    server.put("/StructureDefinition/mother", mother()).await.is(201);
    let made = server.get("/StructureDefinition/mother/$snapshot").await.is(200).json();
    assert_eq!(element(&made, "Patient.name")["min"], 1);
    let elements = json!([{ "path": "Patient.name.family", "min": 1 }]);
    let made = server.post("/StructureDefinition/$snapshot", with(profile("more", URL, elements)));
    let made = made.await.is(200).json();
    assert_eq!(element(&made, "Patient.name")["min"], 1);
    assert_eq!(element(&made, "Patient.name.family")["min"], 1);
}

async fn what_cannot_be_made_is_refused(server: Server) {
    let path = "/StructureDefinition/$snapshot";
    let elements = json!([{ "path": "Patient.nothing" }, { "path": "Patient.gender", "max": "2" }]);
    let base = "http://hl7.org/fhir/StructureDefinition/Patient";
    let outcome = server.post(path, with(profile("p", base, elements))).await.is(422).json();
    assert_eq!(outcome["issue"].as_array().unwrap().len(), 2);
    assert_eq!(outcome["issue"][0]["expression"][0], "Patient.nothing");
    let unknown = profile("p", "http://x.org/nobody", json!([{ "path": "Patient" }]));
    server.post(path, with(unknown)).await.is(422);
    server.post(path, with(json!({ "resourceType": "Patient" }))).await.is(400);
    server.get(&format!("{path}?url=http://x.org/nobody")).await.is(404);
    server.get("/StructureDefinition/nobody/$snapshot").await.is(404);
    server.get("/Patient/$snapshot").await.is(404);
}

/// `$snapshot`, a write and `$validate` say the same of a differential that contradicts its base.
async fn what_contradicts_its_base_is_refused_everywhere(server: Server) {
    let fixed = |code: &str| json!([{ "id": "Patient.gender", "path": "Patient.gender", "fixedCode": code }]);
    let base = "http://hl7.org/fhir/StructureDefinition/Patient";
    server.put("/StructureDefinition/girl", profile("girl", base, fixed("female"))).await.is(201);
    let girl = "http://x.org/StructureDefinition/girl";
    let wrong = profile("boy", girl, fixed("male"));
    server.post("/StructureDefinition/$snapshot", with(wrong.clone())).await.is(422);
    let refused = server.put("/StructureDefinition/boy", &wrong).await.is(422).json();
    let place = "StructureDefinition.differential.element[0]";
    assert_eq!(refused["issue"][0]["expression"][0], place);
    let asked = server.post("/StructureDefinition/$validate", &wrong).await.is(200).json();
    let errors: Vec<&Value> = asked["issue"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["severity"] == "error")
        .collect();
    assert_eq!((errors.len(), &errors[0]["expression"][0]), (1, &json!(place)));
    server.put("/StructureDefinition/girl2", profile("girl2", girl, fixed("female"))).await.is(201);
    // A value set with other codes than a required one.
    let bound = |set: &str| {
        json!([{ "id": "Patient.gender", "path": "Patient.gender", "binding": {
        "strength": "required", "valueSet": format!("http://hl7.org/fhir/ValueSet/{set}") } }])
    };
    let wrong = profile("b", base, bound("observation-status"));
    server.post("/StructureDefinition/$snapshot", with(wrong.clone())).await.is(422);
    server.put("/StructureDefinition/b", &wrong).await.is(422);
    let same = profile("b", base, bound("administrative-gender"));
    server.put("/StructureDefinition/b", &same).await.is(201);
}
