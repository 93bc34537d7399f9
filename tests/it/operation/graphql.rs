//! `$graphql`, <https://hl7.org/fhir/R4/graphql.html>.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_resource_is_asked_in_every_way,
    resources_are_read_and_searched,
    references_are_followed_and_back,
    connections_lead_from_page_to_page,
    what_is_wrong_is_told_as_graphql_has_it,
    what_costs_too_much_is_refused,
);

async fn fill(server: &Server) {
    let mother = json!({ "resourceType": "Patient", "id": "me", "active": true,
        "name": [{ "family": "Trần", "given": ["An", "Bình"] }, { "given": ["Chi"] }],
        "managingOrganization": { "reference": "Organization/tram" } });
    let other = json!({ "resourceType": "Patient", "id": "kia", "active": false,
        "managingOrganization": { "reference": "Organization/tram" } });
    let place = json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm y tế" });
    for (path, resource) in
        [("/Organization/tram", place), ("/Patient/me", mother), ("/Patient/kia", other)]
    {
        server.put(path, resource).await.is(201);
    }
    for (id, code) in [("a", "x"), ("b", "y"), ("c", "x")] {
        let condition = json!({ "resourceType": "Condition", "id": id,
            "code": { "coding": [{ "system": "http://example.org/codes", "code": code }] },
            "subject": { "reference": "Patient/me" } });
        server.put(&format!("/Condition/{id}"), condition).await.is(201);
    }
}

#[track_caller]
fn data(reply: Reply) -> Value {
    let reply = reply.is(200);
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    let body: Value = serde_json::from_str(&reply.text).expect("JSON");
    assert_eq!(body.get("errors"), None, "{body}");
    body["data"].clone()
}

async fn ask(server: &Server, path: &str, body: &Value) -> Reply {
    let path = format!("{path}/$graphql");
    server.post(&path, body).header("content-type", "application/json").await
}

async fn asked(server: &Server, path: &str, query: &str) -> Value {
    data(ask(server, path, &json!({ "query": query })).await)
}

async fn a_resource_is_asked_in_every_way(server: Server) {
    fill(&server).await;
    let query = "query a($n: Int) { id name(_count: $n) { given } } query b { active }";
    let variables = json!({ "n": 1 });
    let body = json!({ "query": query, "operationName": "a", "variables": variables });
    let expected = json!({ "id": "me", "name": [{ "given": ["An", "Bình"] }] });
    assert_eq!(data(ask(&server, "/Patient/me", &body).await), expected);
    let path = "/Patient/me/$graphql?operationName=a&variables=%7B%22n%22:1%7D&query=";
    let encoded: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    assert_eq!(data(server.get(&format!("{path}{encoded}")).await), expected);
    let posted = server.post("/Patient/me/$graphql", "{ id name(_count: 1) { given } }");
    assert_eq!(data(posted.header("content-type", "application/graphql").await), expected);
    let parameter = json!({ "name": "query", "valueString": "{ id name(_count: 1) { given } }" });
    let parameters = json!({ "resourceType": "Parameters", "parameter": [parameter] });
    assert_eq!(data(server.post("/Patient/me/$graphql", &parameters).await), expected);
    let xml = "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"query\"/>\
        <valueString value=\"{ active }\"/></parameter></Parameters>";
    let call = server.post("/Patient/me/$graphql", xml).header("accept", "application/fhir+xml");
    let reply = call.header("content-type", "application/fhir+xml").await;
    assert_eq!(data(reply), json!({ "active": true }));
}

async fn resources_are_read_and_searched(server: Server) {
    fill(&server).await;
    let query = "{ Patient(id: \"me\") { id } all: PatientList(_sort: _id) { id }
        active: PatientList(active: true) @flatten { id @singleton }
        ConditionList(code: [\"http://example.org/codes|x\"], _sort: \"_id\", _count: 1) { id } }";
    let expected = json!({ "Patient": { "id": "me" }, "all": [{ "id": "kia" }, { "id": "me" }],
        "id": "me", "ConditionList": [{ "id": "a" }] });
    assert_eq!(asked(&server, "", query).await, expected);
}

async fn references_are_followed_and_back(server: Server) {
    fill(&server).await;
    let query = "{ subject { resource(type: Patient) { ...who managingOrganization { resource { name } } } } }
        fragment who on Patient { active ConditionList(_reference: patient, code: \"x\", _sort: \"_id\") { id } }";
    let conditions = json!([{ "id": "a" }, { "id": "c" }]);
    let place = json!({ "resource": { "name": "Trạm y tế" } });
    let expected = json!({ "subject": { "resource": { "active": true, "ConditionList": conditions,
        "managingOrganization": place } } });
    let query = query.replace("...who managing", "... on Patient { ...who managing");
    let query = query.replace("{ name } } } } }", "{ ... on Organization { name } } } } } } }");
    assert_eq!(asked(&server, "/Condition/a", &query).await, expected);
    server.delete("/Organization/tram").await.is(204);
    let query = "{ managingOrganization { resource(optional: true) { id } } }";
    let expected = json!({ "managingOrganization": {} });
    assert_eq!(asked(&server, "/Patient/me", query).await, expected);
    let query = "{ managingOrganization { resource { id } } }";
    ask(&server, "/Patient/me", &json!({ "query": query })).await.is(404);
}

async fn connections_lead_from_page_to_page(server: Server) {
    fill(&server).await;
    let query =
        "query($to: String) { ConditionConnection(_sort: \"_id\", _count: 2, _cursor: $to) {
        count offset pagesize next edges { mode resource { id } } } }";
    let mut body = json!({ "query": query });
    let first = data(ask(&server, "", &body).await)["ConditionConnection"].clone();
    let edge = |id: &str| json!({ "mode": "match", "resource": { "id": id } });
    assert_eq!(first["edges"], json!([edge("a"), edge("b")]));
    assert_eq!([&first["count"], &first["offset"], &first["pagesize"]], [3, 0, 2]);
    body["variables"] = json!({ "to": first["next"] });
    let second = data(ask(&server, "", &body).await)["ConditionConnection"].clone();
    assert_eq!(second["edges"], json!([edge("c")]));
    assert_eq!(second.get("next"), None);
    let back = "{ ConditionConnection(_reference: subject) { edges { resource { id } } count } }";
    let back = asked(&server, "/Patient/me", back).await;
    assert_eq!(back["ConditionConnection"]["count"], 3);
}

async fn what_is_wrong_is_told_as_graphql_has_it(server: Server) {
    fill(&server).await;
    let call = server.post("/Patient/me/$graphql", "{ id nam { given } }");
    let call = call.header("content-type", "application/graphql").header("accept-language", "en");
    let reply = call.await.is(400);
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    let body: Value = serde_json::from_str(&reply.text).unwrap();
    let error = &body["errors"][0];
    assert_eq!(error["locations"], json!([{ "line": 1, "column": 6 }]));
    assert!(error["message"].as_str().unwrap().contains("'name'"), "{body}");
    assert_eq!(error["extensions"]["resource"]["resourceType"], "OperationOutcome");
    for (path, query, status) in [
        ("", "{ PatientList(no_such: 1) { id } }", 400),
        ("", "{ Patient(id: \"none\") { id } }", 404),
        ("", "{ id }", 400),
        ("", "mutation { PatientDelete(id: \"me\") { id } }", 400),
        ("/Patient/none", "{ id }", 404),
        ("/Patient/me", "{ name { family @singleton given @singleton } }", 422),
        ("/Patient/me", "{ ConditionList(_reference: patient, code: \"a,,b\") { id } }", 400),
        ("/Patient/me", "{", 400),
    ] {
        let reply = ask(&server, path, &json!({ "query": query })).await.is(status);
        assert!(reply.text.contains("\"errors\":[{\"message\""), "{}", reply.text);
    }
    server.get("/Patient/me/$graphql").await.is(400);
    server.post("/$graphql", "[]").header("content-type", "application/json").await.is(400);
    server.post("/$graphql", "{").header("content-type", "application/json").await.is(400);
    server.post("/$graphql", "{ a }").header("content-type", "text/plain").await.is(415);
    server.post("/Patient/$graphql", "{}").await.is(404);
    server.get("/$graphql?query=%7Bid%7D&variables=%7B").await.is(400);
}

async fn what_costs_too_much_is_refused(server: Server) {
    fill(&server).await;
    let deep = "{ subject { resource { ... on Patient { ConditionList(_reference: patient) ";
    let deep = format!("{}{{ id }}{}", deep.repeat(8), " } } } }".repeat(8));
    ask(&server, "/Condition/a", &json!({ "query": deep })).await.is(400);
    let ids: Vec<String> =
        (0..1_001).map(|id| format!("a{id}: Group(id: \"{id}\") {{ id }}")).collect();
    let many = format!("{{ {} }}", ids.join(" "));
    ask(&server, "", &json!({ "query": many })).await.is(422);
    let nested = "{a".repeat(200_000);
    ask(&server, "", &json!({ "query": nested })).await.is(400);
    let fragments: Vec<String> = (0..2_000)
        .map(|at| format!("fragment f{at} on Patient {{ ...f{} ...f{} }}", at + 1, at + 1))
        .collect();
    let bomb = format!("{{ ...f0 }} {} fragment f2000 on Patient {{ id }}", fragments.join(" "));
    ask(&server, "/Patient/me", &json!({ "query": bomb })).await.is(400);
}
