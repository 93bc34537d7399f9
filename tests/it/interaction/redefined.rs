//! What was validated by definitions that have changed since is validated again before it is stored.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use mebe::app::{self, Made};
use mebe::config::settings::Settings;
use mebe::definitions::library::prepared::Prepared;
use mebe::fhir::id::ResourceId;
use mebe::fhir::kind::ResourceKind;
use mebe::interaction::commit::{Valid, commit};
use mebe::interaction::engine::{Engine, Prefer};
use mebe::interaction::failure::Kind;
use mebe::interaction::single::create::create;
use mebe::interaction::single::precondition::Conditions;
use mebe::interaction::single::update::update;
use mebe::store::write::{Expect, Premise};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::harness::backend::{Backend, Database};

fn kind(name: &str) -> ResourceKind {
    ResourceKind::parse(name).unwrap()
}

fn id(text: &str) -> ResourceId {
    ResourceId::parse(text).unwrap()
}

/// A profile of patients who have this element.
fn profile(element: &str) -> Value {
    let path = format!("Patient.{element}");
    json!({
        "resourceType": "StructureDefinition", "id": "p", "url": "http://x.org/p", "name": "P",
        "status": "draft", "kind": "resource", "abstract": false, "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": { "element": [{ "id": path, "path": path, "min": 1 }] },
    })
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "meta": { "profile": ["http://x.org/p"] },
        "name": [{ "text": "Lan" }],
    })
}

/// An engine where the profile asks for a name, and there is a patient.
async fn engine(database: &Database) -> Arc<Engine> {
    let settings = Settings { database: database.url.clone(), ..Settings::default() };
    let Made { engine, .. } = app::engine(&settings).await.unwrap();
    let ctx = engine.begin(Prefer::default());
    update(&ctx, kind("StructureDefinition"), id("p"), profile("name"), &Conditions::default())
        .await
        .unwrap();
    create(&ctx, kind("Patient"), patient(), None).await.unwrap();
    Arc::new(engine)
}

/// Learns, as though another server had stored it, that the profile asks for a birth date.
fn learn(engine: &Engine) {
    let text = profile("birthDate").to_string();
    engine.registry.library.store(kind("StructureDefinition"), &id("p"), 2, Some(&text));
}

fn on(backend: Backend) {
    let Some(database) = Database::create(backend) else { return };
    let runtime = Runtime::new().unwrap();
    let engine = runtime.block_on(engine(&database));
    let ctx = engine.begin(Prefer::default());
    // The writer waits while somebody looks for what to index anew.
    let (told_held, held) = mpsc::channel();
    let (go, told_go) = mpsc::channel::<()>();
    let told_go = std::sync::Mutex::new(told_go);
    let (other, handle) = (Arc::clone(&engine), runtime.handle().clone());
    let holding = std::thread::spawn(move || {
        let look = other.rows.reindex(|_| {
            let _told = told_held.send(());
            let _gone = told_go.lock().unwrap().recv();
            false
        });
        handle.block_on(look).unwrap();
    });
    held.recv().unwrap();
    let (created, ()) = runtime.block_on(async {
        let change = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            learn(&engine);
            drop(go);
        };
        tokio::join!(create(&ctx, kind("Patient"), patient(), None), change)
    });
    holding.join().unwrap();
    assert_eq!(created.unwrap_err().kind, Kind::Unprocessable);
    // The commit itself is refused, and says that it is to be prepared again.
    runtime.block_on(async {
        let born = json!({ "resourceType": "Patient", "birthDate": "2001-01-01" });
        let prepared = Prepared::begin(&engine.registry);
        let mut valid = Valid::check(&ctx, kind("Patient"), born).await.unwrap();
        let mut write = || valid.write(&engine, id("b"), Expect::Any);
        let mut tries = engine.turns.begin();
        let definitions = |prepared| vec![Premise::Definitions(prepared)];
        engine.registry.library.store(
            kind("ValueSet"),
            &id("v"),
            1,
            Some(r#"{"url":"http://x.org/v"}"#),
        );
        let outcome = commit(&ctx, vec![write()], definitions(prepared), &mut tries).await;
        assert_eq!(outcome.unwrap(), None);
        let prepared = Prepared::begin(&engine.registry);
        let outcome = commit(&ctx, vec![write()], definitions(prepared), &mut tries).await;
        assert!(outcome.unwrap().is_some());
        engine.rows.close().await.unwrap();
    });
}

#[test]
fn on_sqlite() {
    on(Backend::Sqlite);
}

#[test]
fn on_postgres() {
    on(Backend::Postgres);
}
