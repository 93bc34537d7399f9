//! `$extract`: by codes, by definitions, by templates.

use serde_json::{Value, json};

use super::{SDC, asked, extension, extracted, form, patient, resources};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    observations_are_made_of_answers,
    records_are_made_by_definitions,
    records_are_made_by_templates
);

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

/// A form with templates of a person, a weight and a Bundle.
fn with_templates() -> Value {
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
    questionnaire
}

async fn records_are_made_by_templates(server: Server) {
    server.put("/Patient/hoa", patient("hoa")).await.is(201);
    let questionnaire = with_templates();
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
