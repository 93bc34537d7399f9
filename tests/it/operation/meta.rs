//! `$meta`, `$meta-add`, `$meta-delete`, <https://hl7.org/fhir/R4/resource-operation-meta.html>.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    labels_are_told_added_and_taken_away,
    many_at_once_are_all_there,
    what_there_is_of_a_type_is_told,
    what_is_wrong_is_refused,
);

fn given(meta: &Value) -> Value {
    let parameter = json!({ "name": "meta", "valueMeta": meta });
    json!({ "resourceType": "Parameters", "parameter": [parameter] })
}

#[track_caller]
fn told(reply: Reply) -> Value {
    reply.is(200).json()["parameter"][0]["valueMeta"].clone()
}

async fn labels_are_told_added_and_taken_away(server: Server) {
    let tag = |code: &str| json!({ "system": "http://example.org/tags", "code": code });
    let patient = json!({ "resourceType": "Patient", "id": "me", "meta": { "tag": [tag("a")] } });
    server.put("/Patient/me", patient).await.is(201);
    let meta = told(server.get("/Patient/me/$meta").await);
    assert_eq!((&meta["versionId"], &meta["tag"]), (&json!("1"), &json!([tag("a")])));
    let security = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "code": "R" });
    let more = given(&json!({ "tag": [tag("a"), tag("b")], "security": [security] }));
    let meta = told(server.post("/Patient/me/$meta-add", &more).await);
    assert_eq!(meta["tag"], json!([tag("a"), tag("b")]));
    assert_eq!((&meta["versionId"], &meta["security"]), (&json!("2"), &json!([security])));
    // What is there already makes no version.
    let meta = told(server.post("/Patient/me/$meta-add", &more).await);
    assert_eq!(meta["versionId"], "2");
    assert_eq!(server.get("/Patient?_security=R&_tag=b").await.ids(), ["me"]);
    let xml = "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"meta\"/><valueMeta>\
        <tag><system value=\"http://example.org/tags\"/><code value=\"a\"/></tag></valueMeta>\
        </parameter></Parameters>";
    let call = server.post("/Patient/me/$meta-delete", xml);
    let reply = call.header("content-type", "application/fhir+xml").await.is(200);
    assert!(reply.text.contains("<valueMeta><versionId value=\"3\"/>"), "{}", reply.text);
    assert_eq!(told(server.get("/Patient/me/$meta").await)["tag"], json!([tag("b")]));
    assert_eq!(server.get("/Patient?_tag=a").await.ids(), Vec::<String>::new());
}

async fn what_there_is_of_a_type_is_told(server: Server) {
    assert_eq!(told(server.get("/$meta").await), json!({}));
    let tag = |code: &str| json!({ "system": "http://example.org/tags", "code": code });
    let of = |kind: &str, id: &str, tags: Value| json!({ "resourceType": kind, "id": id, "meta": { "tag": tags } });
    for (kind, id, tags) in [
        ("Patient", "a", json!([tag("x")])),
        ("Patient", "b", json!([tag("x"), tag("y")])),
        ("Basic", "c", json!([tag("z")])),
        ("Patient", "d", json!([tag("gone")])),
    ] {
        let mut resource = of(kind, id, tags);
        if kind == "Basic" {
            resource["code"] = json!({ "text": "x" });
        }
        server.put(&format!("/{kind}/{id}"), resource).await.is(201);
    }
    server.delete("/Patient/d").await.is(204);
    let codes = |meta: Value| -> Vec<String> {
        let tags = meta["tag"].as_array().unwrap().iter();
        let mut codes: Vec<String> =
            tags.map(|tag| tag["code"].as_str().unwrap().to_owned()).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes(told(server.get("/Patient/$meta").await)), ["x", "y"]);
    assert_eq!(codes(told(server.get("/$meta").await)), ["x", "y", "z"]);
    server.post("/Patient/$meta-add", "{}").await.is(404);
}

async fn many_at_once_are_all_there(server: Server) {
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let add = |number: i32| {
        let tag = json!({ "system": "http://example.org/tags", "code": format!("t{number}") });
        let call = server.post("/Patient/me/$meta-add", given(&json!({ "tag": [tag] })));
        std::future::IntoFuture::into_future(call)
    };
    let all = futures_util::future::join_all((0..8).map(add)).await;
    assert!(all.iter().all(|reply| reply.status == 200), "{all:?}");
    let meta = told(server.get("/Patient/me/$meta").await);
    assert_eq!(meta["tag"].as_array().map(Vec::len), Some(8), "{meta}");
    assert_eq!(meta["versionId"], "9");
}

async fn what_is_wrong_is_refused(server: Server) {
    server.get("/Patient/none/$meta").await.is(404);
    server.post("/Patient/none/$meta-add", given(&json!({ "tag": [] }))).await.is(404);
    server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await.is(201);
    let none = json!({ "resourceType": "Parameters" });
    server.post("/Patient/me/$meta-add", &none).await.is(400);
    server.get("/Patient/me/$meta-add").await.is(405);
    let profile = given(&json!({ "profile": ["no url"] }));
    server.post("/Patient/me/$meta-add", &profile).await.is(422);
    server.delete("/Patient/me").await.is(204);
    server.get("/Patient/me/$meta").await.is(410);
}
