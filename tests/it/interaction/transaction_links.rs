//! Links between the entries of a transaction, <https://hl7.org/fhir/R4/http.html#trules>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

use super::entries::{MOTHER, mother, post};

on_both!(
    links_to_entries_become_their_addresses,
    texts_that_look_like_links_stay,
    conditional_references_are_resolved,
    conditional_references_without_one_match_are_refused,
    an_own_url_as_full_url_is_a_link_too,
);

/// Stores a mother and another resource; the mother's new address, and the other as it was stored.
async fn stored(server: &Server, other: &Value) -> (String, Value) {
    let bundle = json!({
        "resourceType": "Bundle", "type": "transaction", "entry": [post(other), mother()],
    });
    let reply = server.post("", bundle).header("prefer", "return=representation").await.is(200);
    let reply = reply.json();
    let id = reply["entry"][1]["resource"]["id"].as_str().unwrap();
    (format!("Patient/{id}"), reply["entry"][0]["resource"].clone())
}

async fn links_to_entries_become_their_addresses(server: Server) {
    let narrative = |link: &str| {
        format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{link}\">{MOTHER}</a></div>")
    };
    let (mother, stored) = stored(&server, &json!({
        "resourceType": "Basic",
        "text": { "status": "generated", "div": narrative(MOTHER) },
        "extension": [
            { "url": "http://example.org/uri", "valueUri": MOTHER },
            { "url": "http://example.org/reference", "valueReference": { "reference": MOTHER } },
        ],
        "code": { "text": "x" },
        "subject": { "reference": MOTHER, "display": MOTHER },
    }))
    .await;
    assert_eq!(stored["subject"], json!({ "reference": mother, "display": MOTHER }));
    assert_eq!(stored["extension"][0]["valueUri"], json!(mother));
    assert_eq!(stored["extension"][1]["valueReference"]["reference"], json!(mother));
    assert_eq!(stored["text"]["div"], json!(narrative(&mother)));
    assert_eq!(server.get(&format!("/Basic?subject={mother}")).await.ids().len(), 1);
}

async fn texts_that_look_like_links_stay(server: Server) {
    let (_, stored) = stored(
        &server,
        &json!({
            "resourceType": "Basic",
            "identifier": [{ "system": "urn:ietf:rfc:3986", "value": MOTHER }],
            "code": { "text": MOTHER },
        }),
    )
    .await;
    assert_eq!(stored["identifier"][0]["value"], MOTHER);
    assert_eq!(stored["code"]["text"], MOTHER);
}

async fn conditional_references_are_resolved(server: Server) {
    let nurse = json!({
        "resourceType": "Practitioner", "id": "nurse",
        "identifier": [{ "system": "urn:oid:1.9", "value": "42" }],
    });
    server.put("/Practitioner/nurse", nurse).await.is(201);
    let visit = json!({
        "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
        "participant": [{ "individual": { "reference": "Practitioner?identifier=urn:oid:1.9|42" } }],
    });
    let (_, stored) = stored(&server, &visit).await;
    let found = &stored["participant"][0]["individual"]["reference"];
    assert_eq!(*found, json!("Practitioner/nurse"));
    assert_eq!(server.get("/Encounter?practitioner=nurse").await.ids().len(), 1);
}

async fn conditional_references_without_one_match_are_refused(server: Server) {
    let visit = |reference: &str| {
        let visit = json!({
            "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
            "subject": { "reference": reference },
        });
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [mother(), post(&visit)] })
    };
    let reply = server.post("", visit("Patient?identifier=none")).await.is(412);
    let place = "Bundle.entry[1].resource.subject.reference";
    assert_eq!(reply.json()["issue"][0]["expression"], json!([place]));
    server.post("/Patient", mother()["resource"].clone()).await.is(201);
    server.post("/Patient", mother()["resource"].clone()).await.is(201);
    server.post("", visit("Patient?identifier=7")).await.is(412);
    server.post("", visit("Patient?identifer=7")).await.is(400);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"].to_string(), "2");
}

async fn an_own_url_as_full_url_is_a_link_too(server: Server) {
    let url = format!("{}/Patient/mine", server.base());
    let mut mother = mother();
    mother["fullUrl"] = json!(url);
    let visit = post(&json!({
        "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
        "subject": { "reference": url },
    }));
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [visit, mother] });
    let reply = server.post("", bundle).header("prefer", "return=representation").await.is(200);
    let reply = reply.json();
    let id = reply["entry"][1]["resource"]["id"].as_str().unwrap();
    let subject = &reply["entry"][0]["resource"]["subject"]["reference"];
    assert_eq!(*subject, json!(format!("Patient/{id}")));
}
