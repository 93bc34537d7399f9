//! The capability statement, <https://hl7.org/fhir/R4/http.html#capabilities>: what it claims is so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    the_statement_is_a_valid_resource,
    every_interaction_it_claims_is_carried_out,
    every_search_parameter_it_claims_is_accepted,
    every_include_it_claims_is_accepted,
    modes_are_told_apart,
    open_api_claims_what_is_done,
);

async fn the_statement_is_a_valid_resource(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    assert_eq!(statement["fhirVersion"], "4.0.1");
    assert_eq!(statement["implementation"]["url"], json!(server.base()));
    server.post("/CapabilityStatement", &statement).await.is(201);
}

async fn every_interaction_it_claims_is_carried_out(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    let rest = &statement["rest"][0];
    let resources = rest["resource"].as_array().unwrap();
    let patient = resources.iter().find(|resource| resource["type"] == "Patient").unwrap();
    for resource in resources {
        assert_eq!(resource["interaction"], patient["interaction"]);
    }
    let codes = |of: &Value| -> BTreeSet<String> {
        let interactions = of["interaction"].as_array().unwrap().iter();
        interactions.map(|interaction| interaction["code"].as_str().unwrap().to_owned()).collect()
    };
    let body = json!({ "resourceType": "Patient", "id": "me" });
    let mut done = BTreeSet::new();
    let mut does = |code: &str| done.insert(code.to_owned());
    for code in codes(patient) {
        let reply = match code.as_str() {
            "create" => server.post("/Patient", &body).await.is(201),
            "update" => server
                .put("/Patient/you", json!({ "resourceType": "Patient", "id": "you" }))
                .await
                .is(201),
            "read" | "vread" | "history-instance" | "delete" => {
                server.put("/Patient/me", &body).await;
                match code.as_str() {
                    "read" => server.get("/Patient/me").await.is(200),
                    "vread" => server.get("/Patient/me/_history/1").await.is(200),
                    "history-instance" => server.get("/Patient/me/_history").await.is(200),
                    _ => server.delete("/Patient/me").await.is(204),
                }
            }
            "patch" => {
                server.put("/Patient/me", &body).await;
                let patch = json!([{ "op": "add", "path": "/active", "value": true }]);
                let patch = server.call("PATCH", "/Patient/me").body(patch);
                patch.header("content-type", "application/json-patch+json").await.is(200)
            }
            "history-type" => server.get("/Patient/_history").await.is(200),
            "search-type" => server.get("/Patient").await.is(200),
            other => panic!("{other} is claimed, and not known to this test"),
        };
        assert!(reply.status < 300);
        does(&code);
    }
    assert_eq!(done, codes(patient));
    for code in codes(rest) {
        if code == "search-system" {
            server.get("?_id=me").await.is(200);
            continue;
        }
        if code == "history-system" {
            server.get("/_history").await.is(200);
            continue;
        }
        let bundle = json!({ "resourceType": "Bundle", "type": code });
        server.post("", bundle).await.is(200);
    }
}

/// A value that a parameter of the type takes.
fn value(kind: &str) -> &'static str {
    match kind {
        "token" => "http://example.org/s|c",
        "reference" => "Patient/1",
        "string" => "a",
        "date" => "ge2026-11",
        "number" => "gt1",
        "quantity" => "lt5.4|http://unitsofmeasure.org|mg",
        "uri" => "http://example.org/u",
        "special" => "21.03|105.85|5|km",
        other => panic!("{other} is claimed, and not known to this test"),
    }
}

async fn every_search_parameter_it_claims_is_accepted(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    let mut entries = Vec::new();
    let rest = &statement["rest"][0];
    let mut everywhere = rest.clone();
    everywhere["type"] = json!("");
    for resource in rest["resource"].as_array().unwrap().iter().chain([&everywhere]) {
        let kind = resource["type"].as_str().unwrap();
        for parameter in resource["searchParam"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let condition = match (name, parameter["type"].as_str().unwrap()) {
                ("_id", _) => "_id=1".to_owned(),
                (name, "composite") => format!("{name}:missing=true"),
                (name, kind) => format!("{name}={}", value(kind)),
            };
            let url = format!("{kind}?{condition}");
            entries.push(json!({ "request": { "method": "GET", "url": url } }));
        }
    }
    assert!(entries.len() > 1_300, "{}", entries.len());
    all_are_accepted(&server, &entries).await;
}

async fn every_include_it_claims_is_accepted(server: Server) {
    let statement = server.get("/metadata").await.is(200).json();
    let mut entries = Vec::new();
    for resource in statement["rest"][0]["resource"].as_array().unwrap() {
        let kind = resource["type"].as_str().unwrap();
        for (name, claimed) in [("_include", "searchInclude"), ("_revinclude", "searchRevInclude")]
        {
            // As many as a search may have parameters.
            let claimed = resource[claimed].as_array().map(Vec::as_slice).unwrap_or_default();
            for some in claimed.chunks(40) {
                let some = some.iter().map(|one| format!("{name}={}", one.as_str().unwrap()));
                let url = format!("{kind}?{}", some.collect::<Vec<_>>().join("&"));
                entries.push(json!({ "request": { "method": "GET", "url": url } }));
            }
        }
    }
    assert!(entries.len() > 250, "{}", entries.len());
    all_are_accepted(&server, &entries).await;
}

async fn all_are_accepted(server: &Server, entries: &[Value]) {
    for entries in entries.chunks(200) {
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
        let reply = server.post("", bundle).await.is(200).json();
        for (entry, asked) in reply["entry"].as_array().unwrap().iter().zip(entries) {
            assert_eq!(entry["response"]["status"], "200 OK", "{asked} {entry}");
        }
    }
}

async fn modes_are_told_apart(server: Server) {
    for (mode, kind) in [
        ("full", "CapabilityStatement"),
        ("normative", "CapabilityStatement"),
        ("terminology", "TerminologyCapabilities"),
    ] {
        let reply = server.get(&format!("/metadata?mode={mode}")).await.is(200);
        assert_eq!(reply.json()["resourceType"], kind);
    }
    server.get("/metadata?mode=other").await.is(400);
}

async fn open_api_claims_what_is_done(server: Server) {
    let reply = server.get("/openapi.json").header("accept", "text/plain").await.is(200);
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    let document: Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], json!(server.base()));
    let paths = document["paths"].as_object().unwrap();
    let searched = paths["/Patient"]["get"]["parameters"].as_array().unwrap();
    assert!(searched.iter().any(|one| one["name"] == "birthdate" && one["in"] == "query"));
    assert!(paths["/Patient"]["post"].is_object() && paths["/ValueSet/$expand"]["get"].is_object());
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let parts = [("{type}", "Patient"), ("{id}", "me"), ("{version}", "1"), ("{members}", "*")];
    for (path, item) in paths {
        let there = parts.iter().fold(path.clone(), |path, (part, with)| path.replace(part, with));
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            // Whatever comes of it, there is such a thing.
            let reply = server.call(&method.to_uppercase(), &there).untyped().await;
            assert!(reply.status != 405 && reply.status < 500, "{method} {there}: {}", reply.text);
            let is_there = reply.status != 404 || !reply.text.contains("/metadata");
            assert!(is_there, "{method} {there}: {}", reply.text);
        }
        for (name, _) in parts.iter().filter(|(name, _)| path.contains(name)) {
            let name = name.trim_matches(['{', '}']);
            let wanted = json!({ "$ref": format!("#/components/parameters/{name}") });
            assert!(item["parameters"].as_array().unwrap().contains(&wanted), "{path}");
        }
    }
}
