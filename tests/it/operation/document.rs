//! Documents of a person: the booklet, the notice of a birth, the international summary.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_mother_s_booklet_has_every_part_and_nothing_twice,
    a_booklet_is_of_one_pregnancy,
    a_child_s_booklet_has_what_comes_next,
    a_birth_is_told_with_the_mother,
    a_summary_has_the_required_sections,
    bad_input_is_refused_and_named,
);

async fn with(name: &str, server: &Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family(name, 1)).await.is(200);
}

/// The Composition, after a look at the whole: all that sections refer to is there, once.
fn composition(reply: &Reply) -> Value {
    let bundle = reply.json();
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("document")));
    assert!(bundle["timestamp"].is_string() && bundle["identifier"]["value"].is_string());
    let entries = bundle["entry"].as_array().unwrap();
    let address = |entry: &Value| {
        let one = &entry["resource"];
        format!("{}/{}", one["resourceType"].as_str().unwrap(), one["id"].as_str().unwrap())
    };
    let there: Vec<String> = entries.iter().map(address).collect();
    assert_eq!(there.iter().collect::<HashSet<_>>().len(), there.len(), "twice");
    let composition = entries[0]["resource"].clone();
    assert_eq!(composition["resourceType"], "Composition");
    let mut referred = vec![composition["subject"].clone(), composition["author"][0].clone()];
    let mut listed = HashSet::new();
    for section in composition["section"].as_array().unwrap() {
        let own = section["entry"].as_array().cloned().unwrap_or_default();
        for one in &own {
            assert!(listed.insert(one["reference"].clone()), "{one} twice");
        }
        assert!(section["text"]["div"].as_str().unwrap().starts_with("<div xmlns="));
        assert!(
            !own.is_empty()
                || section.get("emptyReason").is_some()
                || section["code"]["coding"][0]["code"] == "cover"
        );
        referred.extend(own);
    }
    for one in referred {
        assert!(there.iter().any(|there| one["reference"] == **there), "{one}");
    }
    composition
}

fn addresses(reply: &Reply, kind: &str) -> Vec<String> {
    let bundle = reply.json();
    let entries = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let of = entries.filter(|one| one["resourceType"] == kind);
    of.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn section<'c>(composition: &'c Value, code: &str) -> &'c Value {
    let all = composition["section"].as_array().unwrap();
    all.iter()
        .find(|one| one["code"]["coding"][0]["code"] == code)
        .unwrap_or_else(|| panic!("{code}"))
}

async fn a_mother_s_booklet_has_every_part_and_nothing_twice(server: Server) {
    with("01-first-pregnancy-full-antenatal-care", &server).await;
    let mother = "me-nguyen-thi-anh-1";
    let reply = server.get(&format!("/Patient/{mother}/$booklet")).await.is(200);
    let composition = composition(&reply);
    assert_eq!(composition["type"]["coding"][0]["code"], "mother-booklet");
    let parts: Value =
        serde_json::from_str(include_str!("../../../profiles/catalogue/sections.json")).unwrap();
    let titles: Vec<&Value> =
        parts.as_array().unwrap().iter().map(|part| &part["title"]["vi"]).collect();
    let own: Vec<&Value> =
        composition["section"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(own, titles);
    // Everything recorded of her is in it but what is restricted.
    let listed: HashSet<String> = addresses(&reply, "Observation").into_iter().collect();
    let stored = server
        .get(&format!("/Observation?subject=Patient/{mother}&_count=500"))
        .await
        .is(200)
        .json();
    let mut hidden = 0;
    for entry in stored["entry"].as_array().unwrap() {
        let one = &entry["resource"];
        let is_hidden = one["meta"]["security"].is_array();
        hidden += usize::from(is_hidden);
        assert_ne!(listed.contains(one["id"].as_str().unwrap()), is_hidden, "{one}");
    }
    assert!(hidden > 0 && listed.len() > 30);
    assert!(!reply.text.contains("mch-hiv-result"), "an HIV result");
    assert!(section(&composition, "antenatal")["entry"].as_array().unwrap().len() > 20);
    assert!(section(&composition, "tetanus")["text"]["div"].as_str().unwrap().contains("Uốn ván"));
    assert!(section(&composition, "form-milestones")["emptyReason"].is_object());
    let tetanus = addresses(&reply, "ImmunizationRecommendation");
    assert_eq!(tetanus.len(), 1);
    let some =
        server.get(&format!("/Patient/{mother}/$booklet?sections=delivery,tetanus")).await.is(200);
    assert_eq!(self::composition(&some)["section"].as_array().unwrap().len(), 2);
    let xml =
        server.get(&format!("/Patient/{mother}/$booklet")).header("accept", "application/fhir+xml");
    assert!(xml.await.is(200).text.contains("<Composition"));
    assert!(
        server.get("/Composition").await.is(200).json()["entry"].is_null(),
        "nothing is stored"
    );
}

async fn a_booklet_is_of_one_pregnancy(server: Server) {
    with("15-three-pregnancies-2022-2026", &server).await;
    let path = "/Patient/me-ro-cham-h-bich-1/$booklet";
    let last = server.get(path).await.is(200);
    composition(&last);
    let episodes = addresses(&last, "EpisodeOfCare");
    assert_eq!(episodes.len(), 1, "{episodes:?}");
    let all = server
        .get("/EpisodeOfCare?patient=Patient/me-ro-cham-h-bich-1&_sort=date")
        .await
        .is(200)
        .json();
    let first = all["entry"].as_array().unwrap().iter().map(|one| &one["resource"]);
    let first = first.filter(|one| one["meta"].get("security").is_none());
    let first = first
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .find(|id| *id != episodes[0])
        .unwrap();
    let other = server.get(&format!("{path}?episode={first}")).await.is(200);
    assert_eq!(addresses(&other, "EpisodeOfCare"), [first]);
    // The miscarriage is restricted.
    let hidden = all["entry"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["resource"]["meta"].get("security").is_some());
    let hidden = hidden.unwrap()["resource"]["id"].as_str().unwrap();
    assert!(!last.text.contains(hidden) && !other.text.contains(&format!("\"id\":\"{hidden}\"")));
    server.get(&format!("{path}?episode={hidden}")).await.is(400);
    server.get(&format!("{path}?episode=none")).await.is(400);
    let refused = server.get(&format!("{path}?restricted=true")).await.is(403);
    assert!(refused.text.contains("restricted"));
}

async fn a_child_s_booklet_has_what_comes_next(server: Server) {
    with("08-vaccine-catch-up", &server).await;
    let reply = server.get("/Patient/be-kieu-minh-khang-1/$booklet?date=2026-12-01").await.is(200);
    let composition = composition(&reply);
    assert_eq!(composition["type"]["coding"][0]["code"], "child-booklet");
    let given = section(&composition, "prevention")["text"]["div"].as_str().unwrap();
    assert!(given.contains("Viêm não Nhật Bản B"), "{given}");
    // That which is recorded, and that which is computed.
    assert_eq!(addresses(&reply, "ImmunizationRecommendation").len(), 3);
    assert!(!addresses(&reply, "Immunization").is_empty());
    // Of the mother there is who she is, and no visit of hers.
    let visits = server
        .get("/Encounter?subject=Patient/me-dang-thi-bich-nga-1&_count=100")
        .await
        .is(200)
        .json();
    let hers = visits["entry"].as_array().unwrap().iter().map(|one| one["resource"].clone());
    let antenatal = hers.filter(|one| one["type"][0]["coding"][0]["code"] == "antenatal");
    let shown: HashSet<String> = addresses(&reply, "Encounter").into_iter().collect();
    assert!(antenatal.into_iter().all(|one| !shown.contains(one["id"].as_str().unwrap())));
}

async fn a_birth_is_told_with_the_mother(server: Server) {
    with("02-twins", &server).await;
    let children = server.get("/RelatedPerson?relationship=MTH").await.is(200).json();
    for entry in children["entry"].as_array().unwrap() {
        let child = entry["resource"]["patient"]["reference"].as_str().unwrap();
        let reply = server.get(&format!("/{child}/$birth-notice")).await.is(200);
        let composition = composition(&reply);
        assert_eq!(composition["type"]["coding"][0]["code"], "birth-notice");
        assert_eq!(composition["subject"]["reference"], child);
        let focus = section(&composition, "mother")["focus"]["reference"].as_str().unwrap();
        assert!(focus.starts_with("Patient/") && focus != child);
        let others = addresses(&reply, "Patient");
        assert_eq!(others.len(), 2, "the other twin is not in it: {others:?}");
        assert!(section(&composition, "newborn")["entry"].as_array().unwrap().len() > 5);
    }
    server.post("", family("03-stillbirth", 1)).await.is(200);
    let episodes = server.get("/EpisodeOfCare?type=pregnancy&_count=50").await.is(200).json();
    let episodes = episodes["entry"].as_array().unwrap().iter().map(|one| one["resource"].clone());
    let ended: Vec<Value> = episodes.collect();
    let deaths = server.get("/Observation?code=N01&_count=50").await.is(200).json();
    let of = deaths["entry"][0]["resource"]["subject"]["reference"].as_str().unwrap().to_owned();
    let episode = ended.iter().find(|one| one["patient"]["reference"] == *of).unwrap();
    let path = format!("/{of}/$birth-notice");
    server.get(&path).await.is(422);
    let notice =
        server.get(&format!("{path}?episode={}", episode["id"].as_str().unwrap())).await.is(200);
    assert_eq!(composition(&notice)["subject"]["reference"], *of);
    server.get(&format!("{path}?episode=none")).await.is(400);
}

async fn a_summary_has_the_required_sections(server: Server) {
    with("10-ongoing-second-trimester", &server).await;
    let found = server.get("/EpisodeOfCare?type=pregnancy").await.is(200).json();
    let mother = found["entry"][0]["resource"]["patient"]["reference"].as_str().unwrap().to_owned();
    let reply = server.get(&format!("/{mother}/$summary")).await.is(200);
    let composition = composition(&reply);
    for code in ["11450-4", "48765-2", "10160-0", "11369-6", "10162-6"] {
        let one = section(&composition, code);
        assert!(one["entry"].is_array() != one["emptyReason"].is_object(), "{one}");
    }
    assert_eq!(composition["type"]["coding"][0]["code"], "60591-5");
    let status = reply.json()["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["resource"].clone())
        .find(|one| one["code"]["coding"][0]["code"] == "82810-3")
        .unwrap();
    assert!(
        ["LA15173-0", "LA26683-5"]
            .iter()
            .any(|code| status["valueCodeableConcept"]["coding"][0]["code"] == *code)
    );
    assert!(!reply.text.contains("mch-hiv-result"));
    assert_eq!(addresses(&reply, "Patient").len(), 1);
    let nameless =
        json!({ "resourceType": "Patient", "id": "nameless", "birthDate": "2026-01-01" });
    server.put("/Patient/nameless", nameless).await.is(201);
    assert!(server.get("/Patient/nameless/$summary").await.is(422).text.contains("name"));
}

async fn bad_input_is_refused_and_named(server: Server) {
    let child = json!({ "resourceType": "Patient", "id": "be", "birthDate": "2026-01-01", "name": [{ "text": "Bé" }] });
    server.put("/Patient/be", child).await.is(201);
    server.get("/Patient/nobody/$booklet").await.is(404);
    server.get("/Patient/be/$booklet").await.is(200);
    let refused = server.get("/Patient/be/$booklet?sections=delivry").await.is(400);
    assert!(refused.text.contains("delivery"), "{}", refused.text);
    let refused = server.get("/Patient/be/$booklet?date=2026-01").await.is(400);
    assert!(refused.text.contains("date"), "{}", refused.text);
    let refused = server.get("/Patient/be/$booklet?section=delivery").await.is(400);
    assert!(refused.text.contains("sections"), "{}", refused.text);
    let refused = server.get("/Patient/be/$birth-notice").await.is(422);
    assert!(refused.text.contains("RelatedPerson"), "{}", refused.text);
    let man = json!({ "resourceType": "Patient", "id": "man", "gender": "male", "birthDate": "1980-01-01" });
    server.put("/Patient/man", man).await.is(201);
    server.get("/Patient/man/$booklet").await.is(422);
}
