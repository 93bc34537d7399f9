//! The write-ahead log of `SQLite` stays short, and the server is ready to stop, whatever was read.

use std::fs;
use std::future::IntoFuture;

use serde_json::json;

use crate::harness::backend::Backend;
use crate::harness::server::Server;

/// A document that takes several hundred frames of the log to write.
fn document(id: &str, at: usize) -> serde_json::Value {
    let data = "QUJD".repeat(500_000);
    json!({
        "resourceType": "Binary", "id": id, "contentType": "text/plain",
        "securityContext": { "reference": format!("Patient/{at}") }, "data": data,
    })
}

fn length(server: &Server) -> u64 {
    let log = server.database.folder.path().join("mebe.db-wal");
    fs::metadata(log).map_or(0, |log| log.len())
}

/// Transactions that each read before they write, one after another, and searches all the while.
#[tokio::test]
async fn the_log_does_not_grow_with_what_is_written() {
    let mut server = Server::start(Backend::Sqlite).await.unwrap();
    let mut longest = 0;
    for at in 0..60 {
        let search = server.get("/Patient?_id=nobody&_summary=count");
        let entry = json!({
            "request": { "method": "PUT", "url": format!("Binary/b{}", at % 3) },
            "resource": document(&format!("b{}", at % 3), at),
        });
        let person = json!({
            "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=http://x|1" },
            "resource": { "resourceType": "Patient", "identifier": [{ "system": "http://x", "value": "1" }] },
        });
        let bundle =
            json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry, person] });
        let (_, written) =
            tokio::join!(search.into_future(), server.post("", bundle).into_future());
        written.is(200);
        longest = longest.max(length(&server));
    }
    // 60 documents, and what they replace, are more than 200 MB of log.
    assert!(longest < 64 << 20, "{longest}");
    server.stop().await;
    assert_eq!(length(&server), 0, "{}", server.log());
    server.assert_sound();
}

/// A view that was kept for the next read does not hold up the end, nor does a client that stays
/// connected.
#[tokio::test]
async fn the_end_does_not_wait_for_idle_readers() {
    let mut server = Server::start(Backend::Sqlite).await.unwrap();
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    server.put("/Patient/me", patient).await.is(201);
    server.get("/Patient/me").await.is(200);
    server.stop().await;
    let log = server.log();
    assert!(log.contains("stopped") && !log.contains("cut") && !log.contains("stays"), "{log}");
    assert_eq!(length(&server), 0);
}
