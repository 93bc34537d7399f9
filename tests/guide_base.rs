//! The base of the guide's canonicals is one variable of the build, and what was called by another
//! base is still understood. `GUIDE_BASE=https://guide.example.org/fhir cargo test --test guide_base`
//! builds the server under another one; the sample families speak the reserved base all the same.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "harness/mod.rs"]
#[expect(dead_code, unused_imports, unused_macros, reason = "tests/it uses the rest of it")]
mod harness;

use mebe::definitions::base::{BASE, RESERVED};
use serde_json::{Value, json};

use harness::backend::Backend;
use harness::server::Server;

async fn demo(backend: Backend) -> Option<Server> {
    Server::start_with(backend, &[("demo", "true")]).await
}

/// What a search finds by the name of today and by that of before: the same.
async fn found(server: &Server, query: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    for base in [BASE, RESERVED] {
        let query = query.replace("BASE", base);
        let bundle = server.get(&format!("{query}&_count=200")).await.is(200).json();
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        assert!(!entries.is_empty(), "{query} finds nothing");
        answers.push(entries);
    }
    assert_eq!(answers[0], answers[1], "{query}");
    answers.remove(0)
}

fn observation(base: &str, value: i64) -> Value {
    json!({
        "resourceType": "Observation", "status": "final",
        "meta": { "profile": [format!("{base}/StructureDefinition/mch-obstetric-count")] },
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "11996-6" },
            { "system": format!("{base}/CodeSystem/mch-booklet-item"), "code": "O01" }] },
        "subject": { "reference": "Patient/me-nguyen-thi-anh" },
        "effectiveDateTime": "2026-01-10", "valueInteger": value,
    })
}

#[test]
fn the_server_is_built_under_the_base_that_was_set() {
    assert_eq!(BASE, option_env!("GUIDE_BASE").unwrap_or(RESERVED));
}

#[tokio::test]
async fn definitions_are_called_by_the_base_of_today_and_found_by_both() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    for (kind, id) in [
        ("StructureDefinition", "mch-mother"),
        ("CodeSystem", "mch-booklet-item"),
        ("Questionnaire", "mch-antenatal-visit-form"),
    ] {
        let found = found(&server, &format!("/{kind}?url=BASE/{kind}/{id}")).await;
        assert_eq!(found[0]["resource"]["url"], format!("{BASE}/{kind}/{id}"));
        if BASE != RESERVED {
            assert!(!found[0]["resource"].to_string().contains(&format!("{RESERVED}/")), "{id}");
        }
    }
    for base in [BASE, RESERVED] {
        let system = format!("{base}/CodeSystem/mch-booklet-item");
        let told = server.get(&format!("/CodeSystem/$lookup?system={system}&code=A04")).await;
        let told = told.is(200).json();
        let name = told["parameter"].as_array().unwrap().iter().find(|one| one["name"] == "system");
        assert_eq!(name.unwrap()["valueUri"], format!("{BASE}/CodeSystem/mch-booklet-item"));
        let url = format!("{base}/ValueSet/mch-attendant");
        server.get(&format!("/ValueSet/$expand?url={url}")).await.is(200);
        let asked = json!({ "resourceType": "Parameters", "parameter": [
            { "name": "url", "valueUri": url },
            { "name": "coding", "valueCoding": { "system": format!("{base}/CodeSystem/mch-attendant"), "code": "doctor" } }] });
        let verdict = server.post("/ValueSet/$validate-code", &asked).await.is(200).json();
        assert!(
            verdict["parameter"]
                .as_array()
                .unwrap()
                .contains(&json!({ "name": "result", "valueBoolean": true })),
            "{verdict}"
        );
    }
}

#[tokio::test]
async fn records_of_before_are_found_by_both_names_and_stay_as_they_were_sent() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(server) = demo(backend).await else { continue };
        let mothers = found(&server, "/Patient?_profile=BASE/StructureDefinition/mch-mother").await;
        let claimed = &mothers[0]["resource"]["meta"]["profile"][0];
        assert_eq!(*claimed, format!("{RESERVED}/StructureDefinition/mch-mother"));
        found(&server, "/Patient?identifier=BASE/sid/mrn|").await;
        found(&server, "/Observation?code=BASE/CodeSystem/mch-booklet-item|A29").await;
        found(
            &server,
            "/Encounter?visit-number=2&type=BASE/CodeSystem/mch-encounter-type|antenatal",
        )
        .await;
        let condition = format!("identifier={RESERVED}/sid/mch-booklet|1");
        for (base, expected) in [(BASE, 201), (RESERVED, 200)] {
            let patient = json!({ "resourceType": "Patient",
                "identifier": [{ "system": format!("{base}/sid/mch-booklet"), "value": "1" }] });
            let made = server.call("POST", "/Patient").header("if-none-exist", &condition);
            made.body(&patient).await.is(expected);
        }
    }
}

#[tokio::test]
async fn what_comes_is_held_to_the_guide_by_either_name() {
    let server = demo(Backend::Sqlite).await.unwrap();
    let told = |outcome: &Value| -> Vec<(Value, Value)> {
        let issues = outcome["issue"].as_array().unwrap().iter();
        issues
            .map(|issue| (issue["expression"].clone(), issue["details"]["coding"].clone()))
            .collect()
    };
    let mut outcomes = Vec::new();
    for base in [BASE, RESERVED] {
        let refused = server.post("/Observation", observation(base, -1)).await.is(422).json();
        outcomes.push(told(&refused));
        let dose = json!({ "resourceType": "Immunization", "status": "completed",
            "vaccineCode": { "coding": [{ "system": format!("{base}/CodeSystem/mch-vaccine"), "code": "BCG" }] },
            "patient": { "reference": "Patient/be-pham-minh-anh" }, "occurrenceDateTime": "2026-04-01" });
        let refused = server.post("/Immunization", &dose).await.is(422);
        let key = format!("{BASE}/rules-across-records#mebe-child-before-birth");
        assert!(refused.text.contains(&key), "{}", refused.text);
        let profile = format!("{base}/StructureDefinition/mch-mother");
        let path = format!("/Patient/me-nguyen-thi-anh/$validate?profile={profile}");
        let outcome = server.get(&path).await.is(200);
        assert!(!outcome.text.contains("\"error\""), "{}", outcome.text);
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert!(!outcomes[0].is_empty());
}
