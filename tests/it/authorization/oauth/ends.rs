//! When tokens end: introspection, revocation, what is disabled, and in which processes.

use std::time::{Duration, Instant};

use mebe::authorization::{account, client};
use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::server::Server;

use super::app::{App, json as body, post, read, refused};
use super::world::{SECRET, kept, server, server_on};

async fn introspect(server: &Server, token: &Value) -> Value {
    let fields =
        [("client_id", "secretive"), ("client_secret", SECRET), ("token", token.as_str().unwrap())];
    body(&post(server, "introspect", &fields).await.is(200))
}

/// Waits until a token does not count any more, which must be within a second.
async fn ended(server: &Server, token: &Value) {
    let begun = Instant::now();
    while read(server, "/Patient/ann", token).await != 401 {
        assert!(begun.elapsed() < Duration::from_secs(1), "it still counts");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn introspection_tells_what_a_token_says_while_it_counts() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "openid fhirUser patient/*.rs offline_access");
    let tokens = app.tokens("hoa", Some("ann")).await;
    let told = introspect(&server, &tokens["access_token"]).await;
    let user = format!("{}/Practitioner/hoa", server.base());
    for (name, value) in [
        ("active", json!(true)),
        ("scope", json!("openid fhirUser patient/*.rs offline_access")),
        ("client_id", json!("app")),
        ("iss", json!(server.top())),
        ("sub", json!("hoa")),
        ("patient", json!("ann")),
        ("fhirUser", json!(user)),
    ] {
        assert_eq!(told[name], value, "{name}");
    }
    assert!(told["exp"].is_u64());
    let refresh = introspect(&server, &tokens["refresh_token"]).await;
    assert_eq!((&refresh["active"], &refresh["client_id"]), (&json!(true), &json!("app")));
    let inactive = json!({ "active": false });
    let token = tokens["access_token"].as_str().unwrap();
    let (message, _) = token.rsplit_once('.').unwrap();
    for other in
        ["x", "x.y", "x.y.z", &format!("{message}.AAAA"), tokens["id_token"].as_str().unwrap()]
    {
        assert_eq!(introspect(&server, &json!(other)).await, inactive, "{other}");
    }
    body(&app.refresh(tokens["refresh_token"].as_str().unwrap()).await.is(200));
    assert_eq!(introspect(&server, &tokens["refresh_token"]).await, inactive);
    // Who keeps no secret may not ask.
    let fields = [("client_id", "app"), ("token", token)];
    refused(&post(&server, "introspect", &fields).await, "unauthorized_client");
    refused(&post(&server, "introspect", &[("token", token)]).await.is(401), "invalid_client");
    let fields = [("client_id", "secretive"), ("client_secret", "wrong"), ("token", token)];
    refused(&post(&server, "introspect", &fields).await.is(401), "invalid_client");
}

#[tokio::test]
async fn a_client_revokes_its_tokens_at_once() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let revoke = async |client: &str, token: &Value| {
        let fields = [("client_id", client), ("token", token.as_str().unwrap())];
        post(&server, "revoke", &fields).await.is(200);
    };
    // Not those of another one, and what is none is no fault.
    for token in [&tokens["access_token"], &tokens["refresh_token"], &json!("x.y")] {
        revoke("other", token).await;
    }
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    revoke("app", &tokens["access_token"]).await;
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    assert_eq!(introspect(&server, &tokens["access_token"]).await, json!({ "active": false }));
    let next = body(&app.refresh(tokens["refresh_token"].as_str().unwrap()).await.is(200));
    assert_eq!(read(&server, "/Patient/ann", &next["access_token"]).await, 200);
    revoke("app", &next["refresh_token"]).await;
    assert_eq!(read(&server, "/Patient/ann", &next["access_token"]).await, 401);
    refused(&app.refresh(next["refresh_token"].as_str().unwrap()).await, "invalid_grant");
    let fields = [("client_id", "nobody"), ("token", "x")];
    refused(&post(&server, "revoke", &fields).await.is(401), "invalid_client");
}

#[tokio::test]
async fn what_a_command_disables_ends_within_a_second() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let others = App::new(&server, "other", "user/Patient.rs").tokens("ann", None).await;
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Patient/ann", &others["access_token"]).await, 200);
    let code = app.code("hoa", None).await;
    let kept = kept(&server).await;
    account::disable(&kept, "hoa").await.unwrap();
    ended(&server, &tokens["access_token"]).await;
    refused(&app.refresh(tokens["refresh_token"].as_str().unwrap()).await, "invalid_grant");
    refused(&app.exchange(&code).await, "invalid_grant");
    assert_eq!(introspect(&server, &tokens["access_token"]).await, json!({ "active": false }));
    assert_eq!(read(&server, "/Patient/ann", &others["access_token"]).await, 200);
    client::disable(&kept, "other").await.unwrap();
    ended(&server, &others["access_token"]).await;
}

#[tokio::test]
async fn tokens_count_in_every_process_and_end_in_all() {
    let Some(server) = server_on(Backend::Postgres, &[]).await else { return };
    let base = server.base();
    let settings = [
        ("access", "on"),
        ("authorization_server", "true"),
        ("second_factor", "optional"),
        ("base_url", base.as_str()),
    ];
    let beside = server.beside_with(&settings).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    assert_eq!(read(&beside, "/Patient/ann", &tokens["access_token"]).await, 200);
    let fields = [("client_id", "app"), ("token", tokens["refresh_token"].as_str().unwrap())];
    post(&server, "revoke", &fields).await.is(200);
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    ended(&beside, &tokens["access_token"]).await;
}

#[tokio::test]
async fn tokens_are_as_short_as_the_settings_say() {
    let server = server(&[("token_seconds", "4")]).await;
    let tokens = App::new(&server, "app", "user/Patient.rs").tokens("hoa", None).await;
    assert_eq!(tokens["expires_in"], 4);
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    tokio::time::sleep(Duration::from_millis(4_100)).await;
    // The clock is the same, so there is no leeway.
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    assert_eq!(introspect(&server, &tokens["access_token"]).await, json!({ "active": false }));
}

#[tokio::test]
async fn tokens_outlive_the_rotation_of_keys() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "openid user/Patient.rs");
    let before = app.tokens("hoa", None).await;
    mebe::authorization::key::rotate(&kept(&server).await).await.unwrap();
    let after = app.tokens("hoa", None).await;
    let kid =
        |token: &Value| jsonwebtoken::decode_header(token.as_str().unwrap()).unwrap().kid.unwrap();
    assert_ne!(kid(&before["access_token"]), kid(&after["access_token"]));
    assert_ne!(kid(&before["id_token"]), kid(&after["id_token"]));
    let jwks = body(&server.get(&format!("{}/oauth/jwks", server.top())).await.is(200));
    let all = jwks["keys"].as_array().unwrap();
    for tokens in [&before, &after] {
        assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
        for name in ["access_token", "id_token"] {
            assert!(all.iter().any(|key| key["kid"] == *kid(&tokens[name])), "{name}");
        }
    }
}
