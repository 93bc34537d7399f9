//! `mebe serve`: what it refuses to start with, and how it stops.

use std::process::Stdio;

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::{Server, mebe};

on_both!(
    a_stopping_server_answers_what_is_in_flight_and_loses_nothing,
    a_second_start_finds_everything
);

/// Runs `mebe serve` where it cannot start; what it says.
fn refused(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = mebe();
    command.arg("serve").args(arguments).envs(environment.iter().copied());
    let ended = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn binding_beyond_this_machine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("mebe.db").display());
    for bind in ["0.0.0.0:0", "[::]:0"] {
        let said = refused(&["--bind", bind, "--database", &database], &[]);
        assert!(said.contains("--allow-unprotected"), "{said}");
    }
    assert!(!folder.path().join("mebe.db").exists(), "nothing was made");
}

#[test]
fn unknown_settings_are_refused_with_the_nearest_name() {
    let said = refused(&[], &[("MEBE_BIN", "127.0.0.1:0")]);
    assert!(said.contains("`bin`") && said.contains("did you mean `bind`?"), "{said}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "page_sise = 5\n").unwrap();
    let said = refused(&["--config", file.path().to_str().unwrap()], &[]);
    assert!(said.contains("did you mean `page_size`?"), "{said}");
    let said = refused(&["--config", "/nowhere/mebe.toml"], &[]);
    assert!(said.contains("/nowhere/mebe.toml"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("mebe.db").display());
    let levels = [("MEBE_PROFILE_LEVELS", "{mch-mothr=\"off\"}")];
    let said = refused(&["--bind", "127.0.0.1:0", "--database", &database], &levels);
    assert!(
        said.contains("did you mean `mch-mother`?") && said.contains("không có hồ sơ"),
        "{said}"
    );
}

#[test]
fn variables_for_tests_are_no_settings() {
    let said = refused(&["--bind", "0.0.0.0:0"], &[("MEBE_TEST_POSTGRES", "required")]);
    assert!(said.contains("--allow-unprotected"), "{said}");
}

#[test]
fn illegal_values_are_refused_with_what_is_legal() {
    let said = refused(&[], &[("MEBE_PAGE_SIZE", "0")]);
    assert!(said.contains("`page_size` must be from 1 to 10000"), "{said}");
    let said = refused(&["--database", "mysql://x"], &[]);
    assert!(said.contains("`database` must be sqlite:PATH or postgres://"), "{said}");
    let said = refused(&["--bind", "here"], &[]);
    assert!(said.contains("`bind` must be HOST:PORT"), "{said}");
    let said = refused(&[], &[("MEBE_PAGE_SIZE", "nhiều")]);
    assert!(said.contains("cài đặt `page_size` phải là số nguyên"), "{said}");
    assert!(!said.contains("u64") && !said.contains("default."), "{said}");
}

#[test]
fn a_database_that_cannot_be_reached_is_a_clear_message() {
    let said = refused(&["--bind", "127.0.0.1:0", "--database", "sqlite:/nowhere/mebe.db"], &[]);
    assert!(said.contains("the database cannot be used"), "{said}");
}

#[test]
fn help_explains_every_subcommand() {
    let help = mebe().arg("--help").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    for verb in ["serve", "migrate", "verify"] {
        assert!(text.contains(verb), "{text}");
        let help = mebe().args([verb, "--help"]).output().unwrap();
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(text.contains("--database") && text.contains("--config"), "{text}");
    }
}

async fn a_stopping_server_answers_what_is_in_flight_and_loses_nothing(mut server: Server) {
    let write = async |at: usize| {
        let id = format!("p{at}");
        let patient = json!({ "resourceType": "Patient", "id": id, "active": true });
        let reply = server.put(&format!("/Patient/{id}"), patient).attempt().await;
        reply.is_ok_and(|reply| reply.status == 201).then_some(id)
    };
    let writers = (0..8).map(async |writer: usize| {
        let mut acknowledged = Vec::new();
        for at in 0.. {
            match write(writer * 100_000 + at).await {
                Some(id) => acknowledged.push(id),
                None => break,
            }
        }
        acknowledged
    });
    let stop = async {
        while server.get("/Patient?_summary=count").await.json()["total"] == 0 {}
        server.signal("TERM");
    };
    let (written, ()) = tokio::join!(futures_util::future::join_all(writers), stop);
    assert!(server.ended().await.success(), "{}", server.log());
    assert!(server.log().contains("stopped"));
    server.start_again(&[]).await;
    let acknowledged: Vec<String> = written.into_iter().flatten().collect();
    assert!(!acknowledged.is_empty());
    for id in &acknowledged {
        server.get(&format!("/Patient/{id}")).await.is(200);
    }
    server.assert_sound();
}

async fn a_second_start_finds_everything(mut server: Server) {
    let patient = json!({ "resourceType": "Patient", "id": "me", "name": [{ "family": "Lê" }] });
    let written = server.put("/Patient/me", patient).await.is(201);
    server.stop().await;
    server.start_again(&[]).await;
    let read = server.get("/Patient/me").await.is(200);
    assert_eq!((&read.text, read.header("etag")), (&written.text, written.header("etag")));
    assert_eq!(server.get("/Patient?name=le").await.ids(), ["me"]);
    let again = server.put("/Patient/me", json!({ "resourceType": "Patient", "id": "me" })).await;
    assert_eq!(again.header("etag"), Some("W/\"2\""));
}
