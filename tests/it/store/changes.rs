//! The log as those see it who follow it.

use std::sync::Arc;
use std::time::Duration;

use mebe::definitions::registry::Registry;
use mebe::fhir::date::Zone;
use mebe::fhir::kind::ResourceKind;
use mebe::index::indexer::Indexer;
use mebe::index::live::Live;
use mebe::index::patient::PatientKey;
use mebe::store::database::{Location, Options, Store};
use mebe::store::revision;
use serde_json::{Value, json};

use crate::harness::backend::Database;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(commits_are_seen_whole_and_in_order, who_is_far_behind_reads_a_part_at_a_time);

fn kind(name: &str) -> ResourceKind {
    ResourceKind::parse(name).unwrap()
}

async fn open(database: &Database) -> Store {
    let location = Location::parse(&database.url).unwrap();
    let (zone, query_limit) = (Zone::from_minutes(420), Duration::from_secs(60));
    let patients = PatientKey::new(&revision::secret(&location).await.unwrap());
    let registry = Arc::new(Registry::r4().unwrap());
    let indexer = Indexer::new(&registry, zone, "http://mebe.example", patients);
    let live = Live::new(registry, indexer);
    let options =
        Options { connections: 2, query_limit, write_queue: 16, audit_delay: Duration::ZERO, zone };
    Store::open(&location, &options, Arc::new(live)).await.unwrap()
}

/// What was changed, a change a line, and where to go on.
async fn ask(store: &Store, after: i64, kind: ResourceKind, most: u32) -> (String, i64) {
    let changes = store.changes(after, &[kind], most).await.unwrap();
    let told = changes.list.iter().map(|change| {
        assert_eq!(change.kind, kind);
        let (id, version) = (change.id.as_str(), change.version);
        format!("{}: {id} {version} {:?}", change.commit, change.op)
    });
    (told.collect::<Vec<_>>().join("\n"), changes.until)
}

fn value_set(id: &str) -> Value {
    json!({ "resourceType": "ValueSet", "id": id, "status": "draft" })
}

async fn commits_are_seen_whole_and_in_order(mut server: Server) {
    server.put("/ValueSet/a", value_set("a")).await.is(201);
    let entry = |resource: Value| {
        let url = format!(
            "{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        json!({ "resource": resource, "request": { "method": "PUT", "url": url } })
    };
    let patient = json!({ "resourceType": "Patient", "id": "p" });
    let entries = [value_set("b"), patient, value_set("c")].map(entry);
    let transaction = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", transaction).await.is(200);
    let changed = json!({ "resourceType": "ValueSet", "id": "a", "status": "active" });
    server.put("/ValueSet/a", changed).await.is(200);
    server.stop().await;
    let store = open(&server.database).await;
    // Another process goes on.
    server.start_again(&[]).await;
    server.delete("/ValueSet/b").await;

    let (sets, patients) = (kind("ValueSet"), kind("Patient"));
    let seen = |told: &str, until| (told.to_owned(), until);
    let all = "1: a 1 CreatedByUpdate\n4: b 1 CreatedByUpdate\n4: c 1 CreatedByUpdate\n5: a 2 Updated\n6: b 2 Deleted";
    assert_eq!(ask(&store, 0, sets, 100).await, seen(all, 6));
    assert_eq!(ask(&store, 6, sets, 100).await, seen("", 6));
    assert_eq!(ask(&store, 0, patients, 100).await, seen("4: p 1 CreatedByUpdate", 6));
    // Never a part of what was committed together, and never nothing.
    assert_eq!(ask(&store, 0, sets, 2).await, seen("1: a 1 CreatedByUpdate", 1));
    let together = "4: b 1 CreatedByUpdate\n4: c 1 CreatedByUpdate";
    assert_eq!(ask(&store, 1, sets, 1).await, seen(together, 4));
    for most in 1..6 {
        let (mut position, mut told) = (0, Vec::new());
        while position < 6 {
            let (some, until) = ask(&store, position, sets, most).await;
            assert!(until > position);
            told.push(some);
            position = until;
        }
        assert_eq!(told.join("\n"), all, "{most} at a time");
    }
    store.close().await.unwrap();
}

async fn who_is_far_behind_reads_a_part_at_a_time(mut server: Server) {
    server.put("/ValueSet/a", value_set("a")).await.is(201);
    server.stop().await;
    let last = 50_000;
    // One commit lies across the end of what is read at a time.
    let more = "CASE WHEN seq BETWEEN 19990 AND 20010 THEN 20010 - seq ELSE 0 END";
    let log = format!(
        "WITH RECURSIVE n(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM n WHERE seq < {last}) \
         INSERT INTO change_log (seq, rid, version, type_id, op, updated, sum, chain, owner, more) \
         SELECT seq, 1, 2, {}, 1, 0, 0, 0, 0, {more} FROM n",
        kind("Basic").number()
    );
    server.database.run(&log).await;
    server.database.run(&format!("UPDATE log_end SET seq = {last}")).await;
    let store = open(&server.database).await;
    let sets = kind("ValueSet");
    assert_eq!(ask(&store, 0, sets, 9).await, ("1: a 1 CreatedByUpdate".to_owned(), 20_010));
    assert_eq!(ask(&store, 20_010, sets, 9).await.1, 40_010);
    assert_eq!(ask(&store, 40_010, sets, 9).await.1, last);
    store.close().await.unwrap();
}
