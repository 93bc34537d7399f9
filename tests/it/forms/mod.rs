//! Forms in a browser: a nurse records a pregnancy, a birth and vaccinations by them alone.

mod sheet;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::Server;

use sheet::{Sheet, open, saved};

on_both!(a_nurse_records_by_the_forms_alone, a_form_is_stored_once);

const OURS: &str = "https://mebe.example/fhir";

fn mother() -> Value {
    json!({
        "resourceType": "Patient", "id": "chi-hoa",
        "meta": { "profile": [format!("{OURS}/StructureDefinition/mch-mother")] },
        "identifier": [{ "use": "official", "system": "http://fhir.hl7.org.vn/core/sid/cccd", "value": "001196000993" }],
        "name": [{ "use": "official", "text": "Lò Thị <b>Hoa</b>" }], "gender": "female", "birthDate": "1996-04-12",
        "address": [{ "use": "home", "text": "Bản Mẫu" }],
    })
}

fn entries(bundle: &Value) -> Vec<Value> {
    let all = bundle["entry"].as_array().into_iter().flatten();
    all.map(|entry| entry["resource"].clone()).collect()
}

async fn found(server: &Server, query: &str) -> Vec<Value> {
    entries(&server.get(&format!("{query}&_count=500")).await.is(200).json())
}

/// What an Observation is like, but for its value and its links.
fn shape(observation: &Value) -> Option<(String, BTreeMap<&'static str, String>)> {
    let codings = observation["code"]["coding"].as_array()?;
    let is_ours = |one: &&Value| one["system"] == format!("{OURS}/CodeSystem/mch-booklet-item");
    let item = codings.iter().find(is_ours)?["code"].as_str()?.to_owned();
    let codes: BTreeSet<String> = codings.iter().map(|one| one["code"].to_string()).collect();
    let value = observation.as_object()?.keys().find(|key| key.starts_with("value"));
    let parts = observation["component"].as_array().into_iter().flatten();
    let parts: Vec<String> =
        parts.map(|one| one["code"]["coding"][0]["code"].to_string()).collect();
    let shape = BTreeMap::from([
        ("profile", observation["meta"]["profile"].to_string()),
        ("codes", format!("{codes:?}")),
        ("category", observation["category"][0]["coding"][0]["code"].to_string()),
        ("value", value.cloned().unwrap_or_default()),
        ("unit", observation["valueQuantity"]["code"].to_string()),
        ("parts", parts.join(" ")),
        ("encounter", observation.get("encounter").is_some().to_string()),
        ("status", observation["status"].to_string()),
    ]);
    Some((item, shape))
}

/// The shapes that the guide's whole visits have.
fn of_visits() -> BTreeMap<String, BTreeMap<&'static str, String>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/examples/visits");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let bundles =
        files.map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap());
    bundles.flat_map(|bundle: Value| entries(&bundle)).filter_map(|one| shape(&one)).collect()
}

async fn a_nurse_records_by_the_forms_alone(server: Server) {
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let list = server.get(&format!("{}/so/chi-hoa/ghi", server.top())).await.is(200);
    for form in ["dang-ky-thai", "kham-thai", "sinh", "sau-sinh"] {
        assert!(list.text.contains(&format!("/so/chi-hoa/ghi/{form}")), "{form}");
    }
    // Without a pregnancy there is no antenatal visit.
    let early = open(&server, "/so/chi-hoa/ghi/kham-thai").await;
    assert!(early.page.text.contains("Hãy ghi phiếu đăng ký thai trước"));
    let early = early.send(&server).await.is(422);
    assert!(early.text.contains("Hãy ghi phiếu đăng ký thai trước"), "{}", early.text);
    let booking = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await;
    assert!(booking.page.text.contains("Lò Thị &lt;b&gt;Hoa&lt;/b&gt;"));
    let booking = booking.with(&[
        ("visit-date", "2026-05-04T08:00"),
        ("P01", "12/3/2026"),
        ("P04", "156"),
        ("P05", "49,5"),
        ("O01", "1"),
        ("O02", "0"),
        ("T01", "2"),
    ]);
    saved(&server, booking).await;
    for (day, weeks, weight) in
        [("2026-07-06T08:30", "16", "51,2"), ("2026-09-07T08:30", "25", "55.5")]
    {
        let visit = open(&server, "/so/chi-hoa/ghi/kham-thai").await;
        assert!(!visit.one("A05").is_empty(), "the week is filled in");
        let visit = visit.with(&[
            ("A01", day),
            ("A04", &format!("{OURS}/CodeSystem/mch-attendant|midwife")),
            ("A05", weeks),
            ("A06", weight),
            ("A07", "110"),
            ("A08", "70"),
            ("A12", "24"),
            ("A19", "112"),
            ("A20", &format!("{OURS}/CodeSystem/qd3412-ket-qua-xn|1")),
        ]);
        saved(&server, visit).await;
    }
    let third = open(&server, "/so/chi-hoa/ghi/kham-thai").await;
    assert_eq!(
        (third.one("A02"), third.one("A06")),
        ("4", "55,5"),
        "the next number, the last weight"
    );
    let child = born(&server).await;
    vaccinated(&server, &child).await;
    nothing_is_wrong(&server, &child).await;
}

/// The choice of a list of the guide.
fn list(name: &str, code: &str) -> String {
    format!("{OURS}/CodeSystem/{name}|{code}")
}

/// Records the birth; the id of the child.
async fn born(server: &Server) -> String {
    let birth = open(server, "/so/chi-hoa/ghi/sinh").await.with(&[
        ("D01", "2026-11-20T22:00"),
        ("D03", "2026-11-21T04:20"),
        ("D02", &list("qd3412-noi-de", "1")),
        ("D04", "1"),
        ("D05", "false"),
        ("D13", &list("qd3412-cach-de", "1")),
        ("D14", "Hộ sinh"),
        ("D15", "250"),
        ("D01-1", "36"),
        ("K06~0", "36"),
        ("K02~0", "http://hl7.org/fhir/administrative-gender|female"),
        ("N04~0", "2900"),
        ("N05~0", "48"),
        ("N07~0", "8"),
        ("N08~0", "9"),
        ("N15~0", "true"),
        ("N16~0", &list("qd3412-vgb-so-sinh", "1")),
    ]);
    let birth = answered(
        birth,
        &[
            ("D09", "true"),
            ("D21", &list("qd3412-tinh-trang-con", "1")),
            ("D22", "false"),
            ("D20-1", "1"),
            ("D20-2", "1"),
        ],
    );
    saved(server, birth).await;
    let children = found(server, "/Patient?birthdate=2026-11-21").await;
    assert_eq!(children.len(), 1, "{children:?}");
    let child = children[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(children[0]["name"][0]["text"], "Con bà Lò Thị <b>Hoa</b>");
    let linked = server.get("/Patient/chi-hoa").await.is(200).json();
    assert_eq!(linked["link"][0]["type"], "seealso");
    child
}

/// Records three doses at one visit.
async fn vaccinated(server: &Server, child: &str) {
    let vaccines = open(server, &format!("/so/{child}/ghi/tiem-chung")).await;
    let vaccines = vaccines.more(server, "W03").await.more(server, "W03").await.with(&[
        ("visit-date", "2026-11-22T08:00"),
        ("W04", &list("mch-vaccine-screening", "eligible")),
        ("W03-vaccine~0", &list("mch-vaccine", "BCG")),
        ("W03-dose~0", "1"),
        ("W03-lot~0", "LO-1"),
        ("W03-vaccine~1", &list("mch-vaccine", "BOPV")),
        ("W03-dose~1", "1"),
        ("W03-vaccine~2", &list("mch-vaccine", "ROTA")),
        ("W03-dose~2", "1"),
    ]);
    saved(server, vaccines).await;
    let doses = found(server, &format!("/Immunization?patient={child}")).await;
    assert_eq!(doses.len(), 4, "{doses:?}");
    let page = server.get(&format!("{}/so/{child}/tiem-chung", server.top())).await.is(200);
    assert!(page.text.contains("BCG"), "{}", page.text);
}

/// Chooses in fields that are there.
fn answered(mut sheet: Sheet, pairs: &[(&str, &str)]) -> Sheet {
    for (name, value) in pairs {
        if let Some(field) = sheet.fields.iter_mut().find(|(known, _)| known == name) {
            field.1 = (*value).to_owned();
        }
    }
    sheet
}

/// All that the forms gave is valid, and what a hospital's system would send.
async fn nothing_is_wrong(server: &Server, child: &str) {
    let visits = of_visits();
    let mut seen = 0;
    let mut all = Vec::new();
    for who in ["chi-hoa", child] {
        for kind in [
            "Observation",
            "Encounter",
            "Condition",
            "Procedure",
            "Immunization",
            "EpisodeOfCare",
            "MedicationAdministration",
        ] {
            let by = if matches!(kind, "Immunization" | "EpisodeOfCare") {
                "patient"
            } else {
                "subject"
            };
            all.extend(found(server, &format!("/{kind}?{by}=Patient/{who}")).await);
        }
        all.push(server.get(&format!("/Patient/{who}")).await.is(200).json());
    }
    for one in &all {
        let outcome = server
            .post(&format!("/{}/$validate", one["resourceType"].as_str().unwrap()), one)
            .await;
        let outcome = outcome.is(200).json();
        let issues = outcome["issue"].as_array().unwrap().iter();
        let errors: Vec<&Value> = issues.filter(|issue| issue["severity"] == "error").collect();
        assert!(errors.is_empty(), "{one}: {errors:?}");
        if let Some((item, shape)) = shape(one)
            && let Some(expected) = visits.get(&item)
        {
            seen += 1;
            assert_eq!(&shape, expected, "{item}");
        }
    }
    assert!(all.len() > 40 && seen > 20, "{} {seen}", all.len());
    let pregnancy = all.iter().find(|one| one["resourceType"] == "Condition").unwrap();
    assert_eq!(pregnancy["clinicalStatus"]["coding"][0]["code"], "resolved");
}

async fn a_form_is_stored_once(server: Server) {
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let sheet = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await.with(&[("P01", "2026-03-12")]);
    let (first, second) = tokio::join!(sheet.send(&server), sheet.send(&server));
    for reply in [&first, &second] {
        assert!(reply.text.contains("Đã ghi vào sổ"), "{} {}", reply.status, reply.text);
    }
    assert!(sheet.send(&server).await.text.contains("Đã ghi vào sổ"));
    assert_eq!(found(&server, "/EpisodeOfCare?patient=chi-hoa").await.len(), 1);
    assert_eq!(found(&server, "/QuestionnaireResponse?subject=Patient/chi-hoa").await.len(), 1);
    // What was changed after it was stored is no other record, and that is said.
    let changed = sheet.clone().with(&[("P01", "2026-03-13")]).send(&server).await.is(409);
    assert!(changed.text.contains("đã ghi vào sổ rồi"), "{}", changed.text);
    let again = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await;
    assert!(again.page.text.contains("Đang có thai kỳ quản lý từ"), "{}", again.page.text);
}

#[tokio::test]
async fn twins_are_two_children_of_one_birth() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let booking = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await;
    saved(&server, booking.with(&[("visit-date", "2026-05-04T08:00"), ("P01", "2026-03-12")]))
        .await;
    let birth = open(&server, "/so/chi-hoa/ghi/sinh").await.more(&server, "baby").await.with(&[
        ("D01", "2026-11-20T22:00"),
        ("D03", "2026-11-21T04:20"),
        ("D02", &list("qd3412-noi-de", "1")),
        ("D04", "1"),
        ("D05", "false"),
        ("D09", "true"),
        ("D13", &list("qd3412-cach-de", "1")),
        ("D14", "Bà Lò Thị Mẫu"),
        ("D20-1", "2"),
        ("D21", &list("qd3412-tinh-trang-con", "1")),
        ("D22", "false"),
        ("K01~0", "Lò Văn Một"),
        ("K02~0", "http://hl7.org/fhir/administrative-gender|male"),
        ("N04~0", "2400"),
        ("K01~1", "Lò Thị Hai"),
        ("K02~1", "http://hl7.org/fhir/administrative-gender|female"),
        ("N04~1", "2300"),
    ]);
    let page = saved(&server, birth).await;
    assert!(page.text.contains("Lò Văn Một") && page.text.contains("Lò Thị Hai"), "{}", page.text);
    let mother = server.get("/Patient/chi-hoa").await.is(200).json();
    assert_eq!(mother["link"].as_array().map(Vec::len), Some(2));
    for (name, weight) in [("Lò Văn Một", 2400), ("Lò Thị Hai", 2300)] {
        let children = found(&server, &format!("/Patient?name:exact={name}")).await;
        let child = children[0]["id"].as_str().unwrap();
        assert_eq!(children[0]["multipleBirthBoolean"], true);
        let weights =
            found(&server, &format!("/Observation?subject=Patient/{child}&code=8339-4")).await;
        assert_eq!(weights[0]["valueQuantity"]["value"], weight);
    }
    // Both are asked for after the birth, each by its name.
    let after = open(&server, "/so/chi-hoa/ghi/sau-sinh").await;
    assert!(after.page.text.contains("Lò Văn Một") && after.page.text.contains("Lò Thị Hai"));
    let after = after.with(&[("B20~0", "2450"), ("B20~1", "2350"), ("B03-1", "80")]);
    saved(&server, after).await;
    let visits = found(&server, "/Encounter?type=postnatal-newborn").await;
    assert_eq!(visits.len(), 2, "{visits:?}");
}

#[tokio::test]
async fn a_form_is_read_in_english_too() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let page = open(&server, "/so/chi-hoa/ghi/booking?lang=en").await.page;
    for words in
        ["Booking of a pregnancy", "First day of last menstrual period", "Save", "lang=\"en\""]
    {
        assert!(page.text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn the_guides_forms_are_valid() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/guide");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let is_form = |path: &std::path::PathBuf| {
        path.file_name().unwrap().to_string_lossy().starts_with("Questionnaire-")
    };
    let mut seen = 0;
    for file in files.filter(is_form) {
        let form: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let outcome = server.post("/Questionnaire/$validate", &form).await.is(200).json();
        let issues = outcome["issue"].as_array().unwrap().iter();
        let errors: Vec<&Value> = issues.filter(|issue| issue["severity"] == "error").collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", form["id"]);
        seen += 1;
    }
    assert_eq!(seen, 15);
    // What is no template is held to its profile there, too.
    let contained = json!({
        "resourceType": "Observation", "id": "o", "status": "final",
        "meta": { "profile": [format!("{OURS}/StructureDefinition/mch-vital-sign")] },
        "code": { "coding": [{ "system": format!("{OURS}/CodeSystem/mch-booklet-item"), "code": "A06" }] },
        "valueQuantity": { "value": 5000, "system": "http://unitsofmeasure.org", "code": "kg" },
    });
    let form = json!({
        "resourceType": "Questionnaire", "status": "draft", "contained": [contained],
        "extension": [{ "url": "http://example.org/x", "valueReference": { "reference": "#o" } }],
    });
    let outcome = server.post("/Questionnaire/$validate", form).await.is(200).json();
    assert!(outcome.to_string().contains("mebe-vital-sign-range"), "{outcome:#}");
}
