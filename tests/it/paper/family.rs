//! All fifteen sample families: each of their pages is valid and leads on, each record stands once, and
//! nothing restricted is there.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use serde_json::Value;

use super::html::checked;
use crate::harness::backend::Backend;
use crate::harness::server::Server;

/// Paths below which pages are looked at; the guide has tests of its own.
fn is_looked_at(link: &str) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let is_ours = path == "/" || path.starts_with("/so") || path.starts_with("/den-han");
    // One of many that are alike; files and prints have their own tests.
    let is_form = path.ends_with("/bao-sai") || path.contains("/ghi");
    is_ours && !path.ends_with(".pdf") && !is_form && !link.contains("in=1")
}

/// Links that are opened to see that they lead somewhere, but not followed.
fn is_tried(link: &str) -> bool {
    matches!(link, "/guide" | "/favicon.svg" | "/guide?lang=en" | "/health/ready")
}

#[tokio::test]
async fn every_page_of_every_family_is_valid_and_leads_on() {
    let server = Server::start_with(Backend::Sqlite, &[("demo", "true")]).await.unwrap();
    let mut known = BTreeSet::new();
    let mut rest: VecDeque<String> =
        VecDeque::from(["/".to_owned(), "/den-han?commune=00004".to_owned()]);
    let hidden = restricted();
    let people = people(&server).await.into_iter();
    let people = people.filter(|id| !hidden.contains(&format!("Patient/{id}")));
    rest.extend(people.map(|id| format!("/so/{id}")));
    let mut reports = Vec::new();
    while let Some(link) = rest.pop_front() {
        if !known.insert(link.clone()) {
            continue;
        }
        let page = server.get(&format!("{}{link}", server.top())).await.is(200);
        if page.header("content-type") != Some("text/html; charset=utf-8") || is_tried(&link) {
            continue;
        }
        for found in checked(&link, &page.text) {
            let found = found.split('#').next().unwrap_or_default().to_owned();
            // Pages in English are like those in Vietnamese: some are enough.
            let is_other = found.contains("lang=en") && known.len() > 60;
            if (is_looked_at(&found) && !is_other) || is_tried(&found) {
                rest.push_back(found);
            } else if found.contains("/bao-sai") {
                reports.push(found);
            }
        }
    }
    assert!(known.len() > 120, "{}", known.len());
    assert!(reports.len() > 500, "{}", reports.len());
    for link in reports.iter().step_by(reports.len() / 12) {
        let page = server.get(&format!("{}{link}", server.top())).await.is(200);
        checked(link, &page.text);
    }
}

/// The ids of all people.
async fn people(server: &Server) -> Vec<String> {
    let all = server.get("/Patient?_count=200&_elements=id").await.is(200).json();
    let ids = all["entry"].as_array().unwrap().iter();
    ids.map(|one| one["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

/// The addresses of what is restricted in the families: by its label, or as the result of an HIV test.
fn restricted() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/families");
    let mut all = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bundle: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for entry in bundle["entry"].as_array().unwrap() {
            let one = &entry["resource"];
            let mut labels = one["meta"]["security"].as_array().into_iter().flatten();
            let is_labelled = labels.any(|label| {
                let system = label["system"].as_str().unwrap_or_default();
                matches!(label["code"].as_str(), Some("R" | "V")) || system.ends_with("v3-ActCode")
            });
            let is_hiv = ["75622-1", "56888-1", "68961-2", "29893-5"].iter().any(|code| {
                one["code"].to_string().contains(code) && one.get("valueBoolean").is_none()
            });
            if is_labelled || is_hiv {
                all.insert(entry["request"]["url"].as_str().unwrap().to_owned());
            }
        }
    }
    all
}

#[tokio::test]
async fn each_record_stands_once_and_nothing_restricted_at_all() {
    let server = Server::start_with(Backend::Sqlite, &[("demo", "true")]).await.unwrap();
    let restricted = restricted();
    assert!(restricted.len() > 3, "the families have such things: {restricted:?}");
    let mut seen = 0;
    for id in people(&server).await {
        let reply = server.get(&format!("{}/so/{id}", server.top())).await;
        if restricted.contains(&format!("Patient/{id}")) {
            reply.is(404);
            continue;
        }
        let page = reply.is(200).text;
        for tab in ["mang-thai", "sinh-no", "sau-sinh", "dinh-duong", "khi-con-om"] {
            assert_eq!(page.matches(&format!("<section id=\"{tab}\">")).count(), 1, "{id} {tab}");
        }
        let mut shown = entries(&page);
        seen += shown.len();
        shown.sort();
        let whole: BTreeSet<&String> = shown.iter().collect();
        assert_eq!(whole.len(), shown.len(), "{id}: {shown:?}");
        for below in ["", "/kham-thai", "/tiem-chung", "/y-ba", "/tang-truong", "?lang=en"] {
            let page = server.get(&format!("{}/so/{id}{below}", server.top())).await.is(200).text;
            let hidden: Vec<String> =
                entries(&page).into_iter().filter(|one| restricted.contains(one)).collect();
            assert!(hidden.is_empty(), "{id}{below}: {hidden:?}");
        }
    }
    assert!(seen > 500, "{seen}");
}

/// The records that a page shows: each has its report of a mistake.
fn entries(page: &str) -> Vec<String> {
    let links = page.split("/bao-sai?ve=").skip(1).filter_map(|rest| rest.split(['"', '&']).next());
    links.map(|one| one.replace("%2F", "/")).collect()
}
