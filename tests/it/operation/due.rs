//! `$due`, of a person, of a facility and of a commune.

use serde_json::{Value, json};

use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_womans_list_has_what_is_due_and_what_is_late,
    a_facility_and_a_commune_have_lists_page_by_page,
    what_cannot_be_asked_is_refused_and_named,
    nothing_is_stored,
    a_list_is_never_older_than_the_last_write,
    the_list_of_everybody_is_what_is_worked_out_for_each,
);

const CODES: &str = "https://mebe.example/fhir/CodeSystem";

async fn mother(server: &Server) {
    let patient = json!({ "resourceType": "Patient", "id": "m", "gender": "female", "birthDate": "1998-03-04",
        "managingOrganization": { "reference": "Organization/o" },
        "address": [{ "use": "home", "extension": [{ "url": "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward",
            "valueCoding": { "system": format!("{CODES}/vn-commune"), "code": "00004" } }] }] });
    server
        .put(
            "/Organization/o",
            json!({ "resourceType": "Organization", "id": "o", "name": "Trạm y tế" }),
        )
        .await
        .is(201);
    server.put("/Patient/m", patient).await.is(201);
    let period = json!({ "resourceType": "Observation", "id": "lmp", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8665-2" }] },
        "subject": { "reference": "Patient/m" }, "effectiveDateTime": "2026-05-21", "valueDateTime": "2026-01-01" });
    server.put("/Observation/lmp", period).await.is(201);
}

/// Each Task by its code and status.
fn told(bundle: &Value) -> Vec<(String, String)> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |entry: &Value| {
        let task = &entry["resource"];
        assert_eq!(
            (&task["resourceType"], &task["status"], &task["intent"]),
            (&json!("Task"), &json!("requested"), &json!("proposal"))
        );
        assert!(entry["fullUrl"].as_str().unwrap().starts_with("urn:uuid:"));
        assert_eq!(task["meta"]["tag"][0]["code"], "computed");
        (
            text(&task["code"]["coding"][0]["code"]),
            text(&task["businessStatus"]["coding"][0]["code"]),
        )
    };
    entries.iter().map(one).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(code, status)| ((*code).to_owned(), (*status).to_owned())).collect()
}

async fn a_womans_list_has_what_is_due_and_what_is_late(server: Server) {
    mother(&server).await;
    let visits = "kind=visit,test";
    let list =
        server.get(&format!("/Patient/m/$due?date=2026-05-21&{visits}")).await.is(200).json();
    assert_eq!(told(&list), pairs(&[("anc-2", "due"), ("anomaly-scan", "due")]));
    assert_eq!(list["type"], "searchset");
    let task = &list["entry"][0]["resource"];
    assert_eq!(task["for"]["reference"], "Patient/m");
    assert_eq!(task["owner"]["reference"], "Organization/o");
    assert_eq!(
        task["restriction"]["period"],
        json!({ "start": "2026-04-09", "end": "2026-07-15" })
    );
    let list = server
        .get(&format!("/Patient/m/$due?date=2026-05-28&status=upcoming&{visits}"))
        .await
        .is(200)
        .json();
    assert_eq!(told(&list), pairs(&[("ogtt", "upcoming")]));
    let list = server.get("/Patient/m/$due?date=2026-06-13&kind=visit&kind=anomaly-scan&status=missed&status=overdue&_sort=date").await.is(200).json();
    assert_eq!(told(&list), pairs(&[("anc-1", "missed"), ("anomaly-scan", "overdue")]));
    let asked = json!({ "resourceType": "Parameters", "parameter": [{ "name": "date", "valueDate": "2026-05-21" }, { "name": "kind", "valueCode": "anc-2" }] });
    let list = server.post("/Patient/m/$due", asked).await.is(200).json();
    assert_eq!(told(&list), pairs(&[("anc-2", "due")]));
}

async fn a_facility_and_a_commune_have_lists_page_by_page(server: Server) {
    mother(&server).await;
    for path in ["/Organization/o/$due?", "/$due?commune=00004&", "/$due?organization=o&"] {
        let first = server
            .get(&format!("{path}date=2026-05-21&kind=visit,test&_count=1"))
            .await
            .is(200)
            .json();
        assert_eq!(
            (told(&first), &first["total"]),
            (pairs(&[("anc-2", "due")]), &json!(2)),
            "{path}"
        );
        let links = first["link"].as_array().unwrap();
        let next =
            links.iter().find(|link| link["relation"] == "next").unwrap()["url"].as_str().unwrap();
        let next = server.get(next.split_once("/fhir").unwrap().1).await.is(200).json();
        assert_eq!(told(&next), pairs(&[("anomaly-scan", "due")]));
    }
    let none = server.get("/$due?commune=00008&date=2026-05-21").await.is(200).json();
    assert_eq!((told(&none), &none["total"]), (Vec::new(), &json!(0)));
}

async fn what_cannot_be_asked_is_refused_and_named(server: Server) {
    mother(&server).await;
    for (path, status, named) in [
        ("/Patient/nobody/$due", 404, "nobody"),
        ("/Organization/nobody/$due", 404, "nobody"),
        ("/Patient/m/$due?date=2026-13-01", 400, "date"),
        ("/Patient/m/$due?date=1990-01-01", 422, "date"),
        ("/Patient/m/$due?status=overdu", 400, "overdue"),
        ("/Patient/m/$due?kind=anc-9", 400, "anc-"),
        ("/Patient/m/$due?untill=2026-05-01", 400, "until"),
        ("/Patient/m/$due?date=2026-05-02&until=2026-05-01", 400, "until"),
        ("/Patient/m/$due?_count=-1", 400, "_count"),
        ("/$due?commune=99999", 400, "commune"),
        ("/$due?kind=vaccine-BCGG-1", 400, "vaccine-BCG-1"),
    ] {
        let reply = server.get(path).await.is(status);
        assert!(reply.text.contains(named), "{path}: {}", reply.text);
    }
}

async fn nothing_is_stored(server: Server) {
    server.post("/", serde_json::from_str::<Value>(&facilities()).unwrap()).await.is(200);
    server.post("/", family("07-stunting-follow-up", 1)).await.is(200);
    let before = server.get("/Task?_summary=count").await.is(200).json()["total"].clone();
    let list = server.get("/Patient/be-trieu-ton-sinh-1/$due?date=2026-06-01&status=due,overdue,missed,done,upcoming").await.is(200).json();
    assert!(list["total"].as_u64().unwrap() > 20, "{list}");
    assert_eq!(server.get("/Task?_summary=count").await.is(200).json()["total"], before);
}

async fn a_list_is_never_older_than_the_last_write(server: Server) {
    mother(&server).await;
    let list = "/Organization/o/$due?date=2026-06-13&kind=visit,test&status=due,done";
    let told_now = |server: &Server| server.get(list);
    let before = told(&told_now(&server).await.is(200).json());
    assert_eq!(before, pairs(&[("anc-2", "due")]));
    let visit = json!({ "resourceType": "Encounter", "id": "v", "status": "finished",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
        "type": [{ "coding": [{ "system": "http://example.org", "code": "visit" }] }],
        "subject": { "reference": "Patient/m" }, "period": { "start": "2026-06-12", "end": "2026-06-12" } });
    server.put("/Encounter/v", visit).await.is(201);
    assert_eq!(told(&told_now(&server).await.is(200).json()), before);
    // Another date of the last period, and she is beyond the weeks of the second visit.
    let mut period = server.get("/Observation/lmp").await.is(200).json();
    period["valueDateTime"] = "2025-11-01".into();
    server.put("/Observation/lmp", period).await.is(200);
    assert_eq!(told(&told_now(&server).await.is(200).json()), pairs(&[("anc-3", "due")]));
    server.delete("/Observation/lmp").await.is(204);
    assert_eq!(told(&told_now(&server).await.is(200).json()), []);
    server.delete("/Patient/m").await.is(204);
    assert_eq!(told(&told_now(&server).await.is(200).json()), []);
}

/// The Tasks of a list, all pages of it.
async fn tasks(server: &Server, path: &str) -> Vec<String> {
    let mut path = path.to_owned();
    let mut all = Vec::new();
    loop {
        let page = server.get(&path).await.is(200).json();
        let entries = page["entry"].as_array().cloned().unwrap_or_default();
        all.extend(entries.iter().map(|entry| entry["resource"].to_string()));
        let links = page["link"].as_array().cloned().unwrap_or_default();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        path = next["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    }
    all.sort();
    all
}

async fn the_list_of_everybody_is_what_is_worked_out_for_each(server: Server) {
    const ALL: &str =
        "status=due,overdue,upcoming,missed,done,not-applicable&until=2040-01-01&_count=200";
    server.post("/", serde_json::from_str::<Value>(&facilities()).unwrap()).await.is(200);
    for name in [
        "02-twins",
        "05-hepatitis-b-positive-mother",
        "06-pre-eclampsia-referral",
        "08-vaccine-catch-up",
    ] {
        server.post("/", family(name, 1)).await.is(200);
    }
    let each = async |server: &Server| {
        let found = server.get("/Patient?_count=100").await.is(200).json();
        let mut all = Vec::new();
        for entry in found["entry"].as_array().unwrap() {
            let id = entry["resource"]["id"].as_str().unwrap();
            all.extend(tasks(server, &format!("/Patient/{id}/$due?{ALL}")).await);
        }
        all.sort();
        all
    };
    let everybody = tasks(&server, &format!("/$due?{ALL}")).await;
    assert!(everybody.len() > 200, "{}", everybody.len());
    assert_eq!(everybody, each(&server).await);
    // By another order all are counted.
    let sorted = server.get(&format!("/$due?{ALL}&_sort=person")).await.is(200).json();
    assert_eq!(sorted["total"], everybody.len());
    // What is known of a mother is known of her child at once, and so is who is gone.
    let one = server.get("/Patient?birthdate=gt2020-01-01&_count=1").await.is(200).json();
    let child = one["entry"][0]["resource"].clone();
    let id = child["id"].as_str().unwrap();
    let mut dead = child.clone();
    dead["deceasedBoolean"] = true.into();
    server.put(&format!("/Patient/{id}"), dead).await.is(200);
    let now = tasks(&server, "/$due?_count=200").await;
    assert!(!now.iter().any(|task| task.contains(&format!("\"Patient/{id}\""))), "{id}");
    assert_eq!(tasks(&server, &format!("/$due?{ALL}")).await, each(&server).await);
}
