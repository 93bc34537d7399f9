//! Attacks on the token endpoint with a code.

use super::app::{App, VERIFIER, challenge, json, post, read, refused};
use super::world::{REDIRECT, SECRET, server};

/// The fields of a good exchange.
fn fields(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

#[tokio::test]
async fn code_replay_ends_the_family() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let code = app.code("hoa", None).await;
    let tokens = json(&app.exchange(&code).await.is(200));
    let next = json(&app.refresh(tokens["refresh_token"].as_str().unwrap()).await.is(200));
    assert_eq!(read(&server, "/Patient/ann", &next["access_token"]).await, 200);
    refused(&app.exchange(&code).await, "invalid_grant");
    for tokens in [&tokens, &next] {
        assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    }
    refused(&app.refresh(next["refresh_token"].as_str().unwrap()).await, "invalid_grant");
}

#[tokio::test]
async fn of_several_exchanges_at_once_none_is_left() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let code = app.code("hoa", None).await;
    let all = futures_util::future::join_all((0..6).map(|_| app.exchange(&code))).await;
    let good: Vec<_> = all.iter().filter(|reply| reply.status == 200).collect();
    assert!(good.len() <= 1);
    for reply in good {
        assert_eq!(read(&server, "/Patient/ann", &json(reply)["access_token"]).await, 401);
    }
}

#[tokio::test]
async fn a_code_of_another_client_is_none() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let code = app.code("hoa", None).await;
    let other = App { client: "other".to_owned(), ..app.clone() };
    refused(&other.exchange(&code).await, "invalid_grant");
    let mut stolen = fields(&code);
    stolen[1] = ("client_id", "secretive");
    stolen.push(("client_secret", SECRET));
    refused(&post(&server, "token", &stolen).await, "invalid_grant");
    // Whose it is may still use it: nobody takes it away by knowing it.
    app.exchange(&code).await.is(200);
}

#[tokio::test]
async fn pkce_downgrade_is_refused() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    for (method, sent) in [
        (Some("plain"), Some(VERIFIER)),
        (None, Some(VERIFIER)),
        (Some("S256"), None),
        (None, None),
        (Some("s256"), Some(VERIFIER)),
        (Some("S256"), Some("short")),
    ] {
        let app = app.clone().with("code_challenge_method", method).with("code_challenge", sent);
        let page = super::browser::Browser::new(&server.top()).get(&app.url()).await;
        assert_eq!(page.told("error").as_deref(), Some("invalid_request"), "{method:?} {sent:?}");
        assert_eq!(page.told("code"), None);
    }
    let code = app.code("hoa", None).await;
    let own = challenge(VERIFIER);
    for wrong in ["", "x", &own, &VERIFIER.to_uppercase(), &"x".repeat(43), &"x".repeat(200)] {
        let mut fields = fields(&code);
        fields[4] = ("code_verifier", wrong);
        let reply = post(&server, "token", &fields).await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.text);
        fields.pop();
        assert_eq!(post(&server, "token", &fields).await.status, 400);
    }
    app.exchange(&code).await.is(200);
}

#[tokio::test]
async fn the_redirect_of_an_exchange_is_that_of_the_request() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let code = app.code("hoa", None).await;
    for other in ["", "https://evil.example/cb", "https://app.example/cb/", "http://127.0.0.1:1/cb"]
    {
        let mut fields = fields(&code);
        fields[3] = ("redirect_uri", other);
        assert_eq!(post(&server, "token", &fields).await.status, 400, "{other}");
    }
    app.exchange(&code).await.is(200);
}

#[tokio::test]
async fn a_code_ends_soon() {
    let server = server(&[("code_seconds", "1")]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let code = app.code("hoa", None).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    refused(&app.exchange(&code).await, "invalid_grant");
}

#[tokio::test]
async fn duplicate_and_huge_parameters_are_refused() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let code = app.code("hoa", None).await;
    for (name, value) in
        [("client_id", "other"), ("code", "x"), ("grant_type", "client_credentials"), ("x", "1")]
    {
        let mut fields = fields(&code);
        fields.extend([(name, value), (name, value)]);
        refused(&post(&server, "token", &fields).await, "invalid_request");
    }
    let long = "x".repeat(20_000);
    for name in ["code", "code_verifier", "client_id", "scope", "x"] {
        let mut fields: Vec<_> =
            fields(&code).into_iter().filter(|(known, _)| *known != name).collect();
        fields.push((name, &long));
        refused(&post(&server, "token", &fields).await, "invalid_request");
    }
    let huge = "x".repeat(2 << 20);
    let reply = post(&server, "token", &[("code", &huge)]).await;
    assert!((400..500).contains(&reply.status), "{}", reply.status);
    let call = server.call("POST", &format!("{}/oauth/token", server.top()));
    let json = call.header("content-type", "application/json").body("{}").await;
    assert!((400..500).contains(&json.status), "{}", json.status);
    app.exchange(&code).await.is(200);
}

#[tokio::test]
async fn other_grants_and_methods_are_refused() {
    let server = server(&[]).await;
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "CODE"] {
        let fields =
            [("grant_type", grant), ("client_id", "app"), ("username", "ann"), ("password", "x")];
        refused(&post(&server, "token", &fields).await, "unsupported_grant_type");
    }
    refused(&post(&server, "token", &[("client_id", "app")]).await, "invalid_request");
    let fields =
        [("grant_type", "client_credentials"), ("client_id", "app"), ("scope", "system/*.rs")];
    refused(&post(&server, "token", &fields).await, "unauthorized_client");
    refused(&post(&server, "token", &[("grant_type", "refresh_token")]).await, "invalid_request");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x.y")];
    refused(&post(&server, "token", &fields).await, "invalid_grant");
    for method in ["GET", "PUT", "DELETE"] {
        let reply = server.call(method, &format!("{}/oauth/token", server.top())).await;
        assert_eq!(reply.status, 405, "{method}");
    }
}
