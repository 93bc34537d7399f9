//! `kill -9` in the middle of heavy writing, several times over: every acknowledged write is there,
//! no transaction is there by half, and the index is what the resources give; and who was answered
//! while accesses are recorded is in the records.
//!
//! On `PostgreSQL` the server alone is killed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "harness/mod.rs"]
#[expect(dead_code, reason = "tests/it uses the rest of it")]
mod harness;

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Notify;

use harness::on_both;
use harness::server::Server;

on_both!(acknowledged_writes_survive_kill_9, answered_reads_are_recorded_after_kill_9);

const ROUNDS: usize = 4;
/// Acknowledged requests after which a round ends.
const ENOUGH: usize = 150;
/// Writers of each sort.
const WRITERS: usize = 4;
/// Entries of a transaction.
const ENTRIES: usize = 5;

/// Counts what was acknowledged, and says when it is enough.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicUsize,
    enough: Notify,
}

impl Progress {
    fn acknowledge(&self) {
        if self.acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == ENOUGH {
            self.enough.notify_one();
        }
    }
}

/// What clients know of one round.
#[derive(Default)]
struct Known {
    /// Where a version is, and the body that was acknowledged.
    versions: Vec<(String, String)>,
    /// Names of transactions, and whether they were acknowledged.
    transactions: Vec<(String, bool)>,
}

async fn acknowledged_writes_survive_kill_9(mut server: Server) {
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        rounds.push(write_until_killed(&server, round).await);
        server.ended().await;
        server.start_again(&[]).await;
        for known in &rounds {
            check(&server, known).await;
        }
        server.assert_sound();
    }
}

/// What was answered was recorded before, reads and writes alike; the chain is whole.
async fn answered_reads_are_recorded_after_kill_9(mut server: Server) {
    let recording = [("audit_always", "true")];
    server.stop().await;
    server.start_again(&recording).await;
    for id in ["a", "b"] {
        server.put(&format!("/Patient/{id}"), patient(id, 0)).await.is(201);
    }
    for round in 0..2 {
        let progress = Progress::default();
        let readers =
            join_all((0..2 * WRITERS).map(|reader| reads(&server, &progress, (round, reader))));
        let kill = async {
            progress.enough.notified().await;
            server.signal("KILL");
        };
        let (answered, ()) = tokio::join!(readers, kill);
        server.ended().await;
        server.start_again(&recording).await;
        let known = server.database.texts("SELECT request FROM audit WHERE status < 400").await;
        let known: std::collections::HashSet<String> = known.into_iter().collect();
        let answered: Vec<String> = answered.into_iter().flatten().collect();
        assert!(answered.len() >= ENOUGH, "{}", answered.len());
        for request in &answered {
            assert!(known.contains(request), "{request} was answered and not recorded");
        }
        server.assert_sound();
    }
}

/// Reads, searches and writes until the server is gone; the ids of the requests that were answered.
async fn reads(
    server: &Server,
    progress: &Progress,
    (round, reader): (usize, usize),
) -> Vec<String> {
    let mut answered = Vec::new();
    for at in 0.. {
        let id = format!("r{round}-{reader}-{at}");
        let call = match at % 3 {
            0 => server.get("/Patient/a"),
            1 => server.get("/Patient?birthdate=1950"),
            _ => server.put("/Patient/b", patient("b", at * 100 + reader)),
        };
        let Ok(reply) = call.header("X-Request-Id", &id).attempt().await else { break };
        assert!(reply.status < 400, "{}", reply.text);
        progress.acknowledge();
        answered.push(id);
    }
    answered
}

async fn write_until_killed(server: &Server, round: usize) -> Known {
    let progress = Progress::default();
    let numbers = || (0..WRITERS).map(|writer| round * WRITERS + writer);
    let creates = join_all(numbers().map(|writer| creates(server, &progress, writer)));
    let updates = join_all(numbers().map(|writer| updates(server, &progress, writer)));
    let transactions = join_all(numbers().map(|writer| transactions(server, &progress, writer)));
    let kill = async {
        progress.enough.notified().await;
        server.signal("KILL");
    };
    let (created, updated, transactions, ()) = tokio::join!(creates, updates, transactions, kill);
    let versions = created.into_iter().chain(updated).flatten().collect();
    Known { versions, transactions: transactions.into_iter().flatten().collect() }
}

fn patient(id: &str, at: usize) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "multipleBirthInteger": at,
        "name": [{ "family": "Nguyễn", "given": ["Thị", format!("Ánh {at}")] }],
        "identifier": [{ "system": "http://example.org/crash", "value": format!("{id}-{at}") }],
        "birthDate": format!("{}-01-01", 1950 + at % 60),
    })
}

/// Creates until the server is gone.
async fn creates(server: &Server, progress: &Progress, writer: usize) -> Vec<(String, String)> {
    let mut known = Vec::new();
    for at in 0.. {
        let create = server.post("/Patient", patient(&format!("c{writer}"), at)).attempt().await;
        let Ok(reply) = create else { break };
        let reply = reply.is(201);
        progress.acknowledge();
        known.push((reply.header("location").unwrap().to_owned(), reply.text));
    }
    known
}

/// Updates one resource, shared with another writer, until the server is gone.
async fn updates(server: &Server, progress: &Progress, writer: usize) -> Vec<(String, String)> {
    let id = format!("u{}", writer / 2);
    let mut known = Vec::new();
    for at in 0.. {
        let update = server.put(&format!("/Patient/{id}"), patient(&id, at)).attempt().await;
        let Ok(reply) = update else { break };
        assert!(reply.status == 200 || reply.status == 201, "{}", reply.text);
        progress.acknowledge();
        known.push((reply.header("location").unwrap().to_owned(), reply.text));
    }
    known
}

/// Sends transactions until the server is gone.
async fn transactions(server: &Server, progress: &Progress, writer: usize) -> Vec<(String, bool)> {
    let mut known = Vec::new();
    for at in 0.. {
        let name = format!("t{writer}-{at}");
        let entries: Vec<Value> = (0..ENTRIES)
            .map(|entry| {
                let id = format!("{name}-{entry}");
                let request = json!({ "method": "PUT", "url": format!("Patient/{id}") });
                json!({ "request": request, "resource": patient(&id, at) })
            })
            .collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        let reply = server.post("", bundle).attempt().await;
        known.push((name, reply.is_ok()));
        let Ok(reply) = reply else { break };
        reply.is(200);
        progress.acknowledge();
    }
    known
}

async fn check(server: &Server, known: &Known) {
    for (url, body) in &known.versions {
        let version = server.get(url).await.is(200);
        assert_eq!(version.text, *body);
    }
    for (name, acknowledged) in &known.transactions {
        let ids: Vec<String> = (0..ENTRIES).map(|entry| format!("{name}-{entry}")).collect();
        let found = server.get(&format!("/Patient?_id={}", ids.join(","))).await.is(200).ids();
        let whole = found.len() == ENTRIES;
        assert!(whole || (!acknowledged && found.is_empty()), "{name}: {found:?}");
    }
}
