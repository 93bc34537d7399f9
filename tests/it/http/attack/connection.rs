//! Clients that send and take slowly, or not at all.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::attacked;
use crate::harness::backend::Backend;
use crate::harness::server::Server;

fn connect(server: &Server) -> TcpStream {
    let base = server.base();
    let host = base.trim_start_matches("http://").split('/').next().expect("a host");
    TcpStream::connect(host).expect("a connection")
}

fn head(method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} /fhir{path} HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/fhir+json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// What comes until the server ends the connection; how long that took.
async fn until_closed(mut stream: TcpStream) -> (String, Duration) {
    let read = move || {
        let start = Instant::now();
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let mut all = Vec::new();
        let mut piece = [0; 65536];
        loop {
            match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => all.extend_from_slice(&piece[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                Err(error) => panic!("the connection is still open: {error}"),
            }
        }
        (String::from_utf8_lossy(&all).into_owned(), start.elapsed())
    };
    tokio::task::spawn_blocking(read).await.expect("an end")
}

#[tokio::test]
async fn bodies_that_never_come_cost_little_and_end() {
    let settings = [("body_silence_seconds", "3")];
    let server = Server::start_with(Backend::Sqlite, &settings).await.expect("SQLite");
    let attack = async {
        let mut streams: Vec<TcpStream> = (0..300).map(|_| connect(&server)).collect();
        for stream in &mut streams {
            stream.write_all(head("POST", "/Patient", 32 << 20).as_bytes()).expect("a head");
            stream.write_all(b"{\"resource").expect("a start");
        }
        let closed = streams.into_iter().map(until_closed);
        futures_util::future::join_all(closed).await
    };
    let seen = attacked(&server, attack).await;
    assert!(seen.grown < 30, "{} MiB", seen.grown);
    for (reply, _) in &seen.done {
        assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
        assert!(reply.contains("OperationOutcome"), "{reply}");
    }
}

#[tokio::test]
async fn heads_and_bodies_that_drip_are_cut_off() {
    // Those that count here; bytes come all the time.
    let settings = [("head_seconds", "3"), ("body_seconds", "5"), ("idle_seconds", "60")];
    let server = Server::start_with(Backend::Sqlite, &settings).await.expect("SQLite");
    let drip = |first: String, rest: &'static str| {
        let mut stream = connect(&server);
        stream.write_all(first.as_bytes()).expect("a start");
        let mut slow = stream.try_clone().expect("a second handle");
        std::thread::spawn(move || {
            for byte in rest.bytes().cycle() {
                std::thread::sleep(Duration::from_millis(500));
                if slow.write_all(&[byte]).is_err() {
                    break;
                }
            }
        });
        until_closed(stream)
    };
    let first = "GET /fhir/metadata HTTP/1.1\r\nX: ".to_owned();
    let whole = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let later = format!("{whole}GET /fhir/metadata HTTP/1.1\r\nX: ");
    let attack = async {
        tokio::join!(drip(first, "a"), drip(later, "a"), drip(head("POST", "/Patient", 9999), " "))
    };
    let ((_, first), (later, after), (body, body_took)) = attacked(&server, attack).await.done;
    assert!(first < Duration::from_secs(30), "{first:?}");
    assert!(later.starts_with("HTTP/1.1 200"), "{later}");
    assert!(after < Duration::from_secs(30), "{after:?}");
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(body_took < Duration::from_secs(30), "{body_took:?}");
}

#[tokio::test]
async fn idle_connections_after_a_post_are_kept() {
    let server = Server::start(Backend::Sqlite).await.expect("SQLite is always here");
    let mut stream = connect(&server);
    let body = json!({ "resourceType": "Patient" }).to_string();
    let exchange = |stream: &mut TcpStream| {
        stream.write_all(head("POST", "/Patient", body.len()).as_bytes()).expect("a head");
        stream.write_all(body.as_bytes()).expect("a body");
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).expect("a reply");
        assert!(String::from_utf8_lossy(&piece[..count]).starts_with("HTTP/1.1 201"));
    };
    exchange(&mut stream);
    tokio::time::sleep(Duration::from_secs(14)).await;
    exchange(&mut stream);
}

#[tokio::test]
async fn answers_that_nobody_takes_are_given_up() {
    let settings = [("memory_mib", "64"), ("answer_mib", "24"), ("answer_silence_seconds", "4")];
    let server = Server::start_with(Backend::Sqlite, &settings).await.expect("SQLite");
    let text = "y".repeat(1_000_000);
    let large = json!({ "resourceType": "Basic", "id": "large", "code": { "text": "x" },
        "extension": [{ "url": "http://example.org/x", "valueString": text }] });
    server.put("/Basic/large", &large).await.is(201);
    let read = json!({ "request": { "method": "GET", "url": "Basic/large" } });
    let entries: Vec<_> = (0..8).map(|_| read.clone()).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries }).to_string();
    let attack = async {
        let mut streams: Vec<TcpStream> = (0..40).map(|_| connect(&server)).collect();
        for stream in &mut streams {
            stream.write_all(head("POST", "/", bundle.len()).as_bytes()).expect("a head");
            stream.write_all(bundle.as_bytes()).expect("a body");
        }
        // Nobody reads. When the server gives up, others get what they ask for.
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let reply = server.post("/", &bundle).await;
            if reply.status == 200 {
                break;
            }
            assert_eq!(reply.status, 503, "{}", reply.text);
        }
        drop(streams);
    };
    let seen = attacked(&server, attack).await;
    assert!(seen.grown < 200, "{} MiB", seen.grown);
}
