//! Tokens, <https://hl7.org/fhir/R4/search.html#token>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    codes_are_found_with_and_without_their_system,
    tokens_are_never_folded,
    plain_codes_booleans_and_contacts_are_tokens,
    codes_imply_their_system,
    malformed_tokens_are_refused,
    texts_of_codes_are_searched_by,
    identifiers_are_searched_by_their_types,
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

async fn texts_of_codes_are_searched_by(server: Server) {
    let coded = |id: &str, code: Value| json!({ "resourceType": "Condition", "id": id, "code": code, "subject": { "reference": "Patient/1" } });
    let coding = |display: &str| json!({ "system": "http://x", "code": "a", "display": display });
    store(
        &server,
        &[
            coded("display", json!({ "coding": [coding("Tiền sản giật nặng")] })),
            coded("text", json!({ "text": "TIEN SAN GIAT" })),
            coded("both", json!({ "coding": [coding("Khác")], "text": "Tiền sản giật" })),
            coded("code", json!({ "coding": [{ "system": "http://x", "code": "tien" }] })),
        ],
    )
    .await;
    check(&server, "Condition?code:text=tiền sản", &["display", "text", "both"]).await;
    check(&server, "Condition?code:text=san giat", &[]).await;
    check(&server, "Condition?code:text=khac,tien san giat nang", &["display", "both"]).await;
    check(&server, "Condition?code=tien", &["code"]).await;
    server.get("/Condition?code:text:exact=x").await.is(400);
}

async fn identifiers_are_searched_by_their_types(server: Server) {
    let system = "http://terminology.hl7.org/CodeSystem/v2-0203";
    let numbered = |id: &str, code: &str, value: &str| {
        let of = json!({ "coding": [{ "system": system, "code": code }] });
        let identifier = json!([{ "type": of, "system": "http://s", "value": value }]);
        json!({ "resourceType": "Patient", "id": id, "identifier": identifier })
    };
    store(
        &server,
        &[
            numbered("mr", "MR", "12"),
            numbered("ni", "NI", "12"),
            json!({ "resourceType": "Patient", "id": "plain", "identifier": [{ "value": "12" }] }),
        ],
    )
    .await;
    check(&server, &format!("Patient?identifier:of-type={system}|MR|12"), &["mr"]).await;
    check(
        &server,
        &format!("Patient?identifier:of-type={system}|MR|12,{system}|NI|12"),
        &["mr", "ni"],
    )
    .await;
    check(&server, &format!("Patient?identifier:of-type={system}|MR|13"), &[]).await;
    check(&server, "Patient?identifier=12", &["mr", "ni", "plain"]).await;
    check(&server, "Patient?identifier=http://s|12", &["mr", "ni"]).await;
    check(&server, "Patient?identifier=|12", &["plain"]).await;
    for wrong in ["MR|12", "|MR|12", &format!("{system}|MR|"), "12"] {
        server.get(&format!("/Patient?identifier:of-type={wrong}")).await.is(400);
    }
    server.get(&format!("/Patient?gender:of-type={system}|MR|12")).await.is(400);
    for neighbour in ["code-text", "text-advanced", "iterate"] {
        server.get(&format!("/Patient?gender:{neighbour}=x")).await.is(400);
    }
}
