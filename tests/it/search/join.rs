//! Chains, <https://hl7.org/fhir/R4/search.html#chaining>, and `_has`,
//! <https://hl7.org/fhir/R4/search.html#has>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    chains_lead_to_what_is_referred_to,
    chains_are_as_deep_as_is_asked,
    chains_without_a_type_lead_to_each,
    has_asks_for_what_refers_to_it,
    joins_nest_in_each_other,
    modifiers_stand_at_the_end_of_a_join,
    what_is_deleted_is_joined_to_nothing,
    wrong_joins_are_refused_by_name,
    as_many_joins_as_may_be_are_answered,
    joins_decide_about_writes,
    joins_are_sorted_and_counted,
);

fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

fn coded(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

/// Two women with a result each, at two stations of one province; a child of the first.
async fn families(server: &Server) {
    let organization = |id: &str, name: &str, part_of: Option<&str>| {
        let mut organization = json!({ "resourceType": "Organization", "id": id, "name": name });
        if let Some(whole) = part_of {
            organization["partOf"] = reference(whole);
        }
        organization
    };
    let patient = |id: &str, family: &str, station: &str| {
        json!({
            "resourceType": "Patient", "id": id, "gender": "female",
            "name": [{ "family": family }], "managingOrganization": reference(station),
        })
    };
    let result = |id: &str, of: &str, code: &str, status: &str| {
        json!({
            "resourceType": "Observation", "id": id, "status": status, "subject": reference(of),
            "code": coded("http://x", code), "valueQuantity": { "value": 1, "code": "g", "system": "http://unitsofmeasure.org" },
        })
    };
    store(
        server,
        &[
            organization("so", "Sở Y tế Bắc Giang", None),
            organization("tan-my", "Trạm y tế Tân Mỹ", Some("Organization/so")),
            organization("song-khe", "Trạm y tế Song Khê", Some("Organization/so")),
            patient("an", "Nguyễn", "Organization/tan-my"),
            patient("binh", "Trần", "Organization/song-khe"),
            result("an-1", "Patient/an", "weight", "final"),
            result("an-2", "Patient/an", "height", "amended"),
            result("binh-1", "Patient/binh", "weight", "final"),
            result("tap", "Location/tap", "weight", "final"),
            json!({ "resourceType": "Location", "id": "tap", "name": "Nguyễn Trãi" }),
            json!({ "resourceType": "Group", "id": "nhom", "type": "person", "actual": true,
                "member": [{ "entity": reference("Patient/an") }] }),
        ],
    )
    .await;
}

async fn chains_lead_to_what_is_referred_to(server: Server) {
    families(&server).await;
    for (query, expected) in [
        ("Observation?subject:Patient.name=nguyen", &["an-1", "an-2"][..]),
        ("Observation?patient.name=nguyen", &["an-1", "an-2"]),
        ("Observation?subject:Patient.name=nguyen&code=weight", &["an-1"]),
        ("Observation?subject:Patient.name=tran,nguyen&status=final", &["an-1", "binh-1"]),
        ("Observation?subject:Patient._id=an", &["an-1", "an-2"]),
        ("Observation?subject:Patient.name=le", &[]),
        ("Patient?organization.name=tram y te tan", &["an"]),
        ("Patient?organization.name=tram", &["an", "binh"]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn chains_are_as_deep_as_is_asked(server: Server) {
    families(&server).await;
    let way = "subject:Patient.organization.partof";
    check(&server, &format!("Observation?{way}.name=so y te"), &["an-1", "an-2", "binh-1"]).await;
    check(&server, &format!("Observation?{way}=so&code=height"), &["an-2"]).await;
    check(&server, &format!("Observation?{way}.name=tram"), &[]).await;
    check(
        &server,
        "Patient?organization:Organization.partof:Organization.name=so",
        &["an", "binh"],
    )
    .await;
}

async fn chains_without_a_type_lead_to_each(server: Server) {
    families(&server).await;
    check(&server, "Observation?subject.name=nguyen", &["an-1", "an-2", "tap"]).await;
    check(&server, "Observation?subject:Location.name=nguyen", &["tap"]).await;
    // Only patients have a gender.
    check(&server, "Observation?subject.gender=female", &["an-1", "an-2", "binh-1"]).await;
}

async fn has_asks_for_what_refers_to_it(server: Server) {
    families(&server).await;
    for (query, expected) in [
        ("Patient?_has:Observation:patient:code=weight", &["an", "binh"][..]),
        ("Patient?_has:Observation:subject:code=http://x|height", &["an"]),
        ("Patient?_has:Observation:patient:code=height&name=tran", &[]),
        ("Patient?_has:Observation:patient:status=amended,final", &["an", "binh"]),
        ("Patient?_has:Group:member:_id=nhom", &["an"]),
        ("Location?_has:Observation:subject:code=weight", &["tap"]),
        ("Organization?_has:Patient:organization:name=tran", &["song-khe"]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn joins_nest_in_each_other(server: Server) {
    families(&server).await;
    for (query, expected) in [
        (
            "Organization?_has:Patient:organization:_has:Observation:patient:code=height",
            &["tan-my"][..],
        ),
        ("Organization?_has:Organization:partof:_has:Patient:organization:name=nguyen", &["so"]),
        ("Observation?subject:Patient._has:Group:member:_id=nhom", &["an-1", "an-2"]),
        (
            "Patient?_has:Observation:patient:subject:Patient.organization.name=tram y te song",
            &["binh"],
        ),
    ] {
        check(&server, query, expected).await;
    }
}

async fn modifiers_stand_at_the_end_of_a_join(server: Server) {
    families(&server).await;
    for (query, expected) in [
        ("Observation?subject:Patient.name:exact=Nguyễn", &["an-1", "an-2"][..]),
        ("Observation?subject:Patient.name:exact=Nguyen", &[]),
        ("Observation?subject:Patient.name:contains=guye", &["an-1", "an-2"]),
        ("Observation?subject:Patient.birthdate:missing=true", &["an-1", "an-2", "binh-1"]),
        ("Patient?_has:Observation:patient:status:not=final", &["an"]),
        ("Organization?partof:missing=true", &["so"]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn what_is_deleted_is_joined_to_nothing(server: Server) {
    families(&server).await;
    server.delete("/Observation/an-2").await.is(204);
    server.delete("/Patient/binh").await.is(204);
    check(&server, "Patient?_has:Observation:patient:code=height", &[]).await;
    check(&server, "Observation?subject:Patient.name=tran", &[]).await;
    check(&server, "Organization?_has:Patient:organization:name:missing=false", &["tan-my"]).await;
}

async fn wrong_joins_are_refused_by_name(server: Server) {
    for query in [
        "Observation?subject.nam=a",
        "Observation?subject:Pacient.name=a",
        "Observation?subject:Encounter.name=a",
        "Observation?code.name=a",
        "Observation?subject.",
        "Observation?.name=a",
        "Patient?_has=a",
        "Patient?_has:Observation=a",
        "Patient?_has:Observation:patient=a",
        "Patient?_has:Observation:code:status=final",
        "Patient?_has:Nothing:patient:code=a",
        "Patient?_has:Observation:encounter:code=a",
        "Provenance?target.name=a",
    ] {
        let (kind, parameter) = query.split_once('?').unwrap();
        let key = parameter.split('=').next().unwrap();
        let reply = server.get(&format!("/{kind}?{parameter}")).await.is(400).json();
        assert_eq!(reply["issue"][0]["expression"][0], format!("http.{key}"), "{query}");
    }
}

/// The settings `search_depth`, 8, and `search_joins`, 32: what is within them runs.
async fn as_many_joins_as_may_be_are_answered(server: Server) {
    families(&server).await;
    let chain = |joins: usize| format!("Organization?{}name=a", "partof.".repeat(joins));
    server.get(&format!("/{}", chain(8))).await.is(200);
    let reply = server.get(&format!("/{}", chain(9))).await.is(400).json();
    assert_eq!(reply["issue"][0]["code"], "too-costly");
    let has =
        |joins: usize| format!("Organization?{}name=a", "_has:Organization:partof:".repeat(joins));
    server.get(&format!("/{}", has(8))).await.is(200);
    server.get(&format!("/{}", has(9))).await.is(400);
    let chains = |count: usize| vec!["partof.name=a"; count].join("&");
    server.get(&format!("/Organization?{}", chains(32))).await.is(200);
    server.get(&format!("/Organization?{}", chains(33))).await.is(400);
}

async fn joins_decide_about_writes(server: Server) {
    families(&server).await;
    let result = json!({
        "resourceType": "Observation", "status": "final", "subject": reference("Patient/an"),
        "code": coded("http://x", "weight"),
    });
    let once = |criteria: &str| {
        server.post("/Observation", result.clone()).header("if-none-exist", criteria)
    };
    once("code=weight&subject:Patient.organization.name=tram y te tan").await.is(200);
    once("code=weight&subject:Patient.organization.name=tram y te cuoi").await.is(201);
}

async fn joins_are_sorted_and_counted(server: Server) {
    families(&server).await;
    let query = "/Observation?subject:Patient.name=tran,nguyen&_sort=-_id&_total=accurate&_count=2";
    let page = server.get(query).await.is(200);
    assert_eq!(page.ids(), ["binh-1", "an-2"]);
    assert_eq!(page.json()["total"], 3);
    let count = server.get("/Patient?_has:Observation:patient:code=weight&_summary=count").await;
    assert_eq!(count.is(200).json()["total"], 2);
}
