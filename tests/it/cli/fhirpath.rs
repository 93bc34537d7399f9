//! `mebe fhirpath`

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

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
fn lines_have_an_input_or_none() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), r#"{ "resourceType": "Patient", "active": true }"#)
        .unwrap();
    let lines = [
        json!({ "id": 1, "expression": "active", "input": "a.json" }),
        json!({ "id": 2, "expression": "1 + 1", "input": null }),
        json!({ "id": 3, "expression": "active", "input": "a.json" }),
        json!({ "id": 4, "expression": "active", "input": "none.json" }),
    ];
    let mut child = mebe()
        .args(["fhirpath", "--lines"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let answers = said(&child.wait_with_output().unwrap());
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let truth = json!([{ "type": "boolean", "value": "true" }]);
    assert_eq!(answers[0], json!({ "id": 1, "outputs": truth }));
    assert_eq!(answers[1]["outputs"][0]["value"], "2");
    assert_eq!(answers[2], json!({ "id": 3, "outputs": truth }));
    assert!(answers[3]["error"].is_string());
}

#[test]
fn the_exit_code_tells_what_went_wrong() {
    let wrong = run(&["1 +"]);
    assert_eq!((wrong.status.code(), said(&wrong).contains("at byte 3")), (Some(1), true));
    assert_eq!(run(&["true", "no-such-file.json"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
}
