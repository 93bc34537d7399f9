//! The index is made anew when it was made another way.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    another_time_zone_makes_the_index_anew,
    another_base_url_makes_the_index_anew,
    a_base_url_that_only_an_old_version_names_counts_too,
);

async fn another_time_zone_makes_the_index_anew(mut server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "birthDate": "2026-01-02" });
    server.put("/Patient/me", patient).await.is(201);
    let moment = "/Patient?birthdate=lt2026-01-02T00:00:00Z";
    assert_eq!(server.get(moment).await.ids(), ["me"]);
    server.stop().await;
    server.start_again(&[("time_zone", "+00:00")]).await;
    assert!(server.log().contains("made anew"));
    assert!(server.get(moment).await.ids().is_empty());
    assert_eq!(server.get("/Patient?birthdate=2026-01-02").await.ids(), ["me"]);
    server.assert_sound();
}

async fn another_base_url_makes_the_index_anew(mut server: Server) {
    let observation = json!({
        "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
        "subject": { "reference": "https://mebe.example/fhir/Patient/me" },
    });
    server.put("/Observation/o", observation).await.is(201);
    assert!(server.get("/Observation?patient=me").await.ids().is_empty());
    server.stop().await;
    server.start_again(&[("base_url", "https://mebe.example/fhir")]).await;
    assert_eq!(server.get("/Observation?patient=me").await.ids(), ["o"]);
    server.assert_sound();
}

async fn a_base_url_that_only_an_old_version_names_counts_too(mut server: Server) {
    let observation = |subject: &str| {
        json!({ "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
            "subject": { "reference": subject } })
    };
    let absolute = observation("https://mebe.example/fhir/Patient/me");
    server.put("/Observation/o", absolute).await.is(201);
    server.put("/Observation/o", observation("Patient/me")).await.is(200);
    let of_somebody = "SELECT CAST(version AS text) FROM resource_version WHERE owner = 1";
    assert_eq!(server.database.texts(of_somebody).await, ["1"]);
    server.stop().await;
    server.start_again(&[("base_url", "https://mebe.example/fhir")]).await;
    assert!(server.database.texts(of_somebody).await.is_empty());
    server.assert_sound();
}
