//! The main job in real use: families of the booklet, what comes to them later, and the same again,
//! beside a number of other families.
//!
//! ```text
//! cargo bench --bench booklet -- [FAMILIES [DATABASE_URL]]
//! ```
//!
//! Starts the server on an empty database (`SQLite` in a temporary folder when none is given), loads
//! copies of `examples/families`, and tells how much is done in a second and how long one takes. All
//! figures should be the same beside 100 families and beside 10,000; `tests/it/search/steps.rs`
//! counts that the database does no more. Nothing is run without a number of families.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for developers"
)]

use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use family::{facilities, family};

#[path = "../tests/harness/family.rs"]
mod family;

const NAMES: [&str; 15] = [
    "01-first-pregnancy-full-antenatal-care",
    "02-twins",
    "03-stillbirth",
    "04-preterm-kangaroo-care",
    "05-hepatitis-b-positive-mother",
    "06-pre-eclampsia-referral",
    "07-stunting-follow-up",
    "08-vaccine-catch-up",
    "09-gestational-diabetes",
    "10-ongoing-second-trimester",
    "11-home-birth-late-registration",
    "12-teenage-mother",
    "13-older-multipara-para-history",
    "14-low-birth-weight-newborn-screening",
    "15-three-pregnancies-2022-2026",
];

/// Clients at once.
const CLIENTS: u64 = 8;
/// How long each kind of request is sent.
const WINDOW: Duration = Duration::from_secs(5);

struct Server {
    child: Child,
    base: String,
    client: reqwest::Client,
}

/// A request about one of some families: its number, and the number of the request.
type Request = fn(u64, u64) -> Value;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let Some(families) = arguments.first() else {
        println!("skipped: no number of families given, see the head of benches/booklet.rs");
        return;
    };
    let families: u64 = families.parse().expect("a number of families");
    let folder = tempfile::tempdir().expect("a folder");
    let file = format!("sqlite:{}", folder.path().join("mebe.db").display());
    let server = Arc::new(Server::start(arguments.get(1).unwrap_or(&file)).await);
    server.send(facilities()).await;
    let loaded = Instant::now();
    let sent = run(&server, families, None, |at| family(name(at), at)).await;
    tell("families, loaded", sent.len(), loaded.elapsed(), sent);
    let kinds: [(&str, Request); 3] = [
        ("next visit", visit),
        ("one result", result),
        ("the same again", |of, _| family(name(of), of)),
    ];
    for (what, kind) in kinds {
        let start = Instant::now();
        let of = move |at: u64| kind(at.wrapping_mul(7_919) % families, at);
        let sent = run(&server, u64::MAX, Some(WINDOW), of).await;
        tell(what, sent.len(), start.elapsed(), sent);
    }
    println!("\na family twice, ms: first, second");
    for (at, name) in (families..).zip(NAMES) {
        let bundle = family(name, at);
        let (first, second) = (server.send(&bundle).await, server.send(&bundle).await);
        println!("{name:<40} {:>7.1} {:>7.1}", millis(first), millis(second));
    }
}

/// Sends requests from several clients at once, and gives what each took.
async fn run(
    server: &Arc<Server>,
    most: u64,
    window: Option<Duration>,
    body: impl Fn(u64) -> Value + Clone + Send + 'static,
) -> Vec<Duration> {
    let (next, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let clients = (0..CLIENTS).map(|_| {
        let (server, next, body) = (Arc::clone(server), Arc::clone(&next), body.clone());
        tokio::spawn(async move {
            let mut took = Vec::new();
            while window.is_none_or(|window| start.elapsed() < window) {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= most {
                    break;
                }
                took.push(server.send(body(at)).await);
            }
            took
        })
    });
    let mut all = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        all.extend(client.await.expect("a client"));
    }
    all
}

fn tell(what: &str, count: usize, took: Duration, mut each: Vec<Duration>) {
    each.sort_unstable();
    let count = f64::from(u32::try_from(count).expect("a count"));
    let at = |part: usize| each.get(each.len() * part / 100).copied().map_or(0.0, millis);
    let rate = count / took.as_secs_f64();
    println!("{what:<20} {rate:>9.1}/s   p50 {:>7.1} ms   p99 {:>7.1} ms", at(50), at(99));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn name(at: u64) -> &'static str {
    NAMES[usize::try_from(at).expect("a number") % NAMES.len()]
}

/// A further visit of a family's mother: her first visit again, as new resources.
fn visit(of: u64, _: u64) -> Value {
    let bundle = family(name(of), of);
    let all = bundle["entry"].as_array().expect("entries");
    let url = |reference: &Value| {
        let entry = all.iter().find(|entry| entry["fullUrl"] == *reference);
        entry.map_or_else(|| reference.clone(), |entry| entry["request"]["url"].clone())
    };
    let visit = all.iter().find(|entry| entry["resource"]["episodeOfCare"].is_array());
    let visit = visit.expect("a visit");
    let of_visit = all.iter().filter(|entry| {
        let resource = &entry["resource"];
        resource["resourceType"] == "Observation"
            && resource["encounter"]["reference"] == visit["fullUrl"]
            && resource.get("derivedFrom").is_none()
            && resource.get("hasMember").is_none()
    });
    let entries = [visit].into_iter().chain(of_visit.take(14)).map(|entry| {
        let mut resource = entry["resource"].clone();
        resource.as_object_mut().expect("an object").remove("id");
        for part in ["subject", "focus", "episodeOfCare", "diagnosis", "reasonReference"] {
            resource.get_mut(part).into_iter().for_each(|part| links(part, &url));
        }
        let kind = resource["resourceType"].clone();
        json!({ "fullUrl": entry["fullUrl"], "resource": resource,
            "request": { "method": "POST", "url": kind } })
    });
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries.collect::<Vec<_>>() })
}

/// One of the results of such a visit.
fn result(of: u64, at: u64) -> Value {
    let mut bundle = visit(of, at);
    let entries = bundle["entry"].as_array_mut().expect("entries");
    let place = 1 + usize::try_from(at).expect("a number") % (entries.len() - 1).max(1);
    let mut entry = entries.swap_remove(place.min(entries.len() - 1));
    entry["resource"].as_object_mut().expect("an object").remove("encounter");
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] })
}

fn links(value: &mut Value, url: &impl Fn(&Value) -> Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match key.as_str() {
                    "reference" => *value = url(value),
                    _ => links(value, url),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| links(item, url)),
        _ => {}
    }
}

impl Server {
    async fn start(database: &str) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let bind = free.local_addr().expect("an address").to_string();
        drop(free);
        let mut command = Command::new(env!("CARGO_BIN_EXE_mebe"));
        command.arg("serve").args(["--bind", &bind, "--database", database]);
        let child = command.env("MEBE_LOG", "warn").spawn().expect("a server");
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let ready = format!("http://{bind}/health/ready");
        while !client.get(&ready).send().await.is_ok_and(|reply| reply.status().is_success()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { child, base: format!("http://{bind}/fhir"), client }
    }

    /// Sends a transaction; how long it took.
    async fn send(&self, bundle: impl ToString) -> Duration {
        let request = self.client.post(&self.base).body(bundle.to_string());
        let request = request.header("content-type", "application/fhir+json");
        let start = Instant::now();
        let reply = request.header("prefer", "return=minimal").send().await.expect("a reply");
        let (status, text) = (reply.status(), reply.text().await.expect("a body"));
        assert!(status.is_success(), "{status}: {text}");
        start.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
