//! No search and no write costs more because others have more records: what the database does for
//! each is counted beside few families and beside many.

use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::effort::effort;
use crate::harness::family::{facilities, family};
use crate::harness::server::Server;

const NAME: &str = "10-ongoing-second-trimester";
const MOTHER: &str = "Patient/me-nong-thi-thu-hang-0";
const FEW: u64 = 2;
const MANY: u64 = 12;

/// Lists of values of each type of parameter, with her and alone: what they find is hers.
const SEARCHES: [&str; 32] = [
    "Observation?subject={}&code=http://loinc.org|8665-2,http://loinc.org|11779-6,http://loinc.org|11781-2,http://loinc.org|11885-1",
    "Observation?subject={}&code=http://loinc.org|8665-2,https://mebe.example/fhir/CodeSystem/mch-booklet-item|P01,http://snomed.info/sct|1",
    "Observation?subject={}&code=8665-2,11779-6,P01",
    "Observation?subject={}&code=http://loinc.org|8665-2,11779-6,|x",
    "Observation?subject={}&status=final,amended&category=vital-signs,exam",
    "Observation?subject={}&date=2026-08-20,2026-09-17,2026-10-15",
    "Observation?subject={}&date=ge2026-08-01&date=lt2026-08-21,2026-08-22",
    "Observation?subject={}&value-quantity=50|http://unitsofmeasure.org|kg,51|http://unitsofmeasure.org|kg",
    "Observation?subject={}&_lastUpdated=2020-01-01,2020-01-02",
    "Observation?subject={},Patient/nobody&code=http://loinc.org|8665-2,http://loinc.org|11779-6",
    "Observation?subject={}&encounter=Encounter/a,Encounter/b,Encounter/c",
    "Observation?subject={}&_id=a,b,c",
    "Encounter?subject={},Patient/nobody&date=2026-08-20,2026-09-17",
    "Patient?identifier=http://fhir.hl7.org.vn/core/sid/cccd|004300000901,http://x.example|1,http://x.example|2",
    "Patient?identifier=004300000901,1,2",
    "Patient?_id=me-nong-thi-thu-hang-0,x,y&name=nong,tran&birthdate=2000,1999,1998",
    "Patient?_id=me-nong-thi-thu-hang-0,x&name:exact=a,b&address=x,y&gender=female,male",
    "Patient?birthdate=1930-01-01,1931-01-01,1932-01-01",
    "Patient?name=khong,co,ai",
    "Patient?name:exact=Không,Có,Ai",
    "Observation?value-quantity=7777|http://unitsofmeasure.org|kg,8888|http://unitsofmeasure.org|kg",
    "Observation?_lastUpdated=2020-01-01,2020-01-02",
    "Observation?subject={}&_include=Observation:subject&_include=Observation:encounter",
    "Observation?subject={}&_include=Observation:subject&_include:iterate=Patient:*",
    "Patient?_id=me-nong-thi-thu-hang-0&_revinclude=Observation:subject&_revinclude=Encounter:*",
    "{}/Observation?status=final",
    "{}/*?_count=50",
    "?_type=Observation,Encounter&_lastUpdated=2020-01-01",
    "?_id=me-nong-thi-thu-hang-0,x",
    "Observation?combo-code-value-quantity=http://loinc.org|29463-7$7777|http://unitsofmeasure.org|kg",
    "Patient?_text=khongco",
    "Observation?subject={}&_sort=-date&_count=5",
];

async fn load(server: &Server, copies: std::ops::Range<u64>) {
    for copy in copies {
        server.post("", family(NAME, copy)).await.is(200);
    }
}

/// A result of the mother that rules are about.
fn result(code: &str, value: Value) -> Value {
    let item = "https://mebe.example/fhir/CodeSystem/mch-booklet-item";
    let mut result = json!({
        "resourceType": "Observation", "status": "final", "subject": { "reference": MOTHER },
        "code": { "coding": [{ "system": "http://loinc.org", "code": code },
            { "system": item, "code": "A06", "display": "Cân nặng" }] },
        "category": [{ "coding": [{ "code": "vital-signs",
            "system": "http://terminology.hl7.org/CodeSystem/observation-category" }] }],
        "effectiveDateTime": "2026-10-15T08:00:00+07:00",
    });
    result["valueQuantity"] = value;
    result
}

/// So much of hers that rules no longer read all of it and sift it, but ask for codes.
async fn many_records(server: &Server) {
    let one = |number: usize| {
        let note = json!({
            "resourceType": "Observation", "status": "final", "subject": { "reference": MOTHER },
            "code": { "coding": [{ "system": "http://notes.example", "code": number.to_string() }] },
        });
        json!({ "resource": note, "request": { "method": "POST", "url": "Observation" } })
    };
    let entries: Vec<Value> = (0..220).map(one).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", bundle).await.is(200);
}

async fn writes(server: &Server) {
    let weight =
        json!({ "value": 52, "unit": "kg", "code": "kg", "system": "http://unitsofmeasure.org" });
    server.post("/Observation", result("29463-7", weight)).await.is(201);
    let known = "identifier=http://fhir.hl7.org.vn/core/sid/cccd|004300000901";
    let patient = json!({ "resourceType": "Patient" });
    let created = server.post("/Patient", patient).header("if-none-exist", known);
    created.await.is(200);
    // The whole family again.
    server.post("", family(NAME, 0)).await.is(200);
}

/// What the searches, on `SQLite`, and the writes cost.
async fn costs(server: &mut Server) -> Vec<(String, i64)> {
    // The windows of what is due are made beside: whoever asks for them waits until they are.
    server.get("/$due?_count=1").await.is(200);
    let mut costs = Vec::new();
    let mut before = effort(server).await;
    let mut spent = async |server: &mut Server, what: &str| {
        let now = effort(server).await;
        costs.push((what.to_owned(), now - before));
        before = now;
    };
    // `PostgreSQL` reads tables as small as these whole, whatever is searched.
    if server.database.backend == Backend::Sqlite {
        for search in SEARCHES {
            server.get(&format!("/{}", search.replace("{}", MOTHER))).await.is(200);
            spent(server, search).await;
        }
    }
    writes(server).await;
    spent(server, "the writes").await;
    costs
}

async fn check(backend: Backend) {
    let settings = [("log", "info,mebe::steps=trace")];
    let Some(mut server) = Server::start_with(backend, &settings).await else { return };
    server.post("", facilities()).await.is(200);
    load(&server, 0..FEW).await;
    // Once for what is prepared or remembered.
    writes(&server).await;
    let few = costs(&mut server).await;
    load(&server, FEW..MANY).await;
    let many = costs(&mut server).await;
    let grown: Vec<_> = few
        .iter()
        .zip(&many)
        // The writes leave a version and a result behind each time.
        .filter(|((_, few), (_, many))| *many > few + few / 4 + 60)
        .collect();
    assert!(grown.is_empty(), "beside {FEW} and beside {MANY} families: {grown:#?}");
    assert!(few.iter().any(|(_, cost)| *cost > 0), "nothing was counted");
}

/// What the writes cost her who has much.
async fn check_much(backend: Backend) {
    let settings = [("log", "info,mebe::steps=trace")];
    let Some(mut server) = Server::start_with(backend, &settings).await else { return };
    server.post("", facilities()).await.is(200);
    load(&server, 0..FEW).await;
    many_records(&server).await;
    writes(&server).await;
    let cost = async |server: &mut Server| {
        let before = effort(server).await;
        writes(server).await;
        effort(server).await - before
    };
    let few = cost(&mut server).await;
    load(&server, FEW..MANY).await;
    let many = cost(&mut server).await;
    assert!(few > 0, "nothing was counted");
    assert!(many <= few + few / 4 + 60, "{few} beside {FEW} families, {many} beside {MANY}");
}

#[tokio::test]
async fn much_sqlite() {
    check_much(Backend::Sqlite).await;
}

#[tokio::test]
async fn much_postgres() {
    check_much(Backend::Postgres).await;
}

#[tokio::test]
async fn sqlite() {
    check(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres() {
    check(Backend::Postgres).await;
}
