//! The sample families: what `--demo` loads is what `examples/families` holds.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::harness::backend::Backend;
use crate::harness::server::Server;

/// Every resource of the families, its links to other entries replaced by their addresses.
fn families() -> HashMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/families");
    let mut resources = HashMap::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let mut text = std::fs::read_to_string(file).unwrap();
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let entries = bundle["entry"].as_array().unwrap().iter();
        for entry in entries.filter(|entry| entry["fullUrl"].is_string()) {
            let (link, url) =
                (entry["fullUrl"].as_str().unwrap(), entry["request"]["url"].as_str().unwrap());
            text = text.replace(&format!("\"{link}\""), &format!("\"{url}\""));
        }
        let bundle: Value = serde_json::from_str(&text).unwrap();
        for entry in bundle["entry"].as_array().unwrap() {
            let url = entry["request"]["url"].as_str().unwrap().to_owned();
            assert!(resources.insert(url, entry["resource"].clone()).is_none());
        }
    }
    resources
}

async fn the_families_are_there_as_they_were_written(backend: Backend) {
    let Some(mut server) = Server::start_with(backend, &[("demo", "true")]).await else { return };
    for (url, resource) in families() {
        let mut stored = server.get(&format!("/{url}")).await.is(200).json();
        assert_eq!(stored["meta"]["versionId"], "1", "{url}");
        let meta = stored["meta"].as_object_mut().unwrap();
        meta.shift_remove("versionId");
        meta.shift_remove("lastUpdated");
        if meta.is_empty() {
            stored.as_object_mut().unwrap().shift_remove("meta");
        }
        assert_eq!(stored, resource, "{url}");
    }
    the_main_questions_are_answered(&server).await;
    server.stop().await;
    server.start_again(&[]).await;
    let again = server.get("/Patient/me-nguyen-thi-anh").await.is(200);
    assert_eq!(again.header("etag"), Some("W/\"1\""));
    server.assert_sound();
}

/// A mother by name without diacritics and by identifier, her visits, her child's vaccines.
async fn the_main_questions_are_answered(server: &Server) {
    let found = async |query: &str| server.get(&format!("/{query}")).await.is(200).ids();
    assert_eq!(found("Patient?name=nguyen thi anh").await, ["me-nguyen-thi-anh"]);
    let identifier = "http://fhir.hl7.org.vn/core/sid/cccd|001198000001";
    assert_eq!(found(&format!("Patient?identifier={identifier}")).await, ["me-nguyen-thi-anh"]);
    let visits = found("Encounter?patient=me-nguyen-thi-anh&_sort=-date&_count=100").await;
    let since = found("Encounter?patient=me-nguyen-thi-anh&date=ge2026-01-01&_count=100").await;
    assert!(visits.len() >= 6 && since.iter().all(|id| visits.contains(id)), "{visits:?}");
    let vaccines =
        server.get("/Immunization?patient=be-pham-minh-anh&_sort=date&_count=100").await.json();
    let dates: Vec<_> = vaccines["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["occurrenceDateTime"].as_str().unwrap().to_owned())
        .collect();
    assert!(dates.len() >= 5 && dates.is_sorted(), "{dates:?}");
}

#[tokio::test]
async fn sqlite_families_come_back_as_they_were_written() {
    the_families_are_there_as_they_were_written(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres_families_come_back_as_they_were_written() {
    the_families_are_there_as_they_were_written(Backend::Postgres).await;
}
