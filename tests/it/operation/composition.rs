//! `$document`, <https://hl7.org/fhir/R4/composition-operation-document.html>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_document_has_all_that_is_referred_to, it_can_be_kept, what_is_missing_is_told,);

async fn fill(server: &Server) {
    let composition = json!({ "resourceType": "Composition", "id": "c", "status": "final",
        "type": { "text": "Tóm tắt" }, "date": "2026-11-22", "title": "Tóm tắt ra viện",
        "subject": { "reference": "Patient/me" }, "author": [{ "reference": "Practitioner/d" }],
        "section": [{ "title": "Chẩn đoán", "entry": [{ "reference": "Condition/k" }] }] });
    for (path, resource) in [
        (
            "/Organization/tram",
            json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm" }),
        ),
        (
            "/Patient/me",
            json!({ "resourceType": "Patient", "id": "me",
            "managingOrganization": { "reference": "Organization/tram" } }),
        ),
        ("/Patient/other", json!({ "resourceType": "Patient", "id": "other" })),
        ("/Practitioner/d", json!({ "resourceType": "Practitioner", "id": "d" })),
        (
            "/Condition/k",
            json!({ "resourceType": "Condition", "id": "k",
            "subject": { "reference": "Patient/me" } }),
        ),
        ("/Composition/c", composition),
    ] {
        server.put(path, resource).await.is(201);
    }
}

fn addresses(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().unwrap().iter();
    let address = |entry: &Value| entry["fullUrl"].as_str().unwrap().to_owned();
    entries.map(address).collect()
}

async fn a_document_has_all_that_is_referred_to(server: Server) {
    fill(&server).await;
    let bundle = server.get("/Composition/c/$document").await.is(200).json();
    assert_eq!((&bundle["type"], &bundle["resourceType"]), (&json!("document"), &json!("Bundle")));
    let base = server.base();
    let expected: Vec<String> =
        ["Composition/c", "Patient/me", "Practitioner/d", "Condition/k", "Organization/tram"]
            .iter()
            .map(|address| format!("{base}/{address}"))
            .collect();
    assert_eq!(addresses(&bundle), expected);
    assert!(bundle["identifier"]["value"].as_str().unwrap().starts_with("urn:uuid:"));
    // It is one that would be taken.
    server.post("/Bundle", &bundle).await.is(201);
    let xml = server.get("/Composition/c/$document").header("accept", "application/fhir+xml");
    assert!(xml.await.is(200).text.contains("<type value=\"document\"/>"));
    let by_type = server.get("/Composition/$document?id=Composition/c").await.is(200).json();
    assert_eq!(addresses(&by_type), expected);
    assert_eq!(server.get("/Bundle?_summary=count").await.json()["total"], 1);
}

async fn it_can_be_kept(server: Server) {
    fill(&server).await;
    let persist = json!({ "name": "persist", "valueBoolean": true });
    let parameters = json!({ "resourceType": "Parameters", "parameter": [persist] });
    let reply = server.post("/Composition/c/$document", parameters).await.is(200);
    let kept = server.get(&format!("/Bundle/{}", reply.id())).await.is(200).json();
    assert_eq!(kept, reply.json());
    assert_eq!(addresses(&kept).len(), 5);
}

async fn what_is_missing_is_told(server: Server) {
    fill(&server).await;
    server.get("/Composition/none/$document").await.is(404);
    server.get("/Composition/$document").await.is(400);
    server.get("/Composition/c/$document?graph=x").await.is(501);
    server.delete("/Organization/tram").await.is(204);
    let bundle = server.get("/Composition/c/$document").await.is(200).json();
    assert_eq!(addresses(&bundle).len(), 4);
    server.delete("/Condition/k").await.is(204);
    let reply = server.get("/Composition/c/$document").await.is(422);
    let place = reply.json()["issue"][0]["expression"][0].clone();
    assert_eq!(place, "Composition.section[0].entry[0]");
}
