//! `mebe migrate`: the schema goes up, down and up again.

use crate::harness::on_both;
use crate::harness::server::Server;
use serde_json::json;

on_both!(the_schema_goes_down_and_up_again);

async fn the_schema_goes_down_and_up_again(mut server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.stop().await;
    let runs: [&[&str]; 4] = [&["migrate"], &["migrate", "--down"], &["migrate"], &["migrate"]];
    for arguments in runs {
        let ended = server.command(arguments);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    server.start_again(&[]).await;
    server.get("/Patient/me").await.is(404);
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.assert_sound();
}
