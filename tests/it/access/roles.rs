//! What roles see and write, and that what is hidden is answered as what never was.

use serde_json::{Value, json};

use super::scopes::{home, observation};
use crate::harness::backend::Backend;
use crate::harness::call::Reply;
use crate::harness::server::{Server, mebe};
use crate::harness::token::{self, guard, guarded};

const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "midwife"
role = "village-midwife"
communes = ["00004"]

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "hospital"
role = "hospital"
organization = "Organization/h"
choose_ids = true

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
subject = "admin"
role = "administrator"
choose_ids = true
"#;

async fn send(server: &Server, who: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
    let token = token::token(who, "user/*.cruds");
    let call = server.call(method, path).header("Authorization", &format!("Bearer {token}"));
    match body {
        Some(body) => call.body(body).await,
        None => call.await,
    }
}

/// A server with one woman of the midwife's and one of somewhere else, each with an observation.
async fn server() -> Server {
    let mut server = Server::start(Backend::Sqlite).await.expect("SQLite is always here");
    server
        .put("/Organization/h", json!({ "resourceType": "Organization", "id": "h", "name": "H" }))
        .await
        .is(201);
    for (id, commune) in [("ann", "00004"), ("eve", "00008")] {
        server.put(&format!("/Patient/{id}"), home(id, commune)).await.is(201);
        let of = observation(&format!("of-{id}"), id, "lab");
        server.put(&format!("/Observation/of-{id}"), &of).await.is(201);
    }
    // One that was eve's and is ann's, and one the other way round.
    for (id, subjects) in [("came", ["eve", "ann"]), ("went", ["ann", "eve"])] {
        for subject in subjects {
            server.put(&format!("/Observation/{id}"), observation(id, subject, "lab")).await;
        }
    }
    server.put("/Observation/deleted", observation("deleted", "eve", "lab")).await.is(201);
    server.delete("/Observation/deleted").await.is(204);
    server.stop().await;
    guard(&mut server, GRANTS, "").await;
    server
}

/// What an answer is, but for the id that was asked for.
fn told(reply: &Reply, id: &str) -> (u16, String, Vec<String>) {
    let headers = ["etag", "last-modified", "location", "x-mebe-warnings", "www-authenticate"];
    let headers = headers.iter().filter_map(|name| reply.header(name).map(str::to_owned));
    (reply.status, reply.text.replace(id, "ID"), headers.collect())
}

#[tokio::test]
async fn what_is_hidden_is_answered_as_what_never_was() {
    let server = server().await;
    for hidden in ["of-eve", "went", "deleted"] {
        let never = "never-was";
        for (method, rest) in [
            ("GET", ""),
            ("GET", "/_history"),
            ("GET", "/_history/1"),
            ("GET", "/_history/9"),
            ("GET", "?_summary=true"),
            ("GET", "/$validate"),
            ("PUT", ""),
            ("DELETE", ""),
        ] {
            let mut answers = Vec::new();
            for id in [hidden, never] {
                let body = observation(id, "ann", "lab");
                let body = (method == "PUT").then_some(&body);
                let reply =
                    send(&server, "midwife", method, &format!("/Observation/{id}{rest}"), body)
                        .await;
                answers.push(told(&reply, id));
            }
            assert_eq!(answers[0], answers[1], "{method} {hidden}{rest}");
        }
        for (header, value) in [
            ("If-Match", "W/\"1\""),
            ("If-Match", "*"),
            ("If-None-Match", "*"),
            ("If-None-Match", "W/\"1\""),
        ] {
            for method in ["GET", "PUT", "DELETE"] {
                let mut answers = Vec::new();
                for id in [hidden, never] {
                    let token = token::token("midwife", "user/*.cruds");
                    let call =
                        server.call(method, &format!("/Observation/{id}")).header(header, value);
                    let call = call.header("Authorization", &format!("Bearer {token}"));
                    let reply = match method {
                        "PUT" => call.body(observation(id, "ann", "lab")).await,
                        _ => call.await,
                    };
                    answers.push(told(&reply, id));
                }
                assert_eq!(answers[0], answers[1], "{method} {hidden} {header}: {value}");
            }
        }
        let patch = json!([{ "op": "replace", "path": "/status", "value": "amended" }]);
        let mut answers = Vec::new();
        for id in [hidden, never] {
            let token = token::token("midwife", "user/*.cruds");
            let call = server.call("PATCH", &format!("/Observation/{id}"));
            let call = call.header("Authorization", &format!("Bearer {token}"));
            let reply =
                call.header("Content-Type", "application/json-patch+json").body(&patch).await;
            answers.push(told(&reply, id));
        }
        assert_eq!(answers[0], answers[1], "PATCH {hidden}");
    }
    // Nothing was changed by it.
    for (path, status) in [("/Observation/of-eve", 404), ("/Observation/of-ann", 200)] {
        send(&server, "midwife", "GET", path, None).await.is(status);
    }
}

#[tokio::test]
async fn a_superseded_version_is_seen_by_who_sees_it_and_the_current_one() {
    let server = server().await;
    for (id, versions) in [("came", vec!["2"]), ("of-ann", vec!["1"])] {
        let history = send(&server, "midwife", "GET", &format!("/Observation/{id}/_history"), None)
            .await
            .is(200)
            .json();
        let entries = history["entry"].as_array().unwrap();
        let found: Vec<&str> = entries
            .iter()
            .map(|one| one["resource"]["meta"]["versionId"].as_str().unwrap())
            .collect();
        assert_eq!(found, versions, "{id}");
        assert_eq!(history["total"], versions.len(), "{id}");
    }
    for path in [
        "/Observation/came/_history/1",
        "/Observation/went/_history/1",
        "/Observation/went/_history/2",
    ] {
        send(&server, "midwife", "GET", path, None).await.is(404);
    }
    let all = send(&server, "midwife", "GET", "/Observation/_history", None).await.is(200).text;
    assert!(!all.contains("eve") && all.contains("of-ann"), "{all}");
}

#[tokio::test]
async fn writes_stay_within_reach() {
    let server = server().await;
    let put = async |who: &str, body: Value| {
        let path =
            format!("/{}/{}", body["resourceType"].as_str().unwrap(), body["id"].as_str().unwrap());
        send(&server, who, "PUT", &path, Some(&body)).await.status
    };
    let post = async |who: &str, mut body: Value| {
        body.as_object_mut().unwrap().remove("id");
        let path = format!("/{}", body["resourceType"].as_str().unwrap());
        send(&server, who, "POST", &path, Some(&body)).await.status
    };
    assert_eq!(post("midwife", observation("x", "ann", "visit")).await, 201);
    for subject in ["eve", "never-was"] {
        assert_eq!(post("midwife", observation("x", subject, "visit")).await, 403, "{subject}");
    }
    assert_eq!(put("midwife", observation("of-ann", "ann", "visit")).await, 200);
    assert_eq!(put("midwife", observation("of-ann", "eve", "visit")).await, 403);
    // A new id is only for who may choose one.
    assert_eq!(put("midwife", observation("new", "ann", "visit")).await, 404);
    assert_eq!(post("midwife", home("x", "00004")).await, 201);
    assert_eq!(post("midwife", home("x", "00008")).await, 403);
    assert_eq!(put("midwife", home("ann", "00008")).await, 403);
    // Nobody lets themselves into a record.
    let encounter = |id: &str, of: &str| {
        json!({
            "resourceType": "Encounter", "id": id, "status": "in-progress", "class": { "code": "AMB" },
            "subject": { "reference": format!("Patient/{of}") }, "period": { "start": "2026-01-01" },
            "serviceProvider": { "reference": "Organization/h" },
        })
    };
    assert_eq!(put("hospital", encounter("e", "eve")).await, 403);
    send(&server, "hospital", "GET", "/Patient/eve", None).await.is(404);
    // Whoever is new comes with what lets her be cared for.
    let mut patient = home("new-one", "00008");
    patient["address"] = json!([]);
    patient.as_object_mut().unwrap().remove("address");
    assert_eq!(put("hospital", patient.clone()).await, 403);
    let entry = |one: &Value| {
        json!({ "resource": one, "request": { "method": "PUT",
        "url": format!("{}/{}", one["resourceType"].as_str().unwrap(), one["id"].as_str().unwrap()) } })
    };
    let entries = [
        entry(&patient),
        entry(&encounter("e", "new-one")),
        entry(&observation("o", "new-one", "visit")),
    ];
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    send(&server, "hospital", "POST", "", Some(&bundle)).await.is(200);
    send(&server, "hospital", "GET", "/Observation/o", None).await.is(200);
    // A mother writes of herself, and not who she is or whom she represents.
    assert_eq!(post("ann", observation("x", "ann", "visit")).await, 201);
    let mut linked = home("ann", "00004");
    linked["link"] = json!([{ "other": { "reference": "RelatedPerson/r" }, "type": "seealso" }]);
    assert_eq!(put("ann", linked).await, 403);
    assert_eq!(post("ann", encounter("x", "ann")).await, 403);
}

#[tokio::test]
async fn conditions_find_nothing_hidden() {
    let server = server().await;
    let token = token::token("midwife", "user/*.cruds");
    let create = async |criteria: &str| {
        let call =
            server.call("POST", "/Patient").header("Authorization", &format!("Bearer {token}"));
        let mut body = home("x", "00004");
        body.as_object_mut().unwrap().remove("id");
        call.header("If-None-Exist", criteria).body(body).await.status
    };
    assert_eq!(create("family=ann").await, 200);
    assert_eq!(create("family=eve").await, 201);
    let reply = send(&server, "midwife", "DELETE", "/Observation?subject=Patient/eve", None).await;
    assert_eq!(
        reply.status,
        send(&server, "midwife", "DELETE", "/Observation?subject=Patient/never", None).await.status
    );
    send(&server, "hospital", "GET", "/Observation/of-eve", None).await.is(404);
}

#[tokio::test]
async fn roles_do_what_is_theirs() {
    let server = server().await;
    for (who, path, status) in [
        ("ministry", "/Patient/ann", 403),
        ("ministry", "/Observation", 403),
        ("ministry", "/Organization/h", 200),
        ("ministry", "/_status/1", 403),
        ("admin", "/Patient/ann", 403),
        ("admin", "/Patient", 403),
        ("admin", "/Observation/of-ann", 404),
        ("admin", "/Organization/h", 200),
        ("admin", "/AuditEvent", 403),
        ("admin", "/Provenance", 403),
        ("admin", "/_status/1", 404),
        ("midwife", "/_status/1", 403),
        ("midwife", "/Provenance", 200),
        ("ann", "/Patient/ann", 200),
        ("ann", "/Patient/eve", 404),
        ("stranger", "/Organization/h", 403),
    ] {
        send(&server, who, "GET", path, None).await.is(status);
    }
    let organization = json!({ "resourceType": "Organization", "id": "h", "name": "H2" });
    send(&server, "admin", "PUT", "/Organization/h", Some(&organization)).await.is(200);
    send(&server, "hospital", "PUT", "/Organization/h", Some(&organization)).await.is(403);
    send(&server, "midwife", "POST", "/$reindex", None).await.is(403);
}

#[tokio::test]
async fn grants_are_read_again_and_faults_leave_them() {
    let server = server().await;
    let file = server.database.folder.path().join("access.toml");
    let wait = async |expected: u16| {
        for _ in 0..200 {
            if send(&server, "midwife", "GET", "/Patient/eve", None).await.status == expected {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        false
    };
    std::fs::write(&file, GRANTS.replace("00004", "00008")).unwrap();
    server.signal("HUP");
    assert!(wait(200).await);
    std::fs::write(&file, "[[grant]]\nrole = \"boss\"\n").unwrap();
    server.signal("HUP");
    assert!(wait(200).await);
    std::fs::write(&file, GRANTS).unwrap();
    server.signal("HUP");
    assert!(wait(404).await);
}

#[tokio::test]
async fn a_faulty_file_stops_the_start_and_rights_are_explained() {
    let server = guarded(Backend::Sqlite, GRANTS, "").await.expect("SQLite is always here");
    let folder = server.database.folder.path();
    let bad = folder.join("bad.toml");
    std::fs::write(&bad, "[[grant]]\nissuer = \"i\"\nsubject = \"s\"\nrole = \"boss\"\n").unwrap();
    for arguments in [vec!["access", "check"], vec!["serve"]] {
        let mut command = mebe();
        command.args(&arguments).args(["--database", "sqlite::memory:"]);
        if arguments[0] == "access" {
            command.arg(&bad);
        }
        let ended =
            command.env("MEBE_ACCESS", "on").env("MEBE_ACCESS_FILE", &bad).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains("line 4, role"), "{said}");
    }
    let explain = |scope: &str, request: &str| -> Value {
        let arguments = [
            "access",
            "explain",
            "--issuer",
            token::ISSUER,
            "--subject",
            "midwife",
            "--scope",
            scope,
            "--request",
            request,
        ];
        let mut command = mebe();
        command.args(arguments).args(["--database", &server.database.url]);
        let ended = command.env("MEBE_ACCESS_FILE", folder.join("access.toml")).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        serde_json::from_slice(&ended.stdout).unwrap()
    };
    let told = explain("user/*.rs", "GET /fhir/Observation");
    assert_eq!(told["decision"], "narrow");
    assert!(told["criteria"].as_str().unwrap().contains("every("), "{told}");
    assert_eq!(explain("user/*.rs", "GET /fhir/Organization/h")["decision"], "narrow");
    let told = explain("user/Patient.rs", "GET /fhir/Observation/x");
    assert_eq!(told["decision"], "deny");
    assert!(told["because"][0]["text"].as_str().unwrap().contains("user/Observation.r"), "{told}");
    for (name, value) in [("MEBE_AUTHORIZATION_SERVER", "true"), ("MEBE_ACCESS", "yes")] {
        let ended = mebe().args(["serve"]).env(name, value).output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}");
    }
}
