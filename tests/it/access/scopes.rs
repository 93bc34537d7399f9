//! What scopes of both versions let through, and what is said when none does.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::call::Reply;
use crate::harness::server::Server;
use crate::harness::token::{self, guarded};

const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "midwife"
role = "village-midwife"
communes = ["00004"]
choose_ids = true

[[grant]]
client = "his"
role = "vendor"
communes = ["00004"]
"#;

async fn send(
    server: &Server,
    token: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let call = server.call(method, path).header("Authorization", &format!("Bearer {token}"));
    match body {
        Some(body) => call.body(body).await,
        None => call.await,
    }
}

async fn get(server: &Server, scope: &str, path: &str) -> Reply {
    send(server, &token::token("midwife", scope), "GET", path, None).await
}

pub(super) fn home(id: &str, commune: &str) -> Value {
    let system = "https://mebe.example/fhir/CodeSystem/vn-commune";
    let url = "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward";
    json!({
        "resourceType": "Patient", "id": id, "name": [{ "family": id }],
        "address": [{ "use": "home", "extension": [
            { "url": url, "valueCoding": { "system": system, "code": commune } }
        ] }],
    })
}

pub(super) fn observation(id: &str, of: &str, category: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
        "category": [{ "coding": [{ "system": "http://example.org/categories", "code": category }] }],
        "subject": { "reference": format!("Patient/{of}") },
    })
}

/// A server with a woman, and two observations of her.
async fn server() -> Server {
    let server = guarded(Backend::Sqlite, GRANTS, "").await.expect("SQLite is always here");
    let token = token::token("midwife", "user/*.cruds");
    for one in [
        home("ann", "00004"),
        observation("lab", "ann", "lab"),
        observation("visit", "ann", "visit"),
    ] {
        let path =
            format!("/{}/{}", one["resourceType"].as_str().unwrap(), one["id"].as_str().unwrap());
        send(&server, &token, "PUT", &path, Some(&one)).await.is(201);
    }
    server
}

#[track_caller]
fn lacks(reply: Reply, scope: &str) {
    let reply = reply.is(403);
    let challenge = reply.header("www-authenticate").unwrap_or_default().to_owned();
    assert_eq!(challenge, "Bearer realm=\"mebe\", error=\"insufficient_scope\"");
    let outcome = reply.json();
    assert_eq!(outcome["issue"][0]["code"], "forbidden");
    assert!(outcome.to_string().contains(scope), "{scope}: {outcome}");
}

#[tokio::test]
async fn what_no_scope_names_is_refused_and_the_scope_told() {
    let server = server().await;
    lacks(get(&server, "openid", "/Observation").await, "user/Observation.s");
    lacks(get(&server, "user/Patient.cruds", "/Observation/lab").await, "user/Observation.r");
    lacks(get(&server, "user/Observation.r", "/Observation").await, "user/Observation.s");
    lacks(get(&server, "user/Observation.s", "/Observation/lab").await, "user/Observation.r");
    lacks(
        get(&server, "user/Observation.s", "/Observation/lab/_history").await,
        "user/Observation.r",
    );
    lacks(get(&server, "user/Observation.r", "/Observation/_history").await, "user/Observation.s");
    lacks(
        get(&server, "user/Observation.s", "/?_type=Observation,Patient").await,
        "user/Patient.s",
    );
    lacks(get(&server, "user/Observation.sr", "/Observation").await, "user/Observation.s");
    lacks(get(&server, "user/Patient.s", "/ValueSet/$expand?url=x").await, "user/ValueSet.r");
    for (scope, method, wanted) in [
        ("user/Observation.ruds", "POST", "user/Observation.c"),
        ("user/Observation.crds", "PUT", "user/Observation.u"),
        ("user/Observation.crus", "DELETE", "user/Observation.d"),
        ("user/Observation.read", "PUT", "user/Observation.u"),
    ] {
        let path = if method == "POST" { "/Observation" } else { "/Observation/lab" };
        let body = observation("lab", "ann", "lab");
        let body = (method != "DELETE").then_some(&body);
        lacks(send(&server, &token::token("midwife", scope), method, path, body).await, wanted);
    }
    // In a transaction nothing is done; in a batch each entry has its answer.
    let entry = json!({ "resource": observation("new", "ann", "x"), "request": { "method": "PUT", "url": "Observation/new" } });
    for (kind, status) in [("transaction", 403), ("batch", 200)] {
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
        let token = token::token("midwife", "user/Observation.rs");
        let reply = send(&server, &token, "POST", "", Some(&bundle)).await.is(status);
        assert!(reply.text.contains("user/Observation.u"), "{}", reply.text);
    }
    get(&server, "user/*.rs", "/Observation/new").await.is(404);
}

#[tokio::test]
async fn both_versions_and_wildcards_let_through() {
    let server = server().await;
    for scope in [
        "user/Observation.read",
        "user/*.*",
        "user/*.rs",
        "user/Observation.cruds",
        "launch user/Observation.s",
    ] {
        assert_eq!(get(&server, scope, "/Observation").await.is(200).ids().len(), 2, "{scope}");
    }
    // What comes along must be named as well, and so must what leads there.
    let path = "/Observation?_include=Observation:subject&subject:Patient.family=ann";
    let found = get(&server, "user/Observation.s user/Patient.r", path).await.is(200).json();
    assert_eq!(found["entry"].as_array().unwrap().len(), 3);
    let found = get(&server, "user/Observation.rs", path).await.is(200);
    assert!(found.ids().is_empty(), "{}", found.text);
    let found = get(&server, "user/Observation.rs", "/Observation?_include=Observation:subject")
        .await
        .json();
    assert_eq!(found["entry"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn queries_of_scopes_narrow() {
    let server = server().await;
    let scope = "user/Observation.rs?category=http://example.org/categories|lab";
    assert_eq!(get(&server, scope, "/Observation?_total=accurate").await.is(200).ids(), ["lab"]);
    assert_eq!(get(&server, scope, "/Observation?_summary=count").await.json()["total"], 1);
    get(&server, scope, "/Observation/lab").await.is(200);
    for path in
        ["/Observation/visit", "/Observation/visit/_history", "/Observation/visit/_history/1"]
    {
        get(&server, scope, path).await.is(404);
    }
    let both = format!("{scope} user/Observation.rs?category=visit&status=final");
    assert_eq!(get(&server, &both, "/Observation?_sort=_id").await.ids(), ["lab", "visit"]);
    let none = "user/Observation.rs?category=visit&status=amended";
    assert!(get(&server, none, "/Observation").await.is(200).ids().is_empty());
    // What cannot be read allows nothing.
    for bad in [
        "category=",
        "nothing=x",
        "_count=5",
        "subject:Patient.name=x",
        "_include=Observation:subject",
        "",
    ] {
        lacks(
            get(&server, &format!("user/Observation.rs?{bad}"), "/Observation").await,
            "user/Observation.s",
        );
    }
}

#[tokio::test]
async fn scopes_count_for_whom_they_are_made() {
    let server = server().await;
    lacks(get(&server, "system/*.cruds", "/Observation").await, "user/Observation.s");
    lacks(get(&server, "patient/*.rs", "/Observation").await, "Observation.s");
    let ask = async |token: String| send(&server, &token, "GET", "/Observation", None).await;
    lacks(ask(token::of_system("his", "user/*.cruds")).await, "system/Observation.s");
    assert_eq!(ask(token::of_system("his", "system/*.rs")).await.is(200).ids().len(), 2);
    // A system that nobody granted anything, and a person with the name of a system.
    ask(token::of_system("other", "system/*.rs")).await.is(403);
    ask(token::token("his", "user/*.rs")).await.is(403);
    let about = |patient: &str, scope: &str| {
        let mut claims = token::claims("midwife", scope);
        claims["patient"] = patient.into();
        token::of(&claims)
    };
    assert_eq!(ask(about("ann", "patient/*.rs")).await.is(200).ids().len(), 2);
    lacks(ask(about("ann", "patient/Patient.rs")).await, "patient/Observation.s");
    ask(about("nobody", "patient/*.rs")).await.is(403);
    assert_eq!(ask(about("nobody", "patient/*.rs user/*.rs")).await.is(200).ids().len(), 2);
}
