//! Resources come back as they were sent, but for `id` and `meta`, <https://hl7.org/fhir/R4/json.html>.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    decimals_keep_their_text,
    vietnamese_text_keeps_its_bytes,
    primitive_extensions_and_order_are_kept,
    escapes_and_rare_characters_are_kept,
    a_byte_order_mark_is_skipped,
);

/// Sends the text of an Observation, in which `…` stands for what matters; what came back there.
async fn check(server: &Server, part: &str) {
    let body = |meta: &str| {
        format!(
            "{{\"resourceType\":\"Observation\",\"id\":\"o\"{meta},\"status\":\"final\",\
             \"code\":{{\"text\":\"x\"}},{part}}}"
        )
    };
    let sent = server.put("/Observation/o", body("")).await;
    assert!(sent.status == 200 || sent.status == 201, "{part}: {}", sent.text);
    let read = server.get("/Observation/o").await.is(200);
    assert_eq!(read.text, sent.text);
    let meta = &read.json()["meta"];
    assert_eq!(read.text, body(&format!(",\"meta\":{meta}")), "{part}");
}

async fn decimals_keep_their_text(server: Server) {
    for number in [
        "1.00",
        "1e-5",
        "1e+5",
        "0.1",
        "-0.00",
        "100",
        "1.10e+2",
        "123456789012345678901234567890.123456789012345",
        "0.000000000000000000000000000000000000000000001",
    ] {
        check(&server, &format!("\"valueQuantity\":{{\"value\":{number}}}")).await;
    }
    let versions = server.get("/Observation/o/_history?_count=100").await.is(200);
    assert!(versions.text.contains("\"value\":1.00}") && versions.text.contains("\"value\":1e+5}"));
    let found = server.get("/Observation?_id=o").await.is(200);
    assert!(found.text.contains("\"value\":0.000000000000000000000000000000000000000000001}"));
}

async fn vietnamese_text_keeps_its_bytes(server: Server) {
    for text in [
        "Nguyễn Thị Ánh",
        "Nguye\u{302}\u{303}n Thi\u{323} A\u{301}nh",
        "Đỗ đã đẻ ở Đà Nẵng",
        "ỨỪỬỮỰ ứừửữự",
        "Nguyê\u{303}n",
        "H'Len Êban",
        "Ð ð đ Đ",
    ] {
        check(&server, &format!("\"valueString\":\"{text}\"")).await;
    }
}

async fn primitive_extensions_and_order_are_kept(server: Server) {
    let extension = "{\"extension\":[{\"url\":\"http://example.org/e\",\"valueString\":\"x\"}]}";
    check(&server, &format!("\"_effectiveDateTime\":{extension}")).await;
    check(&server, &format!("\"valueString\":\"a\",\"_valueString\":{extension}")).await;
    check(&server, &format!("\"_valueString\":{extension},\"valueString\":\"a\"")).await;
    check(
        &server,
        "\"valueQuantity\":{\"code\":\"g\",\"value\":1,\"system\":\"http://unitsofmeasure.org\"}",
    )
    .await;
    let patient = json!({
        "resourceType": "Patient", "id": "me",
        "name": [{
            "given": ["Thị", null, "Ánh"],
            "_given": [null, { "extension": [{ "url": "http://example.org/e", "valueCode": "unknown" }] }, null],
        }],
        "_birthDate": { "id": "b1", "extension": [{ "url": "http://example.org/e", "valueCode": "unknown" }] },
    });
    let mut stored = server.put("/Patient/me", &patient).await.is(201).json();
    stored.as_object_mut().unwrap().shift_remove("meta");
    assert_eq!(stored.to_string(), patient.to_string());
}

async fn escapes_and_rare_characters_are_kept(server: Server) {
    for text in
        ["a\\\"b\\\\c", "một\\nhai\\tba", "👶🏽 𝒳", "\u{200b}\u{feff}x", "<b>&amp;</b>", "null"]
    {
        check(&server, &format!("\"valueString\":\"{text}\"")).await;
    }
    // The same character may be written in two ways; the resource is the same.
    let patient =
        "{\"resourceType\":\"Patient\",\"id\":\"me\",\"name\":[{\"family\":\"Nguy\\u1ec5n \\/\"}]}";
    let stored = server.put("/Patient/me", patient).await.is(201).json();
    assert_eq!(stored["name"][0]["family"], "Nguyễn /");
    // A character that PostgreSQL cannot hold is refused alike on both.
    let patient =
        "{\"resourceType\":\"Patient\",\"id\":\"me\",\"name\":[{\"family\":\"a\\u0000b\"}]}";
    server.put("/Patient/me", patient).await.is(422);
    server.get("/Patient?name=a%00b").await;
    server.get("/Patient?identifier=a%00b").await;
    server.put("/Patient/you", "{\"resourceType\":\"Patient\",\"id\":\"you\"}").await.is(201);
}

async fn a_byte_order_mark_is_skipped(server: Server) {
    let patient = "\u{feff}{\"resourceType\":\"Patient\",\"id\":\"me\"}";
    server.put("/Patient/me", patient).await.is(201);
}
