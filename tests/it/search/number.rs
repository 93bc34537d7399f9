//! Numbers, <https://hl7.org/fhir/R4/search.html#number>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(numbers_are_compared_as_precisely_as_they_are_written, malformed_numbers_are_refused);

fn risk(id: &str, probability: f64) -> Value {
    json!({
        "resourceType": "RiskAssessment", "id": id, "status": "final",
        "subject": { "reference": "Patient/me" }, "prediction": [{ "probabilityDecimal": probability }],
    })
}

async fn numbers_are_compared_as_precisely_as_they_are_written(server: Server) {
    store(&server, &[risk("a", 0.1), risk("b", 0.5), risk("c", 0.54), risk("d", 0.9)]).await;
    let cases: [(&str, &[&str]); 15] = [
        ("0.5", &["b", "c"]),
        ("0.50", &["b"]),
        ("0.54", &["c"]),
        ("eq5e-1", &["b"]),
        ("gt0.5", &["c", "d"]),
        ("ge0.5", &["b", "c", "d"]),
        ("lt0.5", &["a"]),
        ("le0.5", &["a", "b"]),
        ("ne0.5", &["a", "d"]),
        ("sa0.5", &["c", "d"]),
        ("eb0.5", &["a"]),
        ("ap0.5", &["b", "c"]),
        ("0.1,0.9", &["a", "d"]),
        ("-1", &[]),
        ("lt1e10", &["a", "b", "c", "d"]),
    ];
    for (value, expected) in cases {
        check(&server, &format!("RiskAssessment?probability={value}"), expected).await;
    }
    check(&server, "RiskAssessment?probability=gt0.2&probability=lt0.6", &["b", "c"]).await;
}

async fn malformed_numbers_are_refused(server: Server) {
    for value in ["a", "1,5,", "0x10", "1e", "NaN", "gt", "1 000"] {
        server.get(&format!("/RiskAssessment?probability={value}")).await.is(400);
    }
}
