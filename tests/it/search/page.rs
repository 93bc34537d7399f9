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
    pages_lead_back_as_they_led_on,
    links_say_where_there_is_more,
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

async fn pages_lead_back_as_they_led_on(server: Server) {
    let born = ["2001-01-01", "1999-05-05", ""];
    let patients: Vec<Value> = (0..23)
        .map(|at| {
            let mut one = patient(&format!("p{at:02}"));
            match born[at % 3] {
                "" => drop(one.as_object_mut().unwrap().remove("birthDate")),
                day => one["birthDate"] = json!(day),
            }
            one
        })
        .collect();
    store(&server, &patients).await;
    store(
        &server,
        &[json!({ "resourceType": "Group", "id": "g", "type": "person", "actual": true })],
    )
    .await;
    for query in [
        "Patient?",
        "Patient?active=true",
        "Patient?_sort=birthdate",
        "Patient?_sort=-birthdate",
        "Patient?_sort=birthdate&active=true",
        "Patient?_sort=birthdate,-_id",
        "Patient?_sort=-_lastUpdated",
        "?_type=Patient,Group",
        "?_type=Patient,Group&_sort=-_id",
        "CompartmentDefinition?",
        "CompartmentDefinition?_sort=-name",
    ] {
        for count in [1, 5, 11, 23] {
            follow(&server, query, count).await;
        }
    }
}

/// Goes to the end and back again.
async fn follow(server: &Server, query: &str, count: usize) {
    let base = if query.starts_with('?') { "" } else { "/" };
    let mut page = server.get(&format!("{base}{query}&_count={count}")).await.is(200);
    let mut pages = vec![page.ids()];
    assert_eq!(page.link("previous"), None, "{query}");
    while let Some(next) = page.link("next").filter(|_| pages.len() < 30) {
        page = server.get(&next).await.is(200);
        pages.push(page.ids());
    }
    let mut back = vec![page.ids()];
    while let Some(previous) = page.link("previous") {
        page = server.get(&previous).await.is(200);
        back.push(page.ids());
    }
    back.reverse();
    assert_eq!(back, pages, "{query} {count}");
    // The last page is full, whatever lies before it.
    let whole = pages.concat();
    let first = server.get(&format!("{base}{query}&_count={count}")).await.is(200);
    if let Some(last) = first.link("last").filter(|_| pages.len() < 30) {
        let last = server.get(&last).await.is(200);
        assert_eq!(last.ids(), whole[whole.len() - count..], "{query} {count}");
        assert_eq!(last.link("next"), None);
        let before = server.get(&last.link("previous").unwrap()).await.is(200);
        let end = whole.len() - count;
        assert_eq!(before.ids(), whole[end.saturating_sub(count)..end], "{query} {count}");
        assert_eq!(server.get(&before.link("next").unwrap()).await.is(200).ids(), last.ids());
    }
}

async fn links_say_where_there_is_more(server: Server) {
    store(&server, &[patient("a"), patient("b"), patient("c")]).await;
    let links = |page: &crate::harness::call::Reply| {
        let all = ["self", "first", "previous", "next", "last"];
        all.into_iter().filter(|relation| page.link(relation).is_some()).collect::<Vec<_>>()
    };
    let first = server.get("/Patient?_count=2").await.is(200);
    assert_eq!(links(&first), ["self", "next", "last"]);
    let second = server.get(&first.link("next").unwrap()).await.is(200);
    assert_eq!(links(&second), ["self", "first", "previous", "last"]);
    assert_eq!(links(&server.get("/Patient?_count=3").await.is(200)), ["self"]);
    let none = server.get("/Patient?_count=0").await.is(200);
    assert_eq!((links(&none), none.json()["total"].clone()), (vec!["self"], json!(3)));
    assert!(none.link("self").unwrap().ends_with("/Patient?_count=0"));
}
