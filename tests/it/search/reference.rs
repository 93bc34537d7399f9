//! References, <https://hl7.org/fhir/R4/search.html#reference>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    references_are_found_in_every_form,
    references_to_other_servers_are_found_by_their_url,
    versioned_references_are_found_by_what_they_name,
    canonicals_are_found_in_their_version,
    malformed_references_are_refused,
);

fn observation(id: &str, subject: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
        "subject": { "reference": subject },
    })
}

async fn references_are_found_in_every_form(server: Server) {
    let own = format!("{}/Patient/me", server.base());
    store(
        &server,
        &[
            observation("relative", "Patient/me"),
            observation("absolute", &own),
            observation("group", "Group/me"),
            observation("other", "Patient/you"),
        ],
    )
    .await;
    let mine = ["relative", "absolute"];
    check(&server, "Observation?subject=Patient/me", &mine).await;
    check(&server, &format!("Observation?subject={own}"), &mine).await;
    check(&server, "Observation?subject:Patient=me", &mine).await;
    check(&server, "Observation?patient=me", &mine).await;
    check(&server, "Observation?patient=Patient/me", &mine).await;
    check(&server, "Observation?subject=me", &["relative", "absolute", "group"]).await;
    check(&server, "Observation?subject:Group=me", &["group"]).await;
    check(&server, "Observation?subject=Group/me", &["group"]).await;
    check(&server, "Observation?patient=you,me", &["relative", "absolute", "other"]).await;
    check(&server, "Observation?patient=nobody", &[]).await;
}

async fn references_to_other_servers_are_found_by_their_url(server: Server) {
    let url = "http://other.example/fhir/Patient/me";
    store(&server, &[observation("foreign", url), observation("own", "Patient/me")]).await;
    check(&server, &format!("Observation?subject={url}"), &["foreign"]).await;
    check(&server, "Observation?subject=Patient/me", &["own"]).await;
    check(&server, "Observation?subject=me", &["own"]).await;
    check(&server, "Observation?subject=patient/me", &[]).await;
}

async fn versioned_references_are_found_by_what_they_name(server: Server) {
    store(&server, &[observation("o", "Patient/me/_history/3")]).await;
    check(&server, "Observation?subject=Patient/me", &["o"]).await;
}

async fn malformed_references_are_refused(server: Server) {
    for query in ["subject=a b", "subject:Nurse=1", "subject:Immunization=1", "subject:exact=1"] {
        server.get(&format!("/Observation?{query}")).await.is(400);
    }
}

async fn canonicals_are_found_in_their_version(server: Server) {
    let response = |id: &str, questionnaire: &str| {
        json!({
            "resourceType": "QuestionnaireResponse", "id": id, "status": "completed",
            "questionnaire": questionnaire,
        })
    };
    let url = "http://example.org/fhir/Questionnaire/q";
    let own = format!("{}/Questionnaire/own", server.base());
    store(
        &server,
        &[
            response("one", &format!("{url}|1.0")),
            response("two", &format!("{url}|2.0#part")),
            response("none", url),
            response("longer", &format!("{url}x|1.0")),
            response("own", &format!("{own}|1.0")),
        ],
    )
    .await;
    let search = |value: &str| format!("QuestionnaireResponse?questionnaire={value}");
    check(&server, &search(url), &["none", "one", "two"]).await;
    check(&server, &search(&format!("{url}|1.0")), &["one"]).await;
    check(&server, &search(&format!("{url}|2.0")), &["two"]).await;
    check(&server, &search(&format!("{url}|3.0")), &[]).await;
    check(&server, &search(&format!("{url}|1")), &[]).await;
    check(&server, &search(&format!("{url}|1.0,{url}|2.0")), &["one", "two"]).await;
    check(&server, &search(&own), &["own"]).await;
    check(&server, &search(&format!("{own}|1.0")), &["own"]).await;
    check(&server, &search(&format!("{own}|2.0")), &[]).await;
    let condition = format!("questionnaire={url}|3.0");
    let made = server.post("/QuestionnaireResponse", response("x", &format!("{url}|3.0")));
    made.header("if-none-exist", &condition).await.is(201);
    // A reference has no such version.
    store(&server, &[observation("o", "http://other.example/fhir/Patient/1")]).await;
    check(&server, "Observation?subject=http://other.example/fhir/Patient/1|1.0", &[]).await;
}
