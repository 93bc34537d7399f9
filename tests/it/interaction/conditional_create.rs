//! Conditional create, <https://hl7.org/fhir/R4/http.html#ccreate>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    conditional_create_without_a_match_creates,
    conditional_create_with_one_match_returns_it,
    conditional_create_with_several_matches_is_refused,
    conditional_create_with_a_wrong_condition_is_refused,
    a_hundred_conditional_creates_at_once_make_one_resource,
    conditional_creates_by_date_at_once_make_one_resource_each,
);

const CONDITION: &str = "identifier=http://example.org/cccd|001";

fn patient() -> Value {
    let identifier = json!([{ "system": "http://example.org/cccd", "value": "001" }]);
    json!({ "resourceType": "Patient", "identifier": identifier })
}

async fn conditional_create_without_a_match_creates(server: Server) {
    let reply = server.post("/Patient", patient()).header("if-none-exist", CONDITION).await;
    let reply = reply.is(201);
    server.get(reply.header("location").unwrap()).await.is(200);
}

async fn conditional_create_with_one_match_returns_it(server: Server) {
    let first = server.post("/Patient", patient()).await.is(201);
    for condition in [CONDITION, "?identifier=http://example.org/cccd%7C001"] {
        let reply = server.post("/Patient", patient()).header("if-none-exist", condition).await;
        let reply = reply.is(200);
        assert_eq!(reply.text, first.text);
        assert_eq!(reply.header("location"), first.header("location"));
    }
    server.delete(&format!("/Patient/{}", first.id())).await.is(204);
    let reply = server.post("/Patient", patient()).header("if-none-exist", CONDITION).await;
    assert_ne!(reply.is(201).id(), first.id());
}

async fn conditional_create_with_several_matches_is_refused(server: Server) {
    server.post("/Patient", patient()).await.is(201);
    server.post("/Patient", patient()).await.is(201);
    server.post("/Patient", patient()).header("if-none-exist", CONDITION).await.is(412);
    let count = server.get("/Patient?_summary=count").await.json();
    assert_eq!(count["total"].to_string(), "2");
}

/// A condition that was left out would match more than was meant.
async fn conditional_create_with_a_wrong_condition_is_refused(server: Server) {
    let create = |condition| {
        let create = server.post("/Patient", patient()).header("if-none-exist", condition);
        create.header("prefer", "handling=lenient")
    };
    create("identifer=1").await.is(400);
    create("birthdate=once").await.is(400);
    create("_count=1").await.is(400);
    create("identifier=1&_count=1").await.is(400);
    create("Observation?identifier=1").await.is(400);
    create("").await.is(412);
    let count = server.get("/Patient?_summary=count").await.json();
    assert_eq!(count["total"].to_string(), "0");
}

/// How many of creates at once made a resource, and how many found one.
async fn at_once(server: &Server, creates: Vec<(Value, String)>) -> (usize, usize) {
    let creates = creates.into_iter().map(|(patient, condition)| async move {
        server.post("/Patient", patient).header("if-none-exist", &condition).await
    });
    let replies = futures_util::future::join_all(creates).await;
    let with = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
    (with(201), with(200))
}

async fn a_hundred_conditional_creates_at_once_make_one_resource(server: Server) {
    let same = vec![(patient(), CONDITION.to_owned()); 100];
    assert_eq!(at_once(&server, same).await, (1, 99));
    server.assert_sound();
}

/// No key tells who is born on a day: what comes meanwhile is held against the condition itself.
async fn conditional_creates_by_date_at_once_make_one_resource_each(server: Server) {
    let born = |day: usize| {
        let date = format!("2001-02-{:02}", day + 1);
        let condition = format!("birthdate={date}");
        (json!({ "resourceType": "Patient", "birthDate": date }), condition)
    };
    assert_eq!(at_once(&server, vec![born(0); 60]).await, (1, 59));
    // Nobody is overtaken by those who are born on other days.
    assert_eq!(at_once(&server, (1..28).map(born).collect()).await, (27, 0));
    server.assert_sound();
}
