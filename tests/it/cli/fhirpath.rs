//! `mebe fhirpath`

use std::fs;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::server::mebe;

fn run(arguments: &[&str]) -> Output {
    mebe().arg("fhirpath").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn expressions_are_evaluated_on_files() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, resource: Value| {
        let path = folder.path().join(name);
        fs::write(&path, resource.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lan = json!({ "resourceType": "Patient", "name": [{ "given": ["Lan", "Anh"] }] });
    let (lan, hoa) =
        (file("lan.json", lan), file("hoa.json", json!({ "resourceType": "Patient" })));
    assert_eq!(said(&run(&["name.given", &lan])), "Lan\nAnh\n");
    assert_eq!(said(&run(&["1 + 1"])), "2\n");
    let both = said(&run(&["name.exists()", &lan, &hoa]));
    assert_eq!(both, format!("{lan}: true\n{hoa}: false\n"));
    let line: Value =
        serde_json::from_str(&said(&run(&["--json", "name.given.first()", &lan]))).unwrap();
    assert_eq!(line, json!({ "file": lan, "result": [{ "type": "string", "value": "Lan" }] }));
}

#[test]
fn the_exit_code_tells_what_went_wrong() {
    let wrong = run(&["1 +"]);
    assert_eq!((wrong.status.code(), said(&wrong).contains("at byte 3")), (Some(1), true));
    assert_eq!(run(&["true", "no-such-file.json"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
}
