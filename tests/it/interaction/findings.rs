//! What a write says is wrong: the worst of it, once, in words that help, and as `$validate` does.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    the_stronger_of_two_findings_stays,
    a_write_and_a_question_read_what_is_referred_to,
    what_is_read_ahead_takes_no_room_of_what_is_asked_for,
    a_display_of_another_code_is_refused,
    one_cause_is_one_finding,
    what_a_slice_lacks_is_told_in_words,
    common_mistakes_are_told_with_what_was_meant,
    a_put_without_an_id_is_told_what_to_add,
);

const BASE: &str = "http://example.org/fhir/StructureDefinition/";

async fn define(server: &Server, id: &str, of: &str, elements: Value) {
    let mut all = vec![json!({ "id": of, "path": of })];
    for element in elements.as_array().unwrap() {
        let (path, slice) = (element["path"].as_str().unwrap(), element["sliceName"].as_str());
        let mut element = element.clone();
        element["id"] = json!(slice.map_or(path.to_owned(), |slice| format!("{path}:{slice}")));
        if path == of {
            all.clear();
        }
        all.push(element);
    }
    let definition = json!({
        "resourceType": "StructureDefinition", "id": id, "url": format!("{BASE}{id}"),
        "name": "P", "status": "draft", "kind": "resource", "abstract": false, "type": of,
        "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{of}"),
        "derivation": "constraint", "differential": { "element": all },
    });
    let reply = server.put(&format!("/StructureDefinition/{id}"), definition).await;
    assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
}

fn claiming(profile: &str, mut resource: Value) -> Value {
    resource["meta"] = json!({ "profile": [format!("{BASE}{profile}")] });
    resource
}

/// Errors as place and English text.
fn errors(outcome: &Value) -> Vec<(String, String)> {
    let issues = outcome["issue"].as_array().cloned().unwrap_or_default();
    let errors = issues.iter().filter(|issue| issue["severity"] == "error");
    let told = errors.map(|issue| {
        assert_eq!(issue["diagnostics"], issue["details"]["text"]);
        let place = issue["expression"][0].as_str().unwrap_or_default();
        (place.to_owned(), issue["details"]["text"].as_str().unwrap().to_owned())
    });
    told.collect()
}

/// The errors of a write, which are those of `$validate`.
async fn refused(server: &Server, resource: &Value) -> Vec<(String, String)> {
    let kind = resource["resourceType"].as_str().unwrap();
    let english = |path: String| server.post(&path, resource).header("accept-language", "en");
    let written = english(format!("/{kind}")).await;
    let asked = english(format!("/{kind}/$validate")).await.is(200).json();
    assert!(matches!(written.status, 201 | 422), "{}", written.text);
    let found = if written.status == 422 { errors(&written.json()) } else { Vec::new() };
    assert_eq!(errors(&asked), found, "{resource:#}");
    found
}

#[track_caller]
fn are(found: &[(String, String)], expected: &[(&str, &str)]) {
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((place, text), (expected_place, part)) in found.iter().zip(expected) {
        assert_eq!(place, expected_place, "{text}");
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    }
}

async fn the_stronger_of_two_findings_stays(server: Server) {
    let set = "http://hl7.org/fhir/ValueSet/marital-status";
    let binding = json!({ "strength": "required", "valueSet": set });
    let married = json!([{ "path": "Patient.maritalStatus", "binding": binding }]);
    define(&server, "married", "Patient", married).await;
    let coding = json!({ "system": "http://hl7.org/fhir/administrative-gender", "code": "male" });
    let patient = json!({ "resourceType": "Patient", "maritalStatus": { "coding": [coding] } });
    are(&refused(&server, &patient).await, &[]);
    let expected = [("Patient.maritalStatus", "There must be a code")];
    are(&refused(&server, &claiming("married", patient)).await, &expected);
    // A warning of R4 that no write is told of, made an error.
    let narrative = json!({ "key": "dom-6", "severity": "error",
        "human": "A resource should have narrative for robust management",
        "expression": "text.`div`.exists()" });
    define(&server, "told", "Patient", json!([{ "path": "Patient", "constraint": [narrative] }]))
        .await;
    let patient = json!({ "resourceType": "Patient" });
    are(&refused(&server, &patient).await, &[]);
    are(&refused(&server, &claiming("told", patient)).await, &[("Patient", "dom-6")]);
}

/// Profiles that ask something of what is referred to, and what keeps and breaks it.
async fn define_what_refers(server: &Server) {
    let named = json!([{ "path": "Organization.name", "min": 1 }]);
    define(server, "named", "Organization", named).await;
    let target =
        |id: &str| json!([{ "code": "Reference", "targetProfile": [format!("{BASE}{id}")] }]);
    let managed =
        |id: &str| json!([{ "path": "Patient.managingOrganization", "type": target(id) }]);
    define(server, "of-named", "Patient", managed("named")).await;
    define(server, "of-unknown", "Patient", managed("unknown")).await;
    let person = json!([{ "code": "Reference",
        "targetProfile": ["http://hl7.org/fhir/StructureDefinition/RelatedPerson"] }]);
    let linked = json!([{ "path": "Patient.link.other", "type": person }]);
    define(server, "linked", "Patient", linked).await;
    let slicing =
        json!({ "discriminator": [{ "type": "profile", "path": "resolve()" }], "rules": "closed" });
    let sliced = json!([
        { "path": "Patient.generalPractitioner", "slicing": slicing },
        { "path": "Patient.generalPractitioner", "sliceName": "named", "min": 1, "type": target("named") },
    ]);
    define(server, "sliced", "Patient", sliced).await;
    for (id, clinic) in
        [("good", json!({ "name": "x" })), ("bad", json!({ "identifier": [{ "value": "x" }] }))]
    {
        let mut clinic = clinic;
        clinic["resourceType"] = json!("Organization");
        clinic["id"] = json!(id);
        server.put(&format!("/Organization/{id}"), clinic).await.is(201);
    }
}

async fn a_write_and_a_question_read_what_is_referred_to(server: Server) {
    define_what_refers(&server).await;
    let of = |profile: &str, id: &str| {
        let to = json!({ "reference": format!("Organization/{id}") });
        let patient = match profile {
            "sliced" => json!({ "resourceType": "Patient", "generalPractitioner": [to] }),
            _ => json!({ "resourceType": "Patient", "managingOrganization": to }),
        };
        claiming(profile, patient)
    };
    are(&refused(&server, &of("of-named", "good")).await, &[]);
    are(&refused(&server, &of("of-named", "nowhere")).await, &[]);
    let place = "Patient.managingOrganization";
    let nameless = "Organization.name: Organization.name is missing";
    are(&refused(&server, &of("of-named", "bad")).await, &[(place, nameless)]);
    are(&refused(&server, &of("of-unknown", "good")).await, &[]);
    are(&refused(&server, &of("of-unknown", "nowhere")).await, &[]);
    are(&refused(&server, &of("sliced", "good")).await, &[]);
    let place = "Patient.generalPractitioner";
    for id in ["bad", "nowhere"] {
        let expected = [("Patient.generalPractitioner[0]", "in no slice"), (place, "is missing")];
        are(&refused(&server, &of("sliced", id)).await, &expected);
    }
    let link = json!([{ "other": { "reference": "Patient/2" }, "type": "seealso" }]);
    let linked = claiming("linked", json!({ "resourceType": "Patient", "link": link }));
    let expected = [("Patient.link[0].other", "does not allow a reference to Patient")];
    are(&refused(&server, &linked).await, &expected);
    // What a transaction is about to store counts, not what it replaces.
    let entry = |resource: Value| {
        let url = format!(
            "{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        json!({ "request": { "method": "PUT", "url": url }, "resource": resource })
    };
    let mut patient = of("of-named", "bad");
    patient["id"] = json!("p");
    let named = json!({ "resourceType": "Organization", "id": "bad", "name": "x" });
    let bundle = |entries: Value| json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", bundle(json!([entry(patient.clone())]))).await.is(422);
    server.post("", bundle(json!([entry(patient), entry(named)]))).await.is(200);
}

async fn a_display_of_another_code_is_refused(server: Server) {
    let coded = |display: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
        let coding = json!({ "system": system, "code": "M", "display": display });
        json!({ "resourceType": "Patient", "maritalStatus": { "coding": [coding] } })
    };
    are(&refused(&server, &coded("Married")).await, &[]);
    let place = "Patient.maritalStatus.coding[0].display";
    let expected = [(place, "“divorced” is the display of the code “D”")];
    are(&refused(&server, &coded("divorced")).await, &expected);
    // A name that nobody has is a warning of a write.
    server.post("/Patient", coded("wed")).await.is(201);
}

async fn one_cause_is_one_finding(server: Server) {
    let numbered = json!([{ "path": "Patient.identifier", "min": 1 }]);
    define(&server, "numbered", "Patient", numbered).await;
    let target = json!([{ "code": "Reference", "targetProfile": [format!("{BASE}numbered")] }]);
    let about = json!([{ "path": "Observation.subject", "type": target }]);
    define(&server, "about", "Observation", about).await;
    let observation = |number: usize| {
        let resource = json!({ "resourceType": "Observation", "status": "final",
            "code": { "text": "x" }, "subject": { "reference": "urn:uuid:00000000-0000-4000-8000-000000000001" } });
        json!({ "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-0000000001{number:02}"),
            "resource": claiming("about", resource), "request": { "method": "POST", "url": "Observation" } })
    };
    let bundle = |mother: Value| {
        let mut entries: Vec<Value> = (0..10).map(observation).collect();
        entries.push(json!({ "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
            "resource": mother, "request": { "method": "POST", "url": "Patient" } }));
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
    };
    let send = async |mother: Value| {
        let reply = server.post("", bundle(mother)).header("accept-language", "en").await;
        errors(&reply.is(422).json())
    };
    let mother = json!({ "resourceType": "Patient" });
    let place = "Bundle.entry[10].resource.identifier";
    let expected = [(place, "Patient.identifier is missing")];
    are(&send(claiming("numbered", mother.clone())).await, &expected);
    // A mother who does not say that she keeps the profile: the first reference tells.
    let expected = [(
        "Bundle.entry[0].resource.subject",
        "Patient.identifier: Patient.identifier is missing: the profile asks for it. (Other references to this resource: 9.)",
    )];
    are(&send(mother).await, &expected);
}

async fn what_a_slice_lacks_is_told_in_words(server: Server) {
    let pressure = json!({ "resourceType": "Observation", "status": "final",
        "meta": { "profile": ["http://hl7.org/fhir/StructureDefinition/bp"] },
        "code": { "text": "Huyết áp" }, "subject": { "reference": "Patient/1" },
        "effectiveDateTime": "2026-02-01" });
    let reply = server.post("/Observation", &pressure).await.is(422).json();
    let issues = reply["issue"].as_array().unwrap();
    let said = |text: &str| {
        issues.iter().find(|issue| issue["details"]["text"].as_str().unwrap().starts_with(text))
    };
    for text in [
        "Thiếu category vital-signs",
        "Thiếu mã LOINC 85354-9",
        "Thiếu component có mã LOINC 8480-6",
        "Thiếu component có mã LOINC 8462-4",
    ] {
        let issue = said(text).unwrap_or_else(|| panic!("{text}: {reply:#}"));
        let coding = &issue["details"]["coding"][0];
        assert_eq!(coding["code"], "Validation_VAL_Profile_Minimum_SLICE", "{issue}");
        assert_eq!(coding["system"], "http://hl7.org/fhir/java-core-messageId");
    }
    // The numbers of the whole lists say nothing more.
    assert!(said("Observation.component:").is_none(), "{reply:#}");
    assert!(said("Thiếu Observation.component").is_none(), "{reply:#}");
}

async fn common_mistakes_are_told_with_what_was_meant(server: Server) {
    let patient = json!({ "resourceType": "Patient", "birthDate": "20240315", "active": "true",
        "gender": "Female", "multipleBirthInteger": "2", "deceasedDateTime": "15/03/2024 10:30",
        "name": [{ "family": 12 }] });
    for (language, asks) in [("vi", "Có phải ý bạn là"), ("en", "Did you mean")] {
        let reply = server.post("/Patient", &patient).header("accept-language", language);
        let reply = reply.await.is(422).json();
        let said = |place: &str| {
            let all = reply["issue"].as_array().unwrap();
            let one = all.iter().find(|issue| issue["expression"][0] == place).expect(place);
            one["details"]["text"].as_str().unwrap().to_owned()
        };
        for (place, meant) in [
            ("Patient.birthDate", "2024-03-15"),
            ("Patient.gender", "female"),
            ("Patient.deceased", "2024-03-15T10:30:00+07:00"),
        ] {
            assert!(said(place).contains(&format!("{asks} “{meant}”?")), "{}", said(place));
        }
        for (place, meant) in [
            ("Patient.active", ": true."),
            ("Patient.multipleBirth", ": 2."),
            ("Patient.name[0].family", ": \"12\"."),
        ] {
            assert!(said(place).ends_with(meant), "{}", said(place));
        }
    }
    let comma = "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\": 3,2}}";
    let reply = server.post("/Observation", comma).await.is(400);
    assert!(
        reply.said().contains("Dòng 1, cột 59: số thập phân viết bằng dấu phẩy"),
        "{}",
        reply.said()
    );
    let coding =
        json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "m" });
    let patient = json!({ "resourceType": "Patient", "maritalStatus": { "coding": [coding] } });
    let told = server.post("/Patient/$validate", patient).await.is(200);
    assert!(told.text.contains("Có phải ý bạn là “M”?"), "{}", told.text);
}

async fn a_put_without_an_id_is_told_what_to_add(server: Server) {
    let reply = server.put("/Patient/a1", json!({ "resourceType": "Patient" })).await.is(400);
    assert!(reply.said().contains("Thêm \"id\": \"a1\" vào tài nguyên"), "{}", reply.said());
    let reply = server.put("/Patient/a1", json!({ "resourceType": "Patient", "id": "b" })).await;
    assert!(reply.is(400).said().contains("lại là 'b'"));
}

/// More references than are followed stand before the one that a profile asks about.
async fn what_is_read_ahead_takes_no_room_of_what_is_asked_for(server: Server) {
    define_what_refers(&server).await;
    let links = (0..80).map(|at| json!({ "reference": format!("Practitioner/p{at}") }));
    let mut patient =
        json!({ "resourceType": "Patient", "generalPractitioner": links.collect::<Vec<_>>() });
    patient["managingOrganization"] = json!({ "reference": "Organization/bad" });
    let many = refused(&server, &claiming("of-named", patient.clone())).await;
    patient["generalPractitioner"] = json!([{ "reference": "Practitioner/p0" }]);
    let few = refused(&server, &claiming("of-named", patient)).await;
    assert!(!few.is_empty());
    assert_eq!(many, few);
}
