//! The start page leads on: each of its links to this server answers.

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(every_link_of_the_start_page_answers);

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
    for link in links.iter().filter(|link| !link.starts_with("https://")) {
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
