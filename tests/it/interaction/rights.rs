//! What somebody with rights to one patient's records sees of others, and may do to them.

use mebe::app::{self, Made};
use mebe::config::settings::Settings;
use mebe::criteria::access::{Access, Doing, Right};
use mebe::criteria::tree::{Belonging, Criteria, Patients};
use mebe::fhir::issue::Issue;
use mebe::fhir::kind::ResourceKind;
use mebe::interaction::bundle::entries;
use mebe::interaction::engine::{Ctx, Engine, Prefer};
use mebe::interaction::failure::{Failure, Kind};
use mebe::interaction::respond::Answer;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::harness::backend::{Backend, Database};

const CCCD: &str = "http://fhir.hl7.org.vn/core/sid/cccd";

fn kind(name: &str) -> ResourceKind {
    ResourceKind::parse(name).unwrap()
}

fn observation(id: &str, of: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
        "identifier": [{ "system": "http://lab.example", "value": id }],
        "subject": { "reference": format!("Patient/{of}") },
    })
}

fn patient(id: &str, number: &str) -> Value {
    let identifier = json!([{ "system": CCCD, "value": number }]);
    json!({ "resourceType": "Patient", "id": id, "identifier": identifier })
}

/// Sends one request.
async fn ask(
    ctx: &Ctx<'_>,
    (method, url): (&str, &str),
    resource: Option<Value>,
    if_none_exist: Option<&str>,
) -> Result<Answer, Failure> {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(resource) = resource {
        entry["resource"] = resource;
    }
    if let Some(criteria) = if_none_exist {
        entry["request"]["ifNoneExist"] = criteria.into();
    }
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": [entry] });
    entries::run(ctx, batch).await?.entries.pop().unwrap()
}

async fn put(ctx: &Ctx<'_>, resource: Value) -> Result<Answer, Failure> {
    let text = |name: &str| resource[name].as_str().unwrap();
    let url = format!("{}/{}", text("resourceType"), text("id"));
    ask(ctx, ("PUT", &url), Some(resource), None).await
}

async fn delete(ctx: &Ctx<'_>, url: &str) -> Result<Answer, Failure> {
    ask(ctx, ("DELETE", url), None, None).await
}

/// A status, and what was found: ids, or versions.
async fn get(ctx: &Ctx<'_>, url: &str) -> (u16, Vec<String>) {
    match ask(ctx, ("GET", url), None, None).await {
        Ok(Answer::Resource(stored)) => (200, vec![stored.version.to_string()]),
        Ok(Answer::Found(found)) => {
            let hits = &found.page.hits;
            assert_eq!(found.page.total, u64::try_from(hits.len()).ok());
            let ids = hits.iter().chain(&found.included).map(|hit| hit.stored.id.to_string());
            (200, ids.collect())
        }
        Ok(Answer::Versions(history)) => {
            (200, history.versions.iter().map(|stored| stored.version.to_string()).collect())
        }
        Ok(other) => panic!("{other:?}"),
        Err(failure) => (failure.kind.codes().0, Vec::new()),
    }
}

fn found(all: &[&str]) -> (u16, Vec<String>) {
    (200, all.iter().map(|one| (*one).to_owned()).collect())
}

#[track_caller]
fn forbidden(answer: Result<Answer, Failure>) {
    assert_eq!(answer.unwrap_err().kind, Kind::Forbidden);
}

/// What is hidden is answered as what never was.
#[track_caller]
fn not_found(answer: Result<Answer, Failure>) {
    assert_eq!(answer.unwrap_err().kind, Kind::NotFound);
}

/// Rights to what is about a patient; Patients and pregnancies may be written, whosever they are.
fn rights(engine: &Engine, id: &str) -> Access {
    let rows = engine.indexer().rows_under(kind("Patient"), Some(id), &json!({}));
    let patients = Patients::Named(rows.members.iter().map(|member| member.patient).collect());
    let about = || Criteria::Compartment { which: Belonging::About, patients: patients.clone() };
    let right = |doing: &[Doing], name, criteria| Right {
        doing: doing.to_vec(),
        kind: kind(name),
        criteria,
    };
    let rights = vec![
        right(&[Doing::Read, Doing::Search, Doing::Write], "Observation", about()),
        right(&[Doing::Read, Doing::Search], "Patient", about()),
        right(&[Doing::Write], "Patient", Criteria::True),
        right(&[Doing::Write], "EpisodeOfCare", Criteria::True),
    ];
    Access::only("of one patient", rights)
}

async fn others_are_as_though_they_were_not_there(all: &Ctx<'_>, own: &Ctx<'_>) {
    put(all, observation("of-ann", "ann")).await.unwrap();
    put(all, observation("of-eve", "eve")).await.unwrap();
    assert_eq!(get(all, "Observation/of-eve").await, found(&["1"]));
    assert_eq!(get(own, "Observation/of-ann").await, found(&["1"]));
    for hidden in ["Observation/of-eve", "Observation/of-eve/_history", "Patient/eve"] {
        assert_eq!(get(own, hidden).await.0, 404, "{hidden}");
    }
    assert_eq!(get(own, "Observation/of-eve/_history/1").await.0, 404);
    assert_eq!(get(all, "Observation?status=final").await, found(&["of-ann", "of-eve"]));
    assert_eq!(get(own, "Observation?status=final&_total=accurate").await, found(&["of-ann"]));
    assert_eq!(get(own, "Observation?identifier=of-eve").await, found(&[]));
    // What is of a type to which there is no right at all.
    let organization = json!({ "resourceType": "Organization", "id": "o", "name": "O" });
    put(all, organization.clone()).await.unwrap();
    assert_eq!(get(own, "Organization").await, found(&[]));
    assert_eq!(get(own, "Organization/o").await.0, 404);
    not_found(put(own, organization).await);
}

async fn others_do_not_come_along(all: &Ctx<'_>, own: &Ctx<'_>) {
    let query = "Patient?_id=eve&_revinclude=Observation:subject";
    assert_eq!(get(all, query).await, found(&["eve", "of-eve"]));
    assert_eq!(get(own, query).await, found(&[]));
    let query = "Observation?status=final&_include=Observation:*";
    assert_eq!(get(all, query).await, found(&["of-ann", "of-eve", "ann", "eve"]));
    assert_eq!(get(own, query).await, found(&["of-ann", "ann"]));
    let query = "Patient?_revinclude=Observation:subject";
    assert_eq!(get(own, query).await, found(&["ann", "of-ann"]));
}

async fn others_are_not_written(all: &Ctx<'_>, own: &Ctx<'_>) {
    not_found(put(own, observation("of-eve", "ann")).await);
    forbidden(put(own, observation("of-ann", "eve")).await);
    forbidden(put(own, observation("new", "eve")).await);
    for hidden in ["Observation/of-eve", "Observation/never-was"] {
        let answer = delete(own, hidden).await.unwrap();
        assert!(matches!(answer, Answer::Deleted { version: None, .. }), "{answer:?}");
    }
    assert_eq!(get(all, "Observation/of-eve/_history").await, found(&["1"]));
    assert_eq!(get(all, "Observation/of-ann/_history").await, found(&["1"]));
    assert_eq!(get(all, "Observation/new").await.0, 404);
    put(own, observation("of-ann", "ann")).await.unwrap();
    // All or nothing, and the entry is named.
    let entry = |id: &str, of: &str| {
        let url = format!("Observation/{id}");
        json!({ "resource": observation(id, of), "request": { "method": "PUT", "url": url } })
    };
    let entries = json!([entry("one", "ann"), entry("two", "eve")]);
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let failure = entries::run(own, bundle).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Forbidden);
    assert!(failure.issues[0].expression.as_ref().unwrap().contains("entry[1]"), "{failure:?}");
    assert_eq!(get(all, "Observation/one").await.0, 404);
}

async fn conditions_do_not_find_others(all: &Ctx<'_>, own: &Ctx<'_>) {
    let create = async |ctx: &Ctx<'_>, criteria: &str| {
        let resource = Some(observation("any", "ann"));
        match ask(ctx, ("POST", "Observation"), resource, Some(criteria)).await.unwrap() {
            Answer::Saved(saved) => saved.stored.id.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(create(all, "identifier=of-eve").await, "of-eve");
    assert_ne!(create(own, "identifier=of-eve").await, "of-eve");
    assert_eq!(create(own, "identifier=of-ann").await, "of-ann");
}

async fn a_corrected_subject_shows_nobody_elses_record(all: &Ctx<'_>, own: &Ctx<'_>) {
    for of in ["ann", "eve"] {
        put(all, observation("moved", of)).await.unwrap();
    }
    delete(all, "Observation/moved").await.unwrap();
    assert_eq!(get(own, "Observation/moved").await.0, 404);
    assert_eq!(get(all, "Observation/moved").await.0, 410);
    put(all, observation("moved", "ann")).await.unwrap();
    let history = "Observation/moved/_history";
    assert_eq!(get(all, history).await, found(&["4", "3", "2", "1"]));
    assert_eq!(get(own, history).await, found(&["4", "1"]));
    assert_eq!(get(own, &format!("{history}?_count=1")).await, found(&["4"]));
    assert_eq!(get(own, &format!("{history}?_count=1&_below=4")).await, found(&["1"]));
    for (version, status) in [("1", 200), ("2", 404), ("3", 404), ("4", 200)] {
        assert_eq!(get(own, &format!("{history}/{version}")).await.0, status, "{version}");
    }
    for all_of in ["_history", "Observation/_history"] {
        // Those of others are not told, nor do pages show that there are any.
        assert_eq!(get(own, &format!("{all_of}?_count=2")).await.1, ["4", "1"]);
        assert_eq!(get(all, &format!("{all_of}?_count=4")).await.1, ["4", "3", "2", "1"]);
    }
    // A deletion of one's own is told.
    delete(all, "Observation/moved").await.unwrap();
    assert_eq!(get(own, "Observation/moved").await.0, 410);
    assert_eq!(get(own, history).await, found(&["5", "4", "1"]));
}

fn pregnancy(id: &str) -> Value {
    let system = "https://mebe.example/fhir/CodeSystem/mch-episode-type";
    json!({
        "resourceType": "EpisodeOfCare", "id": id, "status": "active",
        "type": [{ "coding": [{ "system": system, "code": "pregnancy" }] }],
        "patient": { "reference": "Patient/eve" }, "period": { "start": "2026-06-01" },
        "diagnosis": [{ "condition": { "reference": "Condition/of-eve" } }],
    })
}

/// A finding says that there is somebody, or something, not who or what.
async fn findings_do_not_name_others(all: &Ctx<'_>, own: &Ctx<'_>) {
    put(all, pregnancy("first")).await.unwrap();
    for (ctx, id, is_named) in [(all, "second", true), (own, "third", false)] {
        let issues = match put(ctx, pregnancy(id)).await {
            Ok(Answer::Saved(saved)) => saved.issues,
            Ok(other) => panic!("{other:?}"),
            Err(failure) => failure.issues,
        };
        let at = |issue: &&Issue| {
            issue.expression.as_ref().is_some_and(|element| element.ends_with(".status"))
        };
        let told: Vec<&str> = issues.iter().filter(at).map(|one| one.text.en.as_str()).collect();
        assert_eq!(told.len(), 1, "{issues:?}");
        assert_eq!(told[0].contains("EpisodeOfCare/"), is_named, "{told:?}");
        assert!(issues.iter().filter(at).all(|one| one.rule.is_some()), "{issues:?}");
    }
    for (ctx, id, name) in [(all, "new", "Patient/eve"), (own, "own", "Another Patient")] {
        let Answer::Saved(saved) = put(ctx, patient(id, "001198000002")).await.unwrap() else {
            panic!("nothing is stored");
        };
        let texts: Vec<&str> = saved.issues.iter().map(|issue| issue.text.en.as_str()).collect();
        assert!(texts.iter().any(|text| text.starts_with(name)), "{texts:?}");
    }
}

async fn check(backend: Backend) {
    let Some(database) = Database::create(backend) else { return };
    let settings = Settings { database: database.url.clone(), ..Settings::default() };
    let Made { engine, .. } = app::engine(&settings).await.unwrap();
    let access = rights(&engine, "ann");
    let all = engine.begin(Prefer::default());
    let own = engine.begin_within(&access, Prefer::default());
    put(&all, patient("ann", "001198000001")).await.unwrap();
    put(&all, patient("eve", "001198000002")).await.unwrap();
    others_are_as_though_they_were_not_there(&all, &own).await;
    others_do_not_come_along(&all, &own).await;
    others_are_not_written(&all, &own).await;
    conditions_do_not_find_others(&all, &own).await;
    a_corrected_subject_shows_nobody_elses_record(&all, &own).await;
    findings_do_not_name_others(&all, &own).await;
    engine.rows.close().await.unwrap();
}

/// Without optimization, so long a check is a larger future than the stack of a test holds.
fn run(backend: Backend) {
    let body = move || Runtime::new().unwrap().block_on(check(backend));
    std::thread::Builder::new().stack_size(64 << 20).spawn(body).unwrap().join().unwrap();
}

#[test]
fn sqlite() {
    run(Backend::Sqlite);
}

#[test]
fn postgres() {
    run(Backend::Postgres);
}
