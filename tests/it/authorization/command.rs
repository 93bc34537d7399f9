//! `mebe user`, `mebe client` and `mebe key`.

use serde_json::{Value, json};

use super::{PASSWORD, add, lines, run};
use crate::harness::backend::{Backend, Database};
use crate::harness::token::jwks;

fn people(database: &Database) {
    let arguments = [
        "--role",
        "village-midwife",
        "--fhir-user",
        "Practitioner/p",
        "--commune",
        "00004",
        "--commune",
        "00008",
        "--hamlet",
        "Nà Lầu",
        "--label",
        "HIV",
        "--from",
        "2026-01-01",
        "--until",
        "2030-01-01T00:00:00+07:00",
        "--choose-ids",
        "--language",
        "en",
    ];
    let added = add(database, "ly", &arguments);
    let grant = json!({
        "user": "ly", "role": "village-midwife", "fhir_user": "Practitioner/p",
        "communes": ["00004", "00008"], "hamlets": ["Nà Lầu"], "labels": ["HIV"],
        "from": "2026-01-01", "until": "2030-01-01T00:00:00+07:00", "choose_ids": true,
    });
    assert_eq!((&added["user"], &added["status"]), (&json!("ly"), &json!("active")));
    assert_eq!(added["grants"], json!([grant]));
    let secret = added["totp_secret"].as_str().expect("a secret");
    assert!(added["totp_uri"].as_str().expect("a URI").contains(secret));
    let mother = ["--role", "mother", "--fhir-user", "Patient/p", "--no-second-factor"];
    let mother = add(database, "me@x.vn", &mother);
    assert!(mother["totp_secret"].is_null() && mother["totp_uri"].is_null(), "{mother}");
    let list = lines(&run(database, &["user", "list"], ""), 0);
    let names: Vec<&Value> = list.iter().map(|line| &line["user"]).collect();
    assert_eq!(names, ["ly", "me@x.vn"]);
    assert!(
        !json!(list).to_string().contains(secret) && !json!(list).to_string().contains("argon")
    );
    refused(database);
    disabled(database, secret);
}

/// What is no account, or one already.
fn refused(database: &Database) {
    let again = ["user", "add", "ly", "--role", "administrator", "--password-stdin"];
    assert!(lines(&run(database, &again, PASSWORD), 1).is_empty());
    for (name, bad) in [
        ("x", vec!["--role", "boss"]),
        ("x", vec!["--role", "mother"]),
        ("x", vec!["--role", "village-midwife", "--commune", "12"]),
        ("x", vec!["--role", "administrator", "--from", "soon"]),
        ("x", vec!["--role", "administrator", "--language", "fr"]),
        ("x", vec!["--role", "administrator", "--organization", "o"]),
        ("a b", vec!["--role", "administrator"]),
        ("x", vec![]),
    ] {
        let all = [vec!["user", "add", name, "--password-stdin"], bad.clone()].concat();
        assert!(lines(&run(database, &all, PASSWORD), 2).is_empty(), "{bad:?}");
    }
    let short = ["user", "add", "x", "--role", "administrator", "--password-stdin"];
    lines(&run(database, &short, "1234567\n"), 2);
    lines(&run(database, &["user", "add", "x", "--role", "administrator"], PASSWORD), 2);
}

/// An account ends, and gets another password.
fn disabled(database: &Database, secret: &str) {
    let disabled = lines(&run(database, &["user", "disable", "ly"], ""), 0);
    assert_eq!(disabled[0]["status"], "disabled");
    lines(&run(database, &["user", "disable", "ly"], ""), 1);
    lines(&run(database, &["user", "disable", "nobody"], ""), 1);
    lines(&run(database, &["user", "password", "nobody", "--password-stdin"], PASSWORD), 1);
    lines(&run(database, &["user", "password", "ly", "--password-stdin"], "short"), 2);
    let changed = ["user", "password", "ly", "--password-stdin", "--new-second-factor"];
    let changed = lines(&run(database, &changed, "another password"), 0).remove(0);
    assert!(changed["totp_secret"].as_str().is_some_and(|new| new != secret), "{changed}");
}

fn clients(database: &Database) {
    let file = database.folder.path().join("keys.json");
    std::fs::write(&file, jwks().to_string()).expect("written");
    let file = file.display().to_string();
    let client = |arguments: &[&str], input: &str, code| {
        let all = [&["client"], arguments].concat();
        lines(&run(database, &all, input), code)
    };
    let app = [
        "add",
        "app",
        "--kind",
        "public",
        "--name",
        "Sổ của mẹ",
        "--redirect-uri",
        "http://127.0.0.1/cb",
        "--scope",
        "launch/patient  patient/*.rs",
    ];
    let added = client(&app, "", 0).remove(0);
    let expected = json!({
        "client_id": "app", "kind": "public", "status": "active",
        "redirect_uris": ["http://127.0.0.1/cb"], "scope": "launch/patient patient/*.rs",
        "grants": [], "name": "Sổ của mẹ",
    });
    assert_eq!(added, expected);
    client(&app, "", 1);
    let system = [
        "add",
        "his",
        "--kind",
        "system",
        "--jwks-file",
        &file,
        "--scope",
        "system/*.rs",
        "--role",
        "vendor",
        "--organization",
        "Organization/o",
    ];
    let added = client(&system, "", 0).remove(0);
    let grant = json!({ "client": "his", "role": "vendor", "organization": "Organization/o" });
    assert_eq!((&added["kind"], &added["grants"]), (&json!("system"), &json!([grant])));
    let portal = ["add", "portal", "--kind", "confidential", "--secret-stdin"];
    let secret = "a secret of a portal";
    let added = client(&portal, secret, 0);
    assert!(!json!(added).to_string().contains("secret"), "{added:?}");
    assert!(client(&["list"], "", 0).iter().all(|one| !one.to_string().contains("secret")));
    for bad in [
        vec!["add", "x", "--kind", "public"],
        vec!["add", "x", "--kind", "public", "--redirect-uri", "javascript:alert(1)"],
        vec!["add", "x", "--kind", "confidential"],
        vec!["add", "x", "--kind", "system", "--jwks-url", "http://keys.example/"],
        vec!["add", "x", "--kind", "system", "--jwks-file", "/nowhere"],
        vec!["add", "x", "--kind", "system", "--jwks-file", &file, "--role", "mother"],
        vec!["add", "x", "--kind", "system", "--jwks-file", &file, "--commune", "00004"],
        vec!["add", "x", "--kind", "robot", "--jwks-file", &file],
    ] {
        assert!(client(&bad, "", 2).is_empty(), "{bad:?}");
    }
    assert_eq!(client(&["disable", "his"], "", 0)[0]["status"], "disabled");
    client(&["disable", "his"], "", 1);
    client(&["disable", "nobody"], "", 1);
}

fn keys(database: &Database) {
    let key = |verb: &str| lines(&run(database, &["key", verb], ""), 0);
    assert!(key("list").is_empty());
    let status = |keys: &[Value]| -> Vec<String> {
        keys.iter().map(|key| key["status"].as_str().expect("a status").to_owned()).collect()
    };
    let first = key("rotate");
    assert_eq!(status(&first), ["active", "next"]);
    let second = key("rotate");
    assert_eq!(status(&second), ["active", "next", "retired"]);
    assert_eq!(second[0]["kid"], first[1]["kid"], "the next one is active now");
    assert_eq!(second[2]["kid"], first[0]["kid"]);
    assert_eq!(key("list"), second);
    assert_eq!(second[0]["alg"], "ES384");
    assert!(!json!(second).to_string().contains("private"));
}

fn on(backend: Backend) {
    let Some(database) = Database::create(backend) else { return };
    people(&database);
    clients(&database);
    keys(&database);
    let found = run(&database, &["migrate", "--down", "--yes"], "");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
}

#[test]
fn commands_on_sqlite() {
    on(Backend::Sqlite);
}

#[test]
fn commands_on_postgres() {
    on(Backend::Postgres);
}
