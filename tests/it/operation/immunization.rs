//! `$immds-forecast`, of what is sent and of what is recorded.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_is_sent_is_judged_by_names_of_hl7,
    what_stands_against_a_dose_is_told,
    what_is_recorded_is_judged,
    a_mother_is_told_of_tetanus,
    a_due_date_alone_makes_a_mother,
    a_child_of_a_mother_with_hepatitis_b_is_urgent,
    xml_is_answered_too,
    bad_input_is_refused_and_named,
    the_statement_has_it,
);

const GUIDE: &str = "https://mebe.example/fhir";

fn child() -> Value {
    json!({ "resourceType": "Patient", "id": "be", "gender": "female", "birthDate": "2026-01-01" })
}

fn dose(id: &str, cvx: &str, day: &str) -> Value {
    let coding = json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": cvx });
    json!({ "resourceType": "Immunization", "id": id, "status": "completed", "vaccineCode": { "coding": [coding] },
        "patient": { "reference": "Patient/be" }, "occurrenceDateTime": day, "primarySource": true })
}

fn asked(day: &str, patient: Value, doses: &[Value], supporting: &[Value]) -> Value {
    let mut parameters = vec![
        json!({ "name": "assessmentDate", "valueDate": day }),
        json!({ "name": "patient", "resource": patient }),
    ];
    let named = |name: &'static str| move |one: &Value| json!({ "name": name, "resource": one });
    parameters.extend(doses.iter().map(named("immunization")));
    parameters.extend(supporting.iter().map(named("supporting")));
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

/// What is recommended for a vaccine.
fn next(reply: &Reply, vaccine: &str) -> Value {
    let answer = reply.json();
    let parameters = answer["parameter"].as_array().unwrap();
    let found: Vec<_> = parameters.iter().filter(|one| one["name"] == "recommendation").collect();
    assert_eq!(found.len(), 1, "{}", reply.text);
    let all = found[0]["resource"]["recommendation"].as_array().unwrap().iter();
    let is_it = |one: &&Value| one["vaccineCode"][0]["coding"][0]["code"] == vaccine;
    all.clone().find(is_it).unwrap_or_else(|| panic!("{vaccine}: {}", reply.text)).clone()
}

fn status(recommended: &Value) -> &str {
    recommended["forecastStatus"]["coding"][0]["code"].as_str().unwrap()
}

/// The date of a kind.
fn date<'a>(recommended: &'a Value, loinc: &str) -> &'a str {
    let all = recommended["dateCriterion"].as_array().unwrap().iter();
    let mut all = all.filter(|one| one["code"]["coding"][0]["code"] == loinc);
    all.next().unwrap()["value"].as_str().unwrap()
}

/// Dose, disease, status and reasons of each evaluation.
fn evaluations(reply: &Reply) -> Vec<String> {
    let answer = reply.json();
    let parameters = answer["parameter"].as_array().unwrap().iter();
    let of = |one: &Value| {
        let one = &one["resource"];
        assert_eq!(one["resourceType"], "ImmunizationEvaluation");
        let reasons = one["doseStatusReason"].as_array().into_iter().flatten();
        let reasons = reasons.map(|one| one["coding"][0]["code"].as_str().unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let parts = [
            text(&one["immunizationEvent"]["reference"]),
            text(&one["targetDisease"]["coding"][0]["code"]),
            text(&one["doseStatus"]["coding"][0]["code"]),
        ];
        let parts = parts.into_iter().chain(reasons.map(str::to_owned));
        parts.collect::<Vec<_>>().join(" ")
    };
    parameters.filter(|one| one["name"] == "evaluation").map(of).collect()
}

async fn what_is_sent_is_judged_by_names_of_hl7(server: Server) {
    let doses = [
        dose("a", "08", "2026-01-01"),
        dose("b", "10", "2026-02-11"),
        dose("c", "178", "2026-03-01"),
        json!({ "resourceType": "Immunization", "id": "d", "status": "not-done",
            "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "178" }] },
            "patient": { "reference": "Patient/be" }, "occurrenceDateTime": "2026-04-01" }),
    ];
    let body = asked("2026-04-02", child(), &doses, &[]);
    let reply = server.post("/$immds-forecast", body).await.is(200);
    assert_eq!(
        evaluations(&reply),
        [
            "Immunization/a B16.9 valid",
            "Immunization/b A80.9 notvalid too-young",
            "Immunization/c A80.9 valid"
        ]
    );
    let polio = next(&reply, "BOPV");
    assert_eq!((status(&polio), &polio["doseNumberPositiveInt"]), ("due", &json!(2)));
    assert_eq!(polio["forecastStatus"]["coding"][1]["code"], "due");
    assert_eq!((date(&polio, "30981-5"), date(&polio, "30980-7")), ("2026-03-29", "2026-04-01"));
    assert_eq!(polio["supportingImmunization"], json!([{ "reference": "Immunization/c" }]));
    assert_eq!(polio["forecastReason"][0]["coding"][0]["code"], "vaccine-BOPV-2");
    assert_eq!(polio["seriesDosesPositiveInt"], 3);
    assert_eq!(status(&next(&reply, "VGB-SS")), "complete");
    assert_eq!(status(&next(&reply, "SOI")), "upcoming");
    assert_eq!(date(&next(&reply, "SOI"), "30980-7"), "2026-10-01");
    let answer = reply.json();
    assert_eq!(answer["meta"]["tag"][0]["code"], "computed");
    // What is answered is what the profile says, and nothing was stored.
    let made = answer["parameter"].as_array().unwrap().last().unwrap()["resource"].clone();
    let said = server.post("/ImmunizationRecommendation/$validate", made).await.is(200);
    let issues = said.json()["issue"].as_array().unwrap().clone();
    assert!(issues.iter().all(|issue| issue["severity"] != "error"), "{}", said.text);
    assert_eq!(server.get("/Immunization").await.is(200).json()["total"], 0);
}

async fn what_stands_against_a_dose_is_told(server: Server) {
    let allergy = |severity: &str| {
        let system = format!("{GUIDE}/CodeSystem/mch-vaccine");
        json!({ "resourceType": "AllergyIntolerance", "patient": { "reference": "Patient/be" },
            "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active" }] },
            "code": { "coding": [{ "system": system, "code": "DPT-VGB-HIB" }] },
            "reaction": [{ "manifestation": [{ "text": "Sốc phản vệ" }], "severity": severity }] })
    };
    let item = |code: &str, of: &str, value: (&str, &str)| {
        json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": of },
            "code": { "coding": [{ "system": format!("{GUIDE}/CodeSystem/mch-booklet-item"), "code": code }] },
            "effectiveDateTime": "2026-03-02",
            "valueCodeableConcept": { "coding": [{ "system": format!("{GUIDE}/CodeSystem/{}", value.0), "code": value.1 }] } })
    };
    let ask = |supporting: Vec<Value>| {
        server.post("/$immds-forecast", asked("2026-03-02", child(), &[], &supporting))
    };
    let reply = ask(vec![allergy("severe")]).await.is(200);
    let refused = next(&reply, "DPT-VGB-HIB");
    assert_eq!(status(&refused), "contraindicated");
    assert_eq!(refused["forecastReason"][1]["coding"][0]["code"], "allergy");
    assert_eq!(status(&next(&reply, "BOPV")), "due");
    let reply = ask(vec![allergy("mild")]).await.is(200);
    assert_eq!(status(&next(&reply, "DPT-VGB-HIB")), "due");
    let screening = |code| item("W04", "Patient/be", ("mch-vaccine-screening", code));
    let reply = ask(vec![screening("contraindicated")]).await.is(200);
    assert_eq!(status(&next(&reply, "BOPV")), "contraindicated");
    // What is postponed stays due, and the reason shows.
    let reply = ask(vec![screening("postponed")]).await.is(200);
    let postponed = next(&reply, "BOPV");
    assert_eq!(status(&postponed), "due");
    assert_eq!(postponed["forecastReason"][1]["coding"][0]["code"], "postponed");
    // A mother's test makes the birth dose urgent.
    let positive = item("A25", "Patient/me", ("qd3412-ket-qua-xn", "2"));
    let mother = json!({ "resourceType": "Patient", "id": "me", "gender": "female" });
    let reply = ask(vec![mother, positive]).await.is(200);
    let urgent = next(&reply, "VGB-SS");
    let codes = urgent["forecastReason"].as_array().unwrap().iter();
    assert!(
        codes.clone().any(|one| one["coding"][0]["code"] == "hbsag-positive-mother"),
        "{urgent}"
    );
    assert!(urgent["forecastReason"].to_string().contains("KHẨN"), "{urgent}");
}

async fn what_is_recorded_is_judged(server: Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("08-vaccine-catch-up", 1)).await.is(200);
    let path = "/Patient/be-kieu-minh-khang-1/$immds-forecast";
    let on = format!("{path}?assessmentDate=2026-11-20");
    let reply = server.get(&on).await.is(200);
    let encephalitis = next(&reply, "VNNB");
    assert_eq!(status(&encephalitis), "upcoming");
    assert_eq!(date(&encephalitis, "30980-7"), "2027-02-09");
    assert_eq!(encephalitis["doseNumberPositiveInt"], 3);
    for complete in ["VGB-SS", "BCG", "DPT-VGB-HIB", "BOPV", "IPV", "SOI", "MR", "DPT"] {
        assert_eq!(status(&next(&reply, complete)), "complete", "{complete}");
    }
    let rota = next(&reply, "ROTA");
    assert_eq!(status(&rota), "overdue");
    let reasons = rota["forecastReason"].as_array().unwrap().iter();
    assert!(reasons.clone().any(|one| one["coding"][0]["code"] == "out-of-stock"), "{rota}");
    assert!(evaluations(&reply).iter().all(|one| one.ends_with(" valid")), "{}", reply.text);
    let all = server.get(&format!("{on}&programme=all")).await.is(200);
    assert_eq!(status(&next(&all, "CUM")), "due");
    let posted = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "assessmentDate", "valueDate": "2026-11-20" }] });
    let posted = server.post(path, posted).await.is(200);
    assert_eq!(posted.json()["parameter"], reply.json()["parameter"]);
    let english = server.get(&on).header("accept-language", "en").await.is(200);
    assert_eq!(next(&english, "SOI")["series"], "Measles");
}

async fn a_mother_is_told_of_tetanus(server: Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("10-ongoing-second-trimester", 1)).await.is(200);
    let found = server.get("/EpisodeOfCare?type=pregnancy").await.is(200).json();
    let mother = found["entry"][0]["resource"]["patient"]["reference"].as_str().unwrap().to_owned();
    let reply = server.get(&format!("/{mother}/$immds-forecast")).await.is(200);
    let tetanus = next(&reply, "UV");
    let answer = reply.json();
    let all = answer["parameter"].as_array().unwrap().last().unwrap();
    assert_eq!(all["resource"]["recommendation"].as_array().unwrap().len(), 1);
    assert!(
        tetanus["forecastReason"][0]["coding"][0]["code"]
            .as_str()
            .unwrap()
            .starts_with("vaccine-UV-")
    );
}

async fn a_child_of_a_mother_with_hepatitis_b_is_urgent(server: Server) {
    let relationship = json!([{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH" }] }]);
    let related = json!({ "resourceType": "RelatedPerson", "id": "me-be", "patient": { "reference": "Patient/be" }, "relationship": relationship });
    let mother = json!({ "resourceType": "Patient", "id": "me", "gender": "female", "birthDate": "1998-01-01",
        "link": [{ "other": { "reference": "RelatedPerson/me-be" }, "type": "seealso" }] });
    server.put("/Patient/be", child()).await.is(201);
    server.put("/RelatedPerson/me-be", related).await.is(201);
    server.put("/Patient/me", mother).await.is(201);
    let path = "/Patient/be/$immds-forecast?assessmentDate=2026-01-01";
    let is_urgent =
        |reply: Reply| next(&reply, "VGB-SS").to_string().contains("hbsag-positive-mother");
    assert!(!is_urgent(server.get(path).await.is(200)));
    let test = |id: &str, of: &str, code: &str| {
        json!({ "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": of },
            "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" }] }],
            "effectiveDateTime": "2025-09-01", "code": { "coding": [{ "system": "http://loinc.org", "code": "5195-3" }] },
            "valueCodeableConcept": { "coding": [{ "system": format!("{GUIDE}/CodeSystem/qd3412-ket-qua-xn"), "code": code }] } })
    };
    server.put("/Observation/no", test("no", "Patient/me", "1")).await.is(201);
    assert!(!is_urgent(server.get(path).await.is(200)));
    server.put("/Observation/yes", test("yes", "Patient/me", "2")).await.is(201);
    assert!(is_urgent(server.get(path).await.is(200)));
    // Given late it is told as long as it can be given.
    let later = server.get("/Patient/be/$immds-forecast?assessmentDate=2026-01-05").await.is(200);
    assert_eq!(status(&next(&later, "VGB-SS")), "overdue");
    assert!(is_urgent(later));
}

async fn xml_is_answered_too(server: Server) {
    server.put("/Patient/be", child()).await.is(201);
    let path = "/Patient/be/$immds-forecast?assessmentDate=2026-03-02";
    let reply = server.get(path).header("accept", "application/fhir+xml").await.is(200);
    assert!(
        reply.text.starts_with("<?xml") || reply.text.starts_with("<Parameters"),
        "{}",
        reply.text
    );
    assert!(reply.text.contains("<ImmunizationRecommendation"), "{}", reply.text);
    let body = r#"<Parameters xmlns="http://hl7.org/fhir">
        <parameter><name value="assessmentDate"/><valueDate value="2026-03-02"/></parameter>
        <parameter><name value="patient"/><resource><Patient><id value="be"/><birthDate value="2026-01-01"/></Patient></resource></parameter>
    </Parameters>"#;
    let call =
        server.call("POST", "/$immds-forecast").header("content-type", "application/fhir+xml");
    let reply = call.body(body).await.is(200);
    assert!(reply.text.contains("<ImmunizationRecommendation"), "{}", reply.text);
}

async fn bad_input_is_refused_and_named(server: Server) {
    server.put("/Patient/be", child()).await.is(201);
    server.put("/Immunization/a", dose("a", "19", "2026-03-01")).await.is(201);
    let path = "/Patient/be/$immds-forecast";
    let named = |reply: &Reply, name: &str| assert!(reply.text.contains(name), "{}", reply.text);
    named(
        &server.get(&format!("{path}?assessmentDate=2026-02-28")).await.is(422),
        "assessmentDate",
    );
    named(
        &server.get(&format!("{path}?assessmentDate=2025-12-31")).await.is(422),
        "assessmentDate",
    );
    for day in ["2026", "2026-13-01", "2026-03-01T10:00:00Z", "x"] {
        named(&server.get(&format!("{path}?assessmentDate={day}")).await.is(400), "assessmentDate");
    }
    named(&server.get(&format!("{path}?assesmentDate=2026-03-02")).await.is(400), "assessmentDate");
    named(&server.get(&format!("{path}?programme=none")).await.is(400), "programme");
    server.get("/Patient/nobody/$immds-forecast").await.is(404);
    let system = "/$immds-forecast";
    let ask = |body: Value| server.post(system, body);
    server.get(system).await.is(405);
    named(&ask(json!({ "resourceType": "Parameters" })).await.is(400), "assessmentDate");
    let only = json!({ "resourceType": "Parameters", "parameter": [{ "name": "assessmentDate", "valueDate": "2026-03-02" }] });
    named(&ask(only).await.is(400), "patient");
    named(&ask(child()).await.is(400), "Parameters");
    named(
        &ask(asked("2026-03-02", dose("a", "19", "2026-01-02"), &[], &[])).await.is(400),
        "patient",
    );
    named(&ask(asked("2026-03-02", child(), &[child()], &[])).await.is(400), "immunization");
    let later = [dose("a", "19", "2026-03-03")];
    named(&ask(asked("2026-03-02", child(), &later, &[])).await.is(422), "assessmentDate");
    let unborn = json!({ "resourceType": "Patient", "gender": "male" });
    named(&ask(asked("2026-03-02", unborn, &[], &[])).await.is(422), "birthDate");
    let man = json!({ "resourceType": "Patient", "gender": "male", "birthDate": "1980-01-01" });
    ask(asked("2026-03-02", man, &[], &[])).await.is(422);
}

async fn the_statement_has_it(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    let rest = &statement["rest"][0];
    let patient = rest["resource"].as_array().unwrap().iter().find(|one| one["type"] == "Patient");
    for operations in [&rest["operation"], &patient.unwrap()["operation"]] {
        let names: Vec<_> = operations.as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert!(names.contains(&&json!("immds-forecast")), "{names:?}");
    }
}

async fn a_due_date_alone_makes_a_mother(server: Server) {
    let woman = json!({ "resourceType": "Patient", "id": "be", "gender": "female", "birthDate": "1998-01-01" });
    let due = json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": "Patient/be" },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "11778-8" }] },
        "effectiveDateTime": "2026-02-01", "valueDateTime": "2026-09-24" });
    let doses = [dose("u1", "35", "2026-03-10")];
    let ask = |day: &str| asked(day, woman.clone(), &doses, std::slice::from_ref(&due));
    let reply = server.post("/$immds-forecast", ask("2026-04-10")).await.is(200);
    let tetanus = next(&reply, "UV");
    assert_eq!((status(&tetanus), &tetanus["doseNumberPositiveInt"]), ("due", &json!(2)));
    // Two weeks before the birth it is late.
    assert_eq!(date(&tetanus, "59778-1"), "2026-09-10");
    let reply = server.post("/$immds-forecast", ask("2026-09-10")).await.is(200);
    assert_eq!(status(&next(&reply, "UV")), "overdue");
    assert_eq!(reply.json()["parameter"].as_array().unwrap().len(), 2, "one dose, one answer");
}
