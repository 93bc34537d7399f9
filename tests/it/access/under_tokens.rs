//! What else is asked with a token: services for decisions, work in the background; and rates.

use serde_json::json;

use crate::harness::backend::Backend;
use crate::harness::server::Server;
use crate::harness::token::{self, guard};

const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "midwife"
role = "village-midwife"
communes = ["00004"]

[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "stranger"
role = "village-midwife"
communes = ["00008"]
"#;

fn of(who: &str) -> String {
    format!("Bearer {}", token::token(who, "user/*.rs"))
}

async fn server(more: &[(&str, &str)]) -> Server {
    let mut server = Server::start_with(Backend::Sqlite, more).await.unwrap();
    let ward = json!([{
        "url": "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward",
        "valueCoding": { "system": "https://mebe.example/fhir/CodeSystem/vn-commune", "code": "00004" },
    }]);
    let patient = json!({
        "resourceType": "Patient", "id": "ann", "gender": "female", "birthDate": "1998-01-01",
        "address": [{ "use": "home", "extension": ward }],
    });
    server.put("/Patient/ann", &patient).await.is(201);
    server.stop().await;
    guard(&mut server, GRANTS, "").await;
    server
}

#[tokio::test]
async fn what_is_done_in_the_background_is_told_to_whoever_asked() {
    let server = server(&[]).await;
    let begun = server
        .get("/Patient")
        .header("Authorization", &of("midwife"))
        .header("Prefer", "respond-async")
        .await
        .is(202);
    let place = begun.header("content-location").unwrap().to_owned();
    let mut told = None;
    for _ in 0..200 {
        let reply = server.get(&place).header("Authorization", &of("midwife")).await;
        if reply.status == 200 {
            told = Some(reply);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let told = told.expect("it is done").json();
    let found = &told["entry"][0]["resource"];
    assert_eq!(found["total"], 1, "{told}");
    for who in ["stranger", "nobody"] {
        server.get(&place).header("Authorization", &of(who)).await.is(404);
        server.delete(&place).header("Authorization", &of(who)).await.is(404);
    }
    server.get(&place).await.is(401);
    server.delete(&place).header("Authorization", &of("midwife")).await.is(202);
    server.get(&place).header("Authorization", &of("midwife")).await.is(404);
    // It is carried out with the rights of whoever asked.
    let begun = server
        .get("/Patient")
        .header("Authorization", &of("stranger"))
        .header("Prefer", "respond-async")
        .await
        .is(202);
    let place = begun.header("content-location").unwrap().to_owned();
    for _ in 0..200 {
        let reply = server.get(&place).header("Authorization", &of("stranger")).await;
        if reply.status == 200 {
            assert_eq!(reply.json()["entry"][0]["resource"]["total"], 0, "{}", reply.text);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is never done");
}

#[tokio::test]
async fn decisions_are_about_who_is_seen() {
    let server = server(&[]).await;
    let place = format!("{}/cds-services", server.top());
    let services = server.get(&place).await.is(200);
    let services: serde_json::Value = serde_json::from_str(&services.text).unwrap();
    let service = services["services"][0].clone();
    let place = format!("{place}/{}", service["id"].as_str().unwrap());
    let body = json!({
        "hook": service["hook"], "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/p", "patientId": "ann" },
    });
    let ask = |who: &str| server.post(&place, &body).header("Authorization", &of(who));
    server.post(&place, &body).await.is(401);
    server.post(&place, &body).header("Authorization", "Bearer x.y.z").await.is(401);
    let seen = ask("midwife").await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    let hidden = ask("stranger").await;
    let never = json!({ "hook": service["hook"], "hookInstance": body["hookInstance"],
        "context": { "userId": "Practitioner/p", "patientId": "never" } });
    let never = server.post(&place, &never).header("Authorization", &of("stranger")).await;
    assert_eq!((hidden.status, hidden.text.replace("ann", "never")), (never.status, never.text));
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let server = server(&[("client_requests", "3")]).await;
    let ask = |who: &str| server.get("/Patient").header("Authorization", &of(who));
    for _ in 0..3 {
        ask("midwife").await.is(200);
    }
    let refused = ask("midwife").await.is(429);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(refused.json()["issue"][0]["code"], "throttled");
    ask("stranger").await.is(200);
}

#[tokio::test]
async fn saying_that_nothing_protects_does_not_open_what_is_controlled() {
    let server = server(&[("allow_unprotected", "true")]).await;
    server.get("/Patient/ann").await.is(401);
    server.get("/Patient/ann").header("Authorization", &of("stranger")).await.is(404);
    server.get("/Patient/ann").header("Authorization", &of("midwife")).await.is(200);
}
