//! Attacks on the pages between: forms of other sites, planted sessions, changed fields.

use super::app::App;
use super::browser::Browser;
use super::world::{server, sign_in};

const SCOPE: &str = "user/Patient.rs";

#[tokio::test]
async fn consent_is_not_given_by_another_site() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    let (mut browser, page) = app.opened("hoa").await;
    let form = page.form("decision");
    let without = |name: &str| {
        let mut form = form.clone();
        form.fields.retain(|(known, _)| known != name);
        form
    };
    // No token, a made-up one, and one that another browser got for the same request.
    let (mut attacker, own) = app.opened("ann").await;
    let stolen = own.form("decision");
    let stolen = stolen.fields.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
    for (form, token) in [
        (without("form_token"), ""),
        (without("form_token"), "1796089830.AAAA"),
        (without("form_token"), stolen.as_str()),
    ] {
        let page = browser.send(&form, &[("decision", "approve"), ("form_token", token)]).await;
        assert_eq!((page.status, page.away), (403, None), "{token}");
    }
    // The attacker's browser with the victim's form.
    let page = attacker.send(&form, &[("decision", "approve")]).await;
    assert_eq!((page.status, page.away), (403, None));
    // All of a good form, but for a request that was never shown.
    let other = App::new(&server, "other", "user/*.rs").asks;
    let other = form_urlencoded::Serializer::new(String::new()).extend_pairs(&other).finish();
    let page = browser.send(&form, &[("decision", "approve"), ("request", &other)]).await;
    assert_eq!((page.status, page.away), (403, None));
    // Without the request a form is one of an app, which is put to the person again.
    let mut bare = app.asks.clone();
    bare.push(("decision".to_owned(), "approve".to_owned()));
    let page = browser.post("/oauth/authorize", &bare).await;
    assert!(page.away.is_none() && page.find("decision").is_some(), "{}", page.status);
    let answer = browser.send(&form, &[("decision", "approve")]).await;
    assert!(answer.told("code").is_some());
}

#[tokio::test]
async fn a_session_that_somebody_planted_is_not_the_one_that_is_signed_in() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    let mut attacker = Browser::new(&server.top());
    let page = attacker.get(&app.url()).await;
    let mut victim = attacker.clone();
    for name in ["mebe-session", "__Host-mebe-session"] {
        victim.plant(name, "0000000000000000000000000000000000000000000000000000000000000000");
        attacker.plant(name, "0000000000000000000000000000000000000000000000000000000000000000");
    }
    let page = sign_in(&mut victim, &page, "hoa").await;
    assert!(page.find("decision").is_some());
    assert_ne!(victim.cookie("mebe-session"), attacker.cookie("mebe-session"));
    let page = attacker.get(&app.url()).await;
    assert!(page.find("decision").is_none() && page.find("password").is_some(), "{}", page.text);
}

#[tokio::test]
async fn pages_stand_in_no_frame_and_run_no_scripts() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    let (_, consent) = app.opened("hoa").await;
    let error =
        Browser::new(&server.top()).get(&app.with("client_id", Some("<script>")).url()).await;
    for page in [consent, error] {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("script-src") && !page.text.contains("<script"), "{}", page.text);
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn who_is_asked_anew_signs_in_anew() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    let (mut browser, _) = app.opened("hoa").await;
    let page = browser.get(&app.url()).await;
    assert!(page.find("decision").is_some(), "signed in already");
    let page = browser.get(&app.clone().with("prompt", Some("login")).url()).await;
    assert!(page.find("password").is_some(), "{}", page.text);
    let page = browser.get(&app.with("prompt", Some("none")).url()).await;
    assert_eq!(page.told("error").as_deref(), Some("consent_required"));
}
