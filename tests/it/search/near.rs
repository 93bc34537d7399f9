//! Places near one, <https://hl7.org/fhir/R4/location.html#positional>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(places_are_found_within_a_distance);

fn place(id: &str, latitude: f64, longitude: f64) -> Value {
    let position = json!({ "latitude": latitude, "longitude": longitude });
    json!({ "resourceType": "Location", "id": id, "name": id, "position": position })
}

async fn places_are_found_within_a_distance(server: Server) {
    store(
        &server,
        &[
            place("hanoi", 21.0285, 105.8542),
            place("haiphong", 20.8449, 106.6881),
            place("saigon", 10.7769, 106.7009),
            place("fiji", -17.0, 179.95),
            json!({ "resourceType": "Location", "id": "nowhere", "name": "x" }),
        ],
    )
    .await;
    for (near, expected) in [
        ("21.03|105.85", &["hanoi"][..]),
        ("21.03|105.85|80|km", &["hanoi"]),
        ("21.03|105.85|100|km", &["hanoi", "haiphong"]),
        ("21.03|105.85|100000|m", &["hanoi", "haiphong"]),
        ("21.03|105.85|100", &["hanoi", "haiphong"]),
        ("21.03|105.85|2000|km", &["hanoi", "haiphong", "saigon"]),
        ("-17.0|-179.95|20|km", &["fiji"]),
        ("21.03|105.85|1|km,10.78|106.7|5|km", &["hanoi", "saigon"]),
        ("0|0|1|km", &[]),
        ("0|0|30000|km", &["hanoi", "haiphong", "saigon", "fiji"]),
    ] {
        check(&server, &format!("Location?near={near}"), expected).await;
    }
    check(&server, "Location?near=21.03|105.85|100|km&name=hai", &["haiphong"]).await;
    for wrong in ["21.03", "91|0", "0|181", "21|105|x|km", "21|105|1|kg", "21|105|-1|km"] {
        server.get(&format!("/Location?near={wrong}")).await.is(400);
    }
    server.get("/Location?near:exact=21|105").await.is(400);
}
