//! Bodies that are not what they should be get a clean answer, and the server goes on.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::settled::settled;

on_both!(
    malformed_json_is_refused_with_its_place,
    a_key_that_comes_twice_is_refused,
    absurd_nesting_is_refused,
    an_oversized_body_is_refused,
    other_media_types_are_refused,
    a_bundle_with_too_many_entries_is_refused,
);

async fn malformed_json_is_refused_with_its_place(server: Server) {
    let reply = server.post("/Patient", "{\"resourceType\":\"Patient\",\n \"active\": tru }").await;
    insta::assert_snapshot!("malformed", settled(&server, &reply));
    for body in
        ["{", "{]", "{\"a\":1}}", "{} {}", "\"", "{\"a\":01}", "{\"a\":1.}", "{'a':1}", "\u{0}"]
    {
        let reply = server.post("/Patient", body).await;
        assert_eq!(reply.status, 400, "{body}: {}", reply.text);
    }
    let not_utf8 = b"{\"resourceType\":\"Patient\",\"language\":\"\xff\"}".to_vec();
    server.call("POST", "/Patient").bytes(not_utf8).await.is(400);
}

async fn a_key_that_comes_twice_is_refused(server: Server) {
    let twice = "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\",\"family\":\"b\"}]}";
    let reply = server.post("/Patient", twice).await;
    insta::assert_snapshot!("twice", settled(&server, &reply));
}

async fn absurd_nesting_is_refused(server: Server) {
    for (open, close, depth) in [("[", "]", 200_000), ("{\"a\":", "}", 200_000), ("[", "]", 130)] {
        let body = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        server.post("/Patient", body).await.is(400);
    }
    let nested = "{\"url\":\"http://x\",\"extension\":[".repeat(40);
    let body = format!(
        "{{\"resourceType\":\"Patient\",\"extension\":[{nested}{{\"url\":\"http://x\",\"valueCode\":\"x\"}}{}]}}",
        "]}".repeat(40)
    );
    server.post("/Patient", body).await.is(201);
    let query = format!("/Patient?{}=1", "a.".repeat(4_000));
    server.get(&query).await.is(400);
}

async fn an_oversized_body_is_refused(mut server: Server) {
    server.stop().await;
    server.start_again(&[("body_mib", "1")]).await;
    let patient = |size: usize| {
        format!("{{\"resourceType\":\"Patient\",\"name\":[{{\"text\":\"{}\"}}]}}", "a".repeat(size))
    };
    let reply = server.post("/Patient", patient(1 << 20)).await.is(413);
    assert_eq!(reply.json()["issue"][0]["code"], "too-long");
    server.post("/Patient", patient((1 << 20) - 100)).await.is(201);
    let form = server.post("/Patient/_search", format!("name={}", "a".repeat(1 << 20)));
    form.header("content-type", "application/x-www-form-urlencoded").await.is(413);
    server.get("/Patient").await.is(200);
}

async fn other_media_types_are_refused(server: Server) {
    let patient = json!({ "resourceType": "Patient" });
    let send = |kind: &str| server.post("/Patient", &patient).header("content-type", kind);
    for kind in [
        "text/turtle",
        "text/plain",
        "application/fhir+json; fhirVersion=3.0",
        "x",
        "application/x-www-form-urlencoded",
    ] {
        let reply = send(kind).await.is(415);
        assert_eq!(reply.json()["issue"][0]["code"], "not-supported");
    }
    for kind in [
        "application/fhir+json",
        "application/json",
        "APPLICATION/FHIR+JSON; charset=UTF-8; fhirVersion=4.0",
    ] {
        send(kind).await.is(201);
    }
}

async fn a_bundle_with_too_many_entries_is_refused(mut server: Server) {
    server.stop().await;
    server.start_again(&[("bundle_entries", "2")]).await;
    let entry = json!({ "request": { "method": "GET", "url": "Patient" } });
    for kind in ["batch", "transaction"] {
        let bundle = |count| json!({ "resourceType": "Bundle", "type": kind, "entry": vec![entry.clone(); count] });
        server.post("", bundle(3)).await.is(413);
        server.post("", bundle(2)).await.is(200);
    }
}
