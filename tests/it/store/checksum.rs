//! A database of before there were checksums gets them.

use crate::harness::backend::{Backend, Database};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_database_of_before_gets_its_checksums, one_that_was_migrated_by_hand_is_sound);

/// What `mebe migrate` of 27 November 2026 made, and what was written into it then.
async fn of_before(database: &Database) {
    super::without_compartments(database).await;
    for sql in [
        "DROP TABLE log_end",
        "ALTER TABLE change_log DROP COLUMN sum",
        "ALTER TABLE change_log DROP COLUMN chain",
        "ALTER TABLE setting DROP COLUMN sum",
        "DELETE FROM seaql_migrations WHERE version LIKE '%_000003_%'",
        include_str!("before_checksums.sql"),
    ] {
        database.run(sql).await;
    }
}

async fn a_database_of_before_gets_its_checksums(mut server: Server) {
    server.stop().await;
    of_before(&server.database).await;
    let refused = server.command(&["verify"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("made by an earlier Mebe"));
    server.start_again(&[]).await;
    server.assert_sound();
    assert_eq!(server.get("/Patient/me").await.is(200).header("etag"), Some("W/\"3\""));
    assert!(server.get("/Patient/me/_history/2").await.is(200).text.contains("Lê 2"));
    server.get("/Patient/gone").await.is(410);
    let more = serde_json::json!({ "resourceType": "Patient", "id": "me", "active": true });
    let more = server.put("/Patient/me", more).await.is(200);
    assert_eq!(more.header("etag"), Some("W/\"4\""));
    server.stop().await;
    server.assert_sound();
    let changed = match server.database.backend {
        Backend::Sqlite => "replace(body, 'Lê 2', 'Lê 9')",
        Backend::Postgres => {
            "convert_to(replace(convert_from(body, 'UTF8'), 'Lê 2', 'Lê 9'), 'UTF8')"
        }
    };
    let changed = &format!("UPDATE resource_version SET body = {changed} WHERE version = 2");
    server.database.run(changed).await;
    let found = server.command(&["verify"]);
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(said.contains("Patient/me: its version 2 is not what was written"), "{said}");
}

async fn one_that_was_migrated_by_hand_is_sound(mut server: Server) {
    server.stop().await;
    of_before(&server.database).await;
    for _ in 0..2 {
        assert!(server.command(&["migrate"]).status.success());
    }
    // The index may be one of before: that is told, and nothing else.
    let found = server.command(&["verify"]);
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    let others = said.lines().filter(|line| {
        !line.contains("was made another way")
            && !line.contains("search_parameter")
            && !line.ends_with("faults")
    });
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&str>::new());
}
