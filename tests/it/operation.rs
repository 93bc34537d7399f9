//! Operations, <https://hl7.org/fhir/R4/operations.html>.

mod closure;
mod composition;
mod decision;
mod document;
mod due;
mod everything;
mod gestation;
mod graphql;
mod growth;
mod identity;
mod immunization;
mod meta;
mod observation;
mod questionnaire;
mod reindex;
mod risk;
mod second_reader;
mod snapshot;
mod terminology;
mod translate;

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    fhirpath_answers_as_the_fhirpath_lab_expects,
    fhirpath_follows_references_to_stored_resources,
    fhirpath_asks_terminology_and_validation,
    fhirpath_reads_resources_from_extensions,
    a_wrong_expression_is_refused_in_both_languages,
    only_operations_of_the_statement_are_there,
    validate_tells_every_finding_with_its_place,
    validate_takes_resources_parameters_and_stored_ones,
    validate_that_cannot_be_done_is_refused,
);

fn asked(expression: &str, more: Value) -> Value {
    let mut parameters = vec![json!({ "name": "expression", "valueString": expression })];
    parameters.extend(more.as_array().cloned().unwrap_or_default());
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

async fn fhirpath_answers_as_the_fhirpath_lab_expects(server: Server) {
    let patient = json!({
        "resourceType": "Patient",
        "name": [{ "given": ["Lan", "Hoa"] }, { "family": "Lò" }],
        "birthDate": "1995-02-03",
        "contact": [{ "gender": "male" }],
    });
    let with = |more: Value| {
        let mut given = vec![json!({ "name": "resource", "resource": patient })];
        given.extend(more.as_array().cloned().unwrap_or_default());
        Value::Array(given)
    };
    let results = |reply: &Value| -> Vec<Value> {
        let all = reply["parameter"].as_array().unwrap().iter();
        all.filter(|parameter| parameter["name"] == "result").cloned().collect()
    };
    let text = "name.given.trace('all').first() | birthDate | contact | 1.50 'mg' | %a";
    let variables = json!([{ "name": "variables", "part": [{ "name": "a", "valueInteger": 7 }] }]);
    let reply = server.post("/$fhirpath", asked(text, with(variables))).await.is(200).json();
    let parts = results(&reply)[0]["part"].clone();
    let at = |path: &str| {
        let url = "http://fhir.forms-lab.com/StructureDefinition/resource-path";
        json!([{ "url": url, "valueString": path }])
    };
    let place = at("Patient.name[0].given[0]");
    assert_eq!(parts[0], json!({ "name": "string", "valueString": "Lan", "extension": place }));
    let place = at("Patient.birthDate");
    assert_eq!(parts[1], json!({ "name": "date", "valueDate": "1995-02-03", "extension": place }));
    assert_eq!(parts[2]["extension"][0]["valueString"], "{\"gender\":\"male\"}");
    assert_eq!(parts[2]["extension"][1]["valueString"], "Patient.contact[0]");
    assert_eq!(parts[3]["valueQuantity"]["code"], "mg");
    assert_eq!(parts[3]["valueQuantity"]["value"].to_string(), "1.50");
    assert_eq!(parts[4], json!({ "name": "integer", "valueInteger": 7 }));
    assert_eq!((&parts[5]["name"], &parts[5]["valueString"]), (&json!("trace"), &json!("all")));

    let context = with(json!([{ "name": "context", "valueString": "Patient.name" }]));
    let reply = server.post("/$fhirpath", asked("given.count()", context)).await.is(200).json();
    let found = results(&reply);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1]["valueString"], "Patient.name[1]");
    assert_eq!(found[0]["part"], json!([{ "name": "integer", "valueInteger": 2 }]));

    let reply = server.post("/$fhirpath", asked("1 + 1", json!([]))).await.is(200).json();
    assert_eq!(results(&reply)[0]["part"][0]["valueInteger"], 2);
}

/// The parts of the only result of an expression on a resource.
async fn result(server: &Server, expression: &str, resource: &Value) -> Value {
    let given = json!([{ "name": "resource", "resource": resource }]);
    let reply = server.post("/$fhirpath", asked(expression, given)).await.is(200).json();
    let parameters = reply["parameter"].as_array().unwrap();
    let result = parameters.iter().find(|parameter| parameter["name"] == "result").unwrap();
    result["part"].clone()
}

async fn fhirpath_follows_references_to_stored_resources(server: Server) {
    let mother = json!({ "resourceType": "Patient", "id": "me", "birthDate": "1995-02-03" });
    server.put("/Patient/me", mother).await.is(201);
    let child = json!({
        "resourceType": "Patient",
        "id": "be",
        "link": [{ "other": { "reference": "Patient/me" }, "type": "seealso" }],
    });
    server.put("/Patient/be", child).await.is(201);
    let visit = json!({
        "resourceType": "Encounter",
        "status": "finished",
        "class": { "code": "AMB" },
        "subject": { "reference": "Patient/be" },
        "serviceProvider": { "reference": "Organization/none" },
    });
    let found = result(&server, "subject.resolve().link.other.resolve().birthDate", &visit).await;
    assert_eq!(found, json!([{ "name": "date", "valueDate": "1995-02-03" }]));
    let found = result(&server, "serviceProvider.resolve().exists()", &visit).await;
    assert_eq!(found[0]["valueBoolean"], false);
}

async fn fhirpath_asks_terminology_and_validation(server: Server) {
    let patient = json!({ "resourceType": "Patient", "gender": "female" });
    let base = "http://hl7.org/fhir";
    for (expression, expected) in [
        ("gender.memberOf('BASE/ValueSet/administrative-gender')", true),
        ("conformsTo('BASE/StructureDefinition/Patient')", true),
        ("conformsTo('BASE/StructureDefinition/Person')", false),
        ("conformsTo('BASE/StructureDefinition/DomainResource')", true),
    ] {
        let found = result(&server, &expression.replace("BASE", base), &patient).await;
        assert_eq!(found[0]["valueBoolean"], expected, "{expression}");
    }
    let concept = |code: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        json!({ "resourceType": "Encounter", "status": "finished",
            "class": { "system": system, "code": "ACUTE" },
            "type": [{ "coding": [{ "system": system, "code": code }] }] })
    };
    for (code, expected) in [("IMP", true), ("ACUTE", true), ("AMB", false)] {
        let found = result(&server, "type.subsumes(%resource.class)", &concept(code)).await;
        assert_eq!(found[0]["valueBoolean"], expected, "{code}");
        let found = result(&server, "class.subsumedBy(%resource.type)", &concept(code)).await;
        assert_eq!(found[0]["valueBoolean"], expected, "{code}");
    }
    for unknown in ["conformsTo('http://example.org/none')", "gender.memberOf('http://x/none')"] {
        let given = json!([{ "name": "resource", "resource": patient }]);
        server.post("/$fhirpath", asked(unknown, given)).await.is(422);
    }
}

async fn fhirpath_reads_resources_from_extensions(server: Server) {
    let url = "http://fhir.forms-lab.com/StructureDefinition/";
    let json_text = r#"{"resourceType":"Patient","name":[{"given":["Lan"]}]}"#;
    let xml_text =
        r#"<Patient xmlns="http://hl7.org/fhir"><name><given value="Lan"/></name></Patient>"#;
    for (kind, text) in [("json-value", json_text), ("xml-value", xml_text)] {
        let extension = json!([{ "url": format!("{url}{kind}"), "valueString": text }]);
        let given = json!([
            { "name": "resource", "extension": extension },
            { "name": "context", "valueString": "name" },
            { "name": "validate", "valueBoolean": true },
        ]);
        let reply = server.post("/$fhirpath", asked("given", given)).await.is(200).json();
        let result = &reply["parameter"][1];
        assert_eq!(result["valueString"], "Patient.name[0]", "{kind}");
        assert_eq!(result["part"][0]["valueString"], "Lan");
        let path = &result["part"][0]["extension"][0]["valueString"];
        assert_eq!(path, "Patient.name[0].given[0]");
        let parts = reply["parameter"][0]["part"].as_array().unwrap();
        let told = |name: &str| parts.iter().find(|part| part["name"] == name).unwrap().clone();
        assert_eq!(told("expectedReturnType")["valueString"], "string");
        assert!(told("parseDebugTree")["valueString"].as_str().unwrap().contains("Child"));
    }
    let given = json!([
        { "name": "resource", "resource": { "resourceType": "Patient", "name": [{}] } },
        { "name": "context", "valueString": "name" },
        { "name": "validate", "valueBoolean": true },
    ]);
    server.post("/$fhirpath", asked("birthDate", given)).await.is(400);
    let found = result(&server, "'' | 5000000000L", &json!({ "resourceType": "Patient" })).await;
    assert_eq!(found[0], json!({ "name": "empty-string" }));
    assert_eq!(found[1]["extension"][0]["valueString"], "5000000000");
}

async fn a_wrong_expression_is_refused_in_both_languages(server: Server) {
    for expression in ["1 +", "@2026-13", "'a'.matches('(')", "('a' | 'b') + 'c'", "nothing()"] {
        let reply = server.post("/$fhirpath", asked(expression, json!([]))).await;
        assert!([400, 422].contains(&reply.status), "{expression}: {}", reply.status);
        let issue = &reply.json()["issue"][0]["details"];
        assert!(issue["text"].as_str().unwrap().contains("Biểu thức"), "{issue}");
        let other = &issue["_text"]["extension"][0]["extension"][1]["valueString"];
        assert!(other.as_str().unwrap().contains("expression"), "{issue}");
    }
    let explosion = "'a'.repeat($this & 'a')";
    server.post("/$fhirpath", asked(explosion, json!([]))).await.is(422);
    server.post("/$fhirpath", json!({ "resourceType": "Parameters" })).await.is(400);
}

async fn only_operations_of_the_statement_are_there(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    let declared = statement["rest"][0]["operation"].as_array().unwrap();
    let names: Vec<&Value> = declared.iter().map(|operation| &operation["name"]).collect();
    for name in ["fhirpath", "validate", "closure"] {
        assert!(names.contains(&&json!(name)), "{name}");
    }
    server.post("/$nothing", json!({ "resourceType": "Parameters" })).await.is(404);
    server.get("/$fhirpath").await.is(405);
    server.post("/Patient/$fhirpath", json!({ "resourceType": "Parameters" })).await.is(404);
}

async fn validate_tells_every_finding_with_its_place(server: Server) {
    let body =
        "{\n  \"resourceType\": \"Patient\",\n  \"gender\": 7,\n  \"birthDate\": \"15/03/2024\"\n}";
    let outcome = server.post("/Patient/$validate", body).await.is(200).json();
    let issues = outcome["issue"].as_array().unwrap();
    let place = |issue: &Value| {
        let at = |key: &str| {
            let url =
                format!("http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-{key}");
            let all = issue["extension"].as_array().unwrap();
            all.iter().find(|one| one["url"] == *url).unwrap()["valueInteger"].clone()
        };
        (issue["expression"][0].clone(), at("line"), at("col"))
    };
    assert_eq!(place(&issues[0]), (json!("Patient.gender"), json!(3), json!(13)));
    assert_eq!(place(&issues[1]), (json!("Patient.birthDate"), json!(4), json!(16)));
    let refused = server.post("/Patient", body).await.is(422).json();
    assert_eq!(place(&refused["issue"][1]), place(&issues[1]));
}

async fn validate_takes_resources_parameters_and_stored_ones(server: Server) {
    let said = |outcome: Value| outcome["issue"][0]["severity"].as_str().unwrap().to_owned();
    let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Lan</div>";
    let text = json!({ "status": "generated", "div": div });
    let patient = json!({ "resourceType": "Patient", "text": text, "gender": "female" });
    let good = server.post("/Patient/$validate", &patient).await.is(200).json();
    assert_eq!(said(good), "information");
    server.post("/$validate", &patient).await.is(200);
    let other = server.post("/Observation/$validate", &patient).await.is(200).json();
    assert_eq!(said(other), "error");
    let wrapped = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "mode", "valueCode": "create" },
        { "name": "resource", "resource": { "resourceType": "Patient", "gender": "x" } },
    ]});
    let outcome = server.post("/Patient/$validate", &wrapped).await.is(200).json();
    assert_eq!(outcome["issue"][0]["expression"][0], "Parameters.parameter[1].resource.gender");
    let plain = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "mode", "valueCode": "create" },
    ]});
    let outcome = server.post("/Parameters/$validate", &plain).await.is(200).json();
    assert_eq!(said(outcome), "information");
    assert_eq!(said(server.post("/Patient/$validate", "{").await.is(200).json()), "error");

    let id = server.post("/Patient", &patient).await.is(201).id();
    server.get(&format!("/Patient/{id}/$validate")).await.is(200);
    server.get(&format!("/Patient/{id}/$validate?mode=profile")).await.is(200);
    let update = server.post(&format!("/Patient/{id}/$validate?mode=update"), &patient).await;
    assert_eq!(update.is(200).json()["issue"][0]["expression"][0], "Patient.id");
    let deletion = server.get(&format!("/Patient/{id}/$validate?mode=delete")).await;
    assert_eq!(said(deletion.is(200).json()), "information");
}

async fn validate_that_cannot_be_done_is_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient" });
    server.post("/Patient/$validate?mode=nothing", &patient).await.is(400);
    server.get("/Patient/$validate").await.is(400);
    server.get("/Patient/none/$validate").await.is(404);
    server.get("/Patient/none/$validate?mode=delete").await.is(404);
    let text = server.post("/Patient/$validate", "a").header("content-type", "text/csv");
    text.await.is(415);
}
