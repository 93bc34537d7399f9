//! Quantities, <https://hl7.org/fhir/R4/search.html#quantity>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    quantities_are_found_by_number_and_unit,
    amounts_are_compared_across_units,
    malformed_quantities_are_refused,
);

fn weight(id: &str, quantity: Value) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
        "valueQuantity": quantity,
    })
}

async fn quantities_are_found_by_number_and_unit(server: Server) {
    let ucum = "http://unitsofmeasure.org";
    store(
        &server,
        &[
            weight("g", json!({ "value": 2400, "unit": "gam", "system": ucum, "code": "g" })),
            weight("kg", json!({ "value": 2.4, "unit": "kg", "system": ucum, "code": "kg" })),
            weight("bare", json!({ "value": 2400 })),
            weight("printed", json!({ "value": 3100, "unit": "gam" })),
            weight(
                "less",
                json!({ "value": 2500, "comparator": "<", "system": ucum, "code": "g" }),
            ),
        ],
    )
    .await;
    check(&server, "Observation?value-quantity=2400", &["g", "bare"]).await;
    check(&server, &format!("Observation?value-quantity=2400|{ucum}|g"), &["g", "kg"]).await;
    check(&server, "Observation?value-quantity=2400||g", &["g"]).await;
    check(&server, "Observation?value-quantity=2400||gam", &["g"]).await;
    // Within half of the last digit: 2350 g to 2450 g.
    check(&server, &format!("Observation?value-quantity=2.4|{ucum}|kg"), &["g", "kg"]).await;
    check(&server, &format!("Observation?value-quantity=lt2450|{ucum}|g"), &["g", "kg", "less"])
        .await;
    check(&server, "Observation?value-quantity=gt3000", &["printed"]).await;
    check(&server, &format!("Observation?value-quantity=2400|{ucum}|kg"), &[]).await;
    // The unit holds whatever the number must not be.
    check(&server, &format!("Observation?value-quantity=ne2400|{ucum}|g"), &["less"]).await;
    check(&server, &format!("Observation?value-quantity=2400|{ucum}"), &["g"]).await;
    check(&server, "Observation?value-quantity=ne2400||gam", &["printed"]).await;
}

/// Amounts are compared in base units, whatever units they are written in.
async fn amounts_are_compared_across_units(server: Server) {
    let ucum = "http://unitsofmeasure.org";
    let amount = |value: &str, code: &str| {
        let value: Value = serde_json::from_str(value).unwrap();
        json!({ "value": value, "unit": "x", "system": ucum, "code": code })
    };
    store(
        &server,
        &[
            weight("w1", amount("2500", "g")),
            weight("w2", amount("2.5", "kg")),
            weight("w3", amount("3000000", "mg")),
            weight("t1", amount("37.5", "Cel")),
            weight("t2", amount("99.5", "[degF]")),
            weight("p1", amount("120", "mm[Hg]")),
            weight("p2", amount("16", "kPa")),
            weight("other", json!({ "value": 2.5, "system": "http://x", "code": "kg" })),
            weight("ph", amount("7.4", "[pH]")),
        ],
    )
    .await;
    for (value, expected) in [
        ("2.5|UCUM|kg", &["w1", "w2"][..]),
        ("2500|UCUM|g", &["w1", "w2"]),
        ("0.0025|UCUM|t", &["w1", "w2"]),
        ("gt2.5|UCUM|kg", &["w3"]),
        ("ge2.5|UCUM|kg", &["w1", "w2", "w3"]),
        ("lt3|UCUM|kg", &["w1", "w2"]),
        ("ne2.5|UCUM|kg", &["w3"]),
        ("ap2.6|UCUM|kg", &["w1", "w2"]),
        ("sa2600|UCUM|g", &["w3"]),
        ("eb3|UCUM|kg", &["w1", "w2"]),
        ("37.5|UCUM|Cel", &["t1", "t2"]),
        ("ap40|UCUM|Cel", &["t1", "t2"]),
        ("ap34|UCUM|Cel", &[]),
        ("gt100|UCUM|mm[Hg]", &["p1", "p2"]),
        ("lt16|UCUM|kPa", &["p1"]),
        ("2.5|http://x|kg", &["other"]),
        ("2.5||kg", &["w2", "other"]),
        ("2.5", &["w2", "other"]),
        ("7.4|UCUM|[pH]", &["ph"]),
        ("2.5|UCUM|kg,16.0|UCUM|kPa", &["w1", "w2", "p1", "p2"]),
        ("gt15.9999|UCUM|kPa", &["p2"]),
    ] {
        let query = format!("Observation?value-quantity={}", value.replace("UCUM", ucum));
        check(&server, &query, expected).await;
    }
}

async fn malformed_quantities_are_refused(server: Server) {
    for value in ["heavy", "5|a|b|c", "|http://unitsofmeasure.org|g"] {
        server.get(&format!("/Observation?value-quantity={value}")).await.is(400);
    }
}
