//! Quantities, <https://hl7.org/fhir/R4/search.html#quantity>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(quantities_are_found_by_number_and_unit, malformed_quantities_are_refused);

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
    check(&server, &format!("Observation?value-quantity=2400|{ucum}|g"), &["g"]).await;
    check(&server, "Observation?value-quantity=2400||g", &["g"]).await;
    check(&server, "Observation?value-quantity=2400||gam", &["g"]).await;
    check(&server, &format!("Observation?value-quantity=2.4|{ucum}|kg"), &["kg"]).await;
    check(&server, &format!("Observation?value-quantity=lt2450|{ucum}|g"), &["g", "less"]).await;
    check(&server, "Observation?value-quantity=gt3000", &["printed"]).await;
    check(&server, &format!("Observation?value-quantity=2400|{ucum}|kg"), &[]).await;
    // The unit holds whatever the number must not be.
    check(&server, &format!("Observation?value-quantity=ne2400|{ucum}|g"), &["less"]).await;
    check(&server, "Observation?value-quantity=ne2400||gam", &["printed"]).await;
}

async fn malformed_quantities_are_refused(server: Server) {
    for value in ["heavy", "5|a|b|c", "|http://unitsofmeasure.org|g"] {
        server.get(&format!("/Observation?value-quantity={value}")).await.is(400);
    }
}
