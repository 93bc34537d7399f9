//! Names as people type them: words in any order, with marks or without.

use serde_json::{Value, json};

use super::{check, check_order, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    words_are_found_in_any_order,
    typed_marks_prefer_whom_they_belong_to,
    exact_and_chains_know_no_preference,
);

fn named(id: &str, name: Value) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": true, "name": [name] })
}

async fn words_are_found_in_any_order(server: Server) {
    store(
        &server,
        &[
            named("split", json!({ "family": "Nguyễn", "given": ["Thị", "Ánh"] })),
            named("whole", json!({ "text": "Nguyễn Thị Ánh" })),
            named("one", json!({ "family": "Nguyễn", "given": ["Thị Ánh"] })),
            named("other", json!({ "family": "Trần", "given": ["Ánh", "Nguyệt"] })),
            named("nothing", json!({ "family": "Anhara" })),
        ],
    )
    .await;
    for name in ["Anh Nguyen", "Nguyễn Ánh", "anh thi nguyen", "NGUYEN THI ANH", "nguy thi a"] {
        check(&server, &format!("Patient?name={name}"), &["split", "whole", "one"]).await;
    }
    check(&server, "Patient?name=anh ng", &["split", "whole", "one", "other"]).await;
    check(&server, "Patient?name=thi", &["split", "whole", "one"]).await;
    check(&server, "Patient?name=anh", &["split", "whole", "one", "other", "nothing"]).await;
    check(&server, "Patient?name=anh tran,anhara", &["other", "nothing"]).await;
    check(&server, "Patient?name=anh nguye&name=tran", &["other"]).await;
    check(&server, "Patient?name=anh anhara", &["nothing"]).await;
    check(&server, "Patient?name=anh hoa", &[]).await;
    check(&server, "Patient?name:contains=i anh", &["split", "whole", "one"]).await;
    check(&server, "Patient?name:exact=Ánh", &["split", "other"]).await;
    check(&server, "Patient?given=thi anh", &["one"]).await;
}

async fn typed_marks_prefer_whom_they_belong_to(server: Server) {
    let families = ["Ha", "Hà", "Hạ", "HÀ", "Hàn", "hà", "Hả", "Hà"];
    let people: Vec<Value> = (0..)
        .zip(families)
        .map(|(at, family)| named(&format!("p{at}"), json!({ "family": family, "given": ["Lan"] })))
        .collect();
    store(&server, &people).await;
    let all = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"];
    let hà = ["p1", "p3", "p4", "p5", "p7", "p0", "p2", "p6"];
    for (query, expected) in [
        ("family=ha", all),
        ("family=Hà", hà),
        ("family=hà&active=true", hà),
        ("name=Lan Hà", hà),
        ("name=hà", hà),
        ("family=Hà&_sort=_id", all),
    ] {
        check_order(&server, &format!("Patient?{query}"), &expected).await;
        for count in 1..=4 {
            let mut page = server.get(&format!("/Patient?{query}&_count={count}")).await.is(200);
            let mut found = page.ids();
            while let Some(next) = page.link("next") {
                page = server.get(&next).await.is(200);
                found.extend(page.ids());
            }
            assert_eq!(found, expected, "{query} {count}");
            let mut back = page.ids();
            while let Some(previous) = page.link("previous") {
                page = server.get(&previous).await.is(200);
                back = [page.ids(), back].concat();
            }
            assert_eq!(back, expected, "{query} {count}, back");
        }
    }
    let placed = named("placed", json!({ "family": "Hoà" }));
    store(&server, &[named("plain", json!({ "family": "Hoa" })), placed]).await;
    check_order(&server, "Patient?family=hòa", &["placed", "plain"]).await;
    let total = server.get("/Patient?family=Hà&_count=2&_total=accurate").await.is(200);
    assert_eq!(total.json()["total"], 8);
    assert_eq!(server.get("/Patient?family=Hà&_count=0").await.is(200).json()["total"], 8);
}

async fn exact_and_chains_know_no_preference(server: Server) {
    store(
        &server,
        &[
            named("p0", json!({ "family": "Ha" })),
            named("p1", json!({ "family": "Hà" })),
            json!({ "resourceType": "Encounter", "id": "e0", "status": "planned",
                "class": { "code": "AMB" }, "subject": { "reference": "Patient/p0" } }),
            json!({ "resourceType": "Encounter", "id": "e1", "status": "planned",
                "class": { "code": "AMB" }, "subject": { "reference": "Patient/p1" } }),
        ],
    )
    .await;
    check_order(&server, "Patient?family:exact=Hà", &["p1"]).await;
    check_order(&server, "Encounter?subject:Patient.family=Hà", &["e0", "e1"]).await;
    check_order(&server, "Patient?_filter=family eq Hà", &["p0", "p1"]).await;
}
