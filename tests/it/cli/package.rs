//! Packages: what `mebe serve` does with them, and what `mebe package check` says of them.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::backend::Backend;
use crate::harness::on_both;
use crate::harness::server::{Server, mebe};

on_both!(a_search_parameter_of_a_package_finds_what_was_stored_before);

/// An archive of files, in a folder of its own.
fn archive(files: &[(&str, Value)]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tgz");
    let file = fs::File::create(&path).unwrap();
    let mut builder = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    for (name, resource) in files {
        let text = resource.to_string();
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len().try_into().unwrap());
        header.set_mode(0o644);
        let name = format!("package/{name}");
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

fn manifest() -> (&'static str, Value) {
    let manifest = json!({ "name": "vn.mebe.test", "version": "1.0.0", "fhirVersions": ["4.0.1"] });
    ("package.json", manifest)
}

fn parameter() -> (&'static str, Value) {
    let expression = "Patient.extension.where(url = 'http://x.org/village').value";
    let parameter = json!({
        "resourceType": "SearchParameter", "id": "village", "url": "http://x.org/SearchParameter/village",
        "code": "village", "base": ["Patient"], "type": "string", "expression": expression,
    });
    ("SearchParameter-village.json", parameter)
}

fn patient(id: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id,
        "extension": [{ "url": "http://x.org/village", "valueString": "Tà Xùa" }],
    })
}

async fn a_search_parameter_of_a_package_finds_what_was_stored_before(mut server: Server) {
    server.put("/Patient/a", patient("a")).await.is(201);
    server.get("/Patient?village=ta").await.is(400);
    server.stop().await;
    let (_folder, path) = archive(&[manifest(), parameter()]);
    server.start_again(&[("packages", &path)]).await;
    let end = Instant::now() + Duration::from_secs(30);
    while server.get("/Patient?village=ta%20xua").await.status == 400 {
        assert!(Instant::now() < end, "it is not indexed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!server.log().contains("made anew"));
    assert_eq!(server.get("/Patient?village=ta%20xua").await.ids(), ["a"]);
    let statement = server.get("/metadata").await.json().to_string();
    assert!(statement.contains("http://x.org/SearchParameter/village"));
    server.stop().await;
    // Nothing tells `verify` of the package but the database.
    server.assert_sound();
}

#[tokio::test]
async fn examples_are_stored_only_when_they_are_asked_for() {
    let bad = json!({ "resourceType": "Patient", "id": "bad", "nme": [] });
    let files = [
        manifest(),
        ("example/a.json", patient("a")),
        ("example/b.json", bad),
        ("c.json", patient("c")),
    ];
    let (_folder, path) = archive(&files);
    let settings = [("packages", path.as_str())];
    let mut server = Server::start_with(Backend::Sqlite, &settings).await.unwrap();
    server.get("/Patient/a").await.is(404);
    server.stop().await;
    server.start_again(&[("package_examples", "true")]).await;
    server.get("/Patient/a").await.is(200);
    server.get("/Patient/c").await.is(200);
    server.get("/Patient/bad").await.is(404);
    assert!(server.log().contains("example refused"));
    server.put("/Patient/a", json!({ "resourceType": "Patient", "id": "a" })).await.is(200);
    server.stop().await;
    server.start_again(&[]).await;
    assert!(
        server.get("/Patient/a").await.json().get("extension").is_none(),
        "what is there stays"
    );
}

/// What `mebe package check` says, with its exit code.
fn checked(path: &Path, arguments: &[&str]) -> (i32, String) {
    let ended = mebe().args(["package", "check"]).arg(path).args(arguments).output().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_check_tells_what_is_wrong_in_both_languages() {
    let (_folder, good) = archive(&[manifest(), parameter()]);
    let (code, said) = checked(good.as_ref(), &[]);
    assert!(code == 0 && said.contains("0 errors, 0 warnings"), "{said}");
    let profile = json!({
        "resourceType": "StructureDefinition", "url": "http://x.org/p",
        "baseDefinition": "http://x.org/none",
    });
    let (_folder, bad) = archive(&[manifest(), ("p.json", profile)]);
    let (code, said) = checked(bad.as_ref(), &[]);
    assert!(code == 1 && said.contains("Không có định nghĩa gốc"), "{said}");
    let (code, said) = checked(bad.as_ref(), &["--language", "en"]);
    assert!(code == 1 && said.contains("base definition http://x.org/none"), "{said}");
}

#[test]
fn what_is_no_package_is_told_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.tgz");
    fs::write(&path, "no gzip").unwrap();
    let (code, said) = checked(&path, &[]);
    assert!(code == 2 && said.contains("broken.tgz cannot be read"), "{said}");
    let other = folder.path().join("other.tar.gz");
    fs::rename(&path, &other).unwrap();
    let (code, said) = checked(folder.path(), &[]);
    assert!(code == 2 && said.contains("other.tar.gz cannot be read"), "{said}");
    let (code, said) = checked(&folder.path().join("none"), &[]);
    assert!(code == 2 && said.contains("none cannot be read"), "{said}");
}

#[test]
fn the_packages_of_the_ministry_are_read_with_their_defects() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/domain/vn-core/ministry");
    let folder = std::env::var("MEBE_TEST_VN_CORE").unwrap_or(folder.to_owned());
    if !Path::new(&folder).is_dir() {
        return eprintln!("SKIPPED: no VN Core in {folder} (MEBE_TEST_VN_CORE)");
    }
    let (code, said) = checked(folder.as_ref(), &["--language", "en"]);
    assert_eq!(code, 1, "{said}");
    for expected in [
        "65 StructureDefinition",
        "sid/provider-medical-license-number is in",
        "sid/driver_license_number, but one names",
        "told apart by “value”, but none",
        "observation-category is a value set but is used as a code system",
        "Patient-uv-ips is not known: this profile cannot be used",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}
