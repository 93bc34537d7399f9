//! Modifiers of tokens that stand for codes, <https://hl7.org/fhir/R4/search.html#token>, and
//! `:identifier`.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    codes_are_found_by_value_set,
    codes_are_found_by_what_is_above_and_below,
    what_is_not_known_is_refused_by_name,
    references_are_found_by_identifier,
);

const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

fn observation(id: &str, system: &str, code: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final",
        "code": { "coding": [{ "system": system, "code": code }] },
    })
}

fn value_set(include: Value) -> Value {
    json!({
        "resourceType": "ValueSet", "id": "own", "url": "http://example.org/ValueSet/own", "status": "active",
        "compose": { "include": [include] },
    })
}

async fn codes_are_found_by_value_set(server: Server) {
    let mut bare = observation("bare", "urn:a", "1");
    bare["code"] = json!({ "text": "bare" });
    let set =
        value_set(json!({ "system": "urn:a", "concept": [{ "code": "1" }, { "code": "2" }] }));
    let all = [
        ("one", "urn:a", "1"),
        ("two", "urn:a", "2"),
        ("three", "urn:a", "3"),
        ("other", "urn:b", "1"),
    ];
    let all = all.map(|(id, system, code)| observation(id, system, code));
    store(&server, &[&all[..], &[set, bare]].concat()).await;
    let own = format!("{}/ValueSet/own", server.base());
    for set in ["http://example.org/ValueSet/own", "ValueSet/own", &own] {
        check(&server, &format!("Observation?code:in={set}"), &["one", "two"]).await;
        check(&server, &format!("Observation?code:not-in={set}"), &["bare", "other", "three"])
            .await;
    }
    // What is embedded, and of an element without a system of its own.
    let status = "http://hl7.org/fhir/ValueSet/observation-status";
    check(&server, &format!("Observation?status:in={status}&code=2"), &["two"]).await;
    check(&server, &format!("Observation?code:in={status}"), &[]).await;
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    let mut about = observation("about", "urn:a", "2");
    about["subject"] = json!({ "reference": "Patient/me" });
    store(&server, &[patient, about]).await;
    check(&server, "Patient?_has:Observation:patient:code:in=ValueSet/own", &["me"]).await;
    // What is stored anew means something else at once.
    let set = value_set(json!({ "system": "urn:a", "concept": [{ "code": "3" }] }));
    server.put("/ValueSet/own", set).await.is(200);
    check(&server, "Observation?code:in=ValueSet/own", &["three"]).await;
}

async fn codes_are_found_by_what_is_above_and_below(server: Server) {
    let all = ["V", "CC", "_ActEncounterCode", "AMB"]
        .map(|code| observation(&code.trim_start_matches('_').to_lowercase(), ACT, code));
    store(&server, &all).await;
    check(&server, &format!("Observation?code:below={ACT}|CC"), &["cc", "v"]).await;
    check(&server, &format!("Observation?code:above={ACT}|AMB"), &["actencountercode", "amb"])
        .await;
    check(
        &server,
        &format!("Observation?code:below={ACT}|_ActEncounterCode"),
        &["actencountercode", "amb"],
    )
    .await;
    check(&server, &format!("Observation?code:below={ACT}|nowhere"), &[]).await;
    let fragment = json!({
        "resourceType": "CodeSystem", "url": "urn:part", "status": "active", "content": "fragment",
        "concept": [{ "code": "1", "concept": [{ "code": "2" }] }],
    });
    server.post("/CodeSystem", fragment).await.is(201);
    store(&server, &[observation("part", "urn:part", "2")]).await;
    let reply = server.get("/Observation?code:below=urn:part|1").await.is(200);
    assert_eq!(reply.ids()[0], "part");
    let bundle = reply.json();
    let told = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["search"]["mode"] == "outcome");
    assert_eq!(told.unwrap()["resource"]["issue"][0]["expression"][0], "http.code:below");
}

async fn what_is_not_known_is_refused_by_name(server: Server) {
    for (query, told) in [
        ("code:in=http://example.org/none", "http://example.org/none"),
        ("code:in=ValueSet/none", "ValueSet/none"),
        ("code:below=urn:nowhere|1", "urn:nowhere"),
        ("code:below=1", "system|code"),
        ("code:in=http://hl7.org/fhir/ValueSet/mimetypes", "urn:ietf:bcp:13"),
        ("code:sounds=1", ":not-in"),
        ("subject:sounds=1", ":identifier"),
        ("value-string:text=1", ":exact"),
        ("date:text=1", ":missing"),
    ] {
        let reply = server.get(&format!("/Observation?{query}")).await.is(400);
        assert!(reply.text.contains(told), "{query}: {}", reply.text);
    }
}

async fn references_are_found_by_identifier(server: Server) {
    let about = |id: &str, identifier: Value| {
        let mut about = observation(id, "urn:a", "1");
        about["subject"] = json!({ "identifier": identifier, "type": "Patient" });
        about
    };
    let one = about("one", json!({ "system": "urn:cccd", "value": "001" }));
    store(&server, &[one, about("two", json!({ "value": "001" }))]).await;
    check(&server, "Observation?subject:identifier=urn:cccd|001", &["one"]).await;
    check(&server, "Observation?subject:identifier=001", &["one", "two"]).await;
    check(&server, "Observation?patient:identifier=|001", &["two"]).await;
    check(&server, "Observation?subject=001", &[]).await;
}
