//! `PostgreSQL` goes away and comes back.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::backend::{Backend, Database, execute};
use crate::harness::call::Reply;
use crate::harness::cluster::{self, Cluster};
use crate::harness::server::{Server, mebe};

/// A cluster of a test's own, and a server on it; none when `PostgreSQL` is not on this machine.
async fn on_its_own() -> Option<(Cluster, Server)> {
    cluster::shared()?;
    let cluster = Cluster::start().expect("a second one");
    let folder = tempfile::TempDir::with_prefix("mebe-test-").unwrap();
    let url = cluster.create_database();
    let database = Database { url, folder, backend: Backend::Postgres };
    let server = Server::start_on(database, &[]).await;
    let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": "Lê" }] });
    server.put("/Patient/me", patient).await.is(201);
    Some((cluster, server))
}

async fn asked(server: &Server) -> Vec<(Reply, Duration)> {
    let ready = format!("{}/health/ready", server.top());
    let patient = json!({ "resourceType": "Patient" });
    let calls = [
        server.get("/Patient/me"),
        server.get("/Patient?name=le"),
        server.post("/Patient", patient),
        server.get(&ready),
    ];
    let timed = calls.map(async |call| {
        let start = Instant::now();
        (call.await, start.elapsed())
    });
    futures_util::future::join_all(timed).await
}

async fn is_told(server: &Server) {
    for (reply, took) in asked(server).await {
        assert_eq!(reply.status, 503, "{}", reply.text);
        assert_eq!(reply.header("retry-after"), Some("1"));
        // Twice what is promised: machines that test are busy.
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
}

async fn is_well_again(server: &Server) {
    for _ in 0..200 {
        if asked(server).await.iter().all(|(reply, _)| reply.status < 300) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", asked(server).await);
}

#[tokio::test]
async fn a_database_that_is_gone_is_told_and_found_again() {
    let Some((cluster, server)) = on_its_own().await else { return };
    cluster.crash();
    is_told(&server).await;
    is_told(&server).await;
    cluster.recover();
    is_well_again(&server).await;
    // Nobody asked in between: connections of before are no good, and nobody notices.
    cluster.crash();
    cluster.recover();
    is_well_again(&server).await;
}

#[tokio::test]
async fn a_database_that_is_silent_is_told_and_found_again() {
    let Some((cluster, server)) = on_its_own().await else { return };
    cluster.signal("STOP");
    is_told(&server).await;
    is_told(&server).await;
    cluster.signal("CONT");
    is_well_again(&server).await;
    server.assert_sound();
}

#[tokio::test]
async fn a_database_that_takes_no_changes_is_not_ready() {
    let Some((_cluster, server)) = on_its_own().await else { return };
    let name = server.database.url.rsplit('/').next().unwrap().to_owned();
    let elsewhere = server.database.url.replace(&name, "postgres");
    let set = async |value: &str| {
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}");
        execute(&elsewhere, &sql).await;
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        execute(&elsewhere, &end).await;
    };
    set("on").await;
    let patient = json!({ "resourceType": "Patient" });
    let refused = loop {
        // A connection of before may take the first one.
        let reply = server.post("/Patient", &patient).await;
        if reply.status != 201 {
            break reply;
        }
    };
    assert_eq!(refused.status, 503, "{}", refused.text);
    let ready = format!("{}/health/ready", server.top());
    server.get(&ready).await.is(503);
    server.get("/Patient/me").await.is(200);
    set("off").await;
    is_well_again(&server).await;
}

#[test]
fn a_database_that_is_not_there_is_named_at_start_without_the_password() {
    for (url, place) in [
        ("postgres://mebe:secret@127.0.0.1:1/none", "127.0.0.1:1, database none, user mebe"),
        ("postgres://mebe:secret@no.invalid/none", "no.invalid:5432"),
    ] {
        let ended =
            mebe().args(["serve", "--bind", "127.0.0.1:0", "--database", url]).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains(place) && !said.contains("secret"), "{said}");
    }
}
