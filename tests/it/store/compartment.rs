//! Who the owner of each version is, and whose compartment holds what.

use std::collections::BTreeSet;

use mebe::definitions::registry::Registry;
use mebe::fhir::kind::ResourceKind;
use mebe::index::patient::PatientKey;
use serde_json::{Value, json};

use crate::harness::backend::Database;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_database_of_before_gets_its_compartments,
    compartments_follow_every_write,
    changes_of_a_commit_say_how_many_follow,
    compartments_hold_what_the_parameters_of_r4_find,
);

/// A sample family with two children.
const FAMILY: &str = "02-twins";

const PATIENTS: [&str; 5] = ["an", "binh", "con", "gone", "never"];

/// Owners of all versions, as the versions and the log agree on: `Observation/weight 1 an`.
const OWNERS: &str = "SELECT CAST(v.owner AS text) || ' ' || CAST(r.type_id AS text) || '/' || r.id \
     || ' ' || CAST(v.version AS text) \
     FROM (SELECT rid, version, owner FROM resource \
       UNION ALL SELECT rid, version, owner FROM resource_version) v \
     JOIN resource r ON r.rid = v.rid \
     JOIN change_log l ON l.rid = v.rid AND l.version = v.version AND l.owner = v.owner";

/// Rows of compartments: `an 3 Observation/weight`.
const COMPARTMENTS: &str = "SELECT CAST(c.patient AS text) || ' ' || CAST(c.type_id AS text) || '/' \
     || r.id || ' ' || CAST(c.role AS text) \
     FROM compartment c JOIN resource r ON r.rid = c.rid AND r.type_id = c.type_id";

/// Lines of a query with patients and types by their names, in order.
async fn told(database: &Database, sql: &str) -> Vec<String> {
    let secret = database.texts("SELECT value FROM setting WHERE key = 'cursor_key'").await;
    let key = PatientKey::new(secret[0].as_bytes());
    let owner = |number: &str| match number {
        "0" => "nobody",
        "1" => "somebody",
        number => {
            let known = PATIENTS.into_iter();
            let mut known = known.filter(|id| key.number(id).number().to_string() == number);
            known.next().expect("a known patient")
        }
    };
    let line = |line: &String| {
        let (number, rest) = line.split_once(' ').expect("a number");
        format!("{} {}", owner(number), address(rest))
    };
    let mut lines: Vec<String> = database.texts(sql).await.iter().map(line).collect();
    lines.sort();
    lines
}

/// A database that Mebe of 30 November 2026 wrote.
async fn of_before(database: &Database) {
    super::without_compartments(database).await;
    for sql in ["DELETE FROM log_end", include_str!("before_compartments.sql")] {
        database.run(sql).await;
    }
}

async fn a_database_of_before_gets_its_compartments(mut server: Server) {
    server.stop().await;
    of_before(&server.database).await;
    let refused = server.command(&["verify"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("made by an earlier Mebe"));
    server.start_again(&[]).await;
    server.assert_sound();
    assert_eq!(told(&server.database, OWNERS).await, OWNED);
    assert_eq!(told(&server.database, COMPARTMENTS).await, HELD);
    server.delete("/Observation/weight").await.is(204);
    let owners = told(&server.database, OWNERS).await;
    assert!(owners.contains(&"an Observation/weight 4".to_owned()), "{owners:?}");
    server.assert_sound();
}

fn observation(id: &str, subject: Value) -> Value {
    let code = json!({ "text": "x" });
    json!({ "resourceType": "Observation", "id": id, "status": "final", "code": code,
        "subject": subject })
}

fn encounter(id: &str, subject: &str) -> Value {
    json!({ "resourceType": "Encounter", "id": id, "status": "finished", "class": { "code": "AMB" },
        "subject": { "reference": subject } })
}

fn patient(id: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id })
}

fn to(target: &str) -> Value {
    json!({ "reference": target })
}

/// What was written into the database of before; without a resource it is a deletion.
fn writes() -> Vec<(&'static str, Option<Value>)> {
    let corrected = json!({ "resourceType": "Observation", "id": "weight", "status": "final",
        "code": { "text": "x" }, "subject": to("Patient/binh"), "performer": [to("Patient/an")] });
    let apgar = json!({ "resourceType": "Observation", "id": "apgar", "status": "final",
        "code": { "text": "x" }, "focus": [to("Patient/con")], "subject": to("Patient/an") });
    let linked = json!({ "resourceType": "Patient", "id": "an",
        "link": [{ "other": to("Patient/binh"), "type": "seealso" }] });
    let task = json!({ "resourceType": "Task", "id": "t", "status": "requested", "intent": "order",
        "for": to("Patient/an") });
    let device = json!({ "resourceType": "Device", "id": "d", "patient": to("Patient/binh") });
    let basic = json!({ "resourceType": "Basic", "id": "b", "code": { "text": "x" },
        "author": to("Patient/an"), "subject": to("Patient/never") });
    let identified = json!({ "identifier": { "system": "http://x.example", "value": "1" } });
    let related = json!({ "resourceType": "RelatedPerson", "id": "an-con",
        "patient": to("Patient/con") });
    let elsewhere = to("https://his.example/fhir/Patient/an");
    vec![
        ("Observation/weight", Some(observation("weight", to("Patient/an")))),
        ("Patient/an", Some(patient("an"))),
        ("Patient/binh", Some(patient("binh"))),
        ("Patient/con", Some(patient("con"))),
        ("Patient/an", Some(linked)),
        ("Observation/weight", Some(corrected)),
        ("Observation/weight", Some(observation("weight", to("Patient/an")))),
        ("Observation/apgar", Some(apgar)),
        ("RelatedPerson/an-con", Some(related)),
        ("Encounter/visit", Some(encounter("visit", "Patient/binh"))),
        ("Encounter/visit", Some(encounter("visit", "Patient/an"))),
        ("Encounter/visit", None),
        ("Encounter/again", Some(encounter("again", "Patient/an"))),
        ("Encounter/again", None),
        ("Encounter/again", Some(encounter("again", "Patient/binh"))),
        ("Observation/unknown", Some(observation("unknown", identified))),
        ("Observation/elsewhere", Some(observation("elsewhere", elsewhere))),
        ("Observation/room", Some(observation("room", to("Location/l")))),
        ("Location/l", Some(json!({ "resourceType": "Location", "id": "l" }))),
        ("Task/t", Some(task)),
        ("Device/d", Some(device)),
        ("Device/d", Some(json!({ "resourceType": "Device", "id": "d" }))),
        ("Basic/b", Some(basic)),
        ("Patient/gone", Some(patient("gone"))),
        ("Patient/gone", None),
    ]
}

/// Two resources of one commit, each about two.
fn together() -> Value {
    let actor = |id: &str| json!({ "status": "accepted", "actor": to(id) });
    let appointment = json!({ "resourceType": "Appointment", "id": "hen", "status": "proposed",
        "participant": [actor("Location/l"), actor("Patient/con"), actor("Patient/an")] });
    let group = json!({ "resourceType": "Group", "id": "g", "type": "person", "actual": true,
        "member": [{ "entity": to("Patient/con") }, { "entity": to("Patient/binh") }] });
    transaction(vec![("PUT", "Appointment/hen", appointment), ("PUT", "Group/g", group)])
}

fn transaction(entries: Vec<(&str, &str, Value)>) -> Value {
    let entry = |(method, url, resource): (&str, &str, Value)| {
        let request = json!({ "method": method, "url": url });
        match resource {
            Value::Null => json!({ "request": request }),
            resource => json!({ "resource": resource, "request": request }),
        }
    };
    let entries: Vec<Value> = entries.into_iter().map(entry).collect();
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

async fn compartments_follow_every_write(mut server: Server) {
    for (path, resource) in writes() {
        let path = format!("/{path}");
        match resource {
            Some(resource) => server.put(&path, resource).await,
            None => server.delete(&path).await.is(204),
        };
    }
    server.post("", together()).await.is(200);
    assert_eq!(told(&server.database, OWNERS).await, OWNED);
    assert_eq!(told(&server.database, COMPARTMENTS).await, HELD);
    // Under an id of the server's choice, whatever id the body has.
    let created = server.post("/Patient", patient("an")).await.is(201).id();
    let hers = format!("SELECT id FROM resource WHERE id = '{created}' AND owner NOT IN (0, 1)");
    assert_eq!(server.database.texts(&hers).await, [created]);
    server.stop().await;
    server.assert_sound();
}

async fn changes_of_a_commit_say_how_many_follow(mut server: Server) {
    const MORE: &str = "SELECT CAST(seq AS text) || ' ' || CAST(more AS text) FROM change_log";
    server.put("/Patient/an", patient("an")).await.is(201);
    let three = transaction(vec![
        ("DELETE", "Patient/never", Value::Null),
        ("PUT", "Patient/binh", patient("binh")),
        ("DELETE", "Patient/an", Value::Null),
        ("PUT", "Patient/con", patient("con")),
    ]);
    server.post("", three).await.is(200);
    server.put("/Patient/late", patient("late")).await.is(201);
    let mut told = server.database.texts(MORE).await;
    told.sort();
    assert_eq!(told, ["1 0", "2 2", "3 1", "4 0", "5 0"]);
    server.stop().await;
    server.assert_sound();
}

/// R4 says by search parameters what a compartment holds: the rows are what these find.
async fn compartments_hold_what_the_parameters_of_r4_find(server: Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family(FAMILY, 0)).await.is(200);
    let registry = Registry::r4().expect("R4");
    let links = registry.compartments.of(ResourceKind::PATIENT);
    let links = links.expect("a compartment");
    let patients = server.get("/Patient").await.ids();
    assert!(patients.len() > 1, "a mother and a child: {patients:?}");
    for patient in patients {
        let mut found = BTreeSet::from([format!("Patient/{patient}")]);
        for kind in ResourceKind::all() {
            for code in links.links(kind) {
                let page = format!("/{kind}?{code}=Patient/{patient}&_count=1000");
                let ids = server.get(&page).await.ids();
                found.extend(ids.iter().map(|id| format!("{kind}/{id}")));
            }
        }
        let rows = "SELECT CAST(c.type_id AS text) || '/' || r.id FROM resource p \
             JOIN compartment c ON c.patient = p.owner AND c.role IN (1, 3) \
             JOIN resource r ON r.rid = c.rid WHERE p.type_id = 102 AND p.id = ";
        let rows = server.database.texts(&format!("{rows}'{patient}'")).await;
        let rows: BTreeSet<String> = rows.iter().map(|row| address(row)).collect();
        assert_eq!(rows, found);
    }
}

/// `Encounter/a` of `43/a`.
fn address(row: &str) -> String {
    let (kind, id) = row.split_once('/').expect("a type");
    let kind = ResourceKind::from_number(kind.parse().expect("a number")).expect("a type");
    format!("{kind}/{id}")
}

/// The owners of what [`writes`] and [`together`] store.
const OWNED: [&str; 27] = [
    "an Encounter/again 1",
    "an Encounter/again 2",
    "an Encounter/visit 2",
    "an Encounter/visit 3",
    "an Observation/apgar 1",
    "an Observation/weight 1",
    "an Observation/weight 3",
    "an Patient/an 1",
    "an Patient/an 2",
    "an Task/t 1",
    "binh Device/d 1",
    "binh Encounter/again 3",
    "binh Encounter/visit 1",
    "binh Observation/weight 2",
    "binh Patient/binh 1",
    "con Appointment/hen 1",
    "con Group/g 1",
    "con Patient/con 1",
    "con RelatedPerson/an-con 1",
    "gone Patient/gone 1",
    "gone Patient/gone 2",
    "never Basic/b 1",
    "nobody Device/d 2",
    "nobody Location/l 1",
    "nobody Observation/room 1",
    "somebody Observation/elsewhere 1",
    "somebody Observation/unknown 1",
];

/// What their compartments hold then: 1 is R4's compartment, 2 a resource about her, 3 both.
const HELD: [&str; 16] = [
    "an Appointment/hen 3",
    "an Basic/b 1",
    "an Observation/apgar 3",
    "an Observation/weight 3",
    "an Patient/an 3",
    "an Task/t 2",
    "binh Encounter/again 3",
    "binh Group/g 3",
    "binh Patient/an 1",
    "binh Patient/binh 3",
    "con Appointment/hen 3",
    "con Group/g 3",
    "con Observation/apgar 2",
    "con Patient/con 3",
    "con RelatedPerson/an-con 3",
    "never Basic/b 3",
];
