//! `mebe migrate`: the schema goes up, down and up again.

use crate::harness::on_both;
use crate::harness::server::Server;
use serde_json::json;

on_both!(the_schema_goes_down_and_up_again, a_database_of_a_newer_mebe_is_left_alone);

async fn the_schema_goes_down_and_up_again(mut server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.stop().await;
    let refused = server.command(&["migrate", "--down"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--yes"));
    let runs: [&[&str]; 4] =
        [&["migrate"], &["migrate", "--down", "--yes"], &["migrate"], &["migrate"]];
    for arguments in runs {
        let ended = server.command(arguments);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    server.start_again(&[]).await;
    server.get("/Patient/me").await.is(404);
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    server.assert_sound();
}

async fn a_database_of_a_newer_mebe_is_left_alone(mut server: Server) {
    server.stop().await;
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000009_x', 1)";
    server.database.run(sql).await;
    for arguments in [
        &["migrate"][..],
        &["migrate", "--down", "--yes"],
        &["verify"],
        &["serve", "--bind", "127.0.0.1:0"],
    ] {
        let ended = server.command(arguments);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("made by a newer Mebe"), "{said}");
    }
}
