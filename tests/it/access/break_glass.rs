//! Break-Glass: who may, why, whom, for how long, and what is left of it.

use serde_json::json;

use super::audit::{fill, send, told};
use crate::harness::on_both;
use crate::harness::server::Server;
use crate::harness::token::{self, guard};

on_both!(a_record_is_opened_in_an_emergency);

const WHY: &str =
    "purpose=BTG; reason*=UTF-8''c%E1%BA%A5p%20c%E1%BB%A9u%20b%C4%83ng%20huy%E1%BA%BFt";

async fn with(
    server: &Server,
    who: &str,
    path: &str,
    header: &[u8],
) -> crate::harness::call::Reply {
    let token = token::token(who, "user/*.cruds");
    let call = server.get(path).header("Authorization", &format!("Bearer {token}"));
    call.raw_header("Break-Glass", header).await
}

async fn a_record_is_opened_in_an_emergency(mut server: Server) {
    let secret = json!({
        "resourceType": "Observation", "id": "secret", "status": "final", "code": { "text": "x" },
        "subject": { "reference": "Patient/eve" },
        "meta": { "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV" }] },
    });
    server.put("/Observation/secret", secret).await;
    fill(&mut server).await;
    let closed = async |path: &str| send(&server, ("doctor", "GET", path), None).await.is(404);
    closed("/Patient/eve").await;
    // Without the right, a reason, or one person.
    with(&server, "midwife", "/Patient/eve", WHY.as_bytes()).await.is(403);
    for wrong in
        ["purpose=BTG", "purpose=BTG; reason=\"short\"", "reason=\"long enough, but why\"", ""]
    {
        with(&server, "doctor", "/Patient/eve", wrong.as_bytes()).await.is(400);
    }
    for nobody in ["/Patient", "/Observation?patient=eve,ann", "/Organization/h"] {
        with(&server, "doctor", nobody, WHY.as_bytes()).await.is(400);
    }
    closed("/Patient/eve").await;
    let opened = with(&server, "doctor", "/Observation?patient=eve", WHY.as_bytes()).await.is(200);
    assert_eq!(opened.ids(), ["of-eve"], "labels stay closed");
    let until = opened.header("break-glass").expect("until when");
    assert!(until.starts_with("until=20"), "{until}");
    // From then on for a while, for this person and this user alone.
    send(&server, ("doctor", "GET", "/Patient/eve"), None).await.is(200);
    send(&server, ("doctor", "GET", "/Observation/secret"), None).await.is(404);
    send(&server, ("doctor", "GET", "/Patient/ann"), None).await.is(404);
    send(&server, ("midwife", "GET", "/Patient/eve"), None).await.is(404);
    let plain = "purpose=BTG; reason=\"cấp cứu băng huyết\"";
    with(&server, "doctor", "/Patient/bea", plain.as_bytes()).await.is(200);
    // It outlives the server.
    server.stop().await;
    guard(&mut server, super::audit::GRANTS, "").await;
    send(&server, ("doctor", "GET", "/Observation/of-eve"), None).await.is(200);
    assert_eq!(
        told(&server, "purpose=BTG").await,
        [
            "E 110127 0 doctor Patient/eve Patient/eve",
            "E search 0 doctor Patient/eve -",
            "R read 0 doctor Patient/eve Patient/eve",
            "E 110127 0 doctor Patient/bea Patient/bea",
            "R read 0 doctor Patient/bea Patient/bea",
            "R read 0 doctor Patient/eve Observation/of-eve",
        ]
    );
    let found =
        send(&server, ("auditor", "GET", "/AuditEvent?purpose=BTG&type=110113&patient=eve"), None);
    let found = found.await.is(200).json();
    let event = &found["entry"][0]["resource"];
    assert_eq!(event["purposeOfEvent"][0]["text"], "cấp cứu băng huyết");
    assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "BTG");
    // An opening that is over opens nothing.
    server.database.run("UPDATE break_glass SET until = 5").await;
    send(&server, ("doctor", "GET", "/Patient/eve"), None).await.is(404);
    server.stop().await;
    server.assert_sound();
}
