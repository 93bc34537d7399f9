//! Each interaction leaves its record, with whom it was about; refusals too; and nobody changes one.

use serde_json::{Value, json};

use super::scopes::{home, observation};
use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::token::{self, claims, guard};

on_both!(
    every_interaction_leaves_its_record,
    what_failed_leaves_no_success,
    records_are_searched,
    the_person_sees_who_looked,
    records_in_time_are_recorded_all,
);

pub(super) const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "midwife"
role = "village-midwife"
fhir_user = "Practitioner/hoa"
communes = ["00004"]

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "doctor"
role = "hospital"
organization = "Organization/h"
fhir_user = "Practitioner/doc"
break_glass = true

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "ann"
role = "mother"
fhir_user = "Patient/ann"

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "ministry"
role = "ministry"

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "auditor"
role = "auditor"
"#;

/// A request of somebody.
pub(super) async fn send(
    server: &Server,
    (who, method, path): (&str, &str, &str),
    body: Option<&Value>,
) -> crate::harness::call::Reply {
    let token = token::token(who, "user/*.cruds");
    let call = server.call(method, path).header("Authorization", &format!("Bearer {token}"));
    match body {
        Some(body) => call.body(body).await,
        None => call.await,
    }
}

/// Makes a server one of two women, of whom one lives where the midwife works.
pub(super) async fn fill(server: &mut Server) {
    for (kind, id, name) in [("Practitioner", "hoa", "Hoa"), ("Practitioner", "doc", "An")] {
        let person = json!({ "resourceType": kind, "id": id, "name": [{ "text": name }] });
        server.put(&format!("/{kind}/{id}"), person).await.is(201);
    }
    let hospital = json!({ "resourceType": "Organization", "id": "h", "name": "Bệnh viện H" });
    server.put("/Organization/h", hospital).await.is(201);
    for (id, commune) in [("ann", "00004"), ("bea", "00004"), ("eve", "00008")] {
        server.put(&format!("/Patient/{id}"), home(id, commune)).await.is(201);
        let of = observation(&format!("of-{id}"), id, "lab");
        server.put(&format!("/Observation/of-{id}"), &of).await.is(201);
    }
    server.stop().await;
    guard(server, GRANTS, "").await;
}

/// All records, the oldest first, each as `action subtype outcome who patient resource`.
pub(super) async fn told(server: &Server, query: &str) -> Vec<String> {
    let path = format!("/AuditEvent?_sort=date&_count=1000&{query}");
    let reply = send(server, ("auditor", "GET", &path), None).await.is(200);
    let bundle = reply.json();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| line(&entry["resource"])).collect()
}

fn line(event: &Value) -> String {
    let agents = event["agent"].as_array().expect("agents");
    let user = agents.iter().find(|agent| agent["requestor"] == true).expect("a requestor");
    let who = user["name"].as_str().or(user["who"]["identifier"]["value"].as_str()).unwrap_or("?");
    let of = |code: &str| {
        let entities = event["entity"].as_array().into_iter().flatten();
        let mut of = entities.filter(|one| one["role"]["code"] == code);
        of.next().and_then(|one| one["what"]["reference"].as_str()).unwrap_or("-").to_owned()
    };
    let text = |at: &str| event.pointer(at).and_then(Value::as_str).unwrap_or("-").to_owned();
    let parts = [text("/action"), text("/subtype/0/code"), text("/outcome"), who.to_owned()];
    format!("{} {} {}", parts.join(" "), of("1"), of("4"))
}

async fn every_interaction_leaves_its_record(mut server: Server) {
    fill(&mut server).await;
    let midwife = |method: &'static str, path: &'static str| ("midwife", method, path);
    for path in [
        "/Patient/ann",
        "/Observation/of-ann",
        "/Observation/of-ann/_history/1",
        "/Observation/of-ann/_history",
        "/Observation?patient=ann",
        "/Patient?_sort=_id",
        "/Observation?patient=ann&_include=Observation:patient",
        "/Organization/h",
        "/Patient/ann/$everything",
    ] {
        send(&server, midwife("GET", path), None).await.is(200);
    }
    send(&server, midwife("GET", "/Patient/eve"), None).await.is(404);
    send(&server, midwife("GET", "/Observation?patient=eve"), None).await.is(200);
    send(&server, ("ministry", "GET", "/Patient/ann"), None).await.is(403);
    server.get("/Patient/ann").await.is(401);
    let mut changed = observation("of-ann", "ann", "lab");
    changed["note"] = json!([{ "text": "x" }]);
    send(&server, midwife("PUT", "/Observation/of-ann"), Some(&changed)).await.is(200);
    let patch = json!([{ "op": "remove", "path": "/note" }]);
    let token = token::token("midwife", "user/*.cruds");
    let patched = server.call("PATCH", "/Observation/of-ann");
    let patched = patched.header("Authorization", &format!("Bearer {token}"));
    let patched = patched.header("Content-Type", "application/json-patch+json");
    patched.bytes(patch.to_string().into_bytes()).await.is(200);
    let mut new = observation("x", "ann", "lab");
    new.as_object_mut().unwrap().remove("id");
    let made = send(&server, midwife("POST", "/Observation"), Some(&new)).await.is(201);
    let made = made.id();
    send(&server, ("midwife", "DELETE", &format!("/Observation/{made}")), None).await.is(204);
    let request = |method: &str, url: &str| json!({ "request": { "method": method, "url": url } });
    let mut put = request("PUT", "Observation/of-bea");
    put["resource"] = changed.clone();
    put["resource"]["id"] = "of-bea".into();
    put["resource"]["subject"]["reference"] = "Patient/bea".into();
    for kind in ["batch", "transaction"] {
        put["resource"]["note"][0]["text"] = kind.into();
        let entries =
            json!([request("GET", "Patient/ann"), put, request("GET", "Observation?patient=bea")]);
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        send(&server, midwife("POST", ""), Some(&bundle)).await.is(200);
    }
    let query = json!({ "query": "{ Patient(id: \"ann\") { id } PatientList { birthDate } }" });
    let asked = server.post("/$graphql", query).header("Authorization", &format!("Bearer {token}"));
    asked.header("Content-Type", "application/json").await.is(200);
    let own = format!("Observation/{made}");
    assert_eq!(
        told(&server, "").await,
        [
            "R read 0 midwife Patient/ann Patient/ann".to_owned(),
            "R read 0 midwife Patient/ann Observation/of-ann".to_owned(),
            "R vread 0 midwife Patient/ann Observation/of-ann/_history/1".to_owned(),
            "R history-instance 0 midwife Patient/ann Observation/of-ann".to_owned(),
            "E search 0 midwife Patient/ann -".to_owned(),
            "E search 0 midwife Patient/ann -".to_owned(),
            "E search 0 midwife Patient/bea -".to_owned(),
            "E search 0 midwife Patient/ann -".to_owned(),
            "R read 0 midwife - Organization/h".to_owned(),
            "E operation 0 midwife Patient/ann Patient/ann".to_owned(),
            "R read 4 midwife Patient/eve Patient/eve".to_owned(),
            "E search 0 midwife Patient/eve -".to_owned(),
            "R read 4 ministry Patient/ann Patient/ann".to_owned(),
            "R read 4 ? Patient/ann Patient/ann".to_owned(),
            "U update 0 midwife Patient/ann Observation/of-ann/_history/2".to_owned(),
            "U patch 0 midwife Patient/ann Observation/of-ann/_history/3".to_owned(),
            format!("C create 0 midwife Patient/ann {own}/_history/1"),
            format!("D delete 0 midwife Patient/ann {own}"),
            "U update 0 midwife Patient/bea Observation/of-bea/_history/2".to_owned(),
            "R read 0 midwife Patient/ann Patient/ann".to_owned(),
            "E search 0 midwife Patient/bea -".to_owned(),
            "U update 0 midwife Patient/bea Observation/of-bea/_history/3".to_owned(),
            "R read 0 midwife Patient/ann Patient/ann".to_owned(),
            "E search 0 midwife Patient/bea -".to_owned(),
            "E operation 0 midwife Patient/ann -".to_owned(),
            "E operation 0 midwife Patient/bea -".to_owned(),
        ]
    );
    // The auditor's own reading is there too.
    let own = told(&server, "agent-name=auditor").await;
    assert_eq!(own, ["E search 0 auditor - -"]);
    server.stop().await;
    server.assert_sound();
}

async fn what_failed_leaves_no_success(mut server: Server) {
    fill(&mut server).await;
    let wrong = json!({ "resourceType": "Observation", "id": "of-ann", "subject": { "reference": "Patient/ann" } });
    send(&server, ("midwife", "PUT", "/Observation/of-ann"), Some(&wrong)).await.is(422);
    let moved = observation("of-ann", "eve", "lab");
    send(&server, ("midwife", "PUT", "/Observation/of-ann"), Some(&moved)).await.is(403);
    send(&server, ("doctor", "DELETE", "/Observation/of-ann"), None).await.is(204);
    let token = token::token("midwife", "user/*.cruds");
    let stale = server.put("/Observation/of-ann", observation("of-ann", "ann", "x"));
    let stale = stale.header("Authorization", &format!("Bearer {token}"));
    stale.header("If-Match", "W/\"7\"").await.is(412);
    let request = json!({ "method": "PUT", "url": "Observation/of-ann" });
    let entry = json!([{ "request": request, "resource": moved }]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry });
    send(&server, ("midwife", "POST", ""), Some(&bundle)).await.is(403);
    assert_eq!(
        told(&server, "").await,
        [
            "U update 4 midwife Patient/ann Observation/of-ann",
            "U update 4 midwife Patient/eve Observation/of-ann",
            "D delete 0 doctor - Observation/of-ann",
            "U update 4 midwife Patient/ann Observation/of-ann",
            "E transaction 4 midwife - -",
        ]
    );
}

async fn records_are_searched(mut server: Server) {
    fill(&mut server).await;
    send(&server, ("midwife", "GET", "/Patient/ann"), None).await.is(200);
    let number = "/Patient?identifier=http://x|0123456789&phone=0912345678&name=An";
    send(&server, ("midwife", "GET", number), None).await.is(200);
    send(&server, ("ministry", "GET", "/Patient"), None).await.is(403);
    let count = async |query: &str| told(&server, query).await.len();
    assert_eq!(count("patient=ann&agent-name=midwife").await, 1);
    assert_eq!(
        count("patient=Patient/ann&action=R&subtype=read&type=rest&agent-name=midwife").await,
        1
    );
    assert_eq!(count("entity=Patient/ann&agent-name=midwife").await, 1);
    assert_eq!(count("entity=Observation/of-ann").await, 0);
    assert_eq!(count("agent=Practitioner/hoa").await, 2);
    assert_eq!(count("agent-role=ministry&outcome=4").await, 1);
    assert_eq!(count("purpose=BTG").await, 0);
    assert_eq!(count("date=lt2020-01-01").await, 0);
    assert_eq!(count("date=ge2020-01-01&agent-name=midwife").await, 2);
    assert_eq!(count("subtype=search&agent-name=midwife").await, 1);
    let get = async |path: &str| send(&server, ("auditor", "GET", path), None).await;
    get("/AuditEvent?pacient=ann").await.is(400);
    let found = get("/AuditEvent?subtype=search&agent-name=midwife").await.is(200).json();
    let event = &found["entry"][0]["resource"];
    let query = event["entity"].as_array().unwrap().iter().find(|one| one["query"].is_string());
    let query = query.unwrap()["description"].as_str().unwrap();
    assert!(query.contains("name=An") && !query.contains("0123456789"), "{query}");
    assert!(!query.contains("0912345678"), "{query}");
    // Page by page, newest first.
    let mut path = "/AuditEvent?agent-name=midwife&_count=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = get(&path).await.is(200);
        seen.extend(page.json()["entry"].as_array().cloned().unwrap_or_default());
        let Some(next) = page.link("next") else { break };
        path = next;
    }
    let kinds: Vec<_> = seen.iter().map(|one| &one["resource"]["subtype"][0]["code"]).collect();
    assert_eq!(kinds, ["search", "read"]);
    // One is read as it is found, and never changed.
    let id = seen[0]["resource"]["id"].as_str().unwrap();
    let own = format!("/AuditEvent/{id}");
    assert_eq!(get(&own).await.is(200).json(), seen[0]["resource"]);
    get("/AuditEvent/999999").await.is(404);
    get(&format!("{own}/_history")).await.is(405);
    for method in ["PUT", "PATCH", "DELETE"] {
        send(&server, ("auditor", method, &own), Some(&seen[0]["resource"])).await.is(405);
    }
    send(&server, ("auditor", "POST", "/AuditEvent"), Some(&seen[0]["resource"])).await.is(405);
    let delete = json!([{ "request": { "method": "DELETE", "url": own.trim_start_matches('/') } }]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": delete });
    send(&server, ("auditor", "POST", ""), Some(&bundle)).await.is(405);
    // Nobody but an auditor, who sees nothing else, and only by a scope that narrows nothing.
    for who in ["midwife", "ann", "doctor", "ministry"] {
        send(&server, (who, "GET", "/AuditEvent"), None).await.is(403);
        send(&server, (who, "GET", &own), None).await.is(403);
    }
    send(&server, ("auditor", "GET", "/Patient/ann"), None).await.is(403);
    send(&server, ("auditor", "GET", "/Organization/h"), None).await.is(403);
    let narrow = token::of(&claims("auditor", "user/AuditEvent.rs?patient=ann"));
    let call = server.get("/AuditEvent").header("Authorization", &format!("Bearer {narrow}"));
    call.await.is(403);
}

async fn the_person_sees_who_looked(mut server: Server) {
    fill(&mut server).await;
    send(&server, ("midwife", "GET", "/Observation?patient=ann,bea"), None).await.is(200);
    send(&server, ("ministry", "GET", "/Patient/ann"), None).await.is(403);
    let log = "/Patient/ann/$access-log";
    let found = send(&server, ("ann", "GET", log), None).await.is(200).json();
    let lines: Vec<String> =
        found["entry"].as_array().unwrap().iter().map(|one| line(&one["resource"])).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let (newest, oldest) = (&found["entry"][0]["resource"], &found["entry"][1]["resource"]);
    assert_eq!(newest["outcome"], "4");
    assert_eq!(oldest["agent"][0]["who"]["reference"], "Practitioner/hoa");
    assert_eq!(oldest["agent"][0]["who"]["display"], "Hoa");
    assert_eq!(oldest["agent"][0]["role"][0]["text"], "village-midwife");
    let text = oldest.to_string();
    assert!(!text.contains("bea") && !text.contains("network"), "{text}");
    // Her own looking is in it, and it goes page by page.
    let found = send(&server, ("ann", "GET", &format!("{log}?_count=1")), None).await.is(200);
    assert_eq!(found.json()["entry"][0]["resource"]["subtype"][0]["code"], "operation");
    let next = found.link("next").expect("more");
    let found = send(&server, ("ann", "GET", &next), None).await.is(200);
    assert_eq!(found.json()["entry"].as_array().unwrap().len(), 1);
    let later = format!("{log}?_since=2999-01-01");
    let none = send(&server, ("ann", "GET", &later), None).await.is(200).json();
    assert!(none.get("entry").is_none());
    send(&server, ("ann", "GET", &format!("{log}?patient=bea")), None).await.is(400);
    let whole = send(&server, ("auditor", "GET", log), None).await.is(200);
    assert!(whole.text.contains("network"), "{}", whole.text);
    send(&server, ("midwife", "GET", log), None).await.is(403);
    send(&server, ("ann", "GET", "/Patient/eve/$access-log"), None).await.is(404);
    send(&server, ("midwife", "GET", "/Patient/eve/$access-log"), None).await.is(404);
    server.get(log).await.is(401);
    let page = format!("{}/so/ann/ai-da-xem", server.top());
    let shown = send(&server, ("ann", "GET", &page), None).await.is(200);
    for word in ["Cô đỡ thôn bản", "Hoa", "Khám, chữa, chăm sóc"] {
        assert!(shown.text.contains(word), "{word} in {}", shown.text);
    }
    let english = send(&server, ("ann", "GET", &format!("{page}?lang=en")), None).await.is(200);
    assert!(english.text.contains("Village midwife"), "{}", english.text);
    assert_ne!(server.get(&page).await.status, 200);
    send(&server, ("midwife", "GET", &page), None).await.is(403);
    let pages = told(&server, "patient=ann&agent-name=ann&subtype=operation").await;
    assert!(pages.len() >= 4, "{pages:?}");
}

/// With `audit_delay_ms` an answer does not wait; what was answered is recorded within that time, and
/// before the server stops.
async fn records_in_time_are_recorded_all(mut server: Server) {
    server.put("/Patient/ann", home("ann", "00004")).await.is(201);
    server.stop().await;
    server.start_again(&[("audit_always", "true"), ("audit_delay_ms", "300")]).await;
    let reads = (0..40).map(|_| async { server.get("/Patient/ann").await.is(200) });
    futures_util::future::join_all(reads).await;
    let start = std::time::Instant::now();
    let found = loop {
        let found =
            server.get("/AuditEvent?patient=ann&subtype=read&_count=100").await.is(200).json();
        let count = found["entry"].as_array().map_or(0, Vec::len);
        if count == 40 || start.elapsed().as_secs() > 10 {
            break count;
        }
    };
    assert_eq!(found, 40);
    let late = (0..10).map(|_| async { server.get("/Patient/ann").await.is(200) });
    futures_util::future::join_all(late).await;
    server.stop().await;
    let rows = server.database.texts("SELECT request FROM audit WHERE patient = 'ann'").await;
    assert!(rows.len() >= 50, "{}", rows.len());
    server.assert_sound();
}

/// What somebody does to the rows, and what is said of it.
const TAMPERING: [(&str, &str); 12] = [
    ("UPDATE audit SET patient = 'eve' WHERE seq = 2", "the chain is broken here"),
    ("UPDATE audit SET at = at + 1 WHERE seq = 2", "the chain is broken here"),
    ("UPDATE audit SET status = 403 WHERE seq = 2", "the chain is broken here"),
    ("UPDATE audit SET agent = agent + 1 WHERE seq = 2", "audit 2"),
    ("UPDATE audit SET query = 'x' WHERE seq = 1", "the chain is broken here"),
    ("DELETE FROM audit WHERE seq = 2", "are missing"),
    ("DELETE FROM audit WHERE seq = 1", "are missing"),
    ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "where the chain ends"),
    ("DELETE FROM audit", "where the chain ends"),
    (
        "INSERT INTO audit SELECT seq + 1000, at, what, status, agent, type_id, id, version, \
         patient, query, purpose, reason, address, request, token, part_of, chain FROM audit WHERE seq = 1",
        "are missing",
    ),
    ("UPDATE audit_agent SET subject = 'nobody'", "it is not what was written"),
    ("UPDATE audit_end SET seq = seq - 1", "where the chain ends"),
];

#[tokio::test]
async fn tampering_is_told() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(mut server) = Server::start_with(backend, &[("audit_always", "true")]).await
        else {
            continue;
        };
        server.put("/Patient/ann", home("ann", "00004")).await.is(201);
        for path in ["/Patient/ann", "/Patient?name=x", "/Patient/nobody"] {
            server.get(path).await;
        }
        server.stop().await;
        server.assert_sound();
        for (sql, expected) in TAMPERING {
            let copy = server.database.copy();
            assert!(copy.run(sql).await > 0, "{sql}");
            let mut verify = crate::harness::server::mebe();
            let ended = verify.args(["verify", "--database", &copy.url]).output().unwrap();
            let said = String::from_utf8_lossy(&ended.stdout).into_owned();
            assert_eq!(ended.status.code(), Some(1), "{sql}: {said}");
            assert!(said.contains(expected), "{sql}: {said}");
        }
    }
}

/// Servers of one database take turns in one chain; what is old is cut off, and the rest still checked.
#[tokio::test]
async fn two_servers_write_one_chain() {
    let settings = [("audit_always", "true")];
    let Some(mut one) = Server::start_with(Backend::Postgres, &settings).await else { return };
    let folder = tempfile::TempDir::with_prefix("mebe-test-").unwrap();
    let database = crate::harness::backend::Database {
        url: one.database.url.clone(),
        folder,
        backend: Backend::Postgres,
    };
    let mut other = Server::start_on(database, &settings).await;
    one.put("/Patient/ann", home("ann", "00004")).await.is(201);
    let both = [&one, &other];
    let reads = (0..60).map(|at| async move {
        both[at % 2].get("/Patient/ann").await.is(200);
        let id = format!("p{at}");
        both[at % 2].put(&format!("/Patient/{id}"), home(&id, "00004")).await.is(201);
    });
    futures_util::future::join_all(reads).await;
    let found = other.get("/AuditEvent?_count=1000").await.is(200).json();
    assert_eq!(found["entry"].as_array().unwrap().len(), 121);
    other.stop().await;
    one.stop().await;
    one.assert_sound();
}

#[tokio::test]
async fn what_is_old_is_cut_off() {
    let settings = [("audit_always", "true"), ("audit_days", "1")];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(mut server) = Server::start_with(backend, &settings).await else { continue };
        server.put("/Patient/ann", home("ann", "00004")).await.is(201);
        server.get("/Patient/ann").await.is(200);
        server.stop().await;
        // As if it had been recorded long ago: the chain is made anew with the time.
        server.database.run("UPDATE audit SET at = 5").await;
        server.start_again(&settings).await;
        let start = std::time::Instant::now();
        while !server.database.texts("SELECT id FROM audit WHERE at = 5").await.is_empty() {
            assert!(start.elapsed().as_secs() < 10, "nothing is cut off");
        }
        server.get("/Patient/ann").await.is(200);
        server.stop().await;
        // Of what is left every record follows from the one before.
        server.assert_sound();
    }
}
