//! The definitions that come with the server, read and searched as stored resources are.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    definitions_of_the_guide_and_of_r4_are_read,
    they_are_found_by_the_parameters_of_their_type,
    they_are_matched_as_stored_ones_are,
    they_are_sorted_and_paged_with_stored_ones,
    stored_ones_take_their_place,
    they_cannot_be_deleted,
    parameters_that_cannot_be_answered_are_refused,
);

fn ids(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

async fn found(server: &Server, query: &str) -> Vec<String> {
    ids(&server.get(query).await.is(200).json())
}

fn value_set(id: &str, url: &str) -> Value {
    json!({ "resourceType": "ValueSet", "id": id, "url": url, "version": "1", "name": "Aaa",
        "status": "active", "compose": { "include": [{ "system": "http://a.b" }] } })
}

const GENDER: &str = "http://hl7.org/fhir/ValueSet/administrative-gender";

async fn definitions_of_the_guide_and_of_r4_are_read(server: Server) {
    let mother = server.get("/StructureDefinition/mch-mother").await.is(200);
    assert_eq!(mother.header("etag"), Some("W/\"1\""));
    let mother = mother.json();
    assert_eq!(mother["meta"]["versionId"], "1");
    assert!(mother["snapshot"]["element"].as_array().unwrap().len() > 20);
    for path in [
        "/Questionnaire/mch-antenatal-visit-form",
        "/ValueSet/administrative-gender",
        "/CodeSystem/v3-ActCode",
        "/SearchParameter/Patient-active",
        "/OperationDefinition/ValueSet-expand",
        "/StructureDefinition/Patient/_history/1",
    ] {
        let read = server.get(path).await.is(200).json();
        assert!(path.contains(read["id"].as_str().unwrap()), "{path}");
        server
            .post(&format!("/{}/$validate", read["resourceType"].as_str().unwrap()), &read)
            .await
            .is(200);
    }
    let history = server.get("/StructureDefinition/Patient/_history").await.is(200).json();
    assert_eq!(history["entry"].as_array().unwrap().len(), 1);
    server.get("/StructureDefinition/Patient/_history/2").await.is(404);
    server.get("/StructureDefinition/nobody").await.is(404);
    let expanded = server.get("/ValueSet/administrative-gender/$expand").await.is(200).json();
    assert_eq!(expanded["expansion"]["total"], 4);
}

async fn they_are_found_by_the_parameters_of_their_type(server: Server) {
    let one = |query: &str, id: &str| {
        let (query, id, server) = (query.to_owned(), id.to_owned(), &server);
        async move { assert_eq!(found(server, &query).await, [id], "{query}") }
    };
    one("/StructureDefinition?url=http://hl7.org/fhir/StructureDefinition/Patient", "Patient")
        .await;
    one("/StructureDefinition?_id=mch-mother", "mch-mother").await;
    one(&format!("/ValueSet?url={GENDER}"), "administrative-gender").await;
    one(&format!("/ValueSet?url={GENDER}&version=4.0.1"), "administrative-gender").await;
    one("/CodeSystem?system=http://hl7.org/fhir/administrative-gender", "administrative-gender")
        .await;
    one("/ValueSet?name:exact=AdministrativeGender", "administrative-gender").await;
    one("/SearchParameter?code=active&base=Patient", "Patient-active").await;
    one("/OperationDefinition?code=expand&instance=true", "ValueSet-expand").await;
    let nothing = found(&server, &format!("/ValueSet?url={GENDER}&version=3")).await;
    assert!(nothing.is_empty());
    let profiles =
        "/StructureDefinition?type=Patient&derivation=constraint&kind=resource&status=active,draft";
    assert!(found(&server, profiles).await.contains(&"mch-mother".to_owned()));
    let base =
        "/StructureDefinition?base=http://hl7.org/fhir/StructureDefinition/vitalsigns&_count=50";
    assert!(found(&server, base).await.contains(&"bodyweight".to_owned()));
    let title =
        server.get("/Questionnaire?title:contains=phieu&_summary=count").await.is(200).json();
    assert!(title["total"].as_u64().is_some());
    let all = server.get("/CodeSystem?_summary=count").await.is(200).json();
    assert!(all["total"].as_u64().unwrap() > 1000, "{all}");
}

/// What the index in the database finds of copies, the rows in memory find of the definitions.
async fn they_are_matched_as_stored_ones_are(server: Server) {
    let all = found(&server, "/Questionnaire?_count=50").await;
    assert!(all.len() > 10, "{all:?}");
    for id in &all {
        let mut copy = server.get(&format!("/Questionnaire/{id}")).await.is(200).json();
        copy["id"] = json!(format!("copy-{id}"));
        copy["url"] = json!(format!("http://x.org/Questionnaire/{id}"));
        server.put(&format!("/Questionnaire/copy-{id}"), copy).await.is(201);
    }
    let mut found_some = 0;
    for query in [
        "status=active",
        "status=draft,active",
        "status=http://hl7.org/fhir/publication-status|active",
        "version=0.1.0",
        "name=mch",
        "name:exact=MchAntenatalVisitForm",
        "title=phieu",
        "title:contains=thai",
        "title:exact=x",
        "publisher=mebe",
        "description:contains=me",
        "date=ge2026",
        "date=2026",
        "date=lt2026-06-01,gt2026-06-02",
        "date=ne2026-11-01",
        "date=ap2026-11-01",
        "jurisdiction=VN",
        "jurisdiction=urn:iso:std:iso:3166|VN",
        "jurisdiction=urn:iso:std:iso:3166|",
        "jurisdiction=|VN",
        "subject-type=Patient",
        "subject-type=Patient&status=active&date=gt2020",
        "url:below=x",
    ] {
        let reply = server.get(&format!("/Questionnaire?{query}&_count=50")).await;
        if reply.status == 400 {
            continue;
        }
        let ids = ids(&reply.is(200).json());
        let stored: Vec<&str> = ids.iter().filter_map(|id| id.strip_prefix("copy-")).collect();
        let provided: Vec<&str> =
            ids.iter().map(String::as_str).filter(|id| !id.starts_with("copy-")).collect();
        let sorted = |mut ids: Vec<&str>| {
            ids.sort_unstable();
            ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        found_some += usize::from(!stored.is_empty());
        assert_eq!(sorted(stored), sorted(provided), "{query}");
    }
    assert!(found_some > 8, "{found_some}");
}

async fn they_are_sorted_and_paged_with_stored_ones(server: Server) {
    let stored = "http://x.org/ValueSet/zzz";
    server.put("/ValueSet/zzz", value_set("zzz", stored)).await.is(201);
    let first = server.get("/ValueSet?_count=3&_total=accurate").await.is(200).json();
    assert_eq!(ids(&first)[0], "zzz");
    let total = first["total"].as_u64().unwrap();
    let sorted = found(&server, "/ValueSet?_sort=-_id&_count=2").await;
    assert_eq!(sorted[0], "zzz");
    let mut seen = Vec::new();
    let mut next = Some("/ValueSet?_count=200&_sort=_id".to_owned());
    while let Some(path) = next {
        let page = server.get(&path).await.is(200).json();
        seen.extend(ids(&page));
        let links = page["link"].as_array().unwrap();
        let link = links.iter().find(|link| link["relation"] == "next");
        next = link
            .map(|link| link["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned());
    }
    assert_eq!(u64::try_from(seen.len()).unwrap(), total);
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(seen, sorted);
}

async fn stored_ones_take_their_place(server: Server) {
    let own = value_set("administrative-gender", "http://x.org/ValueSet/mine");
    server.put("/ValueSet/administrative-gender", &own).await.is(201);
    let read = server.get("/ValueSet/administrative-gender").await.is(200).json();
    assert_eq!(read["url"], "http://x.org/ValueSet/mine");
    assert!(found(&server, &format!("/ValueSet?url={GENDER}")).await.is_empty());
    server.delete("/ValueSet/administrative-gender").await.is(204);
    let read = server.get("/ValueSet/administrative-gender").await.is(200).json();
    assert_eq!(read["url"], GENDER);
    server.put("/ValueSet/other", value_set("other", GENDER)).await.is(201);
    assert_eq!(found(&server, &format!("/ValueSet?url={GENDER}")).await, ["other"]);
}

async fn they_cannot_be_deleted(server: Server) {
    let refused = server.delete("/StructureDefinition/mch-mother").header("accept-language", "en");
    let refused = refused.await.is(405);
    assert!(refused.said().contains("comes with the server"), "{}", refused.said());
    server.get("/StructureDefinition/mch-mother").await.is(200);
}

async fn parameters_that_cannot_be_answered_are_refused(server: Server) {
    for query in ["_query=a", "_content=a", "nope=a", "url:exact=http://a.b", "_has:X:y:z=1"] {
        server.get(&format!("/StructureDefinition?{query}")).await.is(400);
    }
}
