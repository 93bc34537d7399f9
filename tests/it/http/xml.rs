//! Everything that works in JSON works in XML, <https://hl7.org/fhir/R4/xml.html>.

use std::sync::LazyLock;

use mebe::definitions::registry::Registry;
use mebe::fhir::json;
use mebe::xml::read::read;
use mebe::xml::write::{Layout, write};
use serde_json::{Value, json};

use crate::harness::call::{Call, Reply};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    what_is_sent_in_xml_is_stored_as_if_sent_in_json,
    every_interaction_answers_in_xml,
    bundles_and_operations_are_taken_in_xml,
    the_reply_is_in_the_format_that_is_asked_for,
    failures_are_told_in_the_format_that_is_asked_for,
    every_wrong_element_is_told_with_its_place,
    elements_in_another_order_are_taken,
    validate_tells_of_the_text_and_of_the_resource,
    texts_that_attack_are_refused,
    replies_in_xml_are_indented_when_asked_for,
);

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().unwrap());

const XML: &str = "application/fhir+xml";

const PATIENT: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- sent by a hospital -->\n\
    <f:Patient xmlns:f='http://hl7.org/fhir' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
    xsi:schemaLocation='http://hl7.org/fhir patient.xsd'>\n\
    <f:id value='p'/><f:text><f:status value='generated'/>\
    <div xmlns='http://www.w3.org/1999/xhtml'>\n  <p>M\u{1eb9}&#160;<b>Lan</b></p>\r\n</div></f:text>\n\
    <f:name id='n'><f:family value='Nguy\u{1ec5}n'/><f:given value='Lan'/><f:given>\
    <f:extension url='http://hl7.org/fhir/StructureDefinition/data-absent-reason'>\
    <f:valueCode value='unknown'/></f:extension></f:given></f:name>\
    <f:multipleBirthInteger value='2'/></f:Patient>";

/// The tree of a reply in XML.
#[track_caller]
fn tree(reply: &Reply) -> Value {
    assert_eq!(reply.header("content-type"), Some("application/fhir+xml; charset=utf-8"));
    let read = read(reply.text.as_bytes(), &REGISTRY.shapes).expect("XML");
    assert_eq!(read.issues, []);
    read.resource
}

fn in_xml(call: Call) -> Call {
    call.header("content-type", XML).header("accept", XML)
}

fn xml_of(resource: &Value) -> String {
    write(resource, &REGISTRY.shapes, Layout::Compact).unwrap()
}

fn without_meta(mut resource: Value) -> Value {
    resource.as_object_mut().unwrap().shift_remove("meta");
    resource
}

async fn what_is_sent_in_xml_is_stored_as_if_sent_in_json(server: Server) {
    in_xml(server.put("/Patient/p", PATIENT)).await.is(201);
    let stored = server.get("/Patient/p").await.is(200);
    let absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    let expected = json!({
        "resourceType": "Patient", "id": "p",
        "text": { "status": "generated", "div":
            "<div xmlns='http://www.w3.org/1999/xhtml'>\n  <p>M\u{1eb9}&#160;<b>Lan</b></p>\r\n</div>" },
        "name": [{ "id": "n", "family": "Nguy\u{1ec5}n", "given": ["Lan", null],
            "_given": [null, { "extension": [{ "url": absent, "valueCode": "unknown" }] }] }],
        "multipleBirthInteger": 2,
    });
    assert_eq!(without_meta(stored.json()), expected);
    let found = server.get("/Patient?family=nguyen").await.is(200);
    assert_eq!(found.ids(), ["p"]);
    let observation = json::parse(
        br#"{"resourceType":"Observation","status":"final","code":{"text":"a\n\"<b>"},"valueQuantity":{"value":1.50},
            "component":[{"code":{"text":"x"},"valueQuantity":{"value":1E-22}}]}"#,
    )
    .unwrap();
    let made = in_xml(server.post("/Observation", xml_of(&observation))).await.is(201);
    let id = tree(&made)["id"].as_str().unwrap().to_owned();
    let back = server.get(&format!("/Observation/{id}")).await.is(200);
    let mut back = without_meta(json::parse(back.text.as_bytes()).unwrap());
    back.as_object_mut().unwrap().shift_remove("id");
    assert_eq!(back, observation);
}

async fn every_interaction_answers_in_xml(server: Server) {
    let made = in_xml(server.put("/Patient/p", PATIENT)).await.is(201);
    assert!(made.header("location").is_some() && made.header("etag") == Some("W/\"1\""));
    for path in [
        "/Patient/p",
        "/Patient/p/_history/1",
        "/Patient/p/_history",
        "/Patient?family=nguyen",
        "/Patient?_summary=count",
        "/metadata",
    ] {
        let json = server.get(path).await.is(200);
        let xml = server.get(path).header("accept", XML).await.is(200);
        assert_eq!(tree(&xml), json::parse(json.text.as_bytes()).unwrap(), "{path}");
    }
    let posted = server.post("/Patient/_search", "family=nguyen");
    let posted = posted.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        tree(&posted.header("accept", XML).await.is(200))["entry"][0]["resource"]["id"],
        "p"
    );
    let outcome =
        in_xml(server.put("/Patient/p", PATIENT)).header("prefer", "return=OperationOutcome");
    assert_eq!(tree(&outcome.await.is(200))["resourceType"], "OperationOutcome");
    let head = server.call("HEAD", "/Patient/p").header("accept", XML).await.is(200);
    assert_eq!(head.header("content-type"), Some("application/fhir+xml; charset=utf-8"));
    let unchanged =
        server.get("/Patient/p").header("accept", XML).header("if-none-match", "W/\"1\"");
    unchanged.await.is(304);
    in_xml(server.delete("/Patient/p")).await.is(204);
    assert_eq!(
        tree(&in_xml(server.get("/Patient/p")).await.is(410))["issue"][0]["code"],
        "deleted"
    );
}

async fn bundles_and_operations_are_taken_in_xml(server: Server) {
    for kind in ["transaction", "batch"] {
        let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": [
            { "fullUrl": "urn:uuid:0193a0c8-0000-7000-8000-000000000001",
              "resource": { "resourceType": "Patient", "name": [{ "family": kind }] },
              "request": { "method": "POST", "url": "Patient" } },
            { "request": { "method": "GET", "url": "Patient?_summary=count" } },
        ] });
        let reply = tree(&in_xml(server.post("", xml_of(&bundle))).await.is(200));
        assert_eq!(reply["type"], format!("{kind}-response"));
        assert_eq!(reply["entry"][0]["response"]["status"], "201 Created");
        assert_eq!(reply["entry"][1]["resource"]["resourceType"], "Bundle");
    }
    let parameters = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "expression", "valueString": "name.family" },
        { "name": "resource", "resource": { "resourceType": "Patient", "name": [{ "family": "Lê" }] } },
    ] });
    let reply = tree(&in_xml(server.post("/$fhirpath", xml_of(&parameters))).await.is(200));
    assert_eq!(reply["parameter"][1]["part"][0]["valueString"], "Lê");
}

async fn the_reply_is_in_the_format_that_is_asked_for(server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "p" });
    let kind = |reply: Reply| {
        let kind = reply.is(200).header("content-type").unwrap().to_owned();
        kind.strip_suffix("; charset=utf-8").unwrap().to_owned()
    };
    server.put("/Patient/p", &patient).await.is(201);
    let put = |sent: &str| {
        let body = if sent.ends_with("json") { patient.to_string() } else { xml_of(&patient) };
        server.put("/Patient/p", body).header("content-type", sent)
    };
    for sent in ["application/fhir+xml", "application/xml", "text/xml; charset=utf-8"] {
        assert_eq!(kind(put(sent).await), "application/fhir+xml");
        assert_eq!(
            kind(put(sent).header("accept", "application/fhir+json").await),
            "application/fhir+json"
        );
    }
    for accept in ["application/fhir+xml", "application/xml", "text/xml", "application/json"] {
        assert_eq!(kind(server.get("/Patient/p").header("accept", accept).await), accept);
        assert_eq!(kind(put("application/fhir+json").header("accept", accept).await), accept);
    }
    for format in
        ["xml", "text/xml", "application/xml", "application/fhir%2Bxml", "application/fhir+xml"]
    {
        let get = server.get(&format!("/Patient/p?_format={format}"));
        assert_eq!(
            kind(get.header("accept", "application/fhir+json").await),
            "application/fhir+xml"
        );
    }
    let nothing = server.get("/Patient/p").header("accept", " ");
    assert_eq!(kind(nothing.await), "application/fhir+json");
    let formats = server.get("/metadata").await.json()["format"].clone();
    assert!(formats.as_array().unwrap().contains(&json!(XML)));
}

async fn failures_are_told_in_the_format_that_is_asked_for(server: Server) {
    for (call, status) in [
        (server.get("/Patient/nobody"), 404),
        (server.get("/Pateint/1"), 404),
        (server.get("/Patient?nope=1"), 400),
        (server.call("PATCH", "/metadata"), 405),
        (server.post("/Patient", "{}"), 400),
        (server.post("/Patient", "<Patient xmlns='http://hl7.org/fhir'"), 400),
        (server.post("/Patient", "<Observation xmlns='http://hl7.org/fhir'/>"), 422),
        (server.put("/Patient/p", "<Patient xmlns='http://hl7.org/fhir'/>"), 400),
    ] {
        let outcome = tree(&in_xml(call).await.is(status));
        assert_eq!(outcome["resourceType"], "OperationOutcome");
    }
    let bad = || server.post("/Patient", "<Patient").header("content-type", XML);
    bad().header("accept", "application/fhir+json").await.is(400).said();
    tree(&bad().await.is(400));
    server.get("/Patient/1").header("accept", "text/turtle").await.is(406).said();
    let other = server.post("/Patient", "x").header("content-type", "text/turtle");
    tree(&other.header("accept", XML).await.is(415));
    let r3 = "application/fhir+xml; fhirVersion=3.0";
    server
        .post("/Patient", xml_of(&json!({ "resourceType": "Patient" })))
        .header("content-type", r3)
        .await
        .is(415);
    server.get("/Patient/1").header("accept", r3).await.is(406);
}

async fn every_wrong_element_is_told_with_its_place(server: Server) {
    let wrong = "<Patient xmlns='http://hl7.org/fhir'>\n <naem/>\n <active value='maybe'/>\n \
        <gender value='x'/>\n <birthDate value='2020-13-01'/><birthDate value='2020'/>\n</Patient>";
    let reply = server.post("/Patient", wrong).header("content-type", XML);
    let reply = reply.header("accept", "application/fhir+json").header("accept-language", "en");
    let issues = reply.await.is(422).json()["issue"].clone();
    let places: Vec<&str> = issues
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["expression"][0].as_str().unwrap())
        .collect();
    assert_eq!(
        places,
        ["Patient.naem", "Patient.active", "Patient.birthDate", "Patient.gender"],
        "{issues}"
    );
    assert!(issues[0]["details"]["text"].as_str().unwrap().contains("“name”"));
    assert_eq!(server.get("/Patient?_summary=count").await.json()["total"], 0);
}

async fn elements_in_another_order_are_taken(server: Server) {
    let sections = "<Patient xmlns='http://hl7.org/fhir'><text><status value='generated'/>\
        <div xmlns='http://www.w3.org/1999/xhtml'><![CDATA[a < b]]></div></text><![CDATA[ ]]></Patient>";
    let made = in_xml(server.post("/Patient", sections)).await.is(201);
    assert!(made.text.contains(">a &lt; b</div>"), "{}", made.text);
    let mixed = "<Patient xmlns='http://hl7.org/fhir'><name><text value='a'/></name><id value='p'/>\
        <active value='true'/><name><text value='b'/></name></Patient>";
    let put = in_xml(server.put("/Patient/p", mixed)).header("prefer", "return=OperationOutcome");
    let issues = tree(&put.await.is(201))["issue"].clone();
    let issues = issues.as_array().unwrap();
    let order = issues.iter().find(|issue| issue["expression"] == json!(["Patient.id"])).unwrap();
    assert_eq!(order["severity"], "warning");
    let stored = without_meta(server.get("/Patient/p").await.is(200).json());
    let expected = json!({ "resourceType": "Patient", "id": "p", "active": true,
        "name": [{ "text": "a" }, { "text": "b" }] });
    assert_eq!(stored, expected);
}

async fn validate_tells_of_the_text_and_of_the_resource(server: Server) {
    let validate = |body: &str| {
        let call = server.post("/Patient/$validate", body).header("content-type", XML);
        call.header("accept", "application/fhir+json").header("accept-language", "en")
    };
    let found = |outcome: Value| -> Vec<String> {
        let issues = outcome["issue"].as_array().unwrap().clone();
        let errors = issues.iter().filter(|issue| issue["severity"] == "error");
        errors.map(|issue| issue["location"].to_string()).collect()
    };
    let wrong = "<Patient xmlns='http://hl7.org/fhir'>\n <gender value='x'/>\n <active value='true'/>\n \
        <wrong/>\n <maritalStatus><coding><system value='relative'/></coding></maritalStatus>\n</Patient>";
    let locations = found(validate(wrong).await.is(200).json());
    for place in ["Line[2] Col[2]", "Line[3] Col[2]", "Line[4] Col[2]"] {
        assert!(locations.iter().any(|location| location.contains(place)), "{locations:?}");
    }
    let parameters = format!(
        "<Parameters xmlns='http://hl7.org/fhir'><parameter><name value='resource'/><resource>{}\
        </resource></parameter></Parameters>",
        wrong.replace(" xmlns='http://hl7.org/fhir'", "")
    );
    let locations = found(validate(&parameters).await.is(200).json());
    assert!(locations.iter().any(|at| at.contains("Parameters.parameter[0].resource.gender")));
    assert!(locations.iter().any(|at| at.contains("Parameters.parameter[0].resource.wrong")));
    let locations = found(validate("<Patient").await.is(200).json());
    assert_eq!(locations.len(), 1);
    in_xml(server.post("/$fhirpath", wrong)).await.is(422);
}

async fn texts_that_attack_are_refused(server: Server) {
    let root = |inside: &str| format!("<Patient xmlns='http://hl7.org/fhir'>{inside}</Patient>");
    let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>";
    for body in [
        format!("{laughs}{}", root("<gender value='&b;'/>")),
        format!("<!DOCTYPE l SYSTEM 'file:///etc/passwd'>{}", root("")),
        root("<gender value='&xxe;'/>"),
        root(&"<extension url='u'>".repeat(100_000)),
        root(&"<wrong>".repeat(100_000)),
        root(&format!("<gender {}/>", "a='b' ".repeat(10_000))),
        "<a>".repeat(100_000),
        "\u{0}".into(),
    ] {
        in_xml(server.post("/Patient", body)).await.is(400);
    }
    in_xml(server.call("POST", "/Patient").bytes(b"<Patient>\xFF".to_vec())).await.is(400);
    server.get("/metadata").await.is(200);
}

async fn replies_in_xml_are_indented_when_asked_for(server: Server) {
    in_xml(server.put("/Patient/p", PATIENT)).await.is(201);
    let plain = server.get("/Patient/p?_format=xml").await.is(200);
    let pretty = server.get("/Patient/p?_format=xml&_pretty=true").await.is(200);
    assert!(pretty.text.contains("\n  <name id=\"n\">\n    <family"), "{}", pretty.text);
    assert!(!plain.text.contains("\n  <name"));
    assert_eq!(tree(&plain), tree(&pretty));
}
