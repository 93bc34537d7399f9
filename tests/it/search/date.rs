//! Dates, <https://hl7.org/fhir/R4/search.html#date>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    partial_dates_are_ranges,
    every_prefix_compares_days,
    periods_are_compared_as_ranges,
    instants_are_compared_across_zones,
    last_updated_is_searched_by,
    malformed_dates_are_refused,
);

fn born(id: &str, date: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "birthDate": date })
}

async fn partial_dates_are_ranges(server: Server) {
    store(
        &server,
        &[
            born("day", "2024-12-05"),
            born("month", "2024-12"),
            born("year", "2024"),
            born("next", "2025-01-01"),
        ],
    )
    .await;
    check(&server, "Patient?birthdate=2024-12-05", &["day"]).await;
    check(&server, "Patient?birthdate=2024-12", &["day", "month"]).await;
    check(&server, "Patient?birthdate=2024", &["day", "month", "year"]).await;
    check(&server, "Patient?birthdate=2024-12-05,2025", &["day", "next"]).await;
    check(&server, "Patient?birthdate=ge2024-12&birthdate=lt2025", &["day", "month"]).await;
    check(&server, "Patient?birthdate=sa2023&birthdate=eb2025", &["day", "month", "year"]).await;
}

async fn every_prefix_compares_days(server: Server) {
    store(&server, &[born("a", "2026-01-01"), born("b", "2026-01-02"), born("c", "2026-01-03")])
        .await;
    let cases: [(&str, &[&str]); 9] = [
        ("", &["b"]),
        ("eq", &["b"]),
        ("ne", &["a", "c"]),
        ("gt", &["c"]),
        ("lt", &["a"]),
        ("ge", &["b", "c"]),
        ("le", &["a", "b"]),
        ("sa", &["c"]),
        ("eb", &["a"]),
    ];
    for (prefix, expected) in cases {
        check(&server, &format!("Patient?birthdate={prefix}2026-01-02"), expected).await;
    }
    check(&server, "Patient?birthdate=ap2026-01-02", &["a", "b", "c"]).await;
    check(&server, "Patient?birthdate=ap1926-01-02", &[]).await;
}

fn visit(id: &str, period: Value) -> Value {
    json!({
        "resourceType": "Encounter", "id": id, "status": "finished", "class": { "code": "AMB" },
        "period": period,
    })
}

async fn periods_are_compared_as_ranges(server: Server) {
    store(
        &server,
        &[
            visit("closed", json!({ "start": "2026-01-10", "end": "2026-01-20" })),
            visit("open", json!({ "start": "2026-01-15" })),
            visit("ended", json!({ "end": "2026-01-05" })),
        ],
    )
    .await;
    check(&server, "Encounter?date=2026-01", &["closed"]).await;
    check(&server, "Encounter?date=2026-01-12", &[]).await;
    check(&server, "Encounter?date=ge2026-01-21", &["open"]).await;
    check(&server, "Encounter?date=gt2026-01-20", &["open"]).await;
    // `ge` wants a part after the value, or all of it within the value.
    check(&server, "Encounter?date=ge2026-01-20", &["open"]).await;
    check(&server, "Encounter?date=ge2026-01-19", &["closed", "open"]).await;
    check(&server, "Encounter?date=le2026-01-05", &["ended"]).await;
    check(&server, "Encounter?date=lt2026-01-15", &["closed", "ended"]).await;
    check(&server, "Encounter?date=sa2026-01-09", &["closed", "open"]).await;
    check(&server, "Encounter?date=sa2026-01-10", &["open"]).await;
    check(&server, "Encounter?date=eb2026-01-21", &["closed", "ended"]).await;
    check(&server, "Encounter?date=eb2100", &["closed", "ended"]).await;
    check(&server, "Encounter?date=sa1900", &["closed", "open"]).await;
    check(&server, "Encounter?date=ge2026-01-14&date=le2026-01-16", &["closed", "open"]).await;
}

/// Without a zone a time is of +07:00, the server's usual setting.
async fn instants_are_compared_across_zones(server: Server) {
    let observed = |id: &str, time: &str| {
        json!({
            "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
            "effectiveDateTime": time,
        })
    };
    store(
        &server,
        &[
            observed("utc", "2026-11-21T18:30:00Z"),
            observed("local", "2026-11-22T01:30:00+07:00"),
            observed("later", "2026-11-22T01:30:00.5+07:00"),
            observed("day", "2026-11-22"),
        ],
    )
    .await;
    check(&server, "Observation?date=2026-11-22", &["utc", "local", "later", "day"]).await;
    check(&server, "Observation?date=2026-11-21", &[]).await;
    check(&server, "Observation?date=2026-11-22T01:30:00", &["utc", "local", "later"]).await;
    check(&server, "Observation?date=2026-11-22T01:30:00%2B07:00", &["utc", "local", "later"])
        .await;
    check(&server, "Observation?date=2026-11-22T01:30:00+07:00", &["utc", "local", "later"]).await;
    check(&server, "Observation?date=2026-11-21T18:30:00Z", &["utc", "local", "later"]).await;
    check(&server, "Observation?date=gt2026-11-22T01:30:01", &["day"]).await;
    check(&server, "Observation?date=lt2026-11-22T01:30:00", &["day"]).await;
}

async fn last_updated_is_searched_by(server: Server) {
    let first = server.put("/Patient/a", born("a", "2026")).await.is(201).json();
    server.put("/Patient/b", born("b", "2026")).await.is(201);
    let updated = first["meta"]["lastUpdated"].as_str().unwrap().replace('+', "%2B");
    check(&server, &format!("Patient?_lastUpdated=gt{updated}"), &["b"]).await;
    check(&server, &format!("Patient?_lastUpdated=le{updated}"), &["a"]).await;
    check(&server, &format!("Patient?_lastUpdated={updated}"), &["a"]).await;
    check(&server, "Patient?_lastUpdated=gt2001-01-01", &["a", "b"]).await;
    check(&server, "Patient?_lastUpdated=lt2001-01-01", &[]).await;
    check(&server, "Patient?_lastUpdated=gt2001&_lastUpdated=lt2099&_id=b", &["b"]).await;
}

async fn malformed_dates_are_refused(server: Server) {
    for value in ["2026-13", "2026-02-30", "tomorrow", "26", "xx2026", "gt", "2026-1-1"] {
        server.get(&format!("/Patient?birthdate={value}")).await.is(400);
    }
    server.get("/Patient?birthdate:exact=2026").await.is(400);
}
