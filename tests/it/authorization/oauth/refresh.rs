//! Refresh tokens: another one each time, and the end of all when one is used again.

use serde_json::Value;

use super::app::{App, json, post, read, refused};
use super::browser::Browser;
use super::world::{server, sign_in};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[tokio::test]
async fn a_refresh_token_serves_once_and_its_second_use_ends_the_family() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let first = app.tokens("hoa", None).await;
    let second = json(&app.refresh(text(&first["refresh_token"])).await.is(200));
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(second["scope"], "user/Patient.rs offline_access");
    let third = json(&app.refresh(text(&second["refresh_token"])).await.is(200));
    for tokens in [&first, &second, &third] {
        assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    }
    refused(&app.refresh(text(&first["refresh_token"])).await, "invalid_grant");
    for tokens in [&first, &second, &third] {
        assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    }
    refused(&app.refresh(text(&third["refresh_token"])).await, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_narrows_scopes_and_never_widens_them() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/*.rs offline_access");
    let mut tokens = app.tokens("hoa", None).await;
    let refresh = async |tokens: &Value, scope: &str| {
        let token = text(&tokens["refresh_token"]);
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", "app"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        post(&server, "token", &fields).await
    };
    for wider in ["user/*.cruds", "user/Observation.cruds", "patient/*.rs", "system/*.rs", "openid"]
    {
        refused(&refresh(&tokens, wider).await, "invalid_scope");
    }
    tokens = json(&refresh(&tokens, "user/Encounter.r").await.is(200));
    assert_eq!(tokens["scope"], "user/Encounter.r");
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 403);
    // What was granted at first is still granted.
    tokens = json(&refresh(&tokens, "user/Patient.rs").await.is(200));
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
}

#[tokio::test]
async fn a_refresh_token_is_its_clients() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let token = text(&tokens["refresh_token"]);
    let other = App { client: "other".to_owned(), ..app.clone() };
    refused(&other.refresh(token).await, "invalid_grant");
    for made_up in ["", "x", "x.y", &token.replace('.', ""), &format!("{token}x"), "access.token"] {
        let answer = app.refresh(made_up).await;
        assert!(answer.status == 400, "{made_up}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_public_client_need_not_name_itself_and_others_must_authenticate() {
    let server = server(&[]).await;
    let bare = async |tokens: &Value| {
        let token = text(&tokens["refresh_token"]);
        post(&server, "token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    bare(&tokens).await.is(200);
    let secretive = App::new(&server, "secretive", "user/Patient.rs offline_access");
    let code = secretive.code("hoa", None).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "secretive"),
        ("client_secret", super::world::SECRET),
        ("code", &code),
        ("redirect_uri", super::world::REDIRECT),
        ("code_verifier", super::app::VERIFIER),
    ];
    let tokens = json(&post(&server, "token", &fields).await.is(200));
    refused(&bare(&tokens).await, "invalid_client");
    refused(&secretive.refresh(text(&tokens["refresh_token"])).await, "invalid_client");
}

#[tokio::test]
async fn what_makes_up_the_secret_of_a_family_ends_it() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let (handle, _) = text(&tokens["refresh_token"]).split_once('.').unwrap();
    refused(&app.refresh(&format!("{handle}.guessed")).await, "invalid_grant");
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
}

#[tokio::test]
async fn two_refreshes_at_once_do_not_both_go_on() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let token = text(&tokens["refresh_token"]);
    let all = futures_util::future::join_all((0..6).map(|_| app.refresh(token))).await;
    assert!(all.iter().filter(|reply| reply.status == 200).count() <= 1);
    for reply in all.iter().filter(|reply| reply.status == 200) {
        refused(&app.refresh(text(&json(reply)["refresh_token"])).await, "invalid_grant");
    }
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
}

#[tokio::test]
async fn online_access_ends_with_the_session() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs online_access");
    let mut browser = Browser::new(&server.top());
    let page = browser.get(&app.url()).await;
    let page = sign_in(&mut browser, &page, "hoa").await;
    let answer = browser.send(&page.form("decision"), &[("decision", "approve")]).await;
    let tokens = json(&app.exchange(&answer.told("code").unwrap()).await.is(200));
    let tokens = json(&app.refresh(text(&tokens["refresh_token"])).await.is(200));
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    super::world::sign_out(&mut browser).await;
    refused(&app.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
}
