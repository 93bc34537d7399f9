//! Conditions within a transaction: one resource for one condition, whoever asks for it how often,
//! <https://hl7.org/fhir/R4/http.html#trules>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    entries_with_the_same_condition_make_one_resource,
    a_condition_finds_what_the_transaction_stores,
    a_condition_does_not_find_what_the_transaction_deletes,
    a_condition_may_speak_of_other_entries,
    conditions_that_cannot_be_looked_up_are_refused,
    conditional_references_see_what_the_transaction_makes,
    resources_that_would_match_the_condition_of_another_are_refused,
);

const SYSTEM: &str = "http://example.org/sid";

fn station(id: &str, value: &str) -> Value {
    let identifier = json!([{ "system": SYSTEM, "value": value }]);
    let resource =
        json!({ "resourceType": "Organization", "name": "Tram", "identifier": identifier });
    json!({
        "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-00000000000{id}"),
        "request": { "method": "POST", "url": "Organization" }, "resource": resource,
    })
}

fn conditional(id: &str, value: &str, condition: &str) -> Value {
    let mut entry = station(id, value);
    entry["request"]["ifNoneExist"] = json!(condition);
    entry
}

fn urn(id: &str) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-00000000000{id}")
}

/// A patient who points at two entries.
fn patient(first: &str, second: &str) -> Value {
    json!({
        "request": { "method": "POST", "url": "Patient" },
        "resource": {
            "resourceType": "Patient",
            "managingOrganization": { "reference": first },
            "generalPractitioner": [{ "reference": second }],
        },
    })
}

fn transaction(entries: &Value) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

async fn sent(server: &Server, entries: &Value) -> Value {
    let reply = server.post("", transaction(entries)).header("prefer", "return=representation");
    reply.await.is(200).json()
}

async fn count(server: &Server, query: &str) -> String {
    let separator = if query.contains('?') { '&' } else { '?' };
    let reply = server.get(&format!("/{query}{separator}_summary=count")).await.is(200);
    reply.json()["total"].to_string()
}

fn statuses(reply: &Value) -> Vec<String> {
    let entries = reply["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["response"]["status"].as_str().unwrap()[..3].to_owned()).collect()
}

async fn entries_with_the_same_condition_make_one_resource(server: Server) {
    let plain = format!("identifier={SYSTEM}|org1");
    for (at, (first, second)) in [
        (plain.clone(), plain.clone()),
        (plain.clone(), "?identifier=http%3A%2F%2Fexample.org%2Fsid%7Corg1".to_owned()),
        (format!("name=Tram&{plain}"), format!("{plain}&name=Tram")),
        (plain.clone(), "identifier=org1".to_owned()),
        (plain.clone(), format!("Organization?name=tram&{plain}")),
    ]
    .into_iter()
    .enumerate()
    {
        let (first, second) = (
            first.replace("org1", &format!("org{at}")),
            second.replace("org1", &format!("org{at}")),
        );
        let value = format!("org{at}");
        let entries = json!([
            conditional("1", &value, &first),
            conditional("2", &value, &second),
            patient(&urn("1"), &urn("2")),
        ]);
        let reply = sent(&server, &entries).await;
        assert_eq!(statuses(&reply), ["201", "200", "201"], "{first} {second}");
        let made =
            format!("Organization/{}", reply["entry"][0]["resource"]["id"].as_str().unwrap());
        let who = &reply["entry"][2]["resource"];
        assert_eq!(who["managingOrganization"]["reference"], json!(made));
        assert_eq!(who["generalPractitioner"][0]["reference"], json!(made));
        assert_eq!(reply["entry"][0]["fullUrl"], reply["entry"][1]["fullUrl"]);
        assert_eq!(statuses(&sent(&server, &entries).await), ["200", "200", "201"]);
        assert_eq!(count(&server, &format!("Organization?identifier={SYSTEM}|{value}")).await, "1");
    }
    // Also when what is made is not what was asked for.
    let entries =
        json!([conditional("1", "a", "identifier=b"), conditional("2", "a", "identifier=b")]);
    assert_eq!(statuses(&sent(&server, &entries).await), ["201", "200"]);
    assert_eq!(count(&server, "Organization?identifier=a").await, "1");
    server.assert_sound();
}

async fn a_condition_finds_what_the_transaction_stores(server: Server) {
    let asked = conditional("2", "org", &format!("identifier={SYSTEM}|org"));
    let of_both = patient(&urn("1"), &urn("2"));
    for entries in
        [json!([station("1", "org"), asked, of_both]), json!([asked, station("1", "org"), of_both])]
    {
        let reply = sent(&server, &entries).await;
        let who = &reply["entry"][2]["resource"];
        assert_eq!(who["managingOrganization"], who["generalPractitioner"][0]);
        let made = who["managingOrganization"]["reference"].as_str().unwrap().to_owned();
        assert_eq!(count(&server, "Organization").await, "1");
        server.delete(&format!("/{made}")).await.is(204);
    }
    let mut put = station("1", "org");
    put["request"] = json!({ "method": "PUT", "url": "Organization/o" });
    put["resource"]["id"] = json!("o");
    for status in ["201", "200"] {
        let reply = sent(&server, &json!([asked, put, of_both])).await;
        assert_eq!(statuses(&reply), ["200", status, "201"]);
        let who = &reply["entry"][2]["resource"];
        assert_eq!(who["generalPractitioner"][0]["reference"], "Organization/o");
        assert_eq!(count(&server, "Organization").await, "1");
    }
    // Two that match are too many.
    let entries = json!([
        station("1", "two"),
        station("3", "two"),
        conditional("2", "two", "identifier=two")
    ]);
    let reply = server.post("", transaction(&entries)).await.is(412);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Bundle.entry[2].request.ifNoneExist");
    assert_eq!(count(&server, "Organization").await, "1");
}

async fn a_condition_does_not_find_what_the_transaction_deletes(server: Server) {
    let mut old = station("1", "org")["resource"].clone();
    old["id"] = json!("old");
    server.put("/Organization/old", &old).await.is(201);
    let delete = json!({ "request": { "method": "DELETE", "url": "Organization/old" } });
    let entries = json!([
        conditional("1", "org", "identifier=org"),
        delete,
        patient(&urn("1"), "Organization?identifier=org"),
    ]);
    let reply = sent(&server, &entries).await;
    assert_eq!(statuses(&reply), ["201", "204", "201"]);
    let who = &reply["entry"][2]["resource"];
    assert_eq!(who["managingOrganization"], who["generalPractitioner"][0]);
    assert_ne!(who["managingOrganization"]["reference"], "Organization/old");
    let made = reply["entry"][0]["resource"]["id"].as_str().unwrap();
    let entries = json!([
        { "request": { "method": "DELETE", "url": format!("Organization/{made}") } },
        patient(&format!("Organization/{made}"), "Organization?identifier=org"),
    ]);
    server.post("", transaction(&entries)).await.is(412);
}

async fn a_condition_may_speak_of_other_entries(server: Server) {
    let mother = json!({
        "fullUrl": urn("1"),
        "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=m" },
        "resource": { "resourceType": "Patient", "identifier": [{ "value": "m" }] },
    });
    let weight = json!({
        "request": { "method": "POST", "url": "Observation", "ifNoneExist": format!("subject={}&date=2026-01-01", urn("1")) },
        "resource": {
            "resourceType": "Observation", "status": "final", "code": { "text": "weight" },
            "subject": { "reference": urn("1") }, "effectiveDateTime": "2026-01-01",
        },
    });
    let read = json!({ "request": { "method": "GET", "url": format!("Observation?subject={}", urn("1")) } });
    let entries = json!([weight, mother, weight, read]);
    let reply = sent(&server, &entries).await;
    assert_eq!(statuses(&reply), ["201", "201", "200", "200"]);
    assert_eq!(reply["entry"][3]["resource"]["total"].to_string(), "1");
    assert_eq!(statuses(&sent(&server, &entries).await), ["200", "200", "200", "200"]);
    assert_eq!(count(&server, "Observation").await, "1");
}

async fn conditions_that_cannot_be_looked_up_are_refused(server: Server) {
    let about = |id: &str, other: &str| conditional(id, "x", &format!("partof={other}"));
    for (entries, place) in [
        (json!([station("1", "a"), about("2", "urn:uuid:none")]), 1),
        (json!([about("1", &urn("2")), about("2", &urn("1"))]), 0),
        (json!([conditional("1", "a", "identifer=1")]), 0),
        (json!([conditional("1", "a", "_content=1")]), 0),
        (json!([conditional("1", "a", "identifier=1&_count=1")]), 0),
        (json!([conditional("1", "a", "Patient?identifier=1")]), 0),
        (json!([conditional("1", "a", "identifier=%00")]), 0),
    ] {
        let reply = server.post("", transaction(&entries)).await;
        assert_eq!(reply.status, 400, "{entries}: {}", reply.text);
        let expected = format!("Bundle.entry[{place}].request.ifNoneExist");
        assert_eq!(reply.json()["issue"][0]["expression"][0], json!(expected));
    }
    let search =
        json!([patient(&urn("1"), "Organization?partof=urn:uuid:none"), station("1", "a")]);
    let reply = server.post("", transaction(&search)).await.is(400);
    let place = "Bundle.entry[0].resource.generalPractitioner[0].reference";
    assert_eq!(reply.json()["issue"][0]["expression"][0], place);
    let create = server.post("/Organization", station("1", "a")["resource"].clone());
    create.header("if-none-exist", "partof=urn:uuid:none").await.is(400);
    assert_eq!(count(&server, "Organization").await, "0");
}

async fn conditional_references_see_what_the_transaction_makes(server: Server) {
    let search = format!("Organization?identifier={SYSTEM}|org");
    let reply = sent(&server, &json!([patient(&urn("1"), &search), station("1", "org")])).await;
    let who = &reply["entry"][0]["resource"];
    assert_eq!(who["managingOrganization"], who["generalPractitioner"][0]);
    // One is stored and another is made: which is meant, nobody knows.
    let entries = json!([patient(&urn("1"), &search), station("1", "org")]);
    server.post("", transaction(&entries)).await.is(412);
    assert_eq!(count(&server, "Organization").await, "1");
    // What the transaction changes counts as it is then.
    let id = who["managingOrganization"]["reference"].as_str().unwrap().to_owned();
    let id = id.strip_prefix("Organization/").unwrap();
    let mut put = station("1", "other");
    put["request"] = json!({ "method": "PUT", "url": format!("Organization/{id}") });
    put["resource"]["id"] = json!(id);
    server.post("", transaction(&json!([put, patient(&urn("1"), &search)]))).await.is(412);
    let other = format!("Organization?identifier={SYSTEM}|other");
    let reply = sent(&server, &json!([put, patient(&urn("1"), &other)])).await;
    let found = &reply["entry"][1]["resource"]["generalPractitioner"][0]["reference"];
    assert_eq!(*found, json!(format!("Organization/{id}")));
}

async fn resources_that_would_match_the_condition_of_another_are_refused(server: Server) {
    // The first looks for what only the second makes.
    let entries =
        json!([conditional("1", "a", "identifier=b"), conditional("2", "b", "identifier=c")]);
    let reply = server.post("", transaction(&entries)).await.is(412);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Bundle.entry[0].request.ifNoneExist");
    assert_eq!(count(&server, "Organization").await, "0");
}
