//! Composites, <https://hl7.org/fhir/R4/search.html#composite>: what one node says together.

use serde_json::json;

use super::{check, check_order, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    parts_hold_of_one_node_together,
    documents_are_found_by_how_they_relate,
    as_many_parts_as_there_are_must_be_given,
    what_two_parameters_have_is_found_by_the_one_that_is_both,
);

async fn parts_hold_of_one_node_together(server: Server) {
    let part = |code: &str, value: f64| {
        json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
            "valueQuantity": { "value": value, "unit": "mmHg", "code": "mm[Hg]", "system": "http://unitsofmeasure.org" },
        })
    };
    let pressure = |id: &str, high: f64, low: f64| {
        json!({
            "resourceType": "Observation", "id": id, "status": "final",
            "code": { "coding": [{ "system": "http://x", "code": "pressure" }] },
            "component": [part("8480-6", high), part("8462-4", low)],
        })
    };
    store(&server, &[pressure("calm", 110.0, 70.0), pressure("high", 150.0, 95.0)]).await;
    for (values, expected) in [
        ("http://loinc.org|8480-6$gt140", &["high"][..]),
        ("8480-6$gt100", &["calm", "high"]),
        // 95 is the lower pressure of one of them, not the upper.
        ("8480-6$lt100", &[]),
        ("8462-4$lt100", &["calm", "high"]),
        ("8480-6$150|http://unitsofmeasure.org|mm[Hg],8462-4$70", &["calm", "high"]),
        ("8480-6$150|http://unitsofmeasure.org|kPa", &[]),
        ("8480-6$20.0|http://unitsofmeasure.org|kPa", &["high"]),
        ("8480-6$gt19|http://unitsofmeasure.org|kPa", &["high"]),
        ("8480-6$150||mmHg", &["high"]),
        ("8480-6$150||mm[Hg]", &["high"]),
        ("8480-6$150|http://unitsofmeasure.org", &["high"]),
        ("8480-6$150|http://x|mm[Hg]", &[]),
    ] {
        check(&server, &format!("Observation?component-code-value-quantity={values}"), expected)
            .await;
    }
    check(&server, "Observation?component-code-value-quantity:missing=true", &[]).await;
}

async fn documents_are_found_by_how_they_relate(server: Server) {
    let document = |id: &str, code: &str| {
        let target = json!({ "reference": "DocumentReference/first" });
        json!({
            "resourceType": "DocumentReference", "id": id, "status": "current",
            "content": [{ "attachment": { "title": "x" } }],
            "relatesTo": [{ "code": code, "target": target }],
        })
    };
    store(&server, &[document("more", "appends"), document("new", "replaces")]).await;
    let system = "http://hl7.org/fhir/document-relationship-type";
    for (values, expected) in [
        ("DocumentReference/first$appends".to_owned(), &["more"][..]),
        (format!("DocumentReference/first${system}|replaces"), &["new"]),
        ("DocumentReference/other$appends".to_owned(), &[]),
        ("DocumentReference/first$http://x|appends".to_owned(), &[]),
    ] {
        check(&server, &format!("DocumentReference?relationship={values}"), expected).await;
    }
}

async fn as_many_parts_as_there_are_must_be_given(server: Server) {
    for values in ["8480-6", "8480-6$1$2", "$1", "8480-6$", "8480-6$x"] {
        server.get(&format!("/Observation?component-code-value-quantity={values}")).await.is(400);
    }
}

async fn what_two_parameters_have_is_found_by_the_one_that_is_both(server: Server) {
    let named = |code: &str, text: &str| json!({ "coding": [{ "system": "http://x", "code": code, "display": text }] });
    let amount = |value: f64| json!({ "value": value, "unit": "kg", "code": "kg", "system": "http://unitsofmeasure.org" });
    let observation = |id: &str, more: serde_json::Value| {
        let mut all = json!({
            "resourceType": "Observation", "id": id, "status": "final", "code": named("whole", "Toàn bộ"),
        });
        let more = more.as_object().expect("an object").clone();
        all.as_object_mut().expect("an object").extend(more);
        all
    };
    let component = json!([{ "code": named("piece", "Một phần"), "valueQuantity": amount(2.0) }]);
    let absent = named("unknown", "Không rõ");
    store(
        &server,
        &[
            observation("root", json!({ "valueQuantity": amount(3.0) })),
            observation("part", json!({ "component": component })),
            observation("empty", json!({ "dataAbsentReason": absent })),
        ],
    )
    .await;
    for (query, expected) in [
        ("combo-code-value-quantity=whole$gt1", &["root"][..]),
        ("combo-code-value-quantity=piece$gt1", &["part"]),
        ("combo-code-value-quantity=piece$lt3,whole$3||kg", &["root", "part"]),
        ("combo-code-value-quantity:missing=true", &["empty"]),
        ("combo-code-value-quantity:missing=false", &["root", "part"]),
        ("combo-value-quantity=gt1", &["root", "part"]),
        ("combo-value-quantity=2000|http://unitsofmeasure.org|g", &["part"]),
        ("combo-value-quantity:missing=true", &["empty"]),
        ("combo-value-quantity=gt1&combo-code=piece", &["part"]),
        ("combo-code:text=mot phan", &["part"]),
        ("combo-code:text=toan", &["root", "part", "empty"]),
        ("combo-data-absent-reason=unknown", &["empty"]),
        ("combo-data-absent-reason:text=khong", &["empty"]),
        ("combo-code:not=piece", &["root", "empty"]),
    ] {
        check(&server, &format!("Observation?{query}"), expected).await;
    }
    let (up, down) = (["part", "root", "empty"], ["root", "part", "empty"]);
    check_order(&server, "Observation?_sort=combo-value-quantity", &up).await;
    check_order(&server, "Observation?_sort=-combo-value-quantity", &down).await;
}
