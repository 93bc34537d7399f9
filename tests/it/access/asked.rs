//! Opaque tokens, of which their issuer is asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::harness::backend::{Backend, Database};
use crate::harness::server::Server;
use crate::harness::token::now;

const GRANTS: &str = r#"
[[grant]]
issuer = "https://asked.example"
subject = "admin"
role = "administrator"
"#;

/// An issuer that answers what it is told to, and writes down what it was asked.
struct Issuer {
    url: String,
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

fn issuer() -> Issuer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/introspect", listener.local_addr().unwrap());
    let answer = Arc::new(Mutex::new((200, String::new())));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (told, heard) = (Arc::clone(&answer), Arc::clone(&asked));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let request = read(&mut stream);
            heard.lock().unwrap().push(request);
            let (status, body) = told.lock().unwrap().clone();
            let reply = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nLocation: {body}\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _gone = stream.write_all(reply.as_bytes());
        }
    });
    Issuer { url, answer, asked }
}

/// A request with its body.
fn read(stream: &mut TcpStream) -> String {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return text,
            Ok(count) => all.extend_from_slice(&part[..count]),
        }
    }
}

impl Issuer {
    fn says(&self, status: u16, body: impl ToString) {
        *self.answer.lock().unwrap() = (status, body.to_string());
    }

    fn times(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn server(issuer: &Issuer) -> Server {
    let database = Database::create(Backend::Sqlite).unwrap();
    let folder = database.folder.path().to_owned();
    let (secret, file) = (folder.join("secret"), folder.join("access.toml"));
    std::fs::write(&secret, "s:ecret\n").unwrap();
    std::fs::write(&file, GRANTS).unwrap();
    let issuers = format!(
        "[{{issuer=\"https://asked.example\",audience=[\"here\"],introspection_url=\"{}\",\
         client_id=\"me be\",client_secret_file=\"{}\"}}]",
        issuer.url,
        secret.display()
    );
    let file = file.display().to_string();
    let settings = [("access", "on"), ("access_file", &file), ("issuer", &issuers)];
    Server::start_on(database, &settings).await
}

fn active() -> Value {
    json!({
        "active": true, "aud": "here", "sub": "admin", "client_id": "app",
        "scope": "user/Organization.rs", "exp": now() + 120,
    })
}

async fn ask(server: &Server, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    server.get("/Organization").header("Authorization", &authorization).await.status
}

#[tokio::test]
async fn an_issuer_is_asked_once_of_a_token_that_is_active() {
    let issuer = issuer();
    let server = server(&issuer).await;
    issuer.says(200, active());
    for _ in 0..3 {
        assert_eq!(ask(&server, "opaque-1").await, 200, "{}", server.log());
    }
    assert_eq!(issuer.times(), 1);
    let asked = issuer.asked.lock().unwrap()[0].clone();
    assert!(asked.starts_with("POST /introspect HTTP/1.1"), "{asked}");
    // "me+be:s%3Aecret"
    let expected = "basic bwurymu6cyuzqwvjcmv0";
    assert!(asked.to_ascii_lowercase().contains(expected), "{asked}");
    assert!(asked.contains("token=opaque-1") && asked.contains("token_type_hint=access_token"));
    assert!(!server.log().contains("opaque-1") && !server.log().contains("ecret"));
}

#[tokio::test]
async fn what_is_not_active_or_for_others_is_refused() {
    let issuer = issuer();
    let server = server(&issuer).await;
    let with = |name: &str, value: Value| {
        let mut claims = active();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = active();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    for (at, said) in [
        json!({ "active": false }),
        with("aud", "elsewhere".into()),
        without("aud"),
        with("iss", "https://other.example".into()),
        with("exp", json!(now() - 120)),
        without("exp"),
        without("sub"),
        without("scope"),
        without("client_id"),
        with("nbf", json!(now() + 600)),
    ]
    .into_iter()
    .enumerate()
    {
        issuer.says(200, &said);
        assert_eq!(ask(&server, &format!("bad-{at}")).await, 401, "{said}");
    }
    // Another's scope is nobody's right.
    issuer.says(200, with("sub", "stranger".into()));
    assert_eq!(ask(&server, "of-a-stranger").await, 403);
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_no_reason_to_let_in() {
    let issuer = issuer();
    let server = server(&issuer).await;
    for (status, body) in [
        (500, "{}"),
        (401, r#"{"error":"invalid_client"}"#),
        (200, "no json"),
        (200, "[]"),
        (200, r#"{"active":"true"}"#),
        (200, r#"{"active":true,"active":false}"#),
        (302, "http://127.0.0.1:1/elsewhere"),
    ] {
        issuer.says(status, body);
        assert_eq!(ask(&server, "opaque").await, 503, "{status} {body}");
    }
    // It is asked again when it is there.
    issuer.says(200, active());
    assert_eq!(ask(&server, "opaque").await, 200);
}
