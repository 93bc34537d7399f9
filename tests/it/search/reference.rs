//! References, <https://hl7.org/fhir/R4/search.html#reference>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    references_are_found_in_every_form,
    references_to_other_servers_are_found_by_their_url,
    versioned_references_are_found_by_what_they_name,
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
