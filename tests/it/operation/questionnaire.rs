//! Forms, <https://hl7.org/fhir/uv/sdc/>: `$populate` and `$extract` with anybody's questionnaires.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_form_is_filled_with_what_is_known,
    what_was_observed_is_an_answer_while_it_is_fresh,
    observations_are_made_of_answers,
    records_are_made_by_definitions,
    records_are_made_by_templates,
);

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

async fn a_form_is_filled_with_what_is_known(server: Server) {
    server.put("/Patient/hoa", patient("hoa")).await.is(201);
    for day in ["2026-01-05", "2026-02-05"] {
        let encounter = json!({
            "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
            "subject": { "reference": "Patient/hoa" }, "period": { "start": day },
        });
        server.post("/Encounter", encounter).await.is(201);
    }
    let query = "application/x-fhir-query";
    let questionnaire = form(
        json!([
            launch("patient", "Patient"),
            variable("visits", query, "Encounter?patient={{%patient.id}}&_sort=date"),
            variable("nothing", query, "Encounter?patient={{%patient.multipleBirth}}"),
        ]),
        json!([
            { "linkId": "born", "type": "date", "extension": [path("initialExpression", "%patient.birthDate")] },
            { "linkId": "sex", "type": "choice", "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender",
              "extension": [path("initialExpression", "%patient.gender")] },
            { "linkId": "visits", "type": "integer", "extension": [path("initialExpression", "%visits.entry.count()")] },
            { "linkId": "none", "type": "integer", "extension": [path("initialExpression", "%nothing.entry.count()")] },
            { "linkId": "given", "type": "string", "repeats": true,
              "extension": [path("initialExpression", "%patient.name.given")] },
            { "linkId": "first", "type": "string", "extension": [path("initialExpression", "%patient.name.given")] },
            { "linkId": "fixed", "type": "string", "initial": [{ "valueString": "x" }] },
            { "linkId": "contacts", "type": "group", "repeats": true,
              "extension": [{ "url": format!("{SDC}itemPopulationContext"), "valueExpression": {
                  "name": "contact", "language": "text/fhirpath", "expression": "%patient.contact" } }],
              "item": [{ "linkId": "who", "type": "string",
                         "extension": [path("initialExpression", "%contact.name.text")] }] },
            { "linkId": "kg", "type": "decimal", "initial": [{ "valueDecimal": 65.0 }] },
            { "linkId": "m", "type": "decimal", "initial": [{ "valueDecimal": 1.6 }] },
            { "linkId": "bmi", "type": "decimal", "extension": [path("calculatedExpression",
                "(%resource.item.where(linkId='kg').answer.value / (%resource.item.where(linkId='m').answer.value.power(2))).round(1)")] },
            { "linkId": "wrong", "type": "string", "extension": [path("initialExpression", "%patient.name.(")] },
            { "linkId": "cql", "type": "string", "extension": [formula("initialExpression", "text/cql", "x")] },
            { "linkId": "away", "type": "string",
              "extension": [formula("initialExpression", query, "http://example.org/fhir/Patient?_id=1")] },
            { "linkId": "again", "type": "string",
              "extension": [formula("initialExpression", query, "Questionnaire/f/$populate?subject=Patient/hoa")] },
        ]),
    );
    let (response, issues) = filled(&server, questionnaire.clone(), json!([])).await;
    let value = |link: &str| answers(&response, link);
    assert_eq!(response["questionnaire"], "http://example.org/Questionnaire/of-others|1");
    assert_eq!(response["subject"]["reference"], "Patient/hoa");
    assert_eq!(value("born"), [json!({ "valueDate": "1995-02-03" })]);
    assert_eq!(value("sex")[0]["valueCoding"]["code"], "female");
    assert_eq!(
        value("sex")[0]["valueCoding"]["system"],
        "http://hl7.org/fhir/administrative-gender"
    );
    assert_eq!(value("visits"), [json!({ "valueInteger": 2 })]);
    assert_eq!(value("none"), [json!({ "valueInteger": 0 })]);
    assert_eq!(value("given").len(), 2);
    assert_eq!(value("first"), [json!({ "valueString": "Thị" })]);
    assert_eq!(value("fixed"), [json!({ "valueString": "x" })]);
    assert_eq!(value("who"), [json!({ "valueString": "Mẹ" }), json!({ "valueString": "Chị" })]);
    assert_eq!(value("bmi"), [json!({ "valueDecimal": 25.4 })]);
    let told: Vec<&str> = issues["issue"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["expression"][0].as_str().unwrap())
        .collect();
    for link in ["wrong", "cql", "away", "again"] {
        assert!(value(link).is_empty());
        assert_eq!(
            told.iter().filter(|one| one.contains(&format!("'{link}'"))).count(),
            1,
            "{told:?}"
        );
    }
    // Without what the server knows, only what was sent counts.
    let sent = json!([
        { "name": "local", "valueBoolean": false },
        { "name": "context", "part": [
            { "name": "name", "valueString": "patient" },
            { "name": "content", "resource": { "resourceType": "Patient", "birthDate": "2001-01-01" } },
        ] },
    ]);
    let (response, _) = filled(&server, questionnaire.clone(), sent).await;
    assert_eq!(answers(&response, "born"), [json!({ "valueDate": "2001-01-01" })]);
    assert_eq!(answers(&response, "visits"), [json!({ "valueInteger": 0 })]);
    // By id, by URL, by identifier; unknown ones and nobody are refused.
    let mut stored = questionnaire;
    stored["id"] = "f".into();
    stored["identifier"] = json!([{ "system": "urn:x", "value": "1|2" }]);
    server.put("/Questionnaire/f", &stored).await.is(201);
    server.get("/Questionnaire/f/$populate?subject=Patient/hoa").await.is(200);
    let by = "/Questionnaire/$populate?subject=Patient/hoa&canonical=http://example.org/Questionnaire/of-others";
    server.get(by).await.is(200);
    let by = json!([
        { "name": "identifier", "valueIdentifier": { "system": "urn:x", "value": "1|2" } },
        { "name": "subject", "valueReference": { "reference": "Patient/hoa" } },
    ]);
    server.post("/Questionnaire/$populate", asked(by)).await.is(200);
    server.get("/Questionnaire/$populate?subject=Patient/hoa&canonical=urn:no").await.is(404);
    server.get("/Questionnaire/f/$populate").await.is(400);
    server.get("/Questionnaire/f/$populate?subject=Patient/nobody").await.is(404);
    server.get("/Questionnaire/f/$populate?subject=Patient/hoa&subjekt=1").await.is(400);
}

fn weight(day: &str, value: f64, unit: &str) -> Value {
    json!({
        "resourceType": "Observation", "status": "final", "effectiveDateTime": day,
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
        "subject": { "reference": "Patient/hoa" },
        "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit },
    })
}

async fn what_was_observed_is_an_answer_while_it_is_fresh(server: Server) {
    server.put("/Patient/hoa", patient("hoa")).await.is(201);
    server.post("/Observation", weight("2020-01-01", 70.0, "kg")).await.is(201);
    let yesterday =
        server.get("/metadata").await.is(200).json()["date"].as_str().unwrap().to_owned();
    server.post("/Observation", weight(&yesterday[..10], 51_500.0, "g")).await.is(201);
    let question = |link: &str, code: &str, value: u32| {
        json!({
            "linkId": link, "type": "decimal",
            "code": [{ "system": "http://loinc.org", "code": code }],
            "extension": [
                { "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
                  "valueCoding": { "system": "http://unitsofmeasure.org", "code": "kg" } },
                extension("observationLinkPeriod", "valueDuration",
                    json!({ "value": value, "system": "http://unitsofmeasure.org", "code": "d" })),
            ],
        })
    };
    let items = json!([question("fresh", "29463-7", 30), question("other", "8302-2", 9000)]);
    let (response, _) = filled(&server, form(json!([]), items), json!([])).await;
    assert_eq!(answers(&response, "fresh"), [json!({ "valueDecimal": 51.5 })]);
    assert!(answers(&response, "other").is_empty());
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

async fn observations_are_made_of_answers(server: Server) {
    let code = |code: &str| json!([{ "system": "http://loinc.org", "code": code }]);
    let unit = json!({ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
        "valueCoding": { "system": "http://unitsofmeasure.org", "code": "mm[Hg]", "display": "mmHg" } });
    let component = extension("observationExtract", "valueCode", json!("component"));
    let category = extension(
        "observation-extract-category",
        "valueCodeableConcept",
        json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }),
    );
    let questionnaire = form(
        json!([extension("observationExtract", "valueBoolean", json!(true)), category]),
        json!([
            { "linkId": "bp", "type": "group", "code": code("85354-9"), "item": [
                { "linkId": "s", "type": "decimal", "code": code("8480-6"), "extension": [unit, component] },
                { "linkId": "d", "type": "decimal", "code": code("8462-4"), "extension": [unit, component] },
            ] },
            { "linkId": "many", "type": "string", "repeats": true, "code": code("8693-4") },
            { "linkId": "no-code", "type": "string" },
            { "linkId": "not", "type": "boolean", "code": code("1234-5"),
              "extension": [extension("observationExtract", "valueBoolean", json!(false))] },
        ]),
    );
    let item = json!([
        { "linkId": "bp", "item": [
            { "linkId": "s", "answer": [{ "valueDecimal": 110 }] },
            { "linkId": "d", "answer": [{ "valueDecimal": 70 }] },
        ] },
        { "linkId": "many", "answer": [{ "valueString": "a" }, { "valueString": "b" }] },
        { "linkId": "no-code", "answer": [{ "valueString": "c" }] },
        { "linkId": "not", "answer": [{ "valueBoolean": true }] },
    ]);
    let made = resources(&extracted(&server, questionnaire, item).await);
    assert_eq!(made.len(), 3, "{made:?}");
    let pressure = &made[0];
    assert_eq!(pressure["component"].as_array().unwrap().len(), 2);
    assert_eq!(
        pressure["component"][1]["valueQuantity"],
        json!({
        "value": 70, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" })
    );
    for one in &made {
        assert_eq!(one["subject"]["reference"], "Patient/hoa");
        assert_eq!(one["effectiveDateTime"], "2026-03-04T05:06:07+07:00");
        assert_eq!(one["performer"][0]["reference"], "Practitioner/p");
        assert_eq!(one["derivedFrom"][0]["reference"], "QuestionnaireResponse/r");
        assert_eq!(one["category"][0]["coding"][0]["code"], "vital-signs");
    }
    assert_eq!((&made[1]["valueString"], &made[2]["valueString"]), (&json!("a"), &json!("b")));
}

async fn records_are_made_by_definitions(server: Server) {
    let base = "http://hl7.org/fhir/StructureDefinition/Patient";
    let at = |path: &str| format!("{base}#{path}");
    let begins = json!({ "url": format!("{SDC}definitionExtract"), "extension": [
        { "url": "definition", "valueCanonical": base },
        { "url": "fullUrl", "valueString": "%new" },
    ] });
    let fixed = json!({ "url": format!("{SDC}definitionExtractValue"), "extension": [
        { "url": "definition", "valueUri": at("Patient.active") },
        { "url": "fixed-value", "valueBoolean": true },
    ] });
    let questionnaire = form(
        json!([extension("extractAllocateId", "valueString", json!("new")), begins, fixed]),
        json!([
            { "linkId": "sex", "type": "choice", "definition": at("Patient.gender"),
              "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender" },
            { "linkId": "name", "type": "group", "repeats": true, "definition": at("Patient.name"), "item": [
                { "linkId": "family", "type": "string", "definition": at("Patient.name.family") },
                { "linkId": "given", "type": "string", "repeats": true, "definition": at("Patient.name.given") },
            ] },
            { "linkId": "contact", "type": "string", "definition": at("Patient.contact.name.text") },
            { "linkId": "other", "type": "string", "definition": "http://example.org/Other#Patient.id" },
        ]),
    );
    let name = |family: &str, given: &[&str]| {
        json!({ "linkId": "name", "item": [
        { "linkId": "family", "answer": [{ "valueString": family }] },
        { "linkId": "given", "answer": given.iter().map(|one| json!({ "valueString": one })).collect::<Vec<_>>() },
    ] })
    };
    let item = json!([
        { "linkId": "sex", "answer": [{ "valueCoding": { "system": "http://hl7.org/fhir/administrative-gender", "code": "male" } }] },
        name("Lò", &["Văn", "Sơn"]), name("Lo", &["Son"]),
        { "linkId": "contact", "answer": [{ "valueString": "Lò Văn Hai" }] },
        { "linkId": "other", "answer": [{ "valueString": "x" }] },
    ]);
    let bundle = extracted(&server, questionnaire, item).await;
    let made = resources(&bundle);
    assert_eq!(
        made,
        [json!({
            "resourceType": "Patient", "active": true, "gender": "male",
            "name": [{ "family": "Lò", "given": ["Văn", "Sơn"] }, { "family": "Lo", "given": ["Son"] }],
            "contact": [{ "name": { "text": "Lò Văn Hai" } }],
        })]
    );
    assert!(bundle["entry"][0]["fullUrl"].as_str().unwrap().starts_with("urn:uuid:"));
    server.post("", bundle).await.is(200);
}

fn value(text: &str) -> Value {
    json!({ "extension": [extension("templateExtractValue", "valueString", json!(text))] })
}

async fn records_are_made_by_templates(server: Server) {
    server.put("/Patient/hoa", patient("hoa")).await.is(201);
    let of = |link: &str| format!("%resource.item.where(linkId = '{link}').answer.value");
    let mut questionnaire = form(
        json!([
            extension("extractAllocateId", "valueString", json!("who")),
            { "url": format!("{SDC}templateExtract"), "extension": [
                { "url": "template", "valueReference": { "reference": "#p" } },
                { "url": "fullUrl", "valueString": "%who" },
                { "url": "ifNoneExist", "valueString": format!("'identifier=urn:x%7C' + {}", of("number")) },
            ] },
            extension("templateExtractBundle", "valueReference", json!({ "reference": "#b" })),
        ]),
        json!([
            { "linkId": "number", "type": "string" },
            { "linkId": "phone", "type": "string", "repeats": true },
            { "linkId": "weight", "type": "decimal", "extension": [{ "url": format!("{SDC}templateExtract"),
                "extension": [{ "url": "template", "valueReference": { "reference": "#o" } }] }] },
        ]),
    );
    questionnaire["contained"] = json!([
        { "resourceType": "Patient", "id": "p",
          "identifier": [{ "system": "urn:x", "_value": value(&of("number")) }],
          "name": [{ "_text": value("item.where(linkId = 'nobody').answer.value"), "use": "official" }],
          "telecom": [{ "extension": [extension("templateExtractContext", "valueString", json!("item.where(linkId = 'phone').answer.value"))],
                        "system": "phone", "_value": value("$this") }],
          "birthDate": "1900-01-01", "_birthDate": value("item.where(linkId = 'born').answer.value") },
        { "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
          "subject": { "_reference": value("%who") }, "valueQuantity": { "_value": value("answer.value"), "unit": "kg" } },
        { "resourceType": "Bundle", "id": "b", "type": "transaction", "entry": [
            { "resource": { "resourceType": "Basic", "code": { "_text": value(&of("number")) }, "subject": { "_reference": value("%who") } },
              "request": { "method": "POST", "url": "Basic" } },
            { "extension": [extension("templateExtractContext", "valueString", json!("item.where(linkId = 'nobody')"))],
              "resource": { "resourceType": "Basic", "code": { "text": "never" } }, "request": { "method": "POST", "url": "Basic" } },
        ] },
    ]);
    let item = json!([
        { "linkId": "number", "answer": [{ "valueString": "7" }] },
        { "linkId": "phone", "answer": [{ "valueString": "1" }, { "valueString": "2" }] },
        { "linkId": "weight", "answer": [{ "valueDecimal": 3.10 }] },
    ]);
    let bundle = extracted(&server, questionnaire.clone(), item).await;
    let made = resources(&bundle);
    assert_eq!(made.len(), 3, "{made:?}");
    let who = bundle["entry"][0]["fullUrl"].clone();
    assert_eq!(
        made[0],
        json!({
            "resourceType": "Patient", "identifier": [{ "system": "urn:x", "value": "7" }],
            "name": [{ "use": "official" }],
            "telecom": [{ "system": "phone", "value": "1" }, { "system": "phone", "value": "2" }],
        })
    );
    assert_eq!(bundle["entry"][0]["request"]["ifNoneExist"], "identifier=urn:x%7C7");
    assert_eq!(
        made[1],
        json!({ "resourceType": "Basic", "code": { "text": "7" }, "subject": { "reference": who } })
    );
    assert_eq!(made[2]["subject"]["reference"], who);
    assert_eq!(made[2]["valueQuantity"]["value"], json!(3.10));
    let mut wrong = questionnaire;
    wrong["contained"][1]["subject"]["_reference"] = value("%nobody");
    let parameters = json!([
        { "name": "questionnaire", "resource": wrong },
        { "name": "questionnaire-response", "resource": { "resourceType": "QuestionnaireResponse", "status": "completed",
            "item": [{ "linkId": "weight", "answer": [{ "valueDecimal": 1 }] }] } },
    ]);
    server.post("/QuestionnaireResponse/$extract", asked(parameters)).await.is(422);
    server.post("/QuestionnaireResponse/$extract", patient("x")).await.is(400);
    let lost = json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "urn:no" });
    server.post("/QuestionnaireResponse/$extract", lost).await.is(404);
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
        let mut items = Vec::new();
        let mut expected = Vec::new();
        for at in 0..=next(8) {
            let (kind, key, value, given) = match next(6) {
                0 => (
                    "decimal",
                    "valueQuantity",
                    json!({ "value": 12.50 }),
                    json!({ "valueDecimal": 12.50 }),
                ),
                1 => {
                    let number = next(2000);
                    ("integer", "valueInteger", json!(number), json!({ "valueInteger": number }))
                }
                2 => (
                    "boolean",
                    "valueBoolean",
                    json!(at % 2 == 0),
                    json!({ "valueBoolean": at % 2 == 0 }),
                ),
                3 => (
                    "dateTime",
                    "valueDateTime",
                    json!("2026-02"),
                    json!({ "valueDateTime": "2026-02" }),
                ),
                4 => (
                    "string",
                    "valueString",
                    json!("“ơ’ \\ <b>"),
                    json!({ "valueString": "“ơ’ \\ <b>" }),
                ),
                _ => {
                    let coding = json!({ "system": "urn:x", "code": format!("c{at}") });
                    (
                        "choice",
                        "valueCodeableConcept",
                        json!({ "coding": [coding] }),
                        json!({ "valueCoding": coding }),
                    )
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
