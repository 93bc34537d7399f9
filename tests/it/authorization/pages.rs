//! The pages of the booklet for who is signed in: by the rights that were granted.

use super::browser::Browser;
use super::{PASSWORD, add, learned, lines, run, server};

#[tokio::test]
async fn a_mother_sees_her_booklet_and_no_other() {
    let server = server(&[("demo", "true"), ("second_factor", "optional")]).await;
    let database = &server.database;
    let me = ["--role", "mother", "--fhir-user", "Patient/me-nguyen-thi-anh", "--no-second-factor"];
    add(database, "anh", &me);
    let station =
        ["--role", "commune-station", "--organization", "Organization/x", "--no-second-factor"];
    add(database, "tram", &station);
    learned().await;
    let mut mother = Browser::at(&server);
    let page = mother.sign_in("/so/me-nguyen-thi-anh", "anh", PASSWORD).await;
    assert_eq!(page.location.as_deref(), Some("/so/me-nguyen-thi-anh"));
    let page = mother.open("/so/me-nguyen-thi-anh").await;
    assert!(page.status == 200 && page.text.contains("Nguyễn Thị Ánh"), "{}", page.text);
    assert!(page.text.contains("anh · Đăng xuất"), "{}", page.text);
    let other = mother.open("/so/me-bui-thi-nguyet").await;
    assert!(other.status == 404 && !other.text.contains("Nguyệt"), "{}", other.text);
    let found = mother.post("/so", &[("q", "nguyen thi anh")]).await;
    assert!(found.status == 200 && found.text.contains("/so/me-nguyen-thi-anh"), "{}", found.text);
    let found = mother.post("/so", &[("q", "bui thi nguyet")]).await;
    assert!(found.status == 200 && !found.text.contains("/so/me-bui-thi-nguyet"), "{}", found.text);
    // Somebody who reaches nobody sees nobody.
    let mut station = Browser::at(&server);
    station.sign_in("/sign-in", "tram", PASSWORD).await;
    assert_eq!(station.open("/so/me-nguyen-thi-anh").await.status, 404);
    // A search that was posted without a session is asked for again.
    let mut nobody = Browser::at(&server);
    let page = nobody.post("/so", &[("q", "nguyen thi anh")]).await;
    assert_eq!(page.location.as_deref(), Some("/sign-in?back=%2Fso"));
    // The session is for pages, not for the API: requests of other sites would bring it along.
    let api = mother.open("/fhir/Patient/me-nguyen-thi-anh").await;
    assert_eq!(api.status, 401, "{}", api.text);
}

#[tokio::test]
async fn grants_of_accounts_are_explained_and_those_of_the_file_count_too() {
    let server = server(&[("second_factor", "optional")]).await;
    let database = &server.database;
    add(database, "anh", &["--role", "mother", "--fhir-user", "Patient/a", "--no-second-factor"]);
    let explained = |user: &str, code| {
        let request = ["--scope", "user/*.rs", "--request", "GET /fhir/Patient/a"];
        let all = [&["access", "explain", "--user", user], request.as_slice()].concat();
        lines(&run(database, &all, ""), code)
    };
    let told = explained("anh", 0).remove(0);
    assert_eq!(told["decision"], "narrow", "{told}");
    let grants = told["because"].as_array().expect("reasons");
    assert!(grants.iter().any(|one| one["grant"] == "row"), "{told}");
    explained("nobody", 1);
    lines(&run(database, &["user", "disable", "anh"], ""), 0);
    explained("anh", 1);
}

#[tokio::test]
async fn an_account_of_the_file_of_grants() {
    let mut server = server(&[("second_factor", "optional")]).await;
    add(&server.database, "anh", &["--role", "administrator", "--no-second-factor"]);
    server.stop().await;
    let file = server.database.folder.path().join("access.toml");
    let grant = "[[grant]]\nuser = \"anh\"\nrole = \"mother\"\nfhir_user = \"Patient/a\"\n";
    std::fs::write(&file, grant).expect("written");
    server.start_again(&[("access_file", &file.display().to_string()), ("demo", "true")]).await;
    let mut browser = Browser::at(&server);
    browser.sign_in("/sign-in", "anh", PASSWORD).await;
    assert_eq!(browser.open("/so/me-nguyen-thi-anh").await.status, 404);
    let grant = grant.replace("Patient/a", "Patient/me-nguyen-thi-anh");
    std::fs::write(&file, grant).expect("written");
    server.signal("HUP");
    learned().await;
    assert_eq!(browser.open("/so/me-nguyen-thi-anh").await.status, 200);
}
