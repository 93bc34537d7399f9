//! `mebe verify`: sound databases pass, others do not.

use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_sound_database_passes,
    a_database_is_checked_by_the_base_it_was_served_at,
    a_lost_index_row_is_told,
    a_changed_body_is_told,
    a_lost_version_is_told
);

async fn filled(server: &mut Server) {
    for family in ["Lê", "Hồ"] {
        let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": family }], "birthDate": "1999" });
        server.put("/Patient/me", patient).await;
    }
    server.put("/Patient/gone", json!({ "resourceType": "Patient", "id": "gone" })).await.is(201);
    server.delete("/Patient/gone").await.is(204);
    server.stop().await;
}

/// Runs a statement behind the server's back; what `verify` says then.
async fn damaged(mut server: Server, sql: &str) -> String {
    filled(&mut server).await;
    let url = match server.database.backend {
        Backend::Sqlite => server.database.url.replace("sqlite:", "sqlite://"),
        Backend::Postgres => server.database.url.clone(),
    };
    let db = Database::connect(url).await.unwrap();
    let done = db.execute_unprepared(sql).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    db.close().await.unwrap();
    let ended = server.command(&["verify"]);
    assert_eq!(ended.status.code(), Some(1), "{sql}");
    String::from_utf8(ended.stdout).unwrap()
}

async fn a_sound_database_passes(mut server: Server) {
    filled(&mut server).await;
    let ended = server.command(&["verify"]);
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success() && said.ends_with(": 0 faults\n"), "{said}");
}

/// The database is all that `mebe verify` is told of: the server's base URL is in it.
async fn a_database_is_checked_by_the_base_it_was_served_at(mut server: Server) {
    let observation = json!({
        "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
        "subject": { "reference": format!("{}/Patient/me", server.base()) },
    });
    server.put("/Observation/o", observation).await.is(201);
    server.stop().await;
    server.assert_sound();
}

async fn a_lost_index_row_is_told(server: Server) {
    let said = damaged(server, "DELETE FROM sp_date").await;
    assert!(said.contains("its index rows differ"), "{said}");
}

async fn a_changed_body_is_told(server: Server) {
    let said =
        damaged(server, "UPDATE resource SET body = replace(body, '1999', '2999') WHERE id = 'me'")
            .await;
    assert!(said.contains("its index rows differ"), "{said}");
}

async fn a_lost_version_is_told(server: Server) {
    let said = damaged(server, "DELETE FROM resource_version").await;
    assert!(said.contains("version"), "{said}");
}
