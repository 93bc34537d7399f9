//! Pages, <https://hl7.org/fhir/R4/http.html#paging>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::store;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    pages_hold_every_match_once_while_others_write,
    a_changed_link_is_refused,
    a_link_of_another_search_is_refused,
    a_link_survives_a_restart,
);

fn patient(id: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": true, "birthDate": "2001-01-01", "name": [{ "family": "Lê" }] })
}

async fn pages_hold_every_match_once_while_others_write(server: Server) {
    let ids: Vec<String> = (0..50).map(|at| format!("p{at:02}")).collect();
    let patients: Vec<Value> = ids.iter().map(|id| patient(id)).collect();
    store(&server, &patients).await;
    for (round, query) in
        ["", "active=true", "family=le", "_sort=-_id", "_sort=birthdate", "_sort=-family,birthdate"]
            .iter()
            .enumerate()
    {
        let mut page = server.get(&format!("/Patient?{query}&_count=7")).await.is(200);
        let mut all = page.ids();
        let mut written = 0;
        while let Some(next) = page.link("next") {
            let new = format!("n{round}-{written}");
            server.put(&format!("/Patient/{new}"), patient(&new)).await.is(201);
            written += 1;
            page = server.get(&next).await.is(200);
            all.extend(page.ids());
        }
        let old: Vec<_> = all.iter().filter(|id| id.starts_with('p')).collect();
        assert_eq!(old.iter().collect::<BTreeSet<_>>().len(), 50, "{query}");
        assert_eq!(old.len(), 50, "{query}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{query}");
    }
}

async fn next(server: &Server, query: &str) -> String {
    let page = server.get(&format!("/Patient?{query}")).await.is(200);
    page.link("next").unwrap()
}

async fn a_changed_link_is_refused(server: Server) {
    store(&server, &[patient("a"), patient("b")]).await;
    let link = next(&server, "active=true&_count=1").await;
    server.get(&link).await.is(200);
    let (url, cursor) = link.split_once("_cursor=").unwrap();
    let middle = cursor.len() / 3;
    let changed = if &cursor[middle..=middle] == "A" { "B" } else { "A" };
    for cursor in [
        format!("{}{changed}{}", &cursor[..middle], &cursor[middle + 1..]),
        cursor[..cursor.len() - 4].to_owned(),
        cursor.split('.').next().unwrap().to_owned(),
        "x".into(),
        String::new(),
    ] {
        let reply = server.get(&format!("{url}_cursor={cursor}")).await.is(400);
        assert_eq!(reply.json()["issue"][0]["expression"], json!(["http._cursor"]));
    }
}

async fn a_link_of_another_search_is_refused(server: Server) {
    store(&server, &[patient("a"), patient("b")]).await;
    let link = next(&server, "active=true&_count=1").await;
    server.get(&link.replace("active=true", "active=false")).await.is(400);
    server.get(&link.replace("/Patient?", "/Person?")).await.is(400);
    server.get(&format!("{link}&_sort=birthdate")).await.is(400);
    // The size of a page may change on the way.
    server.get(&link.replace("_count=1", "_count=2")).await.is(200);
}

async fn a_link_survives_a_restart(mut server: Server) {
    store(&server, &[patient("a"), patient("b"), patient("c")]).await;
    let link = next(&server, "active=true&_count=2").await;
    server.stop().await;
    server.start_again(&[]).await;
    assert_eq!(server.get(&link).await.is(200).ids(), ["c"]);
}
