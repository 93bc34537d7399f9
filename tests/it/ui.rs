//! The start page leads on: each of its links to this server answers.

use serde_json::json;

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(every_link_of_the_start_page_answers, a_browser_is_shown_pages_and_nobody_else);

fn links(page: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(|link| link.replace("&amp;", "&")).collect()
}

async fn every_link_of_the_start_page_answers(server: Server) {
    let top = server.base().replace("/fhir", "");
    let page = server.get(&format!("{top}/")).await.is(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let links = links(&page.text);
    assert!(links.len() >= 3, "{links:?}");
    // What leads down the page, and the icon that is none, is asked of nobody.
    let is_page = |link: &&String| !link.starts_with('#') && !link.starts_with("data:");
    for link in links.iter().filter(is_page).filter(|link| !link.starts_with("https://")) {
        let url = if link.starts_with('/') { format!("{top}{link}") } else { link.clone() };
        server.get(&url).header("accept", "text/html,*/*").await.is(200);
    }
}

#[tokio::test]
async fn the_start_page_shows_a_sample_mother() {
    let server = Server::start_with(Backend::Sqlite, &[("demo", "true")]).await.unwrap();
    let top = server.base().replace("/fhir", "");
    let page = server.get(&format!("{top}/")).await.is(200);
    let links = links(&page.text);
    assert!(links.iter().any(|link| link.contains("/Patient/me-nguyen-thi-anh")), "{links:?}");
    for link in links.iter().filter(|link| link.starts_with(&server.base())) {
        let reply = server.get(link).await.is(200).json();
        if reply["resourceType"] == "Bundle" {
            assert!(reply["entry"].as_array().is_some_and(|entries| !entries.is_empty()), "{link}");
        }
    }
}

async fn a_browser_is_shown_pages_and_nobody_else(server: Server) {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let place = json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm <b>y tế</b>" });
    server.put("/Organization/tram", place).await.is(201);
    let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "text": "Ánh" }],
        "managingOrganization": { "reference": "Organization/tram" } });
    server.put("/Patient/me", &patient).await.is(201);
    let open = |path: &str| server.get(path).header("accept", browser);
    let page = open("/Patient/me").await.is(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("etag"), Some("W/\"1\""));
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'; style-src 'sha256-"), "{policy}");
    let all = links(&page.text);
    let place = format!("{}/Organization/tram", server.base());
    assert!(all.contains(&place), "{all:?}");
    let json = all.iter().find(|link| link.contains("_format=json")).expect("the JSON");
    let json = open(&format!("{}{json}", server.top())).await.is(200);
    assert_eq!(json.json()["id"], "me");
    let page = open(&place).await.is(200);
    assert!(page.text.contains("Trạm &lt;b&gt;y tế"), "{}", page.text);
    let list = open("/Patient?name=anh").await.is(200);
    assert!(links(&list.text).contains(&format!("{}/Patient/me", server.base())));
    let history = open("/Patient/me/_history").await.is(200);
    assert!(links(&history.text).contains(&format!("{}/Patient/me/_history/1", server.base())));
    let missing = open("/Patient/none").header("accept-language", "en").await.is(404);
    assert!(missing.text.starts_with("<!DOCTYPE html>") && missing.text.contains("is not known"));
    for accept in ["*/*", "application/fhir+json", "application/json, text/html;q=0.5"] {
        let reply = server.get("/Patient/me").header("accept", accept).await.is(200);
        assert!(reply.text.starts_with('{'), "{accept}");
    }
    assert!(open("/Patient/me?_format=json").await.is(200).text.starts_with('{'));
    assert!(open("/metadata").await.is(200).text.starts_with('{'));
    let put = server.put("/Patient/me", patient).header("accept", browser).await.is(200);
    assert!(put.text.starts_with('{'));
}
