//! `:missing`, <https://hl7.org/fhir/R4/search.html#modifiers>, and `:not`.

use serde_json::json;

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    missing_tells_of_every_type_of_parameter,
    not_means_that_no_value_is_so,
    what_is_no_truth_value_is_refused,
);

async fn missing_tells_of_every_type_of_parameter(server: Server) {
    let full = json!({
        "resourceType": "Observation", "id": "full", "status": "final",
        "code": { "coding": [{ "code": "1" }] }, "subject": { "reference": "Patient/a" },
        "category": [{ "coding": [{ "code": "a" }] }],
        "effectiveDateTime": "2026-01-01", "valueQuantity": { "value": 1 }, "method": { "coding": [{ "code": "m" }] },
    });
    let text = json!({
        "resourceType": "Observation", "id": "text", "status": "final",
        "code": { "coding": [{ "code": "1" }] }, "subject": { "reference": "Group/g" },
        "valueString": "x",
    });
    let alone = json!({ "resourceType": "Observation", "id": "alone", "status": "final", "code": { "coding": [{ "code": "1" }] } });
    store(&server, &[full, text, alone]).await;
    for (parameter, lack) in [
        ("category", &["alone", "text"][..]),
        ("date", &["alone", "text"]),
        ("value-quantity", &["alone", "text"]),
        ("value-string", &["alone", "full"]),
        ("subject", &["alone"]),
        ("patient", &["alone", "text"]),
        ("code", &[]),
        ("code-value-quantity", &["alone", "text"]),
    ] {
        let have: Vec<_> =
            ["alone", "full", "text"].into_iter().filter(|id| !lack.contains(id)).collect();
        check(&server, &format!("Observation?{parameter}:missing=true"), lack).await;
        check(&server, &format!("Observation?{parameter}:missing=false"), &have).await;
        check(&server, &format!("Observation?{parameter}:missing=true&_sort=-_id"), lack).await;
    }
}

async fn not_means_that_no_value_is_so(server: Server) {
    let patient = |id: &str, languages: &[&str]| {
        let languages = languages.iter().map(|code| json!({ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": code }] } }));
        json!({ "resourceType": "Patient", "id": id, "communication": languages.collect::<Vec<_>>() })
    };
    let mut none = patient("none", &[]);
    none.as_object_mut().unwrap().remove("communication");
    store(&server, &[patient("vi", &["vi"]), patient("both", &["vi", "tay"]), none]).await;
    check(&server, "Patient?language:not=tay", &["none", "vi"]).await;
    check(&server, "Patient?language:not=vi", &["none"]).await;
    check(&server, "Patient?language:not=vi,tay", &["none"]).await;
    check(&server, "Patient?language:not=tay&language=vi", &["vi"]).await;
    check(&server, "Patient?language:not=urn:ietf:bcp:47|tay&_sort=_id", &["none", "vi"]).await;
}

async fn what_is_no_truth_value_is_refused(server: Server) {
    for query in [
        "name:missing=maybe",
        "name:missing=",
        "name:not=a",
        "_id:missing=true",
        "birthdate:not=2020",
    ] {
        server.get(&format!("/Patient?{query}")).await.is(400);
    }
}
