//! Attacks on the authorization endpoint: where answers are sent, and what may be asked.

use super::app::App;
use super::browser::Browser;
use super::world::{REDIRECT, kept, server};

const SCOPE: &str = "user/Patient.rs";

#[tokio::test]
async fn redirect_tricks_lead_nowhere() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    for trick in [
        "https://evil.example/cb",
        "https://app.example.evil.example/cb",
        "https://app.example@evil.example/cb",
        "https://evil.example/https://app.example/cb",
        "https://app.example/cb/../../evil",
        "https://app.example/cb?x=1",
        "https://app.example/cb#x",
        "https://app.example/cb/",
        "https://app.example//cb",
        "https://app.example:444/cb",
        "https://APP.example/cb",
        "https://app.example/cb%00",
        "https://app.example/CB",
        "http://app.example/cb",
        "//app.example/cb",
        "/cb",
        "javascript:alert(1)//https://app.example/cb",
        "data:text/html,x",
        "https://app.example\\@evil.example/cb",
        "https://app.example/cb\r\nSet-Cookie: a=b",
        "http://127.0.0.1@evil.example/cb",
        "http://127.0.0.1:1/other",
        "",
    ] {
        for client in ["app", "nobody"] {
            let app = app.clone().with("redirect_uri", Some(trick)).with("client_id", Some(client));
            let page = Browser::new(&server.top()).get(&app.url()).await;
            assert_eq!(page.away, None, "{trick}");
            assert_eq!(page.status, 400, "{trick}: {}", page.text);
            assert!(!page.headers.contains_key("set-cookie"));
        }
    }
    let page = Browser::new(&server.top()).get(&app.with("redirect_uri", None).url()).await;
    assert_eq!((page.status, page.away), (400, None));
}

#[tokio::test]
async fn nothing_is_sent_away_before_the_client_is_known() {
    let server = server(&[]).await;
    for client in ["nobody", "", "his", "App", "app\u{0}", "../app"] {
        let app = App::new(&server, client, SCOPE);
        for app in [app.clone(), app.with("response_type", Some("token"))] {
            let page = Browser::new(&server.top()).get(&app.url()).await;
            assert_eq!((page.status, page.away), (400, None), "{client}");
        }
    }
    mebe::authorization::client::disable(&kept(&server).await, "other").await.unwrap();
    let page = Browser::new(&server.top()).get(&App::new(&server, "other", SCOPE).url()).await;
    assert_eq!((page.status, page.away), (400, None));
}

#[tokio::test]
async fn faults_of_a_known_app_are_told_to_it_with_state_and_issuer() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", Some("code id_token"), "unsupported_response_type"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("aud", None, "invalid_request"),
        ("aud", Some("https://evil.example/fhir"), "invalid_request"),
        ("scope", None, "invalid_request"),
        ("scope", Some("user/*.cruds"), "invalid_scope"),
        ("scope", Some("system/*.rs"), "invalid_scope"),
        ("scope", Some("user/Patient.rs\tx"), "invalid_scope"),
        ("scope", Some("nothing"), "invalid_scope"),
        ("request", Some("eyJ.e30."), "request_not_supported"),
        ("request_uri", Some("http://127.0.0.1:9/r"), "request_not_supported"),
        ("launch", Some("made-up"), "invalid_request"),
        ("purpose_of_use", Some("BTG"), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
    ] {
        let page = Browser::new(&server.top()).get(&app.clone().with(name, value).url()).await;
        assert_eq!(page.told("error").as_deref(), Some(error), "{name} {value:?}");
        assert_eq!(page.told("state").as_deref(), Some("trang-thai"), "{name}");
        assert_eq!(page.told("iss"), Some(server.top()), "{name}");
        assert!(page.away.unwrap().starts_with(REDIRECT));
    }
    // Without a state nobody knows whose answer it is.
    let page = Browser::new(&server.top()).get(&app.with("state", None).url()).await;
    assert_eq!(
        (page.told("error").as_deref(), page.told("state")),
        (Some("invalid_request"), None)
    );
}

#[tokio::test]
async fn duplicate_and_huge_parameters_are_refused_here() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    for twice in
        ["client_id=other", "redirect_uri=https://evil.example", "state=x", "scope=x", "x=1&x=2"]
    {
        let page = Browser::new(&server.top()).get(&format!("{}&{twice}", app.url())).await;
        assert_eq!((page.status, page.away), (400, None), "{twice}");
    }
    let long = "x".repeat(9_000);
    for name in ["state", "scope", "nonce", "x"] {
        let page =
            Browser::new(&server.top()).get(&app.clone().with(name, Some(&long)).url()).await;
        assert!(
            (400..500).contains(&page.status) && page.away.is_none(),
            "{name}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn an_answer_tells_who_gave_it_so_that_servers_are_not_mixed_up() {
    let server = server(&[]).await;
    let answer = App::new(&server, "app", SCOPE).allowed("hoa", None).await;
    assert_eq!(answer.told("iss"), Some(server.top()));
    let told =
        server.get(&format!("{}/.well-known/oauth-authorization-server", server.top())).await;
    let told = super::app::json(&told);
    assert_eq!(told["issuer"], server.top());
    assert_eq!(told["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn a_state_comes_back_as_it_was_and_breaks_out_of_nothing() {
    let server = server(&[]).await;
    let state = "a&code=evil#x\"<script>\u{1ea1}\r\nSet-Cookie: a=b";
    let answer =
        App::new(&server, "app", SCOPE).with("state", Some(state)).allowed("hoa", None).await;
    assert_eq!(answer.told("state").as_deref(), Some(state));
    assert_ne!(answer.told("code").as_deref(), Some("evil"));
}
