//! The guide of the booklet: its examples on write, others' records, its pages, its package.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    every_example_is_accepted_or_refused_for_its_reason,
    every_rule_across_records_is_met_by_its_example,
    our_codes_hold_a_resource_to_the_profile,
    international_codes_hold_a_value_to_its_meaning,
    what_lies_ahead_or_has_no_code_is_told_of,
    visits_follow_one_another,
    a_child_that_is_not_linked_is_told_so_once,
    a_province_without_its_zero_is_told_the_whole_code,
    records_of_others_are_stored_unchanged,
    validate_tells_what_a_write_would,
    pages_lead_on,
);

const OURS: &str = "https://mebe.example/fhir";

/// The rows of the manifest with their resources.
fn examples() -> Vec<(Value, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/examples/");
    let read = |file: &str| std::fs::read_to_string(format!("{folder}{file}")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&read("manifest.json")).unwrap();
    let mut files = std::collections::HashMap::<String, Vec<Value>>::new();
    let mut all = Vec::new();
    for row in rows {
        let file = row["file"].as_str().unwrap();
        let found = files.entry(file.to_owned()).or_insert_with(|| {
            let text = read(file);
            match file.ends_with(".ndjson") {
                true => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
                false => vec![serde_json::from_str(&text).unwrap()],
            }
        });
        let is_it = |one: &&Value| found.len() == 1 || one["id"] == row["id"];
        let resource = found.iter().find(is_it).unwrap().clone();
        all.push((row, resource));
    }
    all
}

fn without_indexes(expression: &str) -> String {
    let parts = expression.split('[').enumerate();
    let parts =
        parts.map(|(at, part)| if at == 0 { part } else { part.split_once(']').unwrap().1 });
    parts.collect()
}

/// Severity, element and key of each finding about the resource of an entry.
fn found(outcome: &Value, kind: &str) -> Vec<(String, String, String)> {
    let issues = outcome["issue"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told = issues.iter().map(|issue| {
        let element = without_indexes(issue["expression"][0].as_str().unwrap_or_default());
        let element = element.replace("Bundle.entry.resource", kind);
        let code = issue["details"]["coding"][0]["code"].as_str().unwrap_or_default();
        let key = code.rsplit('#').next().unwrap_or_default().to_owned();
        (issue["severity"].as_str().unwrap_or_default().to_owned(), element, key)
    });
    told.collect()
}

/// What is wrong with the answer to an example.
fn fault(row: &Value, kind: &str, response: &Value) -> Option<String> {
    let found = found(&response["outcome"], kind);
    let status = response["status"].as_str().unwrap_or_default();
    let is_stored = status.starts_with("20");
    let expect = &row["expect"];
    let wanted = |(severity, element, key): &&(String, String, String)| {
        *severity == expect["severity"].as_str().unwrap_or_default()
            && *element == expect["element"].as_str().unwrap_or_default()
            && expect["rule"].as_str().is_none_or(|rule| rule == key)
    };
    let refusing = found.iter().filter(|(severity, ..)| severity == "error");
    let others = refusing.filter(|one| !wanted(one)).count();
    let is_met = match expect["severity"].as_str() {
        None => is_stored,
        Some("error") => {
            let is_alone = others == 0 || expect.get("also").is_some();
            !is_stored && found.iter().any(|one| wanted(&one)) && is_alone
        }
        Some(_) => is_stored && found.iter().any(|one| wanted(&one)),
    };
    (!is_met).then(|| format!("{} {status} {expect}: {found:?}", row["id"]))
}

async fn every_example_is_accepted_or_refused_for_its_reason(server: Server) {
    let mut faults = Vec::new();
    let is_alone = |row: &Value| row["expect"]["kind"] != "records" && row["visit"] != true;
    let all: Vec<_> = examples().into_iter().filter(|(row, _)| is_alone(row)).collect();
    assert!(all.len() > 1500, "{}", all.len());
    for some in all.chunks(60) {
        let entries: Vec<Value> = some
            .iter()
            .map(|(_, resource)| {
                let url = format!(
                    "{}/{}",
                    resource["resourceType"].as_str().unwrap(),
                    resource["id"].as_str().unwrap()
                );
                json!({ "resource": resource, "request": { "method": "PUT", "url": url } })
            })
            .collect();
        let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
        let reply = server.post("", batch).header("prefer", "return=OperationOutcome").await;
        let reply = reply.is(200).json();
        for (number, (row, resource)) in some.iter().enumerate() {
            let kind = resource["resourceType"].as_str().unwrap();
            faults.extend(fault(row, kind, &reply["entry"][number]["response"]));
        }
    }
    assert!(faults.is_empty(), "{}\n{} faults", faults.join("\n"), faults.len());
}

async fn every_rule_across_records_is_met_by_its_example(server: Server) {
    for (row, bundle) in examples() {
        if row["expect"]["kind"] != "records" {
            continue;
        }
        let rule = row["expect"]["rule"].as_str().unwrap();
        let told = |reply: &Reply| reply.text.contains(&format!("#{rule}\""));
        let asked = server.post("/Bundle/$validate", &bundle).await.is(200);
        assert!(told(&asked), "$validate does not tell {rule}");
        let reply = server.post("", &bundle).header("prefer", "return=OperationOutcome").await;
        let status = if row["expect"]["severity"] == "error" { 422 } else { 200 };
        assert!(told(&reply.clone().is(status)), "{rule}: {}", reply.text);
    }
}

fn observation(codings: Value) -> Value {
    json!({ "resourceType": "Observation", "status": "final", "code": { "coding": codings },
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "subject": { "reference": "Patient/p" }, "effectiveDateTime": "2026-02-01" })
}

fn loinc(code: &str, name: &str, value: Value) -> Value {
    let mut made = observation(json!([{ "system": "http://loinc.org", "code": code }]));
    made[name] = value;
    made
}

fn quantity(value: f64, unit: &str) -> Value {
    json!({ "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit })
}

async fn our_codes_hold_a_resource_to_the_profile(server: Server) {
    let ours = |code: &str| {
        observation(
            json!([{ "system": format!("{OURS}/CodeSystem/mch-booklet-item"), "code": code }]),
        )
    };
    // A fetal heart rate without its pregnancy, nobody having claimed a profile.
    let mut heart = ours("A15");
    heart["valueQuantity"] = quantity(140.0, "/min");
    let reply = server.post("/Observation", &heart).await.is(422);
    assert!(reply.text.contains("#mebe-focus"), "{}", reply.text);
    heart["focus"] = json!([{ "reference": "Condition/thai" }]);
    server.post("/Observation", &heart).await.is(201);
    let mut unknown = ours("Z99");
    unknown["valueBoolean"] = json!(true);
    server.post("/Observation", &unknown).await.is(422);
    let visit = json!({ "resourceType": "Encounter", "status": "finished",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
        "type": [{ "coding": [{ "system": format!("{OURS}/CodeSystem/mch-encounter-type"), "code": "antenatal" }] }] });
    let reply = server.post("/Encounter", &visit).await.is(422);
    assert!(reply.text.contains("mch-antenatal-visit"), "{}", reply.text);
}

async fn international_codes_hold_a_value_to_its_meaning(server: Server) {
    let part = |code: &str, value: f64| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "valueQuantity": quantity(value, "mm[Hg]") });
    let both = |high: f64, low: f64| {
        loinc("85354-9", "component", json!([part("8480-6", high), part("8462-4", low)]))
    };
    let claimed = json!([format!("{OURS}/StructureDefinition/mch-child")]);
    let ours = json!({ "resourceType": "Patient", "id": "ours", "meta": { "profile": claimed },
        "identifier": [{ "system": format!("{OURS}/sid/temporary-child-id"), "value": "TAM-1" }],
        "name": [{ "text": "Con bà Ví Dụ" }], "gender": "male", "birthDate": "2020-02-01" });
    server.put("/Patient/ours", ours).await.is(201);
    let stranger = json!({ "resourceType": "Patient", "id": "p", "gender": "male" });
    server.put("/Patient/p", stranger).await.is(201);
    for (rule, bad) in [
        ("kind", loinc("11727-5", "valueString", json!("to"))),
        ("unit", loinc("11727-5", "valueQuantity", quantity(20.0, "cm"))),
        ("possible", loinc("8339-4", "valueQuantity", quantity(32.0, "kg"))),
        ("pair", both(70.0, 110.0)),
    ] {
        let key = format!("#mebe-item-{rule}\"");
        // A stranger's is stored with a warning, and so is that of somebody who is not known.
        for somebody in ["Patient/p", "Patient/unknown"] {
            let mut odd = bad.clone();
            odd["subject"] = json!({ "reference": somebody });
            let reply =
                server.post("/Observation", &odd).header("prefer", "return=OperationOutcome");
            let reply = reply.await.is(201);
            assert!(reply.text.contains(&key), "{rule}: {}", reply.text);
            assert!(!reply.text.contains("\"error\""), "{rule}: {}", reply.text);
        }
        let mut wrong = bad.clone();
        wrong["subject"] = json!({ "reference": "Patient/ours" });
        let reply = server.post("/Observation", &wrong).await.is(422);
        assert!(reply.text.contains(&key), "{rule}: {}", reply.text);
        let asked = server.post("/Observation/$validate", &wrong).await.is(200).json();
        let issues = asked["issue"].as_array().unwrap();
        let of_it = issues.iter().filter(|issue| issue.to_string().contains(&key));
        let severities: Vec<_> = of_it.map(|issue| issue["severity"].as_str().unwrap()).collect();
        assert_eq!(severities, ["error"], "{rule}: {asked}");
    }
    let nobody = without_subject(loinc("55283-6", "valueQuantity", quantity(140.0, "/min")));
    let reply = server.post("/Observation", &nobody).header("prefer", "return=OperationOutcome");
    assert!(reply.await.is(201).text.contains("#mebe-item-subject\""));
    // What R4 itself refuses is refused of whomever.
    server
        .post("/Observation", loinc("85354-9", "component", json!([part("8480-6", 90.0)])))
        .await
        .is(422);
    server.post("/Observation", both(110.0, 70.0)).await.is(201);
    server
        .post("/Observation", loinc("8339-4", "valueQuantity", quantity(3.2, "kg")))
        .await
        .is(201);
    let withdrawn = json!({ "resourceType": "Observation", "status": "entered-in-error",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] }, "valueString": "?" });
    server.post("/Observation", &withdrawn).await.is(201);
}

/// What is told of a resource that is stored.
async fn told_of(server: &Server, resource: &Value) -> String {
    let kind = resource["resourceType"].as_str().unwrap();
    let reply = server.post(&format!("/{kind}"), resource);
    reply.header("prefer", "return=OperationOutcome").await.is(201).text
}

async fn what_lies_ahead_or_has_no_code_is_told_of(server: Server) {
    let born = json!({ "resourceType": "Patient", "birthDate": "2199-01-01" });
    let dose = json!({ "resourceType": "Immunization", "status": "completed", "patient": { "display": "x" },
        "occurrenceDateTime": "2199-01-01", "vaccineCode": { "text": "BCG" } });
    let result = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "Hb" },
        "effectiveDateTime": "2020-01-01", "issued": "2199-01-01T00:00:00Z" });
    for (resource, keys) in [
        (&born, &["mebe-in-future"][..]),
        (&dose, &["mebe-in-future", "mebe-uncoded"]),
        (&result, &["mebe-in-future", "mebe-uncoded"]),
    ] {
        let told = told_of(&server, resource).await;
        assert!(keys.iter().all(|key| told.contains(&format!("#{key}\""))), "{told}");
    }
    let entry = json!([{ "resource": born, "request": { "method": "POST", "url": "Patient" } }]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry });
    let reply = server.post("", bundle).header("prefer", "return=OperationOutcome").await.is(200);
    assert!(reply.text.contains("#mebe-in-future\""), "{}", reply.text);
}

#[test]
fn an_example_of_an_item_is_recorded_at_a_visit_and_has_a_category() {
    let is_of_an_item = |row: &Value| {
        row["expect"].is_null() && row["file"].as_str().unwrap().starts_with("good/items/")
    };
    for (row, resource) in examples().into_iter().filter(|(row, _)| is_of_an_item(row)) {
        let visit = ["encounter", "context"].iter().find(|name| resource.get(**name).is_some());
        assert!(visit.is_some(), "{row}");
        let profile = row["profile"].as_str().unwrap();
        if profile.ends_with("/mch-laboratory") {
            assert_eq!(resource["category"][0]["coding"][0]["code"], "laboratory", "{row}");
        }
    }
}

/// The transactions of whole visits.
fn visits() -> Vec<Value> {
    let visits = examples().into_iter().filter(|(row, _)| row["visit"] == true);
    visits.map(|(_, bundle)| bundle).collect()
}

/// Sends a visit: it is stored, and no rule across records has a word to say. Only where the clock runs
/// behind the story is something still to come.
async fn sends(server: &Server, visit: &Value) {
    let reply = server.post("", visit).header("prefer", "return=OperationOutcome").await.is(200);
    let told = reply.text.replace("/rules-across-records#mebe-in-future", "");
    assert!(!told.contains("/rules-across-records#"), "{}: {}", visit["id"], reply.text);
}

#[tokio::test]
async fn a_visit_of_the_guide_is_accepted_by_an_empty_server_twice() {
    let visits = visits();
    assert_eq!(visits.len(), 7);
    for visit in visits {
        let server = Server::start(Backend::Sqlite).await.unwrap();
        for _ in 0..2 {
            sends(&server, &visit).await;
        }
    }
}

async fn visits_follow_one_another(server: Server) {
    for visit in visits().into_iter().chain(visits()) {
        sends(&server, &visit).await;
    }
}

async fn a_child_that_is_not_linked_is_told_so_once(server: Server) {
    let mut birth = visits().into_iter().find(|visit| visit["id"] == "visit-birth").unwrap();
    for entry in birth["entry"].as_array_mut().unwrap() {
        let resource = entry["resource"].as_object_mut().unwrap();
        match resource["resourceType"].as_str().unwrap() {
            "Patient" => drop(resource.remove("link")),
            "RelatedPerson" => drop(resource.remove("identifier")),
            _ => {}
        }
    }
    let reply = server.post("", &birth).await.is(422);
    assert_eq!(reply.text.matches("#mebe-not-linked\"").count(), 1, "{}", reply.text);
    assert!(!reply.text.contains("mebe-wrong-twin"), "{}", reply.text);
    assert!(reply.text.contains("RelatedPerson/vi-du-me-cua-be"), "{}", reply.text);
}

fn without_subject(mut observation: Value) -> Value {
    observation.as_object_mut().unwrap().remove("subject");
    observation
}

/// A document about a child with one thing found in it.
fn document(observation: &Value) -> Value {
    let url = |number: u32| format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}");
    let composition = json!({ "resourceType": "Composition", "status": "final", "title": "RN",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "71230-7" }] },
        "subject": { "reference": url(2) }, "author": [{ "display": "USF" }], "date": "2026-08-01",
        "section": [{ "title": "RN", "entry": [{ "reference": url(3) }] }] });
    let child = json!({ "resourceType": "Patient", "gender": "female" });
    let entry: Vec<Value> = (1..)
        .zip([&composition, &child, observation])
        .map(|(number, resource)| json!({ "fullUrl": url(number), "resource": resource }))
        .collect();
    json!({ "resourceType": "Bundle", "type": "document", "timestamp": "2026-08-01T10:00:00Z",
        "identifier": { "system": "urn:ietf:rfc:3986", "value": url(9) }, "entry": entry })
}

async fn records_of_others_are_stored_unchanged(server: Server) {
    // As the antenatal guidelines of WHO and the International Patient Summary have them.
    let who = "http://smart.who.int/anc/CodeSystem/anc-custom-codes";
    for record in [
        json!({ "resourceType": "Observation", "status": "final",
            "meta": { "profile": ["http://smart.who.int/anc/StructureDefinition/anc-b8-de106"] },
            "code": { "coding": [{ "system": who, "code": "ANC.B8.DE106" }, { "system": "http://loinc.org", "code": "11885-1" }] },
            "subject": { "reference": "http://anc.example/Patient/1" }, "valueQuantity": quantity(150.0, "d") }),
        json!({ "resourceType": "Observation", "status": "final",
            "meta": { "profile": ["http://hl7.org/fhir/uv/ips/StructureDefinition/Observation-pregnancy-edd-uv-ips"] },
            "code": { "coding": [{ "system": "http://loinc.org", "code": "11778-8" }] },
            "subject": { "reference": "Patient/ips" }, "effectiveDateTime": "2026-02", "valueDateTime": "2026-09-01" }),
        json!({ "resourceType": "Observation", "status": "final",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "11639-2" }] },
            "subject": { "reference": "Patient/ips" }, "valueQuantity": quantity(2.0, "1") }),
        json!({ "resourceType": "Immunization", "status": "completed",
            "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "19" }] },
            "patient": { "reference": "Patient/ips" }, "occurrenceString": "at birth" }),
        // As digital booklets of other countries tell the same.
        loinc("55283-6", "valueString", json!("155 /min")),
        loinc("82810-3", "valueBoolean", json!(true)),
        loinc(
            "9272-6",
            "valueCodeableConcept",
            json!({ "coding": [{ "system": "http://snomed.info/sct", "code": "12407007" }] }),
        ),
        loinc("11996-6", "valueInteger", json!(0)),
        loinc("718-7", "valueQuantity", quantity(7.4, "mmol/L")),
        document(&without_subject(loinc("8339-4", "valueQuantity", quantity(3100.0, "g")))),
    ] {
        let kind = record["resourceType"].as_str().unwrap();
        let reply = server.post(&format!("/{kind}"), &record).await.is(201).json();
        for (name, value) in record.as_object().unwrap().iter().filter(|(name, _)| *name != "meta")
        {
            assert_eq!(reply[name], *value, "{name}");
        }
    }
}

async fn a_province_without_its_zero_is_told_the_whole_code(server: Server) {
    let province = json!({ "url": "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-province",
        "valueCoding": { "system": format!("{OURS}/CodeSystem/vn-province"), "code": "1" } });
    let patient = json!({ "resourceType": "Patient", "address": [{ "extension": [province] }] });
    let reply = server.post("/Patient", patient).await.is(422);
    assert!(reply.text.contains("“01”"), "{}", reply.text);
}

async fn validate_tells_what_a_write_would(server: Server) {
    let bad = loinc("8339-4", "valueQuantity", quantity(32.0, "kg"));
    let reply = server.post("/Observation/$validate", &bad).await.is(200);
    assert!(reply.text.contains("#mebe-item-possible\""), "{}", reply.text);
}

async fn pages_lead_on(server: Server) {
    let top = server.base().replace("/fhir", "");
    for path in ["", "/items", "/rules", "/coverage", "/item/A07", "/profile/mch-blood-pressure"] {
        for language in ["", "?lang=en"] {
            let page = server.get(&format!("{top}/guide{path}{language}")).await.is(200);
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
            if path.starts_with("/i") || path.is_empty() {
                let links =
                    page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
                let links: Vec<&str> = links.filter(|link| link.starts_with("/guide")).collect();
                assert!(links.len() > 5, "{path}");
                for link in links.iter().step_by(9) {
                    server.get(&format!("{top}{link}")).await.is(200);
                }
            }
        }
    }
    // Every item, form and rule: nothing that only its authors understand, and nothing empty.
    let items = server.get(&format!("{top}/guide/items?lang=en")).await.is(200).text;
    let start = server.get(&format!("{top}/guide?lang=en")).await.is(200).text;
    let links = items.split("href=\"").chain(start.split("href=\"")).skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    let links: Vec<&str> =
        links.filter(|link| link.starts_with("/guide") && !link.ends_with(".json")).collect();
    assert!(links.len() > 900, "{}", links.len());
    for link in links.iter().step_by(7) {
        let page = server.get(&format!("{top}{link}")).await.is(200).text;
        for mark in ["igs.md", "booklet.md", "§", ">seen ", "<dd></dd>", "<code></code>"] {
            assert!(!page.contains(mark), "{link}: {mark}");
        }
    }
    let form = server.get(&format!("{top}/guide/form/mch-antenatal-visit-form")).await.is(200).text;
    assert!(form.contains("<code>antenatal-visit</code>"), "groups show their linkId");
    for visit in visits() {
        let page = format!("/guide/example/{}", visit["id"].as_str().unwrap());
        assert!(start.contains(&page), "{page}");
    }
    server.get(&format!("{top}/guide/item/none")).await.is(404);
    for (path, kind) in [
        ("form/mch-antenatal-visit-form", "Questionnaire"),
        ("profile/mch-blood-pressure", "StructureDefinition"),
        ("example/item-a19", "Observation"),
    ] {
        let reply = server.get(&format!("{top}/guide/{path}.json")).await.is(200);
        assert_eq!(reply.header("content-type"), Some("application/fhir+json; charset=utf-8"));
        assert_eq!(reply.json()["resourceType"], kind);
    }
    server.get(&format!("{top}/guide/form/none.json")).await.is(404);
}

#[tokio::test]
async fn a_level_of_a_profile_is_a_setting() {
    let levels = r#"{mch-fetus-observation="warning",bodyweight="off"}"#;
    let server = Server::start_with(Backend::Sqlite, &[("profile_levels", levels)]).await.unwrap();
    let code = json!([{ "system": format!("{OURS}/CodeSystem/mch-booklet-item"), "code": "A15" }]);
    let mut heart = observation(code);
    heart["valueQuantity"] = quantity(140.0, "/min");
    let reply = server
        .post("/Observation", &heart)
        .header("prefer", "return=OperationOutcome")
        .await
        .is(201);
    assert!(reply.text.contains("#mebe-focus\""), "{}", reply.text);
    let mut weight = loinc("29463-7", "valueQuantity", quantity(60.0, "kg"));
    weight.as_object_mut().unwrap().remove("category");
    server.post("/Observation", &weight).await.is(201);
}

#[tokio::test]
async fn vital_signs_of_others_are_a_setting() {
    let claimed =
        json!(["https://fhir.kbv.de/StructureDefinition/KBV_PR_MIO_MR_Observation_Weight|1.1.0"]);
    let mut weight = loinc("29463-7", "valueQuantity", quantity(60.0, "kg"));
    weight.as_object_mut().unwrap().remove("category");
    for (level, status) in [("error", 422), ("warning", 201), ("off", 201)] {
        let settings = [("vital_signs_of_others", level)];
        let server = Server::start_with(Backend::Sqlite, &settings).await.unwrap();
        // Who claims nothing is held to R4 all the same.
        server.post("/Observation", &weight).await.is(422);
        let mut others = weight.clone();
        others["meta"] = json!({ "profile": claimed });
        let reply =
            server.post("/Observation", &others).header("prefer", "return=OperationOutcome");
        let reply = reply.await.is(status);
        assert_eq!(reply.text.contains("/bodyweight|"), level != "off", "{}", reply.text);
    }
}

#[tokio::test]
async fn the_package_comes_from_the_server_and_from_the_command_line() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    let reply = server.get("/package.tgz").await.is(200);
    assert_eq!(reply.header("content-type"), Some("application/tar+gzip"));
    let name = reply.header("content-disposition").unwrap_or_default();
    assert!(name.contains("vn.mebe.mch-"), "{name}");
}
