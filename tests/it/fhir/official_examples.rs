//! The official R4 examples, npm `hl7.fhir.r4.examples`: each that conforms is stored and comes back
//! the same apart from `meta`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(official_examples_come_back_the_same);

/// Where the package is unpacked: `MEBE_TEST_R4_EXAMPLES`, or beside the repository.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/suites/r4-examples/package");
    let named = std::env::var_os("MEBE_TEST_R4_EXAMPLES").map(PathBuf::from);
    named.into_iter().chain([beside]).find(|folder| folder.is_dir())
}

/// The examples that break a rule of their own definition.
fn nonconformant() -> BTreeSet<&'static str> {
    let list = include_str!("../../../src/validation/tests/nonconformant_examples.txt");
    list.lines().filter_map(|line| line.split(':').next()).collect()
}

fn without_meta(text: &str) -> Value {
    let mut resource: Value = serde_json::from_str(text).unwrap();
    let object = resource.as_object_mut().unwrap();
    if let Some(Value::Object(meta)) = object.get_mut("meta") {
        meta.shift_remove("versionId");
        meta.shift_remove("lastUpdated");
        if meta.is_empty() {
            object.shift_remove("meta");
        }
    }
    resource
}

async fn official_examples_come_back_the_same(server: Server) {
    let Some(folder) = folder() else {
        let told = "\n*** SKIPPED: the official R4 examples are not here; set MEBE_TEST_R4_EXAMPLES ***\n\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    };
    let known = nonconformant();
    let (mut stored, mut faults) = (0, Vec::new());
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "json")) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        let Ok(resource) = serde_json::from_str::<Value>(&text) else { continue };
        let (Some(kind), Some(id)) = (resource["resourceType"].as_str(), resource["id"].as_str())
        else {
            continue;
        };
        let reply = server.put(&format!("/{kind}/{id}"), &text).await;
        if reply.status >= 300 {
            if !known.contains(name) {
                faults.push(format!("{name}: {} {:.400}", reply.status, reply.text));
            }
            continue;
        }
        let read = server.get(&format!("/{kind}/{id}")).await.is(200);
        stored += 1;
        if without_meta(&read.text) != without_meta(&text) {
            faults.push(format!("{name}: came back changed"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(stored > 300, "{stored}");
    server.assert_sound();
}
