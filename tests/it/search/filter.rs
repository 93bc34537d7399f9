//! `_filter`, <https://hl7.org/fhir/R4/search_filter.html>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    comparisons_find_what_they_say,
    filters_go_along_paths,
    what_cannot_be_answered_is_refused_by_name_and_place,
);

fn observation(id: &str, value: &str, day: &str, patient: &str) -> Value {
    let mut made = json!({
        "resourceType": "Observation", "id": id, "status": "final",
        "code": { "coding": [{ "system": "http://x.org", "code": "29463-7" }] },
        "subject": { "reference": format!("Patient/{patient}") },
        "effectiveDateTime": day,
    });
    if !value.is_empty() {
        made["valueQuantity"] = json!({ "value": value.parse::<f64>().unwrap(), "unit": "kg" });
    }
    made
}

fn patient(id: &str, family: &str, gender: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "gender": gender, "active": true,
        "name": [{ "family": family }], "birthDate": "1998-03-14",
    })
}

async fn world(server: &Server) {
    let mut nameless = patient("none", "x", "other");
    nameless.as_object_mut().unwrap().remove("name");
    store(
        server,
        &[
            patient("mai", "Nguyễn", "female"),
            patient("nam", "Trần", "male"),
            nameless,
            observation("a", "2.5", "2026-01-01", "mai"),
            observation("b", "3.5", "2026-02-01", "nam"),
            observation("c", "", "2026-03-01", "mai"),
        ],
    )
    .await;
}

async fn found(server: &Server, kind: &str, filter: &str, expected: &[&str]) {
    let text: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    check(server, &format!("{kind}?_filter={text}"), expected).await;
}

async fn comparisons_find_what_they_say(server: Server) {
    world(&server).await;
    for (filter, expected) in [
        ("family eq nguyen", &["mai"][..]),
        ("family eq nguye", &[]),
        ("family ne nguyen", &["nam"]),
        ("family sw ng", &["mai"]),
        ("family ew \"ÊN\"", &["mai"]),
        ("family co uyễ", &["mai"]),
        ("family co ra", &["nam"]),
        ("family pr false", &["none"]),
        ("gender eq female or gender eq male", &["mai", "nam"]),
        ("gender in http://hl7.org/fhir/ValueSet/administrative-gender", &["mai", "nam", "none"]),
        ("not (gender eq female)", &["nam", "none"]),
        ("birthdate lt 1999 and (gender eq male or family sw nguyễn)", &["mai", "nam"]),
        ("birthdate po 1998", &["mai", "nam", "none"]),
        ("_id eq mai", &["mai"]),
        ("_lastUpdated gt 2020 and _id ne mai", &["nam", "none"]),
        ("_has:Observation:patient:code eq 29463-7", &["mai", "nam"]),
    ] {
        found(&server, "Patient", filter, expected).await;
    }
    for (filter, expected) in [
        ("code eq http://x.org|29463-7 and value-quantity gt 3", &["b"][..]),
        ("value-quantity ge 2.5 and value-quantity lt 3", &["a"]),
        ("date sa 2026-01-15 and not (date ge 2026-03)", &["b"]),
        ("value-quantity pr false", &["c"]),
        ("code-value-quantity eq 29463-7$gt3", &["b"]),
        ("code ne 29463-7", &[]),
    ] {
        found(&server, "Observation", filter, expected).await;
    }
}

async fn filters_go_along_paths(server: Server) {
    world(&server).await;
    for (filter, expected) in [
        ("subject:Patient.family eq trần", &["b"][..]),
        ("patient.gender eq female and value-quantity pr true", &["a"]),
        ("patient[gender eq female or family eq trần].active eq true", &["a", "b", "c"]),
        ("patient[gender eq male].family sw ng", &[]),
        ("subject re Patient/mai", &["a", "c"]),
        ("subject ne Patient/mai", &["b"]),
    ] {
        found(&server, "Observation", filter, expected).await;
    }
}

async fn what_cannot_be_answered_is_refused_by_name_and_place(server: Server) {
    let deep = format!("{}family eq a{}", "(".repeat(5_000), ")".repeat(5_000));
    let wide = vec!["family eq a"; 41].join(" or ");
    for (filter, told) in [
        ("", "ký tự 1"),
        ("family", "ký tự 7"),
        ("family eq a and famly eq b", "ký tự 17"),
        ("gender gt male", "eq, ne, in, ss, sb, pr"),
        ("birthdate co 1998", "eq, ne, gt"),
        ("birthdate eq once", "once"),
        ("family pr perhaps", "perhaps"),
        ("family[given eq a].given eq b", "family"),
        ("gender in http://example.org/none", "http://example.org/none"),
        (&deep, "search_depth"),
        (&wide, "search_parameters"),
    ] {
        let text: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let reply = server.get(&format!("/Patient?_filter={text}")).await.is(400);
        assert!(reply.text.contains(told), "{filter:.80}: {}", reply.text);
    }
}
