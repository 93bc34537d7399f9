//! Forms, <https://hl7.org/fhir/uv/sdc/>: `$populate` and `$extract` with anybody's questionnaires.

mod extract;
mod populate;

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::server::Server;

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

fn extension(name: &str, key: &str, value: Value) -> Value {
    json!({ "url": format!("{SDC}{name}"), key: value })
}

fn formula(name: &str, language: &str, text: &str) -> Value {
    let expression = json!({ "language": language, "expression": text });
    extension(name, "valueExpression", expression)
}

fn path(name: &str, text: &str) -> Value {
    formula(name, "text/fhirpath", text)
}

fn variable(name: &str, language: &str, text: &str) -> Value {
    let expression = json!({ "name": name, "language": language, "expression": text });
    json!({ "url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": expression })
}

fn launch(name: &str, kind: &str) -> Value {
    json!({ "url": format!("{SDC}launchContext"), "extension": [
        { "url": "name", "valueCoding": { "code": name } },
        { "url": "type", "valueCode": kind },
    ] })
}

fn form(extension: Value, item: Value) -> Value {
    json!({
        "resourceType": "Questionnaire",
        "url": "http://example.org/Questionnaire/of-others",
        "version": "1",
        "status": "active",
        "extension": extension,
        "item": item,
    })
}

fn patient(id: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1995-02-03",
        "name": [{ "family": "Lò", "given": ["Thị", "Hoa"] }],
        "contact": [{ "name": { "text": "Mẹ" } }, { "name": { "text": "Chị" } }],
    })
}

fn asked(parameters: Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

fn part(reply: &Value, name: &str) -> Value {
    let all = reply["parameter"].as_array().unwrap().iter();
    all.filter(|one| one["name"] == name)
        .map(|one| one["resource"].clone())
        .next()
        .unwrap_or_default()
}

/// The answers of a question, wherever it stands.
fn answers(parent: &Value, link: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for item in parent["item"].as_array().into_iter().flatten() {
        let own = item["answer"].as_array().cloned().unwrap_or_default();
        if item["linkId"] == link {
            all.extend(own.iter().cloned());
        }
        all.extend(answers(item, link));
        all.extend(own.iter().flat_map(|answer| answers(answer, link)));
    }
    all
}

async fn filled(server: &Server, questionnaire: Value, more: Value) -> (Value, Value) {
    let mut parameters = vec![
        json!({ "name": "questionnaire", "resource": questionnaire }),
        json!({ "name": "subject", "valueReference": { "reference": "Patient/hoa" } }),
    ];
    parameters.extend(more.as_array().cloned().unwrap_or_default());
    let reply =
        server.post("/Questionnaire/$populate", asked(parameters.into())).await.is(200).json();
    (part(&reply, "response"), part(&reply, "issues"))
}

async fn extracted(server: &Server, questionnaire: Value, item: Value) -> Value {
    let response = json!({
        "resourceType": "QuestionnaireResponse", "id": "r", "status": "completed",
        "questionnaire": questionnaire["url"], "subject": { "reference": "Patient/hoa" },
        "authored": "2026-03-04T05:06:07+07:00", "author": { "reference": "Practitioner/p" }, "item": item,
    });
    let parameters = json!([
        { "name": "questionnaire-response", "resource": response },
        { "name": "questionnaire", "resource": questionnaire },
    ]);
    let bundle =
        server.post("/QuestionnaireResponse/$extract", asked(parameters)).await.is(200).json();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&json!("Bundle"), &json!("transaction"))
    );
    bundle
}

fn resources(bundle: &Value) -> Vec<Value> {
    let all = bundle["entry"].as_array().into_iter().flatten();
    all.map(|entry| entry["resource"].clone()).collect()
}

/// Whatever is asked: what a form is filled with comes out of it again.
#[tokio::test]
async fn values_survive_filling_and_extracting() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.put("/Patient/hoa", patient("hoa")).await.is(201);
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..25 {
        let (items, expected) = made_up(&mut next);
        let questionnaire = form(json!([]), Value::Array(items));
        let (response, issues) = filled(&server, questionnaire.clone(), json!([])).await;
        assert!(issues.is_null(), "{issues}");
        let made = resources(&extracted(&server, questionnaire, response["item"].clone()).await);
        assert_eq!(made.len(), expected.len());
        for (code, key, value) in expected {
            let one =
                made.iter().find(|one| one["code"]["coding"][0]["code"] == code.as_str()).unwrap();
            assert_eq!(one[key], value, "{one}");
        }
    }
}

type Expected = (String, &'static str, Value);

/// Questions with values of all kinds, and what the records of each are to hold.
fn made_up(next: &mut impl FnMut(u64) -> u64) -> (Vec<Value>, Vec<Expected>) {
    let (mut items, mut expected) = (Vec::new(), Vec::new());
    for at in 0..=next(8) {
        let same = |kind, key: &'static str, value: Value| {
            (kind, key, value.clone(), json!({ key: value }))
        };
        let (kind, key, value, given) = match next(6) {
            0 => {
                let given = json!({ "valueDecimal": 12.50 });
                ("decimal", "valueQuantity", json!({ "value": 12.50 }), given)
            }
            1 => same("integer", "valueInteger", json!(next(2000))),
            2 => same("boolean", "valueBoolean", json!(at % 2 == 0)),
            3 => same("dateTime", "valueDateTime", json!("2026-02")),
            4 => same("string", "valueString", json!("“ơ’ \\ <b>")),
            _ => {
                let coding = json!({ "system": "urn:x", "code": format!("c{at}") });
                let given = json!({ "valueCoding": coding });
                ("choice", "valueCodeableConcept", json!({ "coding": [coding] }), given)
            }
        };
        let mut item = json!({
            "linkId": format!("q{at}"), "type": kind, "initial": [given],
            "code": [{ "system": "urn:c", "code": format!("k{at}") }],
            "extension": [extension("observationExtract", "valueBoolean", json!(true))],
        });
        if kind == "choice" {
            item["answerOption"] = json!([item["initial"][0].clone()]);
        }
        let nest = next(3) == 0;
        items.push(if nest {
            json!({ "linkId": format!("g{at}"), "type": "group", "item": [item] })
        } else {
            item
        });
        expected.push((format!("k{at}"), key, value));
    }
    (items, expected)
}
