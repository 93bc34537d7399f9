//! `X-Provenance`, <https://hl7.org/fhir/R4/provenance.html#header>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_is_said_is_stored_with_each_kind_of_change,
    a_transaction_has_one_of_all_it_changes,
    what_is_wrong_is_refused_and_nothing_stored,
);

fn said() -> Value {
    json!({ "resourceType": "Provenance", "recorded": "2026-11-22T08:00:00+07:00",
        "agent": [{ "who": { "display": "Nữ hộ sinh Lan" } }] })
}

async fn targets(server: &Server) -> Vec<String> {
    let bundle = server.get("/Provenance?_sort=_lastUpdated&_count=50").await.is(200).json();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let of = |entry: &Value| {
        let targets = entry["resource"]["target"].as_array().unwrap().iter();
        let texts = targets.map(|one| one["reference"].as_str().unwrap().to_owned());
        texts.collect::<Vec<_>>().join(" ")
    };
    entries.iter().map(of).collect()
}

async fn what_is_said_is_stored_with_each_kind_of_change(server: Server) {
    let said = said().to_string();
    let patient = |active: bool| json!({ "resourceType": "Patient", "id": "me", "active": active });
    let put = |active| server.put("/Patient/me", patient(active)).header("x-provenance", &said);
    put(true).await.is(201);
    assert_eq!(targets(&server).await, ["Patient/me"]);
    let found = server.get("/Provenance?target=Patient/me").await.is(200).json();
    let provenance = &found["entry"][0]["resource"];
    assert_eq!(provenance["agent"][0]["who"]["display"], "Nữ hộ sinh Lan");
    // What changes nothing has nothing to be said of.
    put(true).await.is(200);
    assert_eq!(targets(&server).await.len(), 1);
    let patch = json!({ "active": false });
    let call = server.call("PATCH", "/Patient/me").body(patch).header("x-provenance", &said);
    call.header("content-type", "application/merge-patch+json").await.is(200);
    let created =
        server.post("/Patient", patient(true)).header("x-provenance", &said).await.is(201);
    server.delete("/Patient/me").header("x-provenance", &said).await.is(204);
    let created = format!("Patient/{}", created.id());
    assert_eq!(targets(&server).await, ["Patient/me", "Patient/me", &created, "Patient/me"]);
    let xml = "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/></Patient>";
    let call = server.put("/Patient/x", xml).header("content-type", "application/fhir+xml");
    call.header("x-provenance", &said).await.is(201);
    assert_eq!(targets(&server).await.len(), 5);
}

async fn a_transaction_has_one_of_all_it_changes(server: Server) {
    let entry = |id: &str| {
        json!({ "resource": { "resourceType": "Patient", "id": id },
            "request": { "method": "PUT", "url": format!("Patient/{id}") } })
    };
    let bundle = |kind: &str| json!({ "resourceType": "Bundle", "type": kind, "entry": [entry("a"), entry("b")] });
    let said = said().to_string();
    server.post("", bundle("transaction")).header("x-provenance", &said).await.is(200);
    assert_eq!(targets(&server).await, ["Patient/a Patient/b"]);
    server.delete("/Patient/a").await.is(204);
    server.post("", bundle("batch")).header("x-provenance", &said).await.is(200);
    assert_eq!(targets(&server).await, ["Patient/a Patient/b", "Patient/a"]);
}

async fn what_is_wrong_is_refused_and_nothing_stored(server: Server) {
    let mut aimed = said();
    aimed["target"] = json!([{ "reference": "Patient/me" }]);
    let mut lacking = said();
    lacking.as_object_mut().unwrap().remove("agent");
    let patient = json!({ "resourceType": "Patient" });
    for (text, status) in [
        ("{".to_owned(), 400),
        ("{\"resourceType\":\"Patient\"}".to_owned(), 400),
        (aimed.to_string(), 400),
        (lacking.to_string(), 422),
    ] {
        let reply =
            server.post("/Patient", &patient).header("x-provenance", &text).await.is(status);
        assert!(reply.text.contains("X-Provenance"), "{}", reply.text);
    }
    server.get("/Patient").header("x-provenance", &said().to_string()).await.is(400);
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"], 0);
    assert_eq!(targets(&server).await, Vec::<String>::new());
}
