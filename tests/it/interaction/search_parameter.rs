//! What is told of a `SearchParameter` that is to be searched by.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::server::Server;

fn parameter(changes: &Value) -> Value {
    let mut parameter = json!({
        "resourceType": "SearchParameter", "id": "a", "url": "http://x.org/a", "name": "A",
        "status": "active", "description": "x", "code": "a", "base": ["Patient"], "type": "token",
        "expression": "Patient.gender",
    });
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(parameter.as_object_mut().unwrap().remove(key)),
            value => parameter[key] = value.clone(),
        }
    }
    parameter
}

/// Parameters that can never work, each with where it is told.
#[tokio::test]
async fn what_can_never_work_is_refused() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    let never = [
        (json!({ "expression": "Patient.gendre" }), "SearchParameter.expression"),
        (json!({ "expression": "Patient.gender.where(" }), "SearchParameter.expression"),
        (json!({ "expression": null }), "SearchParameter"),
        (json!({ "type": "special" }), "SearchParameter.type"),
        (json!({ "code": "gender", "expression": "Patient.name" }), "SearchParameter.code"),
        (json!({ "code": "gender", "type": "string" }), "SearchParameter.code"),
        (json!({ "type": "composite", "expression": "Patient" }), "SearchParameter"),
        (
            json!({ "type": "composite", "expression": "Patient", "component": [{
                "definition": "http://hl7.org/fhir/SearchParameter/individual-gender",
                "expression": "nothing",
            }] }),
            "SearchParameter.component[0].expression",
        ),
    ];
    for (changes, place) in &never {
        let reply = server.put("/SearchParameter/a", parameter(changes)).await;
        assert_eq!(reply.status, 422, "{changes}: {}", reply.text);
        let outcome = reply.json();
        let issues = outcome["issue"].as_array().unwrap();
        let at = |issue: &&Value| issue["severity"] == "error" && issue["expression"][0] == *place;
        assert!(issues.iter().any(|issue| at(&issue)), "{changes}: {}", reply.text);
        // Nobody is to search by a draft.
        let mut draft = parameter(changes);
        draft["status"] = json!("draft");
        let reply = server.put("/SearchParameter/a", draft).await;
        assert!(matches!(reply.status, 200 | 201), "{changes}: {}", reply.text);
    }
}

#[tokio::test]
async fn what_works_in_part_or_means_the_same_is_stored() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    for changes in [
        json!({}),
        // Another name of R4's own.
        json!({ "code": "gender", "expression": "Patient.gender | Person.gender | Practitioner.gender | RelatedPerson.gender" }),
        json!({ "base": ["Patient", "Group"], "expression": "Patient.gender | Group.nothing" }),
        json!({ "base": ["Resource"], "expression": "Resource.language" }),
        json!({ "code": "patient", "base": ["Encounter"], "type": "reference", "expression": "Encounter.subject",
            "derivedFrom": "http://hl7.org/fhir/SearchParameter/clinical-patient" }),
    ] {
        let reply = server.put("/SearchParameter/a", parameter(&changes)).await;
        assert!(matches!(reply.status, 200 | 201), "{changes}: {}", reply.text);
    }
}
