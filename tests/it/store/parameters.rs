//! Search parameters that come, change and go while the server answers.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::backend::{Backend, Database};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_stored_parameter_finds_what_is_old_and_what_is_new,
    what_is_written_while_it_is_indexed_is_found,
    a_kill_in_the_middle_loses_nothing,
    a_changed_one_answers_as_before_until_it_is_complete,
    a_deleted_one_answers_no_more_and_its_rows_go,
    drafts_are_not_indexed,
    one_of_a_type_without_resources_answers_at_once,
    one_that_has_the_values_of_one_of_r4_answers_at_once,
);

/// How long anything in the background may take.
const LONG: Duration = Duration::from_secs(60);

/// A parameter of patients that finds this.
fn parameter(expression: &str) -> Value {
    json!({
        "resourceType": "SearchParameter", "id": "village", "url": "http://x.org/village",
        "name": "Village", "status": "active", "description": "Where they live.", "code": "village",
        "base": ["Patient"], "type": "string", "expression": expression,
    })
}

/// Elements that no parameter of R4 looks at.
const DISTRICT: &str = "Patient.address.district";
const TEXT: &str = "Patient.address.text";

fn patient(id: &str, district: &str, text: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "address": [{ "district": district, "text": text }] })
}

/// Patients in a transaction each of so many.
async fn fill(server: &Server, names: std::ops::Range<usize>, district: &str) {
    let entry = |at: usize| {
        let resource = patient(&format!("p{at}"), district, "Mai Sơn");
        json!({ "resource": resource, "request": { "method": "PUT", "url": format!("Patient/p{at}") } })
    };
    let all: Vec<usize> = names.collect();
    for part in all.chunks(200) {
        let entries: Vec<Value> = part.iter().map(|at| entry(*at)).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        server.post("", bundle).await.is(200);
    }
}

/// How many a search finds; none when the parameter is not to be searched by.
async fn count(server: &Server, query: &str) -> Option<u64> {
    let reply = server.get(&format!("/Patient?{query}&_summary=count")).await;
    if reply.status == 400 {
        return None;
    }
    reply.is(200).json()["total"].as_u64()
}

/// Waits until a search finds so many.
async fn finds(server: &Server, query: &str, expected: Option<u64>) {
    let end = Instant::now() + LONG;
    loop {
        let found = count(server, query).await;
        if found == expected {
            return;
        }
        assert!(Instant::now() < end, "{query}: {found:?}, not {expected:?}\n{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn is_listed(server: &Server) -> bool {
    server.get("/metadata").await.json().to_string().contains("http://x.org/village")
}

/// Waits until no job is left, and checks the database.
async fn rests(server: &mut Server) {
    let end = Instant::now() + LONG;
    while !server.database.texts("SELECT kind FROM job WHERE state = 0").await.is_empty() {
        assert!(Instant::now() < end, "a job does not end\n{}", server.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let left = "SELECT code FROM search_parameter WHERE state <> 0";
    assert!(server.database.texts(left).await.is_empty());
    server.assert_sound();
}

async fn a_stored_parameter_finds_what_is_old_and_what_is_new(mut server: Server) {
    fill(&server, 0..300, "Tà Xùa").await;
    assert_eq!(count(&server, "village=ta").await, None);
    assert!(!is_listed(&server).await);
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    finds(&server, "village=ta", Some(300)).await;
    assert!(is_listed(&server).await);
    server.put("/Patient/p0", patient("p0", "Sơn La", "x")).await.is(200);
    server.delete("/Patient/p1").await.is(204);
    server.put("/Patient/new", patient("new", "Tà Xùa", "x")).await.is(201);
    assert_eq!(count(&server, "village=ta").await, Some(299));
    assert_eq!(server.get("/Patient?village=son").await.ids(), ["p0"]);
    server.stop().await;
    server.start_again(&[]).await;
    assert!(!server.log().contains("made anew"));
    assert_eq!(count(&server, "village=ta").await, Some(299));
    rests(&mut server).await;
}

async fn what_is_written_while_it_is_indexed_is_found(mut server: Server) {
    fill(&server, 0..2_000, "Tà Xùa").await;
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    let mut moved = 0;
    // Those at the end are reached last, those at the beginning first.
    for at in (0..100).chain(1_900..2_000) {
        let id = format!("p{at}");
        server.put(&format!("/Patient/{id}"), patient(&id, "Sơn La", "x")).await.is(200);
        server
            .put(&format!("/Patient/n{at}"), patient(&format!("n{at}"), "Sơn La", "x"))
            .await
            .is(201);
        moved += 1;
    }
    server.assert_sound();
    finds(&server, "village=ta", Some(2_000 - moved)).await;
    finds(&server, "village=son", Some(2 * moved)).await;
    rests(&mut server).await;
}

async fn a_kill_in_the_middle_loses_nothing(mut server: Server) {
    fill(&server, 0..3_000, "Tà Xùa").await;
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    let begun = "SELECT CAST(done AS text) FROM job WHERE kind = 'index' AND done > 100";
    let end = Instant::now() + LONG;
    while server.database.texts(begun).await.is_empty() {
        assert!(Instant::now() < end, "{}", server.log());
    }
    server.signal("KILL");
    server.ended().await;
    let open = "SELECT CAST(done AS text) FROM job WHERE kind = 'index' AND state = 0";
    let done = server.database.texts(open).await;
    assert_eq!(done.len(), 1, "it was killed in the middle");
    server.assert_sound();
    server.start_again(&[]).await;
    let reply = server.get("/Patient?village=ta").await.is(400);
    assert!(reply.text.contains("is being indexed"), "{}", reply.text);
    server.put("/Patient/p2999", patient("p2999", "Sơn La", "x")).await.is(200);
    finds(&server, "village=ta", Some(2_999)).await;
    let again =
        server.database.texts("SELECT CAST(done AS text) FROM job WHERE kind = 'index'").await;
    assert_eq!(again, ["3000"], "it went on where it was");
    rests(&mut server).await;
}

async fn a_changed_one_answers_as_before_until_it_is_complete(mut server: Server) {
    fill(&server, 0..2_000, "Tà Xùa").await;
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    finds(&server, "village=ta", Some(2_000)).await;
    server.put("/SearchParameter/village", parameter(TEXT)).await.is(200);
    // It answers one way or the other, at any time.
    let end = Instant::now() + LONG;
    loop {
        let (old, new) = (count(&server, "village=ta").await, count(&server, "village=mai").await);
        if (old, new) == (Some(0), Some(2_000)) {
            break;
        }
        let is_old = old == Some(2_000) && new.is_some();
        let is_between = old == Some(0) || new == Some(2_000) || is_old;
        assert!(is_between && Instant::now() < end, "{old:?} {new:?}");
    }
    // What only says something else makes nothing anew.
    let numbers =
        "SELECT CAST(param_id AS text) FROM search_parameter WHERE code = 'village' AND state = 0";
    let before = server.database.texts(numbers).await;
    let mut said = parameter(TEXT);
    said["url"] = json!("http://x.org/village-2");
    server.put("/SearchParameter/village", said).await.is(200);
    let end = Instant::now() + LONG;
    while !server.get("/metadata").await.text.contains("http://x.org/village-2") {
        assert!(Instant::now() < end, "the new URL is not known");
    }
    assert_eq!(server.database.texts(numbers).await, before);
    rests(&mut server).await;
    assert_eq!(server.database.texts(numbers).await.len(), 1);
}

async fn a_deleted_one_answers_no_more_and_its_rows_go(mut server: Server) {
    fill(&server, 0..1_200, "Tà Xùa").await;
    let rows = "SELECT CAST(count(*) AS text) FROM sp_string";
    let before = server.database.texts(rows).await;
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    finds(&server, "village=ta", Some(1_200)).await;
    assert_ne!(server.database.texts(rows).await, before);
    server.delete("/SearchParameter/village").await.is(204);
    finds(&server, "village=ta", None).await;
    assert!(!is_listed(&server).await);
    rests(&mut server).await;
    assert_eq!(server.database.texts(rows).await, before);
    // It may come again.
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    finds(&server, "village=ta", Some(1_200)).await;
    rests(&mut server).await;
}

async fn drafts_are_not_indexed(mut server: Server) {
    fill(&server, 0..10, "Tà Xùa").await;
    let mut draft = parameter(DISTRICT);
    draft["status"] = json!("draft");
    server.put("/SearchParameter/village", draft.clone()).await.is(201);
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(200);
    finds(&server, "village=ta", Some(10)).await;
    draft["status"] = json!("retired");
    server.put("/SearchParameter/village", draft).await.is(200);
    finds(&server, "village=ta", None).await;
    rests(&mut server).await;
}

async fn one_of_a_type_without_resources_answers_at_once(mut server: Server) {
    server.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    finds(&server, "village=ta", Some(0)).await;
    server.put("/Patient/a", patient("a", "Tà Xùa", "x")).await.is(201);
    assert_eq!(server.get("/Patient?village=ta").await.ids(), ["a"]);
    assert!(server.database.texts("SELECT kind FROM job").await.is_empty());
    rests(&mut server).await;
}

async fn one_that_has_the_values_of_one_of_r4_answers_at_once(mut server: Server) {
    fill(&server, 0..10, "Tà Xùa").await;
    let city = json!({ "resourceType": "Patient", "id": "c", "address": [{ "city": "Sơn La" }] });
    server.put("/Patient/c", city).await.is(201);
    server.put("/SearchParameter/village", parameter("Patient.address.city")).await.is(201);
    finds(&server, "village=son", Some(1)).await;
    assert!(server.database.texts("SELECT kind FROM job").await.is_empty());
    server.delete("/SearchParameter/village").await.is(204);
    finds(&server, "village=son", None).await;
    rests(&mut server).await;
    assert_eq!(server.get("/Patient?address-city=son").await.ids(), ["c"]);
}

/// Two servers on one database: one works, both know, and both make rows from the beginning.
#[tokio::test]
async fn two_servers_agree() {
    let Some(mut one) = Server::start(Backend::Postgres).await else { return };
    let folder = tempfile::TempDir::with_prefix("mebe-test-").unwrap();
    let database = Database { url: one.database.url.clone(), folder, backend: Backend::Postgres };
    let other = Server::start_on(database, &[]).await;
    fill(&one, 0..2_000, "Tà Xùa").await;
    one.put("/SearchParameter/village", parameter(DISTRICT)).await.is(201);
    // The other writes at once what the job has passed, and what it has not reached.
    for at in (0..40).chain(1_960..2_000) {
        let id = format!("p{at}");
        other.put(&format!("/Patient/{id}"), patient(&id, "Sơn La", "x")).await.is(200);
    }
    other.delete("/Patient/p50").await.is(204);
    finds(&one, "village=ta", Some(1_919)).await;
    let known = Instant::now();
    finds(&other, "village=ta", Some(1_919)).await;
    assert!(known.elapsed() < Duration::from_secs(2), "{:?}", known.elapsed());
    finds(&other, "village=son", Some(80)).await;
    assert!(is_listed(&other).await);
    one.assert_sound();
    // Deleted through the other, it is gone for both.
    other.delete("/SearchParameter/village").await.is(204);
    finds(&one, "village=ta", None).await;
    finds(&other, "village=ta", None).await;
    rests(&mut one).await;
}
