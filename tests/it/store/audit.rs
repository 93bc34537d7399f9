//! A commit can carry a record of itself, which is written with it and which nobody else knows of.

use std::sync::Arc;

use mebe::app::{self, Made};
use mebe::config::settings::Settings;
use mebe::criteria::access::Reason;
use mebe::criteria::tree::Criteria;
use mebe::definitions::search_parameter::ParamId;
use mebe::fhir::draft::Draft;
use mebe::fhir::id::ResourceId;
use mebe::fhir::kind::ResourceKind;
use mebe::index::indexer::Indexer;
use mebe::interaction::scoped::{Refused, Scoped};
use mebe::store::write::{
    Audit, Change, Commit, Expect, IfSame, Premise, Put, Refusal, Write, Written,
};
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_record_of_a_commit_is_written_with_it);

fn kind(name: &str) -> ResourceKind {
    ResourceKind::parse(name).unwrap()
}

fn id(id: &str) -> ResourceId {
    ResourceId::parse(id).unwrap()
}

fn put(indexer: &Indexer, resource: &Value) -> Put {
    let (name, own) = (resource["resourceType"].as_str().unwrap(), &resource["id"]);
    let draft = Draft::new(resource.as_object().unwrap(), &id(own.as_str().unwrap()));
    let rows = indexer.rows(kind(name), resource);
    Put {
        draft: Arc::new(draft),
        rows: Arc::new(rows),
        generation: indexer.generation(),
        if_same: IfSame::Stays,
    }
}

/// An update of one patient, with a record of it.
fn commit(indexer: &Indexer, gender: &str, record: &str, premises: Vec<Premise>) -> Commit {
    let patient = json!({ "resourceType": "Patient", "id": "me", "gender": gender });
    let change = Change::Put(put(indexer, &patient));
    let write = Write { kind: kind("Patient"), id: id("me"), expect: Expect::Any, change };
    let record = json!({
        "resourceType": "AuditEvent", "id": record, "recorded": "2026-12-01T08:00:00+07:00",
        "type": { "code": "rest" }, "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "Mebe" } },
        "entity": [{ "what": { "reference": "Patient/me" } }],
    });
    let audit = Audit {
        kind: kind("AuditEvent"),
        id: id(record["id"].as_str().unwrap()),
        put: put(indexer, &record),
    };
    Commit { writes: vec![write], premises, audit: Some(audit), recording: None, keep: None }
}

async fn has(rows: &Scoped<'_>, record: &str) -> bool {
    rows.current(kind("AuditEvent"), &id(record)).await.unwrap().is_some()
}

async fn a_record_of_a_commit_is_written_with_it(mut server: Server) {
    server.stop().await;
    let (database, base_url) = (server.database.url.clone(), server.base());
    let settings = Settings { database, base_url, ..Settings::default() };
    let Made { engine, .. } = app::engine(&settings).await.unwrap();
    let (indexer, rows) = (engine.indexer(), engine.rows.for_server(Reason::Examples));
    let since = rows.seen();

    let written = rows.commit(commit(&indexer, "female", "a", Vec::new())).await.unwrap().unwrap();
    assert!(matches!(&*written, [Written::Version { version: 1, .. }]), "{written:?}");
    assert!(has(&rows, "a").await);

    // Nothing of its type came for who rests on that, though there is something of the other.
    let audits = Premise::untouched(since, kind("AuditEvent"), vec![Criteria::True]);
    let patients = Premise::untouched(since, kind("Patient"), vec![Criteria::True]);
    let (number, overtaken) = (patients.number(), commit(&indexer, "male", "b", vec![patients]));
    let refused = rows.commit(overtaken).await.unwrap().unwrap_err();
    assert_eq!(refused, Refused::Writer(Refusal::Overtaken { premise: number }));
    assert!(!has(&rows, "b").await, "a refused commit left its record");
    rows.commit(commit(&indexer, "male", "c", vec![audits])).await.unwrap().unwrap();

    // What is about others is overtaken by any change but these.
    let since = rows.seen();
    let about = indexer.search().find(kind("Observation"), "patient").unwrap().indexed_as();
    let chain = |param| Criteria::Chain {
        param,
        kind: kind("Patient"),
        criteria: Box::new(Criteria::True),
    };
    let others = |param| Premise::untouched(since, kind("Observation"), vec![chain(param)]);
    rows.commit(commit(&indexer, "other", "d", vec![others(about)])).await.unwrap().unwrap();
    let overtaken = commit(&indexer, "female", "e", vec![others(about)]);
    let refused = rows.commit(overtaken).await.unwrap().unwrap_err();
    let number = others(about).number();
    assert_eq!(refused, Refused::Writer(Refusal::Overtaken { premise: number }));
    assert!(number.is_some());
    // Who asked by a parameter that is gone asks again, and waits for nobody.
    let gone = commit(&indexer, "female", "e", vec![others(ParamId::from_number(1))]);
    let refused = rows.commit(gone).await.unwrap().unwrap_err();
    assert_eq!(refused, Refused::Writer(Refusal::Overtaken { premise: None }));

    // Where nothing changes there is nothing to record.
    let same = rows.commit(commit(&indexer, "other", "f", Vec::new())).await.unwrap().unwrap();
    assert!(matches!(&*same, [Written::Same { version: 3, .. }]), "{same:?}");
    assert!(!has(&rows, "f").await);
    engine.rows.close().await.unwrap();

    server.assert_sound();
    server.start_again(&[]).await;
    let found = server.get("/AuditEvent?entity=Patient/me&_sort=_id").await.is(200);
    assert_eq!(found.ids(), ["a", "c", "d"]);
}
