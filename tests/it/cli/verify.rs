//! `mebe verify`: sound databases pass, others do not.

use std::path::Path;

use mebe::definitions::registry::Registry;
use mebe::index::indexer::Indexer;
use mebe::index::patient::PatientKey;
use mebe::store::database::Location;
use mebe::store::revision::{MadeFor, Wanted};
use mebe::store::verify::check::check;
use mebe::store::verify::source::Source;
use serde_json::json;

use crate::harness::backend::{Backend, Database};
use crate::harness::on_both;
use crate::harness::server::{Server, mebe};

on_both!(
    a_sound_database_passes,
    a_database_is_checked_by_the_base_it_was_served_at,
    every_damage_is_told,
    a_resource_that_is_gone_with_all_its_rows_is_told,
);

async fn filled(server: &mut Server) {
    for family in ["Lê", "Hồ"] {
        let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": family }], "birthDate": "1999" });
        server.put("/Patient/me", patient).await;
    }
    server.put("/Patient/gone", json!({ "resourceType": "Patient", "id": "gone" })).await.is(201);
    server.delete("/Patient/gone").await.is(204);
    let coded = json!({ "resourceType": "Patient", "id": "last", "identifier": [{ "system": "http://x", "value": "1" }] });
    server.put("/Patient/last", coded).await.is(201);
    server.stop().await;
}

/// What `verify` says of a database; none when it finds no fault.
fn faults(database: &Database) -> Option<String> {
    let ended = mebe().args(["verify", "--database", &database.url]).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    match ended.status.code() {
        Some(0) => None,
        Some(1) => Some(said),
        _ => panic!("{}", String::from_utf8_lossy(&ended.stderr)),
    }
}

async fn a_sound_database_passes(mut server: Server) {
    filled(&mut server).await;
    let ended = server.command(&["verify"]);
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success() && said.ends_with(": 0 faults\n"), "{said}");
}

/// The database is all that `mebe verify` is told of: the server's base URL is in it.
async fn a_database_is_checked_by_the_base_it_was_served_at(mut server: Server) {
    let observation = json!({
        "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "x" },
        "subject": { "reference": format!("{}/Patient/me", server.base()) },
    });
    server.put("/Observation/o", observation).await.is(201);
    server.stop().await;
    server.assert_sound();
}

/// Statements that damage the database of [`filled`], and what is said of each.
const DAMAGE: [(&str, &str); 48] = [
    (
        "UPDATE resource SET body = (SELECT body FROM resource_version LIMIT 1) WHERE id = 'me'",
        "not what was written",
    ),
    ("UPDATE resource SET body = body || ' ' WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET body = '{}' WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET body = NULL WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET updated = updated + 1000 WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET op = 3 WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET op = 2 WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET id = 'em' WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET type_id = 103 WHERE id = 'me'", "not what was written"),
    ("UPDATE resource SET version = version + 1 WHERE id = 'me'", "is lost"),
    ("UPDATE resource SET rid = 99 WHERE id = 'me'", "is lost"),
    ("UPDATE resource SET seq = 1 WHERE id = 'gone'", "not what was written"),
    (
        "UPDATE resource_version SET body = (SELECT body FROM resource WHERE id = 'me') WHERE version = 1",
        "not what was written",
    ),
    ("UPDATE resource_version SET updated = updated - 1000", "not what was written"),
    ("UPDATE change_log SET updated = updated - 1000 WHERE seq = 1", "the log says something else"),
    ("UPDATE change_log SET op = 1 WHERE seq = 1", "the log says something else"),
    ("UPDATE change_log SET sum = sum + 1 WHERE seq = 2", "not what was written"),
    ("UPDATE change_log SET chain = chain + 1 WHERE seq = 2", "the log is broken here"),
    ("UPDATE log_end SET chain = chain + 1", "where the log ends"),
    ("UPDATE log_end SET rid = rid - 1", "where the log ends"),
    ("DELETE FROM log_end", "where the log ends"),
    ("DELETE FROM resource WHERE id = 'me'", "version"),
    ("DELETE FROM resource_version", "is lost"),
    ("DELETE FROM change_log WHERE seq = 2", "are missing"),
    ("DELETE FROM change_log WHERE seq = (SELECT max(seq) FROM change_log)", "where the log ends"),
    ("DELETE FROM change_log", "where the log ends"),
    ("DELETE FROM sp_date", "its index rows differ"),
    ("DELETE FROM sp_string WHERE folded = 'ho'", "its index rows differ"),
    ("UPDATE sp_token SET system = system + 1", "its index rows differ"),
    ("INSERT INTO sp_uri (param_id, value, rid) VALUES (1, 'x', 1)", "its index rows differ"),
    ("UPDATE search_parameter SET date_span = 0 WHERE date_span > 0", "its date_span is 0"),
    ("UPDATE search_parameter SET date_span = 5 WHERE code = 'death-date'", "its date_span is 5"),
    ("DELETE FROM search_parameter WHERE code = 'birthdate'", "search_parameter Patient.birthdate"),
    ("UPDATE search_parameter SET state = 1 WHERE code = 'birthdate'", "are not complete"),
    ("UPDATE search_parameter SET definition = '{' WHERE code = 'birthdate'", "it is damaged"),
    ("UPDATE search_parameter SET job = 7 WHERE code = 'birthdate'", "and one is named"),
    (
        "UPDATE search_parameter SET definition = replace(definition, 'url', 'uri') WHERE definition <> ''",
        "it is damaged",
    ),
    (
        "UPDATE search_parameter SET definition = replace(definition, 'http', 'hxxp')",
        "the list is not what is stored",
    ),
    ("UPDATE consumer SET position = position + 1000", "consumer search-parameters"),
    ("UPDATE resource SET owner = owner + 1 WHERE id = 'me'", "its owner is not whom it is about"),
    ("UPDATE resource SET owner = 0 WHERE id = 'gone'", "the owner of its version 2 is not"),
    ("UPDATE resource_version SET owner = 1", "the owner of its version 1 is not"),
    ("UPDATE change_log SET owner = 0 WHERE seq = 1", "the log says something else"),
    ("UPDATE change_log SET more = 1 WHERE seq = 2", "the log is broken here"),
    ("DELETE FROM compartment", "its index rows differ"),
    ("UPDATE compartment SET role = 1", "its index rows differ"),
    ("UPDATE setting SET value = 'x' WHERE key = 'cursor_key'", "setting cursor_key"),
    ("DELETE FROM setting WHERE key = 'index_base'", "it is lost"),
];

async fn every_damage_is_told(mut server: Server) {
    filled(&mut server).await;
    for (sql, expected) in DAMAGE {
        let copy = server.database.copy();
        assert!(copy.run(sql).await > 0, "{sql}");
        let said = faults(&copy).unwrap_or_default();
        assert!(said.contains(expected), "{sql}: {said}");
    }
    for index in ["resource_identity", "resource_order", "resource_updated", "sp_date_by_resource"]
    {
        let copy = server.database.copy();
        copy.run(&format!("DROP INDEX {index}")).await;
        let said = faults(&copy).unwrap_or_default();
        assert!(said.contains(index), "{index}: {said}");
    }
    for sql in [
        "DROP TABLE sp_uri",
        "ALTER TABLE resource_version RENAME TO versions",
        "DROP TABLE log_end",
    ] {
        let copy = server.database.copy();
        copy.run(sql).await;
        assert!(faults(&copy).is_some(), "{sql}");
    }
}

/// The last resource and one in the middle, with everything that is about them.
async fn a_resource_that_is_gone_with_all_its_rows_is_told(mut server: Server) {
    filled(&mut server).await;
    for rid in [1, 2, 3] {
        let copy = server.database.copy();
        let mut tables = vec!["resource", "resource_version", "change_log"];
        tables.extend(["sp_token", "sp_string", "sp_date", "sp_number", "sp_quantity"]);
        tables.extend(["sp_reference", "sp_uri", "sp_composite", "compartment"]);
        for table in tables {
            copy.run(&format!("DELETE FROM {table} WHERE rid = {rid}")).await;
        }
        assert!(faults(&copy).is_some(), "{rid}");
    }
}

/// All rows of all tables, in order.
fn dump(file: &Path) -> Result<Vec<String>, rusqlite::Error> {
    let db = rusqlite::Connection::open(file)?;
    let mut names =
        db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut all = Vec::new();
    for name in names {
        let mut rows = db.prepare(&format!("SELECT * FROM {name} NOT INDEXED"))?;
        let columns = rows.column_count();
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let cells = (0..columns).map(|at| row.get_ref(at).map(|cell| format!("{cell:?}")));
            all.push(format!("{name} {:?}", cells.collect::<Result<Vec<_>, _>>()?));
        }
    }
    all.sort();
    Ok(all)
}

/// One bit of a page is turned, many times: what nobody can read in it any more is told. Room in a
/// page that holds nothing is nobody's loss.
#[tokio::test]
async fn a_bit_that_was_turned_is_told() {
    let mut server = Server::start(Backend::Sqlite).await.unwrap();
    filled(&mut server).await;
    let file = server.database.folder.path().join("mebe.db");
    let (whole, expected) = (std::fs::read(&file).unwrap(), dump(&file).unwrap());
    let mut source = Source::open(&Location::Sqlite(file.clone())).await.unwrap();
    let MadeFor { zone, base, secret, full_text } = source.made_for().await.unwrap();
    let registry = Registry::r4().unwrap();
    let patients = &PatientKey::new(&secret);
    let indexer = Indexer::new(&registry, zone, &base, patients.clone());
    let indexer = indexer.with_words(full_text);
    let search = source.search(&registry).await;
    let indexer = indexer.renewed(&registry, search, 0);
    let wanted = Wanted { registry: &registry, zone, base: &base, patients, full_text };
    assert_eq!(check(&mut source, &wanted, &indexer).await.unwrap().faults, []);
    let folder = tempfile::tempdir().unwrap();
    let (mut found, mut state) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    for at in 0..150 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 33).unwrap() % whole.len();
        let mut changed = whole.clone();
        changed[place] ^= 1 << (state % 8);
        let copy = folder.path().join(format!("{at}.db"));
        std::fs::write(&copy, &changed).unwrap();
        let location = Location::Sqlite(copy.clone());
        let is_sound = match Source::open(&location).await {
            Ok(mut source) => check(&mut source, &wanted, &indexer).await.unwrap().count == 0,
            Err(_) => false,
        };
        found += usize::from(!is_sound);
        if is_sound {
            assert_eq!(dump(&copy).ok().as_ref(), Some(&expected), "byte {place}");
        }
        std::fs::remove_file(&copy).unwrap();
    }
    assert!(found > 20, "{found}");
}

/// A file in a folder, neither of which may be written by who looks at it.
#[tokio::test]
async fn a_file_that_may_only_be_read_is_checked() {
    let mut server = Server::start(Backend::Sqlite).await.unwrap();
    filled(&mut server).await;
    let (file, before) = (server.database.folder.path().join("mebe.db"), listed(&server.database));
    let bytes = std::fs::read(&file).unwrap();
    server.assert_sound();
    assert_eq!((listed(&server.database), std::fs::read(&file).unwrap()), (before, bytes));
}

fn listed(database: &Database) -> Vec<String> {
    let names = std::fs::read_dir(database.folder.path()).unwrap();
    let mut names: Vec<String> =
        names.map(|name| name.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A role that may read and nothing else.
#[tokio::test]
async fn a_role_that_may_only_read_can_check() {
    let Some(mut server) = Server::start(Backend::Postgres).await else { return };
    filled(&mut server).await;
    let name = server.database.url.rsplit('/').next().unwrap().to_owned();
    let sql = format!(
        "CREATE ROLE reads_{name} LOGIN; GRANT USAGE ON SCHEMA public TO reads_{name}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO reads_{name}"
    );
    server.database.run(&sql).await;
    let url = server.database.url.replace("mebe@", &format!("reads_{name}@"));
    let ended = mebe().args(["verify", "--database", &url]).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    server.database.run(&format!("DROP OWNED BY reads_{name}; DROP ROLE reads_{name}")).await;
}
