//! Random families, roles, labels, consents and requests, against an oracle that shares nothing with
//! the server. `MEBE_MATRIX=full` tries everything, in several worlds: 20,000 probes and more.

mod agreed;
mod consent;
mod oracle;
mod people;
mod probe;
mod reads;
mod searches;
mod standing;
mod twins;
mod world;

use serde_json::{Value, json};

use oracle::Oracle;
use probe::Probe;
use world::Dice;

use crate::harness::backend::Backend;
use crate::harness::server::Server;
use crate::harness::token::guard;

const FAMILIES: usize = 7;

const KINDS: [&str; 16] = [
    "Patient",
    "Observation",
    "RelatedPerson",
    "Encounter",
    "EpisodeOfCare",
    "CareTeam",
    "ServiceRequest",
    "Consent",
    "Provenance",
    "Linkage",
    "List",
    "Composition",
    "DocumentReference",
    "Bundle",
    "Task",
    "Organization",
];

/// Faults that are told.
const TOLD: usize = 12;

fn name(resource: &Value) -> String {
    let text = |key: &str| resource[key].as_str().unwrap_or_default();
    format!("{}/{}", text("resourceType"), text("id"))
}

async fn store(server: &Server, method: &str, all: &[Value]) {
    let entry = |one: &Value| {
        let mut entry = json!({ "request": { "method": method, "url": name(one) } });
        if method == "PUT" {
            entry["resource"] = one.clone();
        }
        entry
    };
    let entries: Vec<Value> = all.iter().map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", &bundle).await.is(200);
}

/// One world, and everybody in it; how often somebody asked.
async fn check(backend: Backend, seed: u64, is_full: bool) -> Option<usize> {
    let dice = &mut Dice::new(seed);
    let all = world::resources(seed, FAMILIES);
    let mut server = Server::start(backend).await?;
    let (before, gone) = (world::before(dice, &all), world::gone(dice));
    store(&server, "PUT", &before).await;
    store(&server, "PUT", &all).await;
    store(&server, "PUT", &gone).await;
    store(&server, "DELETE", &gone).await;
    server.stop().await;
    let people = people::people(dice, FAMILIES);
    guard(&mut server, &people::file(&people), "").await;
    let oracle = Oracle { all, before, gone };
    let (mut probes, mut faults) = (0, Vec::new());
    for (at, person) in (1..).zip(&people) {
        let dice = Dice::new(seed.wrapping_mul(1_000) + at);
        let mut probe = Probe::new((&server, &oracle), person, (dice, is_full));
        reads::reads(&mut probe).await;
        let without = ["administrator", "ministry", "provincial-cdc", "registration"];
        if !person.is_only(&without) {
            searches::searches(&mut probe).await;
            searches::included(&mut probe).await;
            searches::batch(&mut probe).await;
            reads::histories(&mut probe).await;
        }
        twins::twins(&mut probe).await;
        probes += probe.probes;
        faults.extend(probe.faults);
    }
    let told: Vec<&String> = faults.iter().take(TOLD).collect();
    let told: String = told.iter().map(|fault| format!("\n- {fault}")).collect();
    assert!(faults.is_empty(), "{} of {probes} in world {seed}:{told}", faults.len());
    server.assert_sound();
    Some(probes)
}

async fn check_all(backend: Backend, seed: u64) {
    if std::env::var("MEBE_MATRIX").is_ok_and(|wanted| wanted == "full") {
        let mut probes = 0;
        for seed in seed..seed + 20 {
            let Some(some) = check(backend, seed, true).await else { return };
            probes += some;
            if probes >= 20_000 {
                break;
            }
        }
        eprintln!("{probes} probes");
        assert!(probes >= 20_000, "{probes} probes");
    } else if let Some(probes) = check(backend, seed, false).await {
        eprintln!("{probes} probes");
        assert!(probes > 1_000, "{probes} probes");
    }
}

#[tokio::test]
async fn sqlite() {
    check_all(Backend::Sqlite, 100).await;
}

#[tokio::test]
async fn postgres() {
    check_all(Backend::Postgres, 200).await;
}
