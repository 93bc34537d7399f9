//! Backend services: a system gets tokens for itself by what it signs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonwebtoken::{Algorithm, EncodingKey};
use mebe::authorization::client::Asked;
use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::server::Server;
use crate::harness::token::{encode, jwk, now, rsa, sign, stranger};

use super::app::{json as body, post, read, refused};
use super::world::{add_client, claims, kept, server, system};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn header() -> Value {
    json!({ "alg": "RS384", "typ": "JWT", "kid": "k" })
}

/// What an assertion says that is good, and is sent for the first time.
fn payload(server: &Server) -> Value {
    let endpoint = format!("{}/oauth/token", server.top());
    let id = uuid::Uuid::new_v4().to_string();
    json!({ "iss": "his", "sub": "his", "aud": endpoint, "exp": now() + 200, "jti": id })
}

fn assertion(header: &Value, payload: &Value) -> String {
    sign(&header.to_string(), &payload.to_string(), &rsa(), Algorithm::RS384)
}

async fn ask(server: &Server, assertion: &str, scope: &str) -> Reply {
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    post(server, "token", &fields).await
}

async fn good(server: &Server, scope: &str) -> Reply {
    ask(server, &assertion(&header(), &payload(server)), scope).await
}

#[tokio::test]
async fn a_system_gets_a_token_and_reads() {
    let server = server(&[]).await;
    let tokens = body(&good(&server, "system/Patient.rs").await.is(200));
    assert_eq!(
        (&tokens["scope"], &tokens["token_type"]),
        (&json!("system/Patient.rs"), &json!("Bearer"))
    );
    assert_eq!((&tokens["refresh_token"], &tokens["patient"]), (&Value::Null, &Value::Null));
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!((&access["sub"], &access["client_id"]), (&json!("his"), &json!("his")));
    assert_eq!(access["extensions"]["ihe_iua"]["purpose_of_use"][0]["code"], "TREAT");
    assert_eq!(access["extensions"]["ihe_iua"]["subject_role"][0]["code"], "vendor");
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Patient/eve", &tokens["access_token"]).await, 404);
    assert_eq!(read(&server, "/Observation", &tokens["access_token"]).await, 403);
}

#[tokio::test]
async fn a_system_gets_no_more_than_it_registered() {
    let server = server(&[]).await;
    for beyond in
        ["system/*.cruds", "system/Patient.c", "user/Patient.rs", "patient/*.rs", "openid", "x", ""]
    {
        refused(&good(&server, beyond).await, "invalid_scope");
    }
    good(&server, "system/Observation.read system/Patient.r").await.is(200);
}

#[tokio::test]
async fn assertions_that_lie_in_their_header_are_refused() {
    let server = server(&[]).await;
    let text = |header: &Value| (header.to_string(), payload(&server).to_string());
    let headed = |change: &dyn Fn(&mut Value)| {
        let mut header = header();
        change(&mut header);
        assertion(&header, &payload(&server))
    };
    let unsigned = |alg: &str| {
        let (header, payload) = text(&json!({ "alg": alg, "typ": "JWT", "kid": "k" }));
        format!("{}.{}.", encode(header), encode(payload))
    };
    let with_key = |alg: &str, key: &EncodingKey, algorithm| {
        let (header, payload) = text(&json!({ "alg": alg, "typ": "JWT", "kid": "k" }));
        sign(&header, &payload, key, algorithm)
    };
    let public = super::world::jwks().to_string();
    let hmac = EncodingKey::from_secret(public.as_bytes()).unwrap();
    let mut attacks = vec![
        ("alg none", unsigned("none")),
        ("alg nOnE", unsigned("nOnE")),
        ("no signature", unsigned("RS384")),
        ("HS384 with the public keys", with_key("HS384", &hmac, Algorithm::HS384)),
        ("HS256 called RS384", with_key("RS384", &hmac, Algorithm::HS256)),
        ("RS256", with_key("RS256", &rsa(), Algorithm::RS256)),
        ("RS512", with_key("RS512", &rsa(), Algorithm::RS512)),
        ("a stranger's key", with_key("ES256", &stranger(), Algorithm::ES256)),
        ("typ at+jwt", headed(&|header| header["typ"] = "at+jwt".into())),
        ("no typ", headed(&|header| drop(header.as_object_mut().unwrap().remove("typ")))),
        ("no kid", headed(&|header| drop(header.as_object_mut().unwrap().remove("kid")))),
        ("another kid", headed(&|header| header["kid"] = "x".into())),
        ("a path for a kid", headed(&|header| header["kid"] = "../../../dev/null".into())),
        ("SQL for a kid", headed(&|header| header["kid"] = "k' OR '1'='1".into())),
        ("a list for a kid", headed(&|header| header["kid"] = json!(["k"]))),
        ("crit", headed(&|header| header["crit"] = json!(["exp"]))),
        ("b64", headed(&|header| header["b64"] = json!(false))),
        (
            "jku that is not registered",
            headed(&|header| header["jku"] = "http://127.0.0.1:9/j".into()),
        ),
        ("jku that is a list", headed(&|header| header["jku"] = json!([]))),
        ("not a JWT", "x".to_owned()),
        ("two parts", "x.y".to_owned()),
    ];
    let own = jwk(&stranger(), Algorithm::ES256, "k");
    for (name, value) in
        [("jwk", own), ("x5u", "http://127.0.0.1:9/x".into()), ("x5c", json!(["MIIB"]))]
    {
        let mut header = json!({ "alg": "ES384", "typ": "JWT", "kid": "k" });
        header[name] = value;
        let (header, payload) = text(&header);
        attacks.push((name, sign(&header, &payload, &stranger(), Algorithm::ES256)));
    }
    for (what, attack) in attacks {
        let reply = ask(&server, &attack, "system/Patient.rs").await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text);
        refused(&reply, "invalid_client");
    }
    good(&server, "system/Patient.rs").await.is(200);
}

#[tokio::test]
async fn assertions_whose_claims_do_not_hold_are_refused() {
    let server = server(&[]).await;
    let claimed = |name: &str, value: Value| {
        let mut payload = payload(&server);
        payload[name] = value;
        assertion(&header(), &payload)
    };
    let endpoint = format!("{}/oauth/token", server.top());
    let mut attacks = Vec::new();
    for (name, value) in [
        ("iss", json!("keyed")),
        ("iss", json!("nobody")),
        ("sub", json!("keyed")),
        ("sub", Value::Null),
        ("aud", json!(server.base())),
        ("aud", json!(server.top())),
        ("aud", json!(format!("{endpoint}/"))),
        ("aud", json!([endpoint, "https://evil.example"])),
        ("aud", Value::Null),
        ("exp", json!(now() - 40)),
        ("exp", json!(now() + 400)),
        ("exp", Value::Null),
        ("exp", json!("soon")),
        ("iat", json!(now() + 100)),
        ("nbf", json!(now() + 100)),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("jti", json!("x".repeat(1000))),
    ] {
        attacks.push((format!("{name} {value}"), claimed(name, value)));
    }
    let twice = payload(&server).to_string().replacen('{', "{\"iss\":\"his\",", 1);
    attacks
        .push(("iss twice".into(), sign(&header().to_string(), &twice, &rsa(), Algorithm::RS384)));
    for (what, attack) in attacks {
        let reply = ask(&server, &attack, "system/Patient.rs").await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text);
        refused(&reply, "invalid_client");
    }
}

#[tokio::test]
async fn an_assertion_serves_once() {
    let server = server(&[]).await;
    let once = assertion(&header(), &payload(&server));
    ask(&server, &once, "system/Patient.rs").await.is(200);
    refused(&ask(&server, &once, "system/Patient.rs").await.is(401), "invalid_client");
    // Another one with the same id, too, though it was signed anew.
    let mut same = payload(&server);
    same["jti"] = claims(&once)["jti"].clone();
    same["exp"] = json!(now() + 100);
    refused(
        &ask(&server, &assertion(&header(), &same), "system/Patient.rs").await,
        "invalid_client",
    );
    let all = assertion(&header(), &payload(&server));
    let all =
        futures_util::future::join_all((0..5).map(|_| ask(&server, &all, "system/Patient.rs")))
            .await;
    assert_eq!(all.iter().filter(|reply| reply.status == 200).count(), 1);
}

#[tokio::test]
async fn who_has_keys_does_not_come_with_a_name_or_a_secret() {
    let server = server(&[]).await;
    for more in [[("", ""); 1], [("client_secret", "guessed")]] {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("scope", "system/Patient.rs"),
            ("client_id", "his"),
        ];
        fields.extend(more.into_iter().filter(|(name, _)| !name.is_empty()));
        refused(&post(&server, "token", &fields).await.is(401), "invalid_client");
    }
    let signed = assertion(&header(), &payload(&server));
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "system/Patient.rs"),
        ("client_id", "keyed"),
        ("client_assertion_type", TYPE),
        ("client_assertion", &signed),
    ];
    refused(&post(&server, "token", &fields).await.is(401), "invalid_client");
}

/// A place where keys are, which counts how often it is asked.
fn keys(jwks: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0_u8; 4096];
            let _head = stream.read(&mut head);
            counted.fetch_add(1, Ordering::SeqCst);
            let length = jwks.len();
            let reply = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=300\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n{jwks}"
            );
            let _sent = stream.write_all(reply.as_bytes());
        }
    });
    (url, count)
}

#[tokio::test]
async fn keys_come_from_the_url_of_the_registration_and_are_kept() {
    let server = server(&[]).await;
    let (url, count) = keys(super::world::jwks().to_string());
    let far = Asked { jwks_url: Some(url.clone()), ..system("far") };
    add_client(&kept(&server).await, &far).await;
    // It is learned within a second what it was granted.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let signed = |header: &Value| {
        let mut payload = payload(&server);
        (payload["iss"], payload["sub"]) = ("far".into(), "far".into());
        assertion(header, &payload)
    };
    for _ in 0..3 {
        ask(&server, &signed(&header()), "system/Patient.rs").await.is(200);
    }
    let mut named = header();
    named["jku"] = json!(url);
    ask(&server, &signed(&named), "system/Patient.rs").await.is(200);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let (evil, asked) =
        keys(json!({ "keys": [jwk(&stranger(), Algorithm::ES256, "k")] }).to_string());
    named["jku"] = json!(evil);
    refused(&ask(&server, &signed(&named), "system/Patient.rs").await, "invalid_client");
    // Names that nobody has do not have the keys fetched again and again.
    for at in 0..5 {
        let mut other = header();
        other["kid"] = json!(format!("x{at}"));
        refused(&ask(&server, &signed(&other), "system/Patient.rs").await, "invalid_client");
    }
    assert_eq!((count.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (1, 0));
}
