//! Definitions that clients store.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(what_was_stored_is_known_after_a_restart);

async fn what_was_stored_is_known_after_a_restart(mut server: Server) {
    let version = |version: &str, code: &str| {
        json!({
            "resourceType": "CodeSystem", "id": "c", "url": "http://x.org/c", "version": version,
            "status": "active", "content": "complete", "concept": [{ "code": code }],
        })
    };
    server.put("/CodeSystem/c", version("1", "a")).await.is(201);
    server.put("/CodeSystem/c", version("2", "b")).await.is(200);
    server.stop().await;
    server.start_again(&[]).await;
    for (asked, status) in [("code=b", 200), ("code=a", 404), ("version=1&code=a", 200)] {
        let place = "/CodeSystem/$lookup?system=http://x.org/c";
        server.get(&format!("{place}&{asked}")).await.is(status);
    }
}
