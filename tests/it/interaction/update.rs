//! Update, <https://hl7.org/fhir/R4/http.html#update>.

use std::future::IntoFuture;

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    update_makes_the_next_version,
    update_of_an_unknown_id_creates_it,
    update_with_the_current_version_is_done,
    update_with_several_tags_or_any_is_done,
    update_with_a_stale_version_is_refused,
    update_with_a_malformed_tag_is_refused,
    update_with_a_tag_of_what_is_not_there_is_refused,
    update_with_another_id_is_refused,
    update_without_an_id_is_refused,
    updates_at_once_with_one_tag_are_done_once,
    update_where_there_is_nothing_is_done_once,
);

fn patient(active: bool) -> Value {
    json!({ "resourceType": "Patient", "id": "me", "active": active })
}

async fn update_makes_the_next_version(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    let reply = server.put("/Patient/me", patient(false)).await;
    insta::assert_snapshot!("update", settled(&server, &reply));
    assert_eq!(server.get("/Patient/me").await.text, reply.text);
}

async fn update_of_an_unknown_id_creates_it(server: Server) {
    let reply = server.put("/Patient/me", patient(true)).await;
    insta::assert_snapshot!("update_as_create", settled(&server, &reply));
}

async fn update_with_the_current_version_is_done(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    let update = |tag| server.put("/Patient/me", patient(false)).header("if-match", tag);
    let reply = update("W/\"1\"").await.is(200);
    assert_eq!(reply.header("etag"), Some("W/\"2\""));
    update("\"2\"").await.is(200);
}

async fn update_with_a_stale_version_is_refused(server: Server) {
    server.put("/Patient/me", patient(false)).await.is(201);
    server.put("/Patient/me", patient(true)).await.is(200);
    let reply = server.put("/Patient/me", patient(false)).header("if-match", "W/\"1\"").await;
    insta::assert_snapshot!("update_stale", settled(&server, &reply));
    let read = server.get("/Patient/me").await;
    assert_eq!((read.header("etag"), &read.json()["active"]), (Some("W/\"2\""), &json!(true)));
}

async fn update_with_a_malformed_tag_is_refused(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    for tag in ["1", "W/1", "W/\"x\"", "", "W/\"1"] {
        let reply = server.put("/Patient/me", patient(false)).header("if-match", tag).await;
        assert_eq!(reply.status, 400, "{tag}: {}", reply.text);
    }
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
}

async fn update_with_a_tag_of_what_is_not_there_is_refused(server: Server) {
    server.put("/Patient/me", patient(true)).header("if-match", "W/\"1\"").await.is(412);
    server.get("/Patient/me").await.is(404);
}

async fn update_with_another_id_is_refused(server: Server) {
    let reply = server.put("/Patient/you", patient(true)).await;
    insta::assert_snapshot!("update_other_id", settled(&server, &reply));
    server.get("/Patient/you").await.is(404);
}

async fn update_without_an_id_is_refused(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient" })).await.is(400);
    server.put("/Patient", json!({ "resourceType": "Patient" })).await.is(400);
    server.get("/Patient/me").await.is(404);
}

async fn updates_at_once_with_one_tag_are_done_once(server: Server) {
    server.put("/Patient/me", patient(true)).await.is(201);
    let updates = (0..20).map(|_| async {
        server.put("/Patient/me", patient(false)).header("if-match", "W/\"1\"").await.status
    });
    let mut statuses = futures_util::future::join_all(updates).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[19]), (200, 412, 412));
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"2\""));
}

async fn update_with_several_tags_or_any_is_done(server: Server) {
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        json!({ "resourceType": "Patient", "id": "me", "multipleBirthInteger": number.get() })
    };
    let update = |tag| server.put("/Patient/me", next()).header("if-match", tag);
    update("*").await.is(412);
    server.get("/Patient/me").await.is(404);
    server.put("/Patient/me", patient(true)).await.is(201);
    update("*").await.is(200);
    update("W/\"1\", W/\"2\"").await.is(200);
    update("W/\"1\", W/\"2\"").await.is(412);
    update("\"9\", W/\"abc\", W/\"3\"").await.is(200);
    server.delete("/Patient/me").header("if-match", "W/\"3\",W/\"4\"").await.is(204);
    server.delete("/Patient/me").header("if-match", "*").await.is(412);
    update("*").await.is(412);
    let entry = |tag: &str| {
        let request = json!({ "method": "PUT", "url": "Patient/me", "ifMatch": tag });
        json!({ "request": request, "resource": next() })
    };
    server.put("/Patient/me", patient(true)).await.is(201);
    for (tag, status) in [("*", 200), ("W/\"6\", W/\"7\"", 200), ("W/\"6\", W/\"7\"", 412)] {
        let entries = json!([entry(tag)]);
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        server.post("", bundle).await.is(status);
    }
}

/// `If-None-Match: *`
async fn update_where_there_is_nothing_is_done_once(server: Server) {
    let update = |tag| server.put("/Patient/me", patient(true)).header("if-none-match", tag);
    update("W/\"1\"").await.is(400);
    server.get("/Patient/me").await.is(404);
    let all = futures_util::future::join_all((0..50).map(|_| update("*").into_future())).await;
    let with = |status: u16| all.iter().filter(|reply| reply.status == status).count();
    assert_eq!((with(201), with(412)), (1, 49));
    assert_eq!(server.get("/Patient/me").await.header("etag"), Some("W/\"1\""));
    server.delete("/Patient/me").await.is(204);
    assert_eq!(update("*").await.is(201).header("etag"), Some("W/\"3\""));
    server.assert_sound();
}
