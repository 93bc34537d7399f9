//! `$translate`, <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_code_is_translated_by_the_maps_that_are_stored,
    a_map_is_asked_by_its_id_its_url_or_in_the_call,
    translations_are_limited_to_what_is_asked_for,
    mappings_that_depend_say_what_they_need,
    questions_of_r5_are_answered_as_in_r5,
    bad_questions_are_refused,
);

const LOCAL: &str = "http://x.org/local";
const LOINC: &str = "http://loinc.org";

fn map() -> Value {
    json!({
        "resourceType": "ConceptMap", "id": "m", "url": "http://x.org/m", "version": "2", "status": "active",
        "sourceUri": "http://x.org/vs/local", "targetUri": "http://x.org/vs/loinc",
        "group": [{
            "source": LOCAL, "target": LOINC, "targetVersion": "2.77",
            "element": [
                { "code": "hb", "target": [{ "code": "718-7", "display": "Hemoglobin", "equivalence": "wider" }] },
                { "code": "none", "target": [{ "equivalence": "unmatched", "comment": "none" }] },
                { "code": "glu", "target": [{
                    "code": "2339-0", "equivalence": "equivalent",
                    "dependsOn": [{ "property": "http://x.org/specimen", "value": "blood" }],
                    "product": [{ "property": "http://x.org/unit", "system": "http://unitsofmeasure.org", "value": "mg/dL" }],
                }] },
            ],
        }],
    })
}

fn asked(parameters: Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

/// Whether there is a translation, and each match as `equivalence system|code`.
fn found(reply: &Value) -> (bool, Vec<String>) {
    let parameters = reply["parameter"].as_array().unwrap();
    let matches = parameters.iter().filter(|parameter| parameter["name"] == "match");
    let part = |of: &Value, name: &str| -> Value {
        let parts = of["part"].as_array().unwrap();
        parts.iter().find(|part| part["name"] == name).cloned().unwrap_or_default()
    };
    let shown = matches.map(|one| {
        let concept = part(one, "concept")["valueCoding"].clone();
        let text = |key: &str| concept[key].as_str().unwrap_or_default().to_owned();
        let equivalence = part(one, "equivalence")["valueCode"].as_str().unwrap().to_owned();
        format!("{equivalence} {}|{}", text("system"), text("code"))
    });
    (parameters[0]["valueBoolean"].as_bool().unwrap(), shown.collect())
}

#[track_caller]
fn check(reply: &Value, result: bool, matches: &[&str]) {
    let (found_result, found_matches) = found(reply);
    assert_eq!(
        (found_result, found_matches),
        (result, matches.iter().map(ToString::to_string).collect())
    );
}

async fn a_code_is_translated_by_the_maps_that_are_stored(server: Server) {
    let ask = format!("/ConceptMap/$translate?code=hb&system={LOCAL}&targetsystem={LOINC}");
    check(&server.get(&ask).await.is(200).json(), false, &[]);
    server.put("/ConceptMap/m", map()).await.is(201);
    let reply = server.get(&ask).await.is(200).json();
    assert_eq!(
        reply["parameter"],
        json!([{ "name": "result", "valueBoolean": true }, { "name": "match", "part": [
            { "name": "equivalence", "valueCode": "wider" },
            { "name": "concept", "valueCoding": {
                "system": LOINC, "version": "2.77", "code": "718-7", "display": "Hemoglobin",
            } },
            { "name": "source", "valueUri": "http://x.org/m|2" },
        ] }])
    );
    let concept = json!({ "coding": [{ "system": "http://n", "code": "hb" }, { "system": LOCAL, "code": "hb" }] });
    let asked = asked(json!([{ "name": "codeableConcept", "valueCodeableConcept": concept }]));
    check(
        &server.post("/ConceptMap/$translate", asked).await.json(),
        true,
        &["wider http://loinc.org|718-7"],
    );
    let reverse = format!(
        "/ConceptMap/$translate?code=718-7&system={LOINC}&targetsystem={LOCAL}&reverse=true"
    );
    check(&server.get(&reverse).await.json(), true, &["narrower http://x.org/local|hb"]);
    let none = format!("/ConceptMap/$translate?code=none&system={LOCAL}");
    check(&server.get(&none).await.json(), false, &["unmatched |"]);
    server.delete("/ConceptMap/m").await.is(204);
    check(&server.get(&ask).await.json(), false, &[]);
}

async fn a_map_is_asked_by_its_id_its_url_or_in_the_call(server: Server) {
    let code = format!("code=hb&system={LOCAL}");
    server.get(&format!("/ConceptMap/$translate?{code}&url=http://x.org/m")).await.is(404);
    let mut sent = json!([
        { "name": "coding", "valueCoding": { "system": LOCAL, "code": "hb" } },
        { "name": "conceptMap", "resource": map() },
    ]);
    let matches = ["wider http://loinc.org|718-7"];
    check(&server.post("/ConceptMap/$translate", asked(sent.clone())).await.json(), true, &matches);
    server.put("/ConceptMap/m", map()).await.is(201);
    check(&server.get(&format!("/ConceptMap/m/$translate?{code}")).await.json(), true, &matches);
    for url in
        ["url=http://x.org/m", "url=http://x.org/m%7C2", "url=http://x.org/m&conceptMapVersion=2"]
    {
        let reply = server.get(&format!("/ConceptMap/$translate?{code}&{url}")).await.is(200);
        check(&reply.json(), true, &matches);
    }
    server.get(&format!("/ConceptMap/$translate?{code}&url=http://x.org/m%7C3")).await.is(404);
    sent[1]["name"] = json!("tx-resource");
    check(&server.post("/ConceptMap/$translate", asked(sent)).await.json(), true, &matches);
}

async fn translations_are_limited_to_what_is_asked_for(server: Server) {
    server.put("/ConceptMap/m", map()).await.is(201);
    let matches = ["wider http://loinc.org|718-7"];
    for (more, matches) in [
        ("&source=http://x.org/vs/local", matches.as_slice()),
        ("&source=http://x.org/vs/other", &[]),
        ("&target=http://x.org/vs/loinc", &matches),
        ("&target=http://x.org/vs/other", &[]),
        ("&targetsystem=http://snomed.info/sct", &[]),
    ] {
        let ask = format!("/ConceptMap/$translate?code=hb&system={LOCAL}{more}");
        check(&server.get(&ask).await.is(200).json(), !matches.is_empty(), matches);
    }
}

async fn mappings_that_depend_say_what_they_need(server: Server) {
    server.put("/ConceptMap/m", map()).await.is(201);
    let coding = json!({ "name": "coding", "valueCoding": { "system": LOCAL, "code": "glu" } });
    let reply = server.post("/ConceptMap/$translate", asked(json!([coding]))).await.is(200).json();
    check(&reply, false, &[]);
    assert!(
        reply["parameter"][1]["valueString"].as_str().unwrap().contains("http://x.org/specimen")
    );
    let dependency = json!({ "name": "dependency", "part": [
        { "name": "element", "valueUri": "http://x.org/specimen" },
        { "name": "concept", "valueCodeableConcept": { "coding": [{ "code": "blood" }] } },
    ] });
    let reply =
        server.post("/ConceptMap/$translate", asked(json!([coding, dependency]))).await.json();
    check(&reply, true, &["equivalent http://loinc.org|2339-0"]);
    assert_eq!(
        reply["parameter"][1]["part"][2],
        json!({ "name": "product", "part": [
            { "name": "element", "valueUri": "http://x.org/unit" },
            { "name": "concept", "valueCoding": { "system": "http://unitsofmeasure.org", "code": "mg/dL" } },
        ] })
    );
}

async fn questions_of_r5_are_answered_as_in_r5(server: Server) {
    server.put("/ConceptMap/m", map()).await.is(201);
    let text = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let ask = asked(json!([
        text("sourceCode", "hb"),
        text("sourceSystem", LOCAL),
        text("targetSystem", LOINC),
    ]));
    let reply = server.post("/ConceptMap/$translate", ask).await.is(200).json();
    let parts = reply["parameter"][1]["part"].as_array().unwrap();
    assert!(parts.contains(
        &json!({ "name": "relationship", "valueCode": "source-is-narrower-than-target" })
    ));
    assert!(parts.contains(&json!({ "name": "originMap", "valueCanonical": "http://x.org/m|2" })));
    let ask = asked(json!([
        text("targetCode", "718-7"),
        text("sourceSystem", LOCAL),
        text("targetSystem", LOINC),
    ]));
    let reply = server.post("/ConceptMap/$translate", ask).await.is(200).json();
    check(&reply, true, &["wider http://loinc.org|718-7"]);
    let parts = reply["parameter"][1]["part"].as_array().unwrap();
    assert!(
        parts.contains(
            &json!({ "name": "source", "valueCoding": { "system": LOCAL, "code": "hb" } })
        )
    );
}

async fn bad_questions_are_refused(server: Server) {
    server.get("/ConceptMap/$translate").await.is(400);
    server.get("/ConceptMap/none/$translate?code=a").await.is(404);
    let reply = server.get("/ConceptMap/$translate?code=a&system=b").await.is(200).json();
    assert!(
        reply["parameter"][1]["valueString"].as_str().unwrap().contains("Không có bảng ánh xạ")
    );
}
