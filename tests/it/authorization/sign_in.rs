//! Signing in, and what attackers try.

use super::browser::{Browser, Page};
use super::{PASSWORD, add, code, learned, lines, run, server};

const MIDWIFE: [&str; 4] = ["--role", "village-midwife", "--commune", "00004"];

/// Somebody without a second factor, who needs none.
const ADMIN: [&str; 3] = ["--role", "administrator", "--no-second-factor"];

#[track_caller]
fn is_at(page: &Page, location: &str) {
    assert_eq!((page.status, page.location.as_deref()), (303, Some(location)), "{}", page.text);
}

#[tokio::test]
async fn a_name_a_password_and_a_code_lead_back_to_where_one_was() {
    let server = server(&[]).await;
    let lý = add(&server.database, "ly", &MIDWIFE);
    let mut browser = Browser::at(&server);
    let first = browser.open("/den-han?q=a%26b").await;
    is_at(&first, "/sign-in?back=%2Fden-han%3Fq%3Da%2526b");
    let page = browser.get("/den-han?q=a%26b").await;
    for header in ["cache-control", "content-security-policy", "referrer-policy"] {
        assert!(page.headers.contains_key(header), "{header}");
    }
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.text.contains("<script"));
    let cookie = page.set.first().expect("a cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    let fields = [("username", "ly"), ("password", PASSWORD)];
    let second = browser.send(&page, "/sign-in", &fields).await;
    assert_eq!((second.status, browser.session()), (200, None), "{}", second.text);
    let wrong = browser.send(&second, "/sign-in/code", &[("code", "000000")]).await;
    assert_eq!((wrong.status, browser.session()), (401, None));
    let done = browser.send(&wrong, "/sign-in/code", &[("code", &code(&lý, 0))]).await;
    is_at(&done, "/den-han?q=a%26b");
    let cookie = done.set.first().expect("a cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let page = browser.open("/den-han?q=a%26b").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("ly · Đăng xuất"), "{}", page.text);
    // The code serves once, in another browser too.
    let mut other = Browser::at(&server);
    let second = other.sign_in("/sign-in", "ly", PASSWORD).await;
    let again = other.send(&second, "/sign-in/code", &[("code", &code(&lý, 0))]).await;
    assert_eq!((again.status, other.session()), (401, None), "a code that was used");
    let next = other.send(&again, "/sign-in/code", &[("code", &code(&lý, 1))]).await;
    is_at(&next, "/");
    // Who reads English is shown English.
    let mut english = Browser::at(&server);
    let me = ["--role", "mother", "--fhir-user", "Patient/p", "--no-second-factor"];
    add(&server.database, "me", &[me.as_slice(), &["--language", "en"]].concat());
    is_at(&english.sign_in("/den-han?q=x", "me", PASSWORD).await, "/den-han?q=x&lang=en");
}

#[tokio::test]
async fn nobody_learns_which_names_there_are_and_nobody_tries_for_long() {
    let server = server(&[("sign_in_attempts", "3")]).await;
    add(&server.database, "admin", &ADMIN);
    let further = [("second_factor", "optional")];
    let mut server = server;
    server.stop().await;
    server.start_again(&further).await;
    let mut browser = Browser::at(&server);
    let known = browser.sign_in("/sign-in", "admin", "wrong password").await;
    let unknown = browser.sign_in("/sign-in", "nobody", "wrong password").await;
    let plain = |page: &Page, name: &str| {
        let (_, hidden) = page.form("/sign-in");
        let token = &hidden.iter().find(|(name, _)| name == "form_token").expect("a token").1;
        page.text.replace(token.as_str(), "").replace(name, "")
    };
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(plain(&known, "admin"), plain(&unknown, "nobody"));
    for _ in 0..2 {
        assert_eq!(browser.sign_in("/sign-in", "admin", "wrong password").await.status, 401);
        assert_eq!(browser.sign_in("/sign-in", "nobody", "wrong password").await.status, 401);
    }
    for name in ["admin", "nobody"] {
        let page = browser.sign_in("/sign-in", name, PASSWORD).await;
        assert_eq!((page.status, browser.session()), (429, None), "{name}");
        let after: u64 = page.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((800..=901).contains(&after), "{after}");
    }
    // A right password is no failure, however often: only the code is missing.
    let ly = add(&server.database, "ly", &MIDWIFE);
    let mut second = browser.sign_in("/sign-in", "ly", PASSWORD).await;
    for _ in 0..4 {
        second = browser.sign_in("/sign-in", "ly", PASSWORD).await;
        assert_eq!(second.status, 200, "{}", second.text);
    }
    for status in [401, 401, 401, 429] {
        let wrong = browser.send(&second, "/sign-in/code", &[("code", "00000x")]).await;
        assert_eq!(wrong.status, status);
    }
    let late = browser.send(&second, "/sign-in/code", &[("code", &code(&ly, 0))]).await;
    assert_eq!((late.status, browser.session()), (429, None));
    // Another name is nobody's attempt.
    add(&server.database, "other", &ADMIN);
    is_at(&browser.sign_in("/sign-in", "other", PASSWORD).await, "/");
    let log = server.log();
    assert!(!log.contains(PASSWORD) && !log.contains("wrong password"));
}

#[tokio::test]
async fn a_form_of_another_browser_or_of_another_site_counts_for_nothing() {
    let server = server(&[("second_factor", "optional")]).await;
    add(&server.database, "admin", &ADMIN);
    let mut victim = Browser::at(&server);
    let fields = [("username", "admin"), ("password", PASSWORD)];
    // Without any form, and with one that the attacker got for himself.
    let page = victim.post("/sign-in", &fields).await;
    assert_eq!((page.status, victim.session()), (403, None));
    let mut attacker = Browser::at(&server);
    let form = attacker.get("/sign-in").await;
    victim.get("/sign-in").await;
    let page = victim.send(&form, "/sign-in", &fields).await;
    assert_eq!((page.status, victim.session()), (403, None));
    // A form of the victim's own that a page of another site sends.
    let form = victim.get("/sign-in").await;
    victim.origin = Some("https://evil.example".to_owned());
    let page = victim.send(&form, "/sign-in", &fields).await;
    assert_eq!((page.status, victim.session()), (403, None));
    victim.origin = Some(server.top());
    is_at(&victim.send(&form, "/sign-in", &fields).await, "/");
    // Signing out is asked for by a form of one's own, too.
    assert_eq!(victim.post("/sign-out", &[]).await.status, 200);
    assert_eq!(victim.open("/so").await.status, 200);
    let form = victim.get("/sign-out").await;
    let page = victim.send(&form, "/sign-out", &[]).await;
    assert_eq!((page.status, victim.session()), (200, None));
    is_at(&victim.open("/so").await, "/sign-in?back=%2Fso");
}

#[tokio::test]
async fn a_session_is_new_at_each_sign_in_and_ends_with_the_account() {
    let server = server(&[("second_factor", "optional")]).await;
    add(&server.database, "admin", &ADMIN);
    let mut browser = Browser::at(&server);
    // A session that an attacker has chosen is none.
    browser.cookies.insert("mebe-session".into(), "a".repeat(64));
    is_at(&browser.open("/so").await, "/sign-in?back=%2Fso");
    is_at(&browser.sign_in("/sign-in", "admin", PASSWORD).await, "/");
    let first = browser.session().expect("a session").to_owned();
    assert_ne!(first, "a".repeat(64));
    is_at(&browser.sign_in("/sign-in", "admin", PASSWORD).await, "/");
    assert_ne!(browser.session(), Some(first.as_str()));
    let mut thief = Browser::at(&server);
    thief.cookies.insert("mebe-session".into(), first);
    is_at(&thief.open("/so").await, "/sign-in?back=%2Fso");
    // What is in the database is of no use to who reads it.
    let ids = server.database.texts("SELECT id FROM authority WHERE kind = 'session'").await;
    thief.cookies.insert("mebe-session".into(), ids[0].clone());
    is_at(&thief.open("/so").await, "/sign-in?back=%2Fso");
    assert_eq!(browser.open("/so").await.status, 200);
    let other = "một mật khẩu khác";
    lines(&run(&server.database, &["user", "password", "admin", "--password-stdin"], other), 0);
    is_at(&browser.open("/so").await, "/sign-in?back=%2Fso");
    assert_eq!(browser.sign_in("/sign-in", "admin", PASSWORD).await.status, 401);
    is_at(&browser.sign_in("/sign-in", "admin", other).await, "/");
    lines(&run(&server.database, &["user", "disable", "admin"], ""), 0);
    is_at(&browser.open("/so").await, "/sign-in?back=%2Fso");
    assert_eq!(browser.sign_in("/sign-in", "admin", other).await.status, 401);
    learned().await;
    server.assert_sound();
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let server = server(&[("second_factor", "optional")]).await;
    add(&server.database, "admin", &ADMIN);
    for back in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\/evil.example",
        "javascript:alert(1)",
        "/so\r\nLocation: https://evil.example",
        "",
    ] {
        let mut browser = Browser::at(&server);
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let page = browser.sign_in(&format!("/sign-in?back={back}"), "admin", PASSWORD).await;
        is_at(&page, "/");
        // Nor by the hidden field.
        let form = browser.get("/sign-in").await;
        let (_, hidden) = form.form("/sign-in");
        let token = &hidden.iter().find(|(name, _)| name == "form_token").expect("a token").1;
        let fields = [
            ("form_token", token.as_str()),
            ("back", "//evil.example"),
            ("username", "admin"),
            ("password", PASSWORD),
        ];
        is_at(&browser.post("/sign-in", &fields).await, "/");
    }
}

#[tokio::test]
async fn staff_have_a_second_factor_unless_the_settings_say_otherwise() {
    let server = server(&[]).await;
    add(&server.database, "admin", &ADMIN);
    let mother = ["--role", "mother", "--fhir-user", "Patient/p", "--no-second-factor"];
    add(&server.database, "me", &mother);
    learned().await;
    let mut browser = Browser::at(&server);
    let page = browser.sign_in("/sign-in", "admin", PASSWORD).await;
    assert_eq!((page.status, browser.session()), (403, None), "{}", page.text);
    is_at(&browser.sign_in("/sign-in", "me", PASSWORD).await, "/");
    // The form for the code leads nowhere without the password before it.
    let ly = add(&server.database, "ly", &MIDWIFE);
    let mut browser = Browser::at(&server);
    let form = browser.get("/sign-in").await;
    let (_, mut hidden) = form.form("/sign-in");
    hidden.push(("username".into(), "ly".into()));
    hidden.push(("code".into(), code(&ly, 0)));
    let fields: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post("/sign-in/code", &fields).await;
    assert_eq!((page.status, browser.session()), (403, None));
}
