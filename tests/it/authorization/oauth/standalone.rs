//! A standalone launch, as SMART App Launch 2.2 has it.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Value, json};

use super::app::{App, VERIFIER, json as body, post, read, refused};
use super::browser::Browser;
use mebe::authorization::client::Asked;
use mebe::authorization::record::ClientKind;

use super::world::{
    REDIRECT, SECRET, add_client, add_user, claims, client, kept, of_commune, server, sign_in,
};

const SCOPE: &str = "launch/patient openid fhirUser patient/*.rs";

#[tokio::test]
async fn a_mother_opens_an_app_for_herself() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE).with("nonce", Some("mot-lan"));
    let (mut browser, page) = app.opened("ann").await;
    // She reaches one record, and is not asked for whom.
    assert!(page.find("patient").is_none_or(|form| form.names.contains(&"decision".to_owned())));
    assert!(
        page.text.contains("Nguyễn Thị Ánh") && page.text.contains("Sổ của mẹ"),
        "{}",
        page.text
    );
    assert_eq!(page.headers["cache-control"], "no-store");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
    let form = page.form("decision");
    let asked: Vec<&str> = form
        .fields
        .iter()
        .filter(|(name, _)| name == "scope")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(asked.join(" "), SCOPE);
    let answer = browser.send(&form, &[("decision", "approve")]).await.is(303);
    assert!(answer.away.as_ref().unwrap().starts_with(REDIRECT));
    assert_eq!(answer.told("state").as_deref(), Some("trang-thai"));
    assert_eq!(answer.told("iss"), Some(server.top()));
    let reply = app.exchange(&answer.told("code").unwrap()).await.is(200);
    assert_eq!(
        (reply.header("cache-control"), reply.header("pragma")),
        (Some("no-store"), Some("no-cache"))
    );
    let tokens = body(&reply);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(tokens["scope"], SCOPE);
    assert_eq!((&tokens["patient"], &tokens["need_patient_banner"]), (&json!("ann"), &json!(true)));
    assert_eq!(tokens["refresh_token"], Value::Null);
    let own = format!("{}/Patient/ann", server.base());
    assert_eq!(tokens["fhirUser"], json!(own));
    let access = claims(tokens["access_token"].as_str().unwrap());
    let iua = &access["extensions"]["ihe_iua"];
    assert_eq!((&access["iss"], &access["aud"]), (&json!(server.top()), &json!(server.base())));
    assert_eq!((&access["sub"], &access["client_id"]), (&json!("ann"), &json!("app")));
    assert_eq!((&access["patient"], &access["fhirUser"]), (&json!("ann"), &json!(own)));
    assert_eq!(iua["purpose_of_use"][0]["code"], "PATRQT");
    assert_eq!(
        (&iua["subject_role"][0]["code"], &iua["subject_name"]),
        (&json!("mother"), &json!("Nguyễn Thị Ánh"))
    );
    let identity = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&identity["aud"], &identity["nonce"]), (&json!("app"), &json!("mot-lan")));
    assert_eq!((&identity["fhirUser"], &identity["iss"]), (&json!(own), &json!(server.top())));
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Patient/eve", &tokens["access_token"]).await, 404);
    assert_eq!(
        read(&server, "/Patient/ann", &tokens["id_token"]).await,
        401,
        "an ID token is no access token"
    );
}

#[tokio::test]
async fn tokens_are_signed_with_a_key_that_is_published() {
    let server = server(&[]).await;
    let tokens = App::new(&server, "app", SCOPE).tokens("ann", None).await;
    let jwks = server.get(&format!("{}/oauth/jwks", server.top())).await.is(200);
    let jwks = body(&jwks);
    for name in ["access_token", "id_token"] {
        let token = tokens[name].as_str().unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        let all = jwks["keys"].as_array().unwrap();
        let key =
            all.iter().find(|key| key["kid"] == *header.kid.as_ref().unwrap()).expect("the key");
        assert!(key.get("d").is_none(), "a private key");
        let jwk: Jwk = serde_json::from_value(key.clone()).unwrap();
        let key = DecodingKey::from_jwk(&jwk).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        assert!(crypto::verify(signature, message.as_bytes(), &key, header.alg).unwrap());
        if name == "access_token" {
            assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), Algorithm::ES384));
        }
    }
}

#[tokio::test]
async fn a_midwife_chooses_whom_she_opens_it_for() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", SCOPE);
    let (mut browser, page) = app.opened("hoa").await;
    assert!(
        page.text.contains("Nguyễn Thị Ánh") && page.text.contains("Lê Thị Bình"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("Trần Thị Em"), "whom she does not reach is not there");
    let search = browser.send(&page.form("q"), &[("q", "binh")]).await.is(200);
    assert!(search.text.contains("Lê Thị Bình") && !search.text.contains("Nguyễn Thị Ánh"));
    for nobody in ["eve", "nobody", "../x", ""] {
        let page = browser.send(&page.form("patient"), &[("patient", nobody)]).await;
        assert!(page.find("decision").is_none() && page.away.is_none(), "{nobody}: {}", page.text);
    }
    let consent = browser.send(&page.form("patient"), &[("patient", "binh")]).await.is(200);
    assert!(consent.text.contains("Lê Thị Bình"));
    // What a form says anew is checked anew.
    let form = consent.form("decision");
    let forged = browser.send(&form, &[("decision", "approve"), ("patient", "eve")]).await;
    assert!(forged.away.is_none(), "{:?}", forged.away);
    let answer = browser.send(&form, &[("decision", "approve")]).await;
    let tokens = body(&app.exchange(&answer.told("code").unwrap()).await.is(200));
    assert_eq!(tokens["patient"], "binh");
    assert_eq!(read(&server, "/Patient/binh", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 404);
    let iua = &claims(tokens["access_token"].as_str().unwrap())["extensions"]["ihe_iua"];
    assert_eq!(
        (&iua["subject_name"], &iua["subject_organization"]),
        (&json!("Hoa"), &json!("Trạm y tế"))
    );
    assert_eq!(
        iua["subject_organization_id"],
        json!(format!("{}/Organization/tram", server.base()))
    );
    assert_eq!(iua["purpose_of_use"][0]["code"], "TREAT");
}

#[tokio::test]
async fn a_person_allows_some_of_it_or_nothing() {
    let server = server(&[]).await;
    let scope = "user/Patient.rs user/Observation.rs fhirUser";
    let app = App::new(&server, "app", scope).with("purpose_of_use", Some("ETREAT"));
    let (mut browser, page) = app.opened("hoa").await;
    let form = page.form("decision");
    let deny = browser.send(&form, &[("decision", "deny")]).await;
    assert_eq!(deny.told("error").as_deref(), Some("access_denied"));
    assert_eq!(
        (deny.told("state").as_deref(), deny.told("iss")),
        (Some("trang-thai"), Some(server.top()))
    );
    // What was not asked for is not given, whoever ticks it.
    let more = [("decision", "approve"), ("scope", "user/Patient.rs"), ("scope", "user/*.cruds")];
    let answer = browser.send(&form, &more).await;
    let tokens = body(&app.exchange(&answer.told("code").unwrap()).await.is(200));
    assert_eq!(tokens["scope"], "user/Patient.rs");
    assert_eq!((&tokens["patient"], &tokens["id_token"]), (&Value::Null, &Value::Null));
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    assert_eq!(read(&server, "/Observation", &tokens["access_token"]).await, 403);
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(access["extensions"]["ihe_iua"]["purpose_of_use"][0]["code"], "ETREAT");
    let nothing = browser.send(&form, &[("decision", "approve"), ("scope", "")]).await;
    assert_eq!(nothing.told("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn confidential_clients_authenticate_as_they_registered() {
    let server = server(&[]).await;
    let app = App::new(&server, "secretive", "user/Patient.rs");
    let fields = |code: &str| -> Vec<(String, String)> {
        let all = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    let code = app.code("hoa", None).await;
    for (name, value) in [("", ""), ("client_secret", "wrong"), ("client_secret", "")] {
        let mut fields = fields(&code);
        fields.push(("client_id".into(), "secretive".into()));
        fields.push((name.into(), value.into()));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        refused(&post(&server, "token", &fields).await.is(401), "invalid_client");
    }
    let basic = |secret: &str| {
        use base64::Engine;
        let text = format!("secretive:{secret}");
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
    };
    let send = async |code: &str, secret: &str| {
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields(code)).finish();
        let call = server.call("POST", &format!("{}/oauth/token", server.top()));
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        call.header("Authorization", &basic(secret)).body(body).await
    };
    let wrong = send(&code, "wrong").await.is(401);
    assert_eq!(wrong.header("www-authenticate"), Some("Basic realm=\"mebe\""));
    let encoded: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    send(&code, &encoded).await.is(200);
    send(&app.code("hoa", None).await, SECRET).await.is(200);
    let code = app.code("hoa", None).await;
    let mut posted = fields(&code);
    posted.extend([
        ("client_id".into(), "secretive".into()),
        ("client_secret".into(), SECRET.into()),
    ]);
    let posted: Vec<(&str, &str)> = posted.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    post(&server, "token", &posted).await.is(200);
}

#[tokio::test]
async fn an_app_on_this_machine_has_a_port_of_its_own() {
    let server = server(&[]).await;
    let loopback = "http://127.0.0.1:49153/cb";
    let app = App::new(&server, "app", "user/Patient.rs").with("redirect_uri", Some(loopback));
    let answer = app.allowed("hoa", None).await;
    assert!(answer.away.as_ref().unwrap().starts_with("http://127.0.0.1:49153/cb?code="));
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &answer.told("code").unwrap()),
        ("redirect_uri", loopback),
        ("code_verifier", VERIFIER),
    ];
    post(&server, "token", &fields).await.is(200);
}

#[tokio::test]
async fn an_authorization_request_may_be_posted() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs");
    let mut browser = Browser::new(&server.top());
    let page = browser.post("/oauth/authorize", &app.asks).await;
    let page = sign_in(&mut browser, &page, "hoa").await;
    let answer = browser.send(&page.form("decision"), &[("decision", "approve")]).await;
    app.exchange(&answer.told("code").unwrap()).await.is(200);
    // A page of another site sends the form.
    let mut browser = Browser::new(&server.top()).on("https://app.example");
    let page = browser.post("/oauth/authorize", &app.asks).await.is(200);
    assert!(page.find("password").is_some(), "{}", page.text);
}

#[tokio::test]
async fn pages_are_in_the_language_of_the_reader() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access")
        .with("ui_locales", Some("en-GB vi"));
    let (_, page) = app.opened("hoa").await;
    assert!(
        page.text.contains("See personal details of everybody whom you may see"),
        "{}",
        page.text
    );
    let app = app.with("ui_locales", Some("vi"));
    let (_, page) = app.opened("hoa").await;
    assert!(
        page.text.contains("Xem thông tin cá nhân của mọi người mà bạn được xem"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<script"));
}

#[tokio::test]
async fn a_person_sees_her_apps_and_takes_one_away() {
    let server = server(&[]).await;
    let app = App::new(&server, "app", "user/Patient.rs offline_access");
    let tokens = app.tokens("hoa", None).await;
    let mut browser = Browser::new(&server.top());
    let page = browser.get("/oauth/manage").await;
    let page = sign_in(&mut browser, &page, "hoa").await;
    assert!(
        page.text.contains("Sổ của mẹ") && page.text.contains("user/Patient.rs"),
        "{}",
        page.text
    );
    // Not by a form of somebody else's.
    let form = page.form("app");
    let id = form.fields.iter().find(|(name, _)| name == "app").unwrap().1.clone();
    let forged = browser.post("/oauth/manage", &[("app".to_owned(), id.clone())]).await;
    assert_eq!(forged.status, 403);
    let mut other = Browser::new(&server.top());
    let others = other.get("/oauth/manage").await;
    let others = sign_in(&mut other, &others, "ann").await;
    assert!(others.find("app").is_none(), "ann has let in none");
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 200);
    let page = browser.send(&form, &[]).await.is(200);
    assert!(page.find("app").is_none(), "{}", page.text);
    assert_eq!(read(&server, "/Patient/ann", &tokens["access_token"]).await, 401);
    refused(&app.refresh(tokens["refresh_token"].as_str().unwrap()).await, "invalid_grant");
}

#[tokio::test]
async fn who_is_called_as_her_client_is_not_taken_for_it() {
    let server = server(&[]).await;
    let kept = kept(&server).await;
    let redirect_uris = vec![REDIRECT.to_owned()];
    let asked = Asked { redirect_uris, ..client("hoang", ClientKind::Public) };
    add_client(&kept, &asked).await;
    add_user(&kept, "hoang", of_commune("commune-station")).await;
    let answer = App::new(&server, "hoang", "user/Patient.rs").allowed("hoang", None).await;
    assert_eq!(answer.told("error").as_deref(), Some("access_denied"));
}
