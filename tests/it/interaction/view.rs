//! `_summary` and `_elements`, <https://hl7.org/fhir/R4/search.html#summary>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_read_shows_what_was_asked_for,
    what_is_shown_whole_is_the_stored_text,
    searches_and_histories_show_what_was_asked_for,
    entries_of_bundles_show_what_was_asked_for,
    a_part_is_not_stored_in_the_place_of_the_whole,
    views_that_mean_nothing_are_refused,
);

const URL: &str = "/Observation/o";

fn observation() -> Value {
    let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Năm mươi</div>";
    json!({
        "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
        "text": { "status": "generated", "div": div },
        "valueQuantity": { "value": 50, "unit": "kg" }, "note": [{ "text": "n" }],
    })
}

async fn stored(server: &Server) {
    // The text of a number is kept.
    let text = observation().to_string().replace(":50,", ":50.00,");
    server.put(URL, text).await.is(201);
}

/// The keys of a resource that is tagged as a part.
#[track_caller]
fn keys(resource: &Value) -> Vec<&str> {
    assert_eq!(resource["meta"]["tag"][0]["code"], "SUBSETTED", "{resource}");
    assert_eq!(resource["meta"]["versionId"], "1");
    let keys = resource.as_object().unwrap().keys().map(String::as_str);
    let mut keys: Vec<_> =
        keys.filter(|key| !["resourceType", "id", "meta"].contains(key)).collect();
    keys.sort_unstable();
    keys
}

/// Each view, and the keys it shows.
const VIEWS: [(&str, &[&str]); 6] = [
    ("_summary=true", &["code", "status", "valueQuantity"]),
    ("_summary=text", &["code", "status", "text"]),
    ("_summary=data", &["code", "note", "status", "valueQuantity"]),
    ("_elements=note", &["code", "note", "status"]),
    ("_elements=value,Observation.text", &["code", "status", "text", "valueQuantity"]),
    ("_elements=valueQuantity&_summary=false", &["code", "status", "valueQuantity"]),
];

async fn a_read_shows_what_was_asked_for(server: Server) {
    stored(&server).await;
    for (view, expected) in VIEWS {
        for path in [URL, "/Observation/o/_history/1"] {
            let reply = server.get(&format!("{path}?{view}")).await.is(200);
            assert_eq!(reply.header("etag"), Some("W/\"1\""));
            assert_eq!(keys(&reply.json()), expected, "{view}");
            let is_shown = expected.contains(&"valueQuantity");
            assert_eq!(reply.text.contains("50.00"), is_shown, "{}", reply.text);
        }
    }
    let accept = |call: crate::harness::call::Call| call.header("accept", "application/fhir+xml");
    let xml = accept(server.get(&format!("{URL}?_elements=value"))).await.is(200).text;
    assert!(xml.contains("SUBSETTED") && xml.contains("50.00") && !xml.contains("<note"), "{xml}");
    let known = server.get(&format!("{URL}?_summary=true")).header("if-none-match", "W/\"1\"");
    known.await.is(304);
    let provided = server.get("/CodeSystem/administrative-gender?_elements=url").await.is(200);
    assert!(provided.json()["concept"].is_null() && provided.json()["url"].is_string());
}

async fn what_is_shown_whole_is_the_stored_text(server: Server) {
    stored(&server).await;
    let whole = server.get(URL).await.is(200).text;
    assert!(!whole.contains("SUBSETTED"));
    assert_eq!(server.get(&format!("{URL}?_summary=false")).await.is(200).text, whole);
    for path in ["/Observation?_summary=false", "/Observation/o/_history", "/_history"] {
        assert!(server.get(path).await.is(200).text.contains(&whole), "{path}");
    }
}

async fn searches_and_histories_show_what_was_asked_for(server: Server) {
    stored(&server).await;
    for (view, expected) in VIEWS {
        for path in [
            "/Observation?status=final&",
            "/Observation/o/_history?",
            "/Observation/_history?",
            "/_history?",
        ] {
            let reply = server.get(&format!("{path}{view}")).await.is(200);
            let bundle = reply.json();
            assert_eq!(keys(&bundle["entry"][0]["resource"]), expected, "{path}{view}");
            let (name, value) = view.split('&').next().unwrap().split_once('=').unwrap();
            let value = value.replace(',', "%2C");
            assert!(
                reply.link("self").unwrap().contains(&format!("{name}={value}")),
                "{path}{view}"
            );
        }
    }
    let count = server.get("/Observation?_summary=count").await.is(200).json();
    assert_eq!((count["total"].to_string(), count["entry"].is_null()), ("1".into(), true));
    // Deletions have nothing to leave out, and pages keep the view.
    server.delete(URL).await.is(204);
    let page = server.get("/_history?_count=1&_elements=note").await.is(200);
    assert!(page.json()["entry"][0]["resource"].is_null());
    let next = server.get(&page.link("next").unwrap()).await.is(200).json();
    assert_eq!(keys(&next["entry"][0]["resource"]), ["code", "note", "status"]);
}

async fn entries_of_bundles_show_what_was_asked_for(server: Server) {
    stored(&server).await;
    let entry = |url: &str| json!({ "request": { "method": "GET", "url": url } });
    for kind in ["batch", "transaction"] {
        let entries = [
            entry("Observation/o?_elements=note"),
            entry("Observation?_elements=note"),
            entry("Observation/o?_elements=nothing"),
        ];
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": entries });
        let answer = server.post("", bundle).await.is(200).json();
        assert_eq!(keys(&answer["entry"][0]["resource"]), ["code", "note", "status"]);
        let found = &answer["entry"][1]["resource"]["entry"][0]["resource"];
        assert_eq!(keys(found), ["code", "note", "status"]);
        assert_eq!(answer["entry"][2]["response"]["status"], "400");
    }
}

async fn a_part_is_not_stored_in_the_place_of_the_whole(server: Server) {
    stored(&server).await;
    let part = server.get(&format!("{URL}?_summary=true")).await.is(200).json();
    let reply = server.put(URL, &part).header("accept-language", "en").await.is(422);
    assert!(reply.said().contains("SUBSETTED"), "{}", reply.text);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Observation.meta.tag");
    for kind in ["batch", "transaction"] {
        let entry =
            json!({ "resource": part, "request": { "method": "PUT", "url": "Observation/o" } });
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
        let reply = server.post("", bundle).await;
        assert_eq!(reply.status, if kind == "batch" { 200 } else { 422 });
        assert!(reply.text.contains("SUBSETTED"), "{}", reply.text);
    }
    let now = server.get(URL).await.is(200).json();
    assert_eq!((&now["meta"]["versionId"], now["note"].is_array()), (&json!("1"), true));
    let mut whole = part;
    whole["meta"].as_object_mut().unwrap().remove("tag");
    server.put(URL, whole).await.is(200);
}

async fn views_that_mean_nothing_are_refused(server: Server) {
    stored(&server).await;
    let wrong = [
        "_summary=some",
        "_elements=nothing",
        "_elements=code.text",
        "_elements=Patient.name",
        "_elements=code,,status",
        "_summary=true&_elements=code",
        "_summary:exact=true",
    ];
    for query in wrong {
        for path in [URL, "/Observation", "/Observation/o/_history", "/Observation/_history"] {
            let reply = server.get(&format!("{path}?{query}")).await;
            assert_eq!(reply.status, 400, "{path}?{query}: {}", reply.text);
        }
    }
    for path in [URL, "/_history"] {
        server.get(&format!("{path}?_summary=count")).await.is(400);
    }
    let lenient = server.get(&format!("{URL}?_elements=note,nothing"));
    let lenient = lenient.header("prefer", "handling=lenient").await.is(200);
    assert_eq!(keys(&lenient.json()), ["code", "note", "status"]);
}
