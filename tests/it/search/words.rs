//! Full text: `_text` finds what narratives say, `_content` all that is said.

use serde_json::{Value, json};

use super::{check, check_order, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    narratives_are_found_by_their_words,
    what_is_wrong_with_a_query_is_told_by_its_place,
    all_of_a_resource_is_found_when_that_is_wanted,
    words_come_and_go_with_what_is_stored,
    the_best_matches_come_first,
);

fn told(kind: &str, id: &str, narrative: &str) -> Value {
    let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{narrative}</div>");
    let mut made = json!({ "resourceType": kind, "id": id,
        "text": { "status": "additional", "div": div } });
    if kind == "Observation" {
        made["status"] = "final".into();
        made["code"] = json!({ "text": "ghi chú riêng" });
    }
    made
}

async fn some(server: &Server) {
    store(
        server,
        &[
            told("Patient", "a", "<p>Mẹ bị <b>tiền sản giật</b></p><p>Theo dõi</p>"),
            told("Patient", "b", "<p>Tiền sử: sản giật, đã hòa giải &amp; ổn</p>"),
            told("Patient", "c", "<p>HOÀ BÌNH&nbsp;2026</p>"),
            told("Observation", "o", "<p>tiền sản giật</p>"),
            json!({ "resourceType": "Patient", "id": "silent", "name": [{ "text": "tiền sản giật" }] }),
        ],
    )
    .await;
}

async fn narratives_are_found_by_their_words(server: Server) {
    some(&server).await;
    for (query, expected) in [
        ("tien", &["a", "b"][..]),
        ("TIỀN GIẬT", &["a", "b"]),
        ("\"tiền sản giật\"", &["a"]),
        ("tien-san-giat", &["a"]),
        ("\"sản giật\"", &["a", "b"]),
        ("hoa", &["b", "c"]),
        ("hòa OR theo", &["a", "b", "c"]),
        ("hoà AND giai", &["b"]),
        ("giat -hoa", &["a"]),
        ("giat NOT (hoa OR me)", &[]),
        ("-giat", &["c", "silent"]),
        ("-giat OR me", &["a", "c", "silent"]),
        ("-(giat hoa)", &["a", "c", "silent"]),
        ("the*", &["a"]),
        ("\"tien s\"*", &["a", "b"]),
        ("the", &[]),
        ("2026", &["c"]),
        ("me,binh", &["a", "c"]),
        ("(bone or me) and giat", &["a"]),
        ("khongco", &[]),
        // What only HTML says is no word.
        ("xmlns", &[]),
        ("p", &[]),
    ] {
        let query = form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        check(&server, &format!("Patient?_text={query}"), expected).await;
    }
    check(&server, "Observation?_text=giat", &["o"]).await;
    check(&server, "Patient?_text=giat&_text=hoa", &["b"]).await;
    check(&server, "Patient?_text=giat&_id=a,c", &["a"]).await;
    check(&server, "Patient?_text=giat&_sort=-_id", &["a", "b"]).await;
    check(&server, "Patient?_text=giat&_summary=count", &[]).await;
    let counted = server.get("/Patient?_text=giat&_summary=count").await.is(200);
    assert_eq!(counted.json()["total"], 2);
    let first = server.get("/Patient?_text=giat&_count=1").await.is(200);
    assert_eq!(first.ids(), ["a"]);
    let next = first.link("next").unwrap();
    assert_eq!(server.get(next.strip_prefix(&server.base()).unwrap()).await.is(200).ids(), ["b"]);
    server.assert_sound();
}

async fn what_is_wrong_with_a_query_is_told_by_its_place(server: Server) {
    some(&server).await;
    for (query, at) in [("(me", "4"), ("me OR", "6"), ("\"me", "4"), ("...", "1"), ("a,b )", "5")] {
        let query = form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        let answer = server.get(&format!("/Patient?_text={query}")).await.is(400);
        let text = answer.json().to_string();
        assert!(text.contains(&format!("at character {at},")), "{query}: {text}");
    }
    server.get("/Patient?_text:exact=me").await.is(400);
    server.get("/Patient?_text=").await.is(400);
    let refused = server.get("/Patient?_content=me").await.is(400).said();
    assert!(refused.contains("full_text = \"content\""), "{refused}");
    let refused = server.get("/Patient?_sort=_score").await.is(400).said();
    assert!(refused.contains("_score"), "{refused}");
}

async fn all_of_a_resource_is_found_when_that_is_wanted(mut server: Server) {
    some(&server).await;
    server.stop().await;
    server.start_again(&[("full_text", "content")]).await;
    check(&server, "Patient?_content=giat", &["a", "b", "silent"]).await;
    check(&server, "Patient?_content=\"tien san giat\"", &["a", "silent"]).await;
    check(&server, "Patient?_text=giat", &["a", "b"]).await;
    check(&server, "Observation?_content=rieng", &["o"]).await;
    server.delete("/Observation/o").await.is(204);
    check(&server, "Observation?_content=rieng", &[]).await;
    server.assert_sound();
    server.stop().await;
    server.start_again(&[("full_text", "off")]).await;
    server.get("/Patient?_text=giat").await.is(400);
    server.assert_sound();
}

async fn words_come_and_go_with_what_is_stored(server: Server) {
    some(&server).await;
    server.put("/Patient/a", told("Patient", "a", "<p>khác hẳn</p>")).await.is(200);
    check(&server, "Patient?_text=giat", &["b"]).await;
    check(&server, "Patient?_text=han", &["a"]).await;
    server.put("/Patient/a", json!({ "resourceType": "Patient", "id": "a" })).await.is(200);
    check(&server, "Patient?_text=han", &[]).await;
    server.put("/Patient/a", told("Patient", "a", "<p>giật mình</p>")).await.is(200);
    check(&server, "Patient?_text=giat", &["a", "b"]).await;
    server.delete("/Patient/b").await.is(204);
    check(&server, "Patient?_text=giat", &["a"]).await;
    let organization = json!({ "resourceType": "Organization", "id": "h", "name": "Trạm" });
    server.put("/Organization/h", organization).await.is(201);
    let link = json!({ "resourceType": "Patient", "id": "of-h",
        "managingOrganization": { "reference": "Organization/h" } });
    server.put("/Patient/of-h", link).await.is(201);
    server.put("/Organization/h", told("Organization", "h", "Trạm y tế")).await.is(422);
    let mut named = told("Organization", "h", "Trạm y tế");
    named["name"] = "Trạm".into();
    server.put("/Organization/h", named).await.is(200);
    check(&server, "Patient?organization._text=\"y te\"", &["of-h"]).await;
    check(&server, "Organization?_has:Patient:organization:_text=x", &[]).await;
    server.assert_sound();
}

async fn the_best_matches_come_first(server: Server) {
    store(
        &server,
        &[
            told("Patient", "plain", "<p>ba me</p>"),
            told("Patient", "marked", "<p>bà mẹ</p>"),
            told("Patient", "other", "<p>bá mè</p>"),
            told("Patient", "capital", "<p>BÀ MẸ</p>"),
        ],
    )
    .await;
    check_order(&server, "Patient?_text=ba me", &["plain", "marked", "other", "capital"]).await;
    let best = ["marked", "capital", "plain", "other"];
    check_order(&server, "Patient?_text=bà mẹ", &best).await;
    check_order(&server, "Patient?_text=bà mẹ&_sort=_score", &best).await;
    let found = server.get("/Patient?_text=bà mẹ&_sort=_score").await.is(200);
    let score = |at: usize| found.json()["entry"][at]["search"]["score"].as_f64();
    assert_eq!([score(0), score(1), score(2)], [Some(1.0), Some(1.0), Some(0.5)]);
    let unscored = server.get("/Patient?_text=bà mẹ&_sort=_id").await.is(200);
    assert!(unscored.json()["entry"][0]["search"]["score"].is_null());
}
