//! `$populate`: what is known, and what was observed.

use serde_json::{Value, json};

use super::{
    SDC, answers, asked, extension, filled, form, formula, launch, path, patient, variable,
};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_form_is_filled_with_what_is_known, what_was_observed_is_an_answer_while_it_is_fresh);

/// A form of somebody else, with all that can be asked.
fn of_others() -> Value {
    let query = "application/x-fhir-query";
    form(
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
    )
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
    let questionnaire = of_others();
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
    by_what_is_sent(&server, questionnaire).await;
}

/// Asked in every way, with what is sent along.
async fn by_what_is_sent(server: &Server, questionnaire: Value) {
    // Without what the server knows, only what was sent counts.
    let sent = json!([
        { "name": "local", "valueBoolean": false },
        { "name": "context", "part": [
            { "name": "name", "valueString": "patient" },
            { "name": "content", "resource": { "resourceType": "Patient", "birthDate": "2001-01-01" } },
        ] },
    ]);
    let (response, _) = filled(server, questionnaire.clone(), sent).await;
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
