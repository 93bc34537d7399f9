//! The operations about codes, <https://hl7.org/fhir/R4/terminology-service.html>.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_stored_value_set_is_expanded_at_every_level,
    codes_are_validated_by_get_and_post_in_both_languages,
    codes_are_looked_up_and_compared,
    many_codes_are_validated_at_once,
    questions_without_an_answer_say_why,
    findings_have_names_and_places,
    versions_are_those_that_are_asked_for,
    the_terminology_capabilities_name_every_system,
    case_does_not_matter_where_the_system_does_not_say_so,
    a_language_that_is_none_is_refused,
    a_supplement_is_no_system,
    a_stored_system_is_never_all_of_what_others_publish,
    large_sets_are_paged_through,
);

const SYSTEM: &str = "http://x.org/tiem";

fn system() -> Value {
    json!({
        "resourceType": "CodeSystem", "id": "tiem", "url": SYSTEM, "version": "1",
        "name": "Tiem", "status": "active", "content": "complete", "caseSensitive": true,
        "language": "vi", "hierarchyMeaning": "is-a",
        "concept": [
            { "code": "vx", "display": "Vắc xin", "definition": "Mọi vắc xin", "concept": [
                { "code": "soi", "display": "Vắc xin sởi", "designation": [
                    { "language": "en", "value": "Measles vaccine" }] },
                { "code": "lao", "display": "Vắc xin lao (BCG)", "property": [
                    { "code": "inactive", "valueBoolean": true }] }] },
            { "code": "khac", "display": "Khác" }],
    })
}

fn value_set() -> Value {
    json!({
        "resourceType": "ValueSet", "id": "tiem", "url": "http://x.org/vs", "version": "2",
        "status": "active", "compose": { "include": [{ "system": SYSTEM, "filter": [
            { "property": "concept", "op": "is-a", "value": "vx" }] }] },
    })
}

async fn store(server: &Server) {
    server.put("/CodeSystem/tiem", system()).await.is(201);
    server.put("/ValueSet/tiem", value_set()).await.is(201);
}

fn asked(parameters: Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

/// The value of a parameter.
fn part(reply: &Value, name: &str) -> Value {
    let parameters = reply["parameter"].as_array().unwrap();
    let found = parameters.iter().find(|parameter| parameter["name"] == name);
    let value = found.and_then(|found| {
        found.as_object()?.iter().find(|(key, _)| key.starts_with("value")).map(|(_, value)| value)
    });
    value.cloned().unwrap_or_default()
}

/// Codes of an expansion.
fn codes(reply: &Value) -> Vec<String> {
    let contains = reply["expansion"]["contains"].as_array().cloned().unwrap_or_default();
    contains.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

async fn a_stored_value_set_is_expanded_at_every_level(server: Server) {
    store(&server).await;
    let reply = server.get("/ValueSet/$expand?url=http://x.org/vs").await.is(200).json();
    assert_eq!(reply["expansion"]["total"], 3);
    let top = &reply["expansion"]["contains"];
    assert_eq!((&top[0]["code"], top.as_array().unwrap().len()), (&json!("vx"), 1));
    assert_eq!(top[0]["contains"][1]["code"], "lao");
    assert_eq!(top[0]["contains"][1]["inactive"], true);
    assert!(reply.get("compose").is_none());
    let used = json!({ "name": "used-codesystem", "valueUri": format!("{SYSTEM}|1") });
    assert!(reply["expansion"]["parameter"].as_array().unwrap().contains(&used));

    let flat = "/ValueSet/tiem/$expand?excludeNested=true&activeOnly=true&includeDefinition=true";
    let reply = server.get(flat).await.is(200).json();
    assert_eq!(codes(&reply), ["vx", "soi"]);
    assert!(reply.get("compose").is_some());

    let reply = server.get("/ValueSet/tiem/$expand?filter=vac%20soi").await.is(200).json();
    assert_eq!(codes(&reply), ["soi"]);
    let page = server.get("/ValueSet/tiem/$expand?count=1&offset=1").await.is(200).json();
    assert_eq!((codes(&page), &page["expansion"]["total"]), (vec!["soi".to_owned()], &json!(3)));

    let english =
        server.get("/ValueSet/tiem/$expand?filter=measles").header("accept-language", "en");
    let reply = english.await.is(200).json();
    assert_eq!(reply["expansion"]["contains"][0]["display"], "Measles vaccine");

    let posted = server.post("/ValueSet/$expand", value_set()).await.is(200).json();
    assert_eq!(posted["expansion"]["total"], 3);

    // A change of the system counts at once.
    let mut more = system();
    more["concept"][0]["concept"][0]["concept"] =
        json!([{ "code": "mr", "display": "Sởi – rubella" }]);
    server.put("/CodeSystem/tiem", more).await.is(200);
    let reply = server.get("/ValueSet/tiem/$expand").await.is(200).json();
    assert_eq!(reply["expansion"]["total"], 4);
}

async fn codes_are_validated_by_get_and_post_in_both_languages(server: Server) {
    store(&server).await;
    let ask = |more: &str| format!("/ValueSet/$validate-code?url=http://x.org/vs&{more}");
    let system = format!("system={SYSTEM}");
    let reply = server.get(&ask(&format!("{system}&code=soi"))).await.is(200).json();
    assert_eq!(part(&reply, "result"), true);
    assert_eq!(part(&reply, "display"), "Vắc xin sởi");
    let reply = server.get(&ask("code=soi&inferSystem=true")).await.is(200).json();
    assert_eq!(part(&reply, "system"), SYSTEM);
    let reply = server.get(&ask(&format!("coding={SYSTEM}|khac"))).await.is(200).json();
    assert_eq!(part(&reply, "result"), false);
    let issues = reply["parameter"].as_array().unwrap().last().unwrap();
    assert_eq!(issues["resource"]["issue"][0]["details"]["coding"][0]["code"], "not-in-vs");
    assert!(part(&reply, "message").as_str().unwrap().contains("không thuộc"));

    let coding = json!({ "system": SYSTEM, "code": "soi", "display": "Bạch hầu" });
    let concept = json!({ "coding": [coding], "text": "tiêm" });
    let body = asked(json!([{ "name": "codeableConcept", "valueCodeableConcept": concept }]));
    let post = server.post("/ValueSet/tiem/$validate-code", &body).header("accept-language", "en");
    let reply = post.await.is(200).json();
    assert_eq!((part(&reply, "result"), part(&reply, "code")), (json!(false), json!("soi")));
    assert!(part(&reply, "message").as_str().unwrap().contains("is not a display"));
    assert_eq!(part(&reply, "codeableConcept"), concept);

    let by_system = format!("/CodeSystem/$validate-code?url={SYSTEM}&code=lao");
    let reply = server.get(&by_system).await.is(200).json();
    assert_eq!((part(&reply, "result"), part(&reply, "inactive")), (json!(true), json!(true)));
    let reply = server.get("/CodeSystem/tiem/$validate-code?code=nope").await.is(200).json();
    assert_eq!(part(&reply, "result"), false);
    let unit = "/CodeSystem/$validate-code?url=http://unitsofmeasure.org&code=mm%5BHg%5D";
    assert_eq!(part(&server.get(unit).await.is(200).json(), "result"), true);
    let unknown = "/CodeSystem/$validate-code?url=http://loinc.org&code=8867-4";
    let reply = server.get(unknown).await.is(200).json();
    assert_eq!(part(&reply, "x-caused-by-unknown-system"), "http://loinc.org");
}

async fn codes_are_looked_up_and_compared(server: Server) {
    store(&server).await;
    let ask = format!("/CodeSystem/$lookup?system={SYSTEM}&code=soi");
    let reply = server.get(&ask).await.is(200).json();
    assert_eq!(part(&reply, "name"), "Tiem");
    assert_eq!(part(&reply, "version"), "1");
    assert_eq!(part(&reply, "display"), "Vắc xin sởi");
    let parent = json!({ "name": "property", "part": [
        { "name": "code", "valueCode": "parent" },
        { "name": "value", "valueCode": "vx" },
        { "name": "description", "valueString": "Vắc xin" }] });
    assert!(reply["parameter"].as_array().unwrap().contains(&parent), "{reply}");
    server.get("/CodeSystem/tiem/$lookup?code=nope").await.is(404);
    let reply = server.get(&format!("{ask}&property=lang.en")).await.is(200).json();
    let told = reply["parameter"].as_array().unwrap().iter();
    let told: Vec<&Value> = told.filter(|one| one["part"].is_array()).collect();
    assert!(told.len() == 1 && told[0]["part"][1]["valueString"] == "Measles vaccine", "{reply}");

    let outcome = async |a: &str, b: &str| {
        let ask = format!("/CodeSystem/$subsumes?system={SYSTEM}&codeA={a}&codeB={b}");
        part(&server.get(&ask).await.is(200).json(), "outcome")
    };
    assert_eq!(outcome("vx", "soi").await, "subsumes");
    assert_eq!(outcome("soi", "vx").await, "subsumed-by");
    assert_eq!(outcome("soi", "soi").await, "equivalent");
    assert_eq!(outcome("soi", "lao").await, "not-subsumed");
    server.get("/CodeSystem/tiem/$subsumes?codeA=vx&codeB=nope").await.is(404);
}

async fn many_codes_are_validated_at_once(server: Server) {
    store(&server).await;
    let one = |code: &str| {
        let coding = json!({ "system": SYSTEM, "code": code });
        let resource = asked(json!([{ "name": "coding", "valueCoding": coding }]));
        json!({ "name": "validation", "resource": resource })
    };
    let url = json!({ "name": "url", "valueUri": "http://x.org/vs" });
    let nothing = json!({ "name": "validation", "resource": asked(json!([])) });
    let body = asked(json!([url, one("soi"), one("khac"), nothing]));
    let reply = server.post("/ValueSet/$batch-validate-code", body).await.is(200).json();
    let answers = reply["parameter"].as_array().unwrap();
    assert_eq!(part(&answers[0]["resource"], "result"), true);
    assert_eq!(part(&answers[1]["resource"], "result"), false);
    assert_eq!(answers[2]["resource"]["resourceType"], "OperationOutcome");
}

async fn questions_without_an_answer_say_why(server: Server) {
    for (ask, status) in [
        ("/ValueSet/$expand", 400),
        ("/ValueSet/$expand?url=http://x.org/none", 404),
        ("/ValueSet/none/$expand", 404),
        ("/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/mimetypes", 422),
        ("/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&count=-1", 400),
        ("/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender", 400),
        ("/ValueSet/$validate-code?code=a&system=b", 400),
        ("/CodeSystem/$lookup?code=a", 400),
        ("/CodeSystem/$lookup?system=http://x.org/none&code=a", 404),
        ("/CodeSystem/$subsumes?codeA=a&codeB=b", 400),
        ("/ValueSet/$batch-validate-code", 405),
    ] {
        let reply = server.get(ask).await.is(status).json();
        assert_eq!(reply["resourceType"], "OperationOutcome", "{ask}");
        assert!(reply["issue"][0]["details"]["_text"].is_object(), "{ask}");
    }
}

async fn the_terminology_capabilities_name_every_system(server: Server) {
    store(&server).await;
    let reply = server.get("/metadata?mode=terminology").await.is(200).json();
    assert_eq!(reply["resourceType"], "TerminologyCapabilities");
    let systems = reply["codeSystem"].as_array().unwrap();
    let parameters = reply["expansion"]["parameter"].as_array().unwrap();
    assert!(parameters.iter().any(|one| one["name"] == "tx-resource"));
    let of = |uri: &str| systems.iter().find(|system| system["uri"] == uri);
    assert_eq!(of(SYSTEM).unwrap()["version"][0]["code"], "1");
    assert!(of("http://unitsofmeasure.org").is_some());
    assert!(of("http://hl7.org/fhir/administrative-gender").is_some());
    let outcome = server.post("/TerminologyCapabilities/$validate", reply).await.is(200).json();
    let errors = outcome["issue"].as_array().unwrap().iter();
    let errors: Vec<_> = errors.filter(|issue| issue["severity"] == "error").collect();
    assert!(errors.is_empty(), "{errors:?}");
}

async fn findings_have_names_and_places(server: Server) {
    const NAME: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";
    store(&server).await;
    let coding = json!({ "system": SYSTEM, "code": "soi", "display": "Sởi" });
    let body = asked(json!([
        { "name": "url", "valueUri": "http://x.org/vs" }, { "name": "coding", "valueCoding": coding }]));
    let reply = server.post("/ValueSet/$validate-code", body).await.is(200).json();
    let issues = reply["parameter"].as_array().unwrap().last().unwrap();
    let issue = &issues["resource"]["issue"][0];
    assert_eq!(issue["details"]["coding"][0]["code"], "invalid-display", "{issue}");
    assert_eq!(issue["extension"][0]["url"], NAME);
    assert_eq!(issue["location"], json!(["Coding.display"]));
    assert_eq!(issue["location"], issue["expression"]);
    // Every system that is not known is named.
    let codings = ["http://x.org/one", "http://x.org/two", "http://x.org/one"];
    let codings = codings.map(|system| json!({ "system": system, "code": "a" }));
    let body = asked(json!([
        { "name": "url", "valueUri": "http://x.org/vs" },
        { "name": "codeableConcept", "valueCodeableConcept": { "coding": codings } }]));
    let reply = server.post("/ValueSet/$validate-code", body).await.is(200).json();
    let named = reply["parameter"].as_array().unwrap().iter();
    let named = named.filter(|one| one["name"] == "x-unknown-system");
    let named: Vec<&Value> = named.map(|one| &one["valueCanonical"]).collect();
    assert_eq!(named, ["http://x.org/one", "http://x.org/two"], "{reply}");
    // Also where the operation has no answer.
    let reply = server.get("/ValueSet/$expand?url=http://x.org/none").await.is(404).json();
    let issue = &reply["issue"][0];
    assert_eq!(issue["details"]["coding"][0]["code"], "not-found", "{issue}");
    assert_eq!(issue["extension"][0]["valueString"], "Unable_to_resolve_value_Set_");
}

async fn versions_are_those_that_are_asked_for(server: Server) {
    store(&server).await;
    let mut later = system();
    later["id"] = json!("tiem2");
    later["version"] = json!("2");
    later["concept"] =
        json!([{ "code": "soi", "display": "Sởi" }, { "code": "vx", "display": "Vắc xin" }]);
    server.put("/CodeSystem/tiem2", later).await.is(201);
    for (system, outcome) in [(format!("{SYSTEM}|1"), "subsumes"), (SYSTEM.into(), "not-subsumed")]
    {
        let url = format!("/CodeSystem/$subsumes?system={system}&codeA=vx&codeB=soi");
        let reply = server.get(&url).await.is(200).json();
        assert_eq!(part(&reply, "outcome"), outcome);
    }
    let coding =
        |code: &str, version: &str| json!({ "system": SYSTEM, "code": code, "version": version });
    let compared = |a: &str, b: &str| {
        asked(json!([
            { "name": "codingA", "valueCoding": coding("vx", a) },
            { "name": "codingB", "valueCoding": coding("soi", b) }]))
    };
    server.post("/CodeSystem/$subsumes", compared("1", "1")).await.is(200);
    server.post("/CodeSystem/$subsumes", compared("1", "2")).await.is(400);
    let lookup = server.get(&format!("/CodeSystem/$lookup?system={SYSTEM}|1&code=soi")).await;
    assert_eq!(part(&lookup.is(200).json(), "display"), "Vắc xin sởi");
    let url = format!("/CodeSystem/$validate-code?url={SYSTEM}|2&code=lao");
    let reply = server.get(&url).await.is(200).json();
    assert_eq!((part(&reply, "result"), part(&reply, "system")), (json!(false), json!(SYSTEM)));
    // A parameter is told where it decided, and not where the value set itself names a version.
    let value_set = |version: Value| {
        let mut set = value_set();
        if version.is_string() {
            set["compose"]["include"][0]["version"] = version;
        }
        asked(json!([{ "name": "valueSet", "resource": set },
            { "name": "system-version", "valueCanonical": format!("{SYSTEM}|1") }]))
    };
    for (version, is_told) in [(Value::Null, true), (json!("1"), false)] {
        let reply = server.post("/ValueSet/$expand", value_set(version)).await.is(200).json();
        assert_eq!(reply["expansion"]["total"], 3, "{reply}");
        let told = reply["expansion"]["parameter"].as_array().unwrap();
        assert_eq!(told.iter().any(|one| one["name"] == "system-version"), is_told);
    }
}

async fn case_does_not_matter_where_the_system_does_not_say_so(server: Server) {
    let mut untold = system();
    untold.as_object_mut().unwrap().remove("caseSensitive");
    server.put("/CodeSystem/tiem", untold).await.is(201);
    server.put("/ValueSet/tiem", value_set()).await.is(201);
    for path in [
        format!("/CodeSystem/$validate-code?url={SYSTEM}&code=SOI"),
        format!("/ValueSet/$validate-code?url=http://x.org/vs&system={SYSTEM}&code=SOI"),
    ] {
        let reply = server.get(&path).await.is(200).json();
        assert_eq!(
            (part(&reply, "result"), part(&reply, "normalized-code")),
            (json!(true), json!("soi"))
        );
    }
    let found = server.get(&format!("/CodeSystem/$lookup?system={SYSTEM}&code=SOI")).await.is(200);
    assert_eq!(part(&found.json(), "code"), "soi");
    let path = format!("/CodeSystem/$subsumes?system={SYSTEM}&codeA=VX&codeB=SOI");
    assert_eq!(part(&server.get(&path).await.is(200).json(), "outcome"), "subsumes");
    let map = json!({ "resourceType": "ConceptMap", "id": "m", "url": "http://x.org/m", "status": "active",
        "group": [{ "source": SYSTEM, "target": "http://x.org/other", "element": [
            { "code": "soi", "target": [{ "code": "m", "equivalence": "equal" }] }] }] });
    server.put("/ConceptMap/m", map).await.is(201);
    let path = format!("/ConceptMap/$translate?url=http://x.org/m&system={SYSTEM}&code=SOI");
    assert_eq!(part(&server.get(&path).await.is(200).json(), "result"), true);
    // Where it says that case matters, it does.
    server.put("/CodeSystem/tiem", system()).await.is(200);
    let path = format!("/CodeSystem/$validate-code?url={SYSTEM}&code=SOI");
    assert_eq!(part(&server.get(&path).await.is(200).json(), "result"), false);
}

async fn a_language_that_is_none_is_refused(server: Server) {
    store(&server).await;
    let code = format!("system={SYSTEM}&code=soi");
    for path in [
        format!("/ValueSet/$validate-code?url=http://x.org/vs&{code}"),
        format!("/CodeSystem/$validate-code?url={SYSTEM}&code=soi"),
        "/ValueSet/$expand?url=http://x.org/vs".to_owned(),
        format!("/CodeSystem/$lookup?{code}"),
    ] {
        for wrong in ["-", "zz", "english", "en_US", "vi,-"] {
            server.get(&format!("{path}&displayLanguage={wrong}")).await.is(400);
        }
        for right in ["en", "vi-VN", "en,vi;q=0.5,*;q=0"] {
            server.get(&format!("{path}&displayLanguage={right}")).await.is(200);
        }
    }
}

async fn a_supplement_is_no_system(server: Server) {
    store(&server).await;
    let url = "http://x.org/more";
    let supplement = json!({ "resourceType": "CodeSystem", "id": "more", "url": url, "name": "More",
        "status": "active", "content": "supplement", "supplements": SYSTEM,
        "concept": [{ "code": "soi", "display": "x" }] });
    server.put("/CodeSystem/more", supplement).await.is(201);
    let reply = server.get(&format!("/CodeSystem/$validate-code?url={url}&code=soi")).await.is(200);
    assert_eq!(part(&reply.json(), "result"), false);
    server.get(&format!("/CodeSystem/$lookup?system={url}&code=soi")).await.is(400);
    server.get(&format!("/CodeSystem/$subsumes?system={url}&codeA=soi&codeB=soi")).await.is(404);
    let coded = |system: &str| json!({ "resourceType": "Basic", "code": { "coding": [{ "system": system, "code": "soi" }] } });
    let places = |reply: Value| {
        reply["issue"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|issue| issue["severity"] == "error")
            .map(|issue| issue["expression"][0].clone())
            .collect::<Vec<_>>()
    };
    let wrong = server.post("/Basic/$validate", coded(url)).await.is(200).json();
    assert_eq!(places(wrong), ["Basic.code.coding[0].system"]);
    let right = server.post("/Basic/$validate", coded(SYSTEM)).await.is(200).json();
    assert!(places(right).is_empty());
}

async fn a_stored_system_is_never_all_of_what_others_publish(server: Server) {
    for (at, url) in ["http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org"]
        .iter()
        .enumerate()
    {
        let claim = json!({ "resourceType": "CodeSystem", "id": format!("c{at}"), "url": url, "name": "All",
            "status": "active", "content": "complete", "caseSensitive": true, "version": "1",
            "concept": [{ "code": "1", "display": "Một" }] });
        server.put(&format!("/CodeSystem/c{at}"), claim).await.is(201);
    }
    let errors = |body: Value| async {
        let outcome = server.post("/Observation/$validate", body).await.is(200).json();
        let issues = outcome["issue"].as_array().unwrap().clone();
        issues.into_iter().filter(|issue| issue["severity"] == "error").collect::<Vec<_>>()
    };
    let coded = json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": "Patient/1" },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "38082009" },
            { "system": "http://loinc.org", "code": "718-7" }] },
        "valueQuantity": { "value": 1, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm" } });
    let found = errors(coded).await;
    assert!(found.is_empty(), "{found:#?}");
    let units = server
        .get("/CodeSystem/$validate-code?url=http://unitsofmeasure.org&code=kg")
        .await
        .is(200);
    assert_eq!(part(&units.json(), "result"), true);
    // R4's own systems keep their codes, too.
    let genders = json!({ "resourceType": "CodeSystem", "id": "g", "url": "http://hl7.org/fhir/administrative-gender",
        "name": "G", "status": "active", "content": "complete", "version": "9", "concept": [{ "code": "x" }] });
    server.put("/CodeSystem/g", genders).await.is(201);
    server.post("/Patient", json!({ "resourceType": "Patient", "gender": "female" })).await.is(201);
}

async fn large_sets_are_paged_through(server: Server) {
    let concepts = |letter: &str| -> Vec<Value> {
        (0..30_000).map(|at| json!({ "code": format!("{letter}{at:05}") })).collect()
    };
    for letter in ["a", "b"] {
        let system = json!({ "resourceType": "CodeSystem", "id": letter, "url": format!("http://x.org/{letter}"),
            "name": "A", "status": "active", "content": "complete", "caseSensitive": true,
            "concept": concepts(letter) });
        server.put(&format!("/CodeSystem/{letter}"), system).await.is(201);
    }
    let compose = json!({ "include": [{ "system": "http://x.org/a" }, { "system": "http://x.org/b" },
            { "system": "http://x.org/a", "concept": [{ "code": "a00001" }] }],
        "exclude": [{ "system": "http://x.org/b", "concept": [{ "code": "b00000" }] }] });
    let large = json!({ "resourceType": "ValueSet", "id": "l", "url": "http://x.org/l", "status": "active", "compose": compose });
    server.put("/ValueSet/l", large).await.is(201);
    let outer = json!({ "resourceType": "ValueSet", "id": "o", "url": "http://x.org/o", "status": "active",
        "compose": { "include": [{ "valueSet": ["http://x.org/l"] }] } });
    server.put("/ValueSet/o", outer).await.is(201);
    for id in ["l", "o"] {
        let page =
            |offset: usize| server.get(&format!("/ValueSet/{id}/$expand?offset={offset}&count=2"));
        let found = page(29_999).await.is(200).json();
        assert_eq!(
            (codes(&found), &found["expansion"]["total"]),
            (vec!["a29999".to_owned(), "b00001".to_owned()], &json!(59_999))
        );
        assert_eq!(codes(&page(59_998).await.is(200).json()), ["b29999"]);
        assert!(codes(&page(70_000).await.is(200).json()).is_empty());
        server.get(&format!("/ValueSet/{id}/$expand")).await.is(422);
    }
}
