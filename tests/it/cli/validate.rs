//! `mebe validate`

use std::fs;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::server::mebe;

/// A resource without one has a warning.
const NARRATIVE: &str =
    r#""text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>Lan</div>"}"#;

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    mebe().arg("validate").args(arguments).current_dir(folder.path()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("bad.json", "{\n \"resourceType\": \"Patient\",\n \"gender\": \"Nữ\"\n}");
    write("good.json", &format!(r#"{{"resourceType":"Patient",{NARRATIVE}}}"#));
    let bad_line = format!(r#"{{"resourceType":"Patient","birthDate":"2024-13-01",{NARRATIVE}}}"#);
    let good_line = format!(r#"{{"resourceType":"Patient",{NARRATIVE}}}"#);
    write("many.ndjson", &format!("{good_line}\n\n{bad_line}\n"));
    write(".hidden.json", "no");
    folder
}

#[test]
fn findings_are_grouped_by_file_with_line_and_column() {
    let folder = folder();
    let output = run(&folder, &["--language", "en", "."]);
    let text = said(&output);
    assert!(text.contains("bad.json\n       3:12  error     Patient.gender\n"), "{text}");
    assert!(text.contains("many.ndjson\n       3:39  error     Patient.birthDate\n"), "{text}");
    assert!(text.ends_with("4 resources: 2 errors, 1 warnings\n"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&run(&folder, &["bad.json"]));
    assert!(text.contains("lỗi"), "{text}");
}

#[test]
fn a_line_that_is_no_json_is_told_by_its_own_number() {
    let folder = TempDir::new().unwrap();
    let line = format!(r#"{{"resourceType":"Patient",{NARRATIVE}}}"#);
    let text = format!("{line}\n\n{line}\n{{\"ạ\":bad\n");
    fs::write(folder.path().join("lines.ndjson"), text).unwrap();
    let output = run(&folder, &["--language", "en", "lines.ndjson"]);
    let text = said(&output);
    assert!(text.contains("        4:6  error"), "{text}");
    assert!(text.contains("Line 4, column 6: "), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_left_out_of_a_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    for name in [".git", "a", "a/.cache"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    write(".git/z.json", "{}");
    write("a/.cache/z.json", "{}");
    write("package.json", "{}");
    write("a/notes.txt", "x");
    write("a/ok.json", &format!(r#"{{"resourceType":"Patient",{NARRATIVE}}}"#));
    let output = run(&folder, &["--language", "en", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let skipped = String::from_utf8(output.stderr.clone()).unwrap();
    let expected = ["./.git", "./a/.cache", "./a/notes.txt", "./package.json"];
    let expected: String = expected.map(|name| format!("mebe: skipped {name}\n")).concat();
    assert_eq!(skipped, expected);
    // What is asked for by name is read.
    assert_eq!(run(&folder, &[".git"]).status.code(), Some(1));
    assert_eq!(run(&folder, &[".git/z.json"]).status.code(), Some(1));
}

#[test]
fn json_is_an_outcome_a_line_and_sarif_one_log() {
    let folder = folder();
    let text = said(&run(&folder, &["--format", "json", "good.json", "bad.json"]));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["issue"][0]["severity"], "information");
    assert_eq!(lines[1]["issue"][0]["expression"][0], "Patient.gender");
    assert_eq!(lines[1]["extension"][0]["valueString"], "bad.json");
    let log: Value =
        serde_json::from_str(&said(&run(&folder, &["--format", "sarif", "."]))).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let mut results = log["runs"][0]["results"].as_array().unwrap().clone();
    results.retain(|result| result["level"] == "error");
    assert_eq!(results.len(), 2);
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&3.into(), &12.into()));
}

#[test]
fn the_exit_code_tells_what_went_wrong() {
    let folder = folder();
    assert_eq!(run(&folder, &["good.json"]).status.code(), Some(0));
    assert_eq!(run(&folder, &["bad.json"]).status.code(), Some(1));
    assert_eq!(run(&folder, &["good.json", "none.json"]).status.code(), Some(2));
    assert_eq!(run(&folder, &[]).status.code(), Some(2));
    assert_eq!(run(&folder, &["--profile", "http://a", "good.json"]).status.code(), Some(2));
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{").unwrap();
    assert_eq!(run(&folder, &["broken.json"]).status.code(), Some(1));
}

/// A profile of patients who have a gender and are linked with their like only.
const LINKED: &str = r#"{"resourceType":"StructureDefinition","url":"http://example.org/fhir/StructureDefinition/linked",
  "name":"Linked","status":"draft","kind":"resource","abstract":false,"type":"Patient",
  "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[
  {"id":"Patient","path":"Patient"},{"id":"Patient.gender","path":"Patient.gender","min":1},
  {"id":"Patient.link.other","path":"Patient.link.other","type":[{"code":"Reference",
    "targetProfile":["http://example.org/fhir/StructureDefinition/linked"]}]}]}}"#;

#[test]
fn references_among_the_files_are_followed() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("records")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let linked = |id: &str, gender: &str, other: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}",{NARRATIVE},{gender}"link":[{{"other":{{"reference":"Patient/{other}"}},"type":"seealso"}}]}}"#
        )
    };
    let female = r#""gender":"female","#;
    write("linked.json", LINKED);
    write("records/one.json", &linked("a", female, "b"));
    // Two that point at each other, one of them in a file of many.
    write("records/others.ndjson", &format!("{}\n", linked("b", female, "a")));
    let profile = "http://example.org/fhir/StructureDefinition/linked";
    let arguments = ["--language", "en", "--package", "linked.json", "--profile", profile];
    let checked = |more: &[&str]| run(&folder, &[&arguments[..], more].concat());
    let output = checked(&["records"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    write("records/others.ndjson", &format!("{}\n", linked("b", "", "a")));
    let text = said(&checked(&["records"]));
    assert!(text.contains("error     Patient.link[0].other\n"), "{text}");
    // A file that is not of the run counts when it lies beside and is named after the reference.
    assert_eq!(checked(&["records/one.json"]).status.code(), Some(0));
    write("records/Patient-b.json", &linked("b", "", "a"));
    assert_eq!(checked(&["records/one.json"]).status.code(), Some(1));
    write("records/Patient-b.json", &linked("of-another-id", "", "a"));
    assert_eq!(checked(&["records/one.json"]).status.code(), Some(0));
}

#[test]
fn the_sample_families_have_no_error() {
    let families = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/families");
    let output = run(&TempDir::new().unwrap(), &["--language", "en", families]);
    let text = said(&output);
    let last = text.lines().last().unwrap_or_default();
    assert!(last.contains(": 0 errors,"), "{last}");
    assert_eq!(output.status.code(), Some(0), "{last}");
}
