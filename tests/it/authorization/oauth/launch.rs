//! EHR launch: `POST /oauth/launch`, and what attackers try with it.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::server::Server;

use super::app::{App, json as body, read};
use super::browser::Browser;
use super::world::server;

const SCOPE: &str = "launch openid launch/encounter patient/*.rs";

async fn ask(server: &Server, token: &Value, what: &Value) -> Reply {
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let call = server.call("POST", &format!("{}/oauth/launch", server.top()));
    call.header("Authorization", &bearer)
        .header("content-type", "application/json")
        .body(what)
        .await
}

/// A launch of the app for ann, by hoa who has it in front of her.
async fn launched(server: &Server, what: &Value) -> (Value, String) {
    let tokens = App::new(server, "other", "user/*.rs").tokens("hoa", None).await;
    let told = body(&ask(server, &tokens["access_token"], what).await.is(200));
    assert!(told["expires_in"].as_u64().unwrap() > 0);
    (tokens["access_token"].clone(), told["launch"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_app_is_opened_for_whom_it_was_launched() {
    let server = server(&[]).await;
    let what = json!({ "client_id": "app", "patient": "ann", "encounter": "kham" });
    let (_, launch) = launched(&server, &what).await;
    let app = App::new(&server, "app", SCOPE).with("launch", Some(&launch));
    let tokens = app.tokens("hoa", None).await;
    assert_eq!((&tokens["patient"], &tokens["encounter"]), (&json!("ann"), &json!("kham")));
    assert_eq!(tokens["scope"], SCOPE);
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Patient/binh", &tokens["access_token"]).await, 404);
    // It served.
    let page = Browser::new(&server.top()).get(&app.url()).await;
    assert_eq!(page.told("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn a_launch_may_be_asked_for_by_a_form_and_name_the_visit_alone() {
    let server = server(&[]).await;
    let tokens = App::new(&server, "other", "user/*.rs").tokens("hoa", None).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let call = server.call("POST", &format!("{}/oauth/launch", server.top()));
    let call = call.header("Authorization", &bearer);
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let told = body(&call.body("client_id=app&encounter=kham").await.is(200));
    let app = App::new(&server, "app", SCOPE).with("launch", told["launch"].as_str());
    assert_eq!(app.tokens("hoa", None).await["patient"], "ann");
}

#[tokio::test]
async fn a_launch_is_for_what_its_user_reaches() {
    let server = server(&[]).await;
    let tokens = App::new(&server, "other", "user/*.rs").tokens("hoa", None).await;
    for bad in [
        json!({}),
        json!({ "client_id": "nobody", "patient": "ann" }),
        json!({ "client_id": "his", "patient": "ann" }),
        json!({ "client_id": "app", "patient": "eve" }),
        json!({ "client_id": "app", "patient": "../x" }),
        json!({ "client_id": "app", "encounter": "khac" }),
        json!({ "client_id": "app", "patient": "binh", "encounter": "kham" }),
        json!({ "client_id": "app", "patient": ["ann"] }),
        json!([]),
    ] {
        let reply = ask(&server, &tokens["access_token"], &bad).await;
        assert_eq!(reply.status, 400, "{bad}: {}", reply.text);
    }
    // Whom one does not reach is answered as whom there is not.
    let of = |patient: &str| json!({ "client_id": "app", "patient": patient });
    let hidden = ask(&server, &tokens["access_token"], &of("eve")).await;
    let never = ask(&server, &tokens["access_token"], &of("never")).await;
    assert_eq!(hidden.text, never.text);
    let call = server.call("POST", &format!("{}/oauth/launch", server.top()));
    let nobody = call.header("content-type", "application/json").body(of("ann")).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(
        ask(
            &server,
            &tokens["id_token"].as_str().map_or(json!("x.y.z"), |id| json!(id)),
            &of("ann")
        )
        .await
        .status,
        401
    );
}

#[tokio::test]
async fn a_launch_of_another_client_or_another_user_is_none() {
    let server = server(&[]).await;
    let what = json!({ "client_id": "app", "patient": "ann" });
    let (_, launch) = launched(&server, &what).await;
    let other = App::new(&server, "other", SCOPE).with("launch", Some(&launch));
    let page = Browser::new(&server.top()).get(&other.url()).await;
    assert_eq!(page.told("error").as_deref(), Some("invalid_request"));
    let app = App::new(&server, "app", SCOPE).with("launch", Some(&launch));
    let (_, page) = app.opened("ann").await;
    assert_eq!(page.told("error").as_deref(), Some("invalid_request"));
    for made_up in ["", "x", &launch.to_uppercase()] {
        let page =
            Browser::new(&server.top()).get(&app.clone().with("launch", Some(made_up)).url()).await;
        if !made_up.is_empty() {
            assert_eq!(page.told("error").as_deref(), Some("invalid_request"), "{made_up}");
        }
    }
    assert_eq!(app.tokens("hoa", None).await["patient"], "ann");
}

#[tokio::test]
async fn of_two_pages_with_one_launch_one_is_answered() {
    let server = server(&[]).await;
    let (_, launch) = launched(&server, &json!({ "client_id": "app", "patient": "ann" })).await;
    let app = App::new(&server, "app", SCOPE).with("launch", Some(&launch));
    let (mut browser, page) = app.opened("hoa").await;
    let form = page.form("decision");
    let first = browser.send(&form, &[("decision", "approve")]).await;
    assert!(first.told("code").is_some());
    let second = browser.send(&form, &[("decision", "approve")]).await;
    assert_eq!(second.told("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn an_expired_launch_is_none() {
    let server = server(&[("code_seconds", "1")]).await;
    let (_, launch) = launched(&server, &json!({ "client_id": "app", "patient": "ann" })).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let app = App::new(&server, "app", SCOPE).with("launch", Some(&launch));
    let page = Browser::new(&server.top()).get(&app.url()).await;
    assert_eq!(page.told("error").as_deref(), Some("invalid_request"));
}
