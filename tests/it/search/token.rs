//! Tokens, <https://hl7.org/fhir/R4/search.html#token>.

use serde_json::json;

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    codes_are_found_with_and_without_their_system,
    tokens_are_never_folded,
    plain_codes_booleans_and_contacts_are_tokens,
    codes_imply_their_system,
    malformed_tokens_are_refused,
);

async fn codes_are_found_with_and_without_their_system(server: Server) {
    let patient = |id: &str, identifier| json!({ "resourceType": "Patient", "id": id, "identifier": [identifier] });
    store(
        &server,
        &[
            patient("a", json!({ "system": "http://x", "value": "1" })),
            patient("b", json!({ "system": "http://y", "value": "1" })),
            patient("c", json!({ "value": "1" })),
            patient("d", json!({ "system": "http://x", "value": "2" })),
        ],
    )
    .await;
    check(&server, "Patient?identifier=1", &["a", "b", "c"]).await;
    check(&server, "Patient?identifier=http://x|1", &["a"]).await;
    check(&server, "Patient?identifier=|1", &["c"]).await;
    check(&server, "Patient?identifier=http://x|", &["a", "d"]).await;
    check(&server, "Patient?identifier=http://x|1,http://y|1", &["a", "b"]).await;
    check(&server, "Patient?identifier=http://x|&identifier=2", &["d"]).await;
    check(&server, "Patient?identifier=http://x|3", &[]).await;
    check(&server, "Patient?identifier=http://z|", &[]).await;
}

async fn tokens_are_never_folded(server: Server) {
    let patient = json!({
        "resourceType": "Patient", "id": "me", "identifier": [
            { "system": "http://x", "value": "Sổ-001" }, { "system": "http://x", "value": "a|b,c$d\\e" },
        ],
    });
    store(&server, &[patient]).await;
    check(&server, "Patient?identifier=Sổ-001", &["me"]).await;
    check(&server, "Patient?identifier=so-001", &[]).await;
    check(&server, "Patient?identifier=sổ-001", &[]).await;
    check(&server, "Patient?identifier=Sổ", &[]).await;
    check(&server, r"Patient?identifier=http://x|a\|b\,c\$d\\e", &["me"]).await;
}

async fn plain_codes_booleans_and_contacts_are_tokens(server: Server) {
    let patient = json!({
        "resourceType": "Patient", "id": "me", "active": true, "gender": "female",
        "telecom": [{ "system": "phone", "value": "0900000001" }], "deceasedBoolean": false,
    });
    let value = |code: &str| {
        json!({ "coding": [
        { "system": "http://loinc.org", "code": code }, { "system": "http://x", "code": "weight" },
    ] })
    };
    let observation = json!({
        "resourceType": "Observation", "id": "o", "status": "final", "code": value("3141-0"),
    });
    store(&server, &[patient, observation]).await;
    for query in
        ["active=true", "gender=female", "telecom=0900000001", "phone=0900000001", "deceased=false"]
    {
        check(&server, &format!("Patient?{query}"), &["me"]).await;
    }
    check(&server, "Patient?active=false", &[]).await;
    check(&server, "Patient?deceased=true", &[]).await;
    check(&server, "Observation?code=http://loinc.org|3141-0", &["o"]).await;
    check(&server, "Observation?code=http://loinc.org|weight", &[]).await;
    check(&server, "Observation?code=http://loinc.org|3141-0&status=final", &["o"]).await;
}

async fn malformed_tokens_are_refused(server: Server) {
    for query in ["identifier=a|b|c", "identifier=|", "identifier=", "identifier=a,,b"] {
        server.get(&format!("/Patient?{query}")).await.is(400);
    }
}

/// An element of type `code` has the system of the codes it takes.
async fn codes_imply_their_system(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "gender": "female" });
    store(&server, &[patient]).await;
    let system = "http://hl7.org/fhir/administrative-gender";
    check(&server, "Patient?gender=female", &["me"]).await;
    check(&server, &format!("Patient?gender={system}|female"), &["me"]).await;
    check(&server, &format!("Patient?gender={system}|male"), &[]).await;
    check(&server, "Patient?gender=http://other|female", &[]).await;
    check(&server, "Patient?gender=|female", &[]).await;
}
