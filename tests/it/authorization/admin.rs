//! The administrator's page: accounts and clients by forms without scripts.

use super::browser::{Browser, Page};
use super::{PASSWORD, add, learned, server};
use crate::harness::server::Server;

async fn administrator(server: &Server) -> Browser {
    add(&server.database, "admin", &["--role", "administrator", "--no-second-factor"]);
    learned().await;
    let mut browser = Browser::at(server);
    let page = browser.sign_in("/admin", "admin", PASSWORD).await;
    assert_eq!(page.location.as_deref(), Some("/admin"), "{}", page.text);
    browser
}

#[track_caller]
fn says(page: &Page, status: u16, text: &str) {
    assert!(page.status == status && page.text.contains(text), "{} {}", page.status, page.text);
}

#[tokio::test]
async fn accounts_are_added_disabled_and_given_passwords() {
    let server = server(&[("second_factor", "optional")]).await;
    let mut admin = administrator(&server).await;
    let page = admin.open("/admin?lang=en").await;
    says(&page, 200, "Accounts");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.text.contains("<script"));
    let new = [
        ("user", "ly"),
        ("password", PASSWORD),
        ("role", "village-midwife"),
        ("communes", "00004, 00008"),
        ("hamlets", "Nà Lầu, Nà Mỏ"),
        ("language", "vi"),
    ];
    let added = admin.send(&page, "/admin/user/add", &new).await;
    says(&added, 200, "Added the account ly");
    says(&added, 200, "[&quot;Nà Lầu&quot;,&quot;Nà Mỏ&quot;]");
    says(&admin.send(&added, "/admin/user/add", &new).await, 409, "already");
    let mut midwife = Browser::at(&server);
    assert_eq!(midwife.sign_in("/so", "ly", PASSWORD).await.location.as_deref(), Some("/so"));
    assert_eq!(midwife.open("/so").await.status, 200);
    // She is no administrator.
    says(&midwife.open("/admin").await, 403, "quản trị viên");
    let page = admin.open("/admin").await;
    let other = "mật khẩu mới đây";
    let form = page.text.split("value=\"ly\"").next().expect("a part").to_owned();
    assert!(form.contains("/admin/user/password"));
    let token = page.form("/admin/user/add").1;
    let token = token.iter().find(|(name, _)| name == "form_token").expect("a token").1.as_str();
    let set = [("form_token", token), ("user", "ly"), ("password", other)];
    says(&admin.post("/admin/user/password", &set).await, 200, "Đã đổi mật khẩu của ly");
    assert_eq!(midwife.open("/so").await.status, 303);
    midwife.sign_in("/so", "ly", other).await;
    assert_eq!(midwife.open("/so").await.status, 200);
    let named = [("form_token", token), ("user", "ly")];
    says(&admin.post("/admin/user/disable", &named).await, 200, "Đã khóa tài khoản ly");
    assert_eq!(midwife.open("/so").await.status, 303);
    assert_eq!(midwife.sign_in("/so", "ly", other).await.status, 401);
    says(&admin.post("/admin/user/disable", &named).await, 409, "đã bị khóa");
    says(&admin.post("/admin/user/enable", &named).await, 200, "Đã mở lại");
    assert_eq!(midwife.sign_in("/so", "ly", other).await.status, 303);
    let nobody = [("form_token", token), ("user", "x"), ("password", other)];
    says(&admin.post("/admin/user/password", &nobody).await, 404, "không có tài khoản x");
    let bad = [("form_token", token), ("user", "x"), ("password", "short"), ("role", "mother")];
    says(&admin.post("/admin/user/add", &bad).await, 422, "fhir_user");
    let second = [
        ("form_token", token),
        ("user", "second"),
        ("password", PASSWORD),
        ("role", "administrator"),
        ("second_factor", "1"),
    ];
    says(&admin.post("/admin/user/add", &second).await, 200, "otpauth://totp/Mebe:second");
    assert!(!admin.open("/admin").await.text.contains("otpauth"), "it is shown once");
}

#[tokio::test]
async fn clients_are_added_and_disabled() {
    let server = server(&[("second_factor", "optional")]).await;
    let mut admin = administrator(&server).await;
    let page = admin.open("/admin").await;
    let app = [
        ("client", "app"),
        ("kind", "public"),
        ("name", "Sổ của mẹ"),
        ("redirect_uris", "https://app.example/cb http://127.0.0.1/cb"),
        ("scope", "launch/patient patient/*.rs"),
    ];
    let added = admin.send(&page, "/admin/client/add", &app).await;
    says(&added, 200, "http://127.0.0.1/cb");
    says(&admin.send(&added, "/admin/client/add", &app).await, 409, "đã có client app");
    let bad = [("client", "x"), ("kind", "public"), ("redirect_uris", "javascript:alert(1)")];
    says(&admin.send(&added, "/admin/client/add", &bad).await, 422, "redirect_uri");
    let disabled = admin.send(&added, "/admin/client/disable", &[]).await;
    says(&disabled, 200, "Đã khóa app");
    says(&admin.post("/admin/nothing", &[]).await, 403, "quá lâu");
}

#[tokio::test]
async fn forms_of_others_do_nothing() {
    let server = server(&[("second_factor", "optional")]).await;
    let mut admin = administrator(&server).await;
    let fields = [("user", "evil"), ("password", PASSWORD), ("role", "administrator")];
    // Without a token, with one of another session of the same person, from another site.
    says(&admin.post("/admin/user/add", &fields).await, 403, "quá lâu");
    let old = admin.open("/admin").await;
    admin.sign_in("/sign-in", "admin", PASSWORD).await;
    says(&admin.send(&old, "/admin/user/add", &fields).await, 403, "quá lâu");
    let page = admin.open("/admin").await;
    admin.origin = Some("https://evil.example".to_owned());
    assert_eq!(admin.send(&page, "/admin/user/add", &fields).await.status, 403);
    admin.origin = Some(server.top());
    let mut nobody = Browser::at(&server);
    let sent = nobody.post("/admin/user/add", &fields).await;
    assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/sign-in?back=%2Fadmin")));
    let page = admin.open("/admin").await;
    assert!(!page.text.contains("evil"), "{}", page.text);
}

#[tokio::test]
async fn who_signs_in_and_changes_accounts_is_recorded() {
    let server = server(&[("second_factor", "optional")]).await;
    let mut admin = administrator(&server).await;
    Browser::at(&server).sign_in("/sign-in", "admin", "a wrong password").await;
    Browser::at(&server).sign_in("/sign-in", "my password by mistake", "x").await;
    let page = admin.open("/admin").await;
    let fields = [("user", "ly"), ("password", PASSWORD), ("role", "administrator")];
    says(&admin.send(&page, "/admin/user/add", &fields).await, 200, "ly");
    let form = admin.get("/sign-out").await;
    admin.send(&form, "/sign-out", &[]).await;
    let database = &server.database;
    let count = async |sql: &str| database.texts(sql).await.len();
    let of = "SELECT CAST(seq AS text) FROM audit WHERE ";
    assert_eq!(count(&format!("{of} what = 16 AND status = 200")).await, 1);
    assert_eq!(count(&format!("{of} what = 16 AND status = 401")).await, 2);
    assert_eq!(count(&format!("{of} what = 17 AND status = 200")).await, 1);
    assert_eq!(count(&format!("{of} what = 18 AND status = 200")).await, 1);
    let told = database.texts("SELECT query FROM audit WHERE what = 18").await;
    assert_eq!(told, ["/admin/user/add ly"]);
    let agents = database.texts("SELECT subject FROM audit_agent").await;
    assert!(agents.iter().any(|one| one == "admin"), "{agents:?}");
    assert!(!agents.iter().any(|one| one.contains("mistake")), "{agents:?}");
    server.assert_sound();
}
