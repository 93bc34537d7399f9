//! Agreement with the official Java validator: for each case of its test suite, whether it finds
//! errors and whether we do. The differences are listed, each with its reason.
//!
//! The cases lie in the folder `MEBE_TEST_VALIDATOR` names, or beside the checkout. They were run
//! by others with the Java validator; what it found is in them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// `case step: reason`, one a line.
const DIFFERENCES: &str = include_str!("validator/differences.txt");

fn folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/suites/validator");
    let folder = std::env::var_os("MEBE_TEST_VALIDATOR").unwrap_or_else(|| beside.into());
    Some(PathBuf::from(folder)).filter(|folder| folder.join("cases.json").is_file())
}

/// One step of a case: what is asked, and whether the Java validator found errors.
fn steps(cases: &[Value]) -> Vec<(Value, bool)> {
    let mut steps = Vec::new();
    for case in cases {
        let expected = &case["expect"];
        let is_plain = case["tier"].as_str().unwrap().starts_with(['A', 'B']);
        if case["use"] != true || !is_plain || expected["base"].is_null() {
            continue;
        }
        let id = case["id"].as_str().unwrap();
        let has_errors = |step: &str| expected[step]["errors"].as_u64().unwrap() > 0;
        let base = json!({ "id": format!("{id} base"), "file": case["file"], "supporting": case["supporting"] });
        steps.push((base, has_errors("base")));
        if expected["profile"].is_null() {
            continue;
        }
        let profile = &case["profile"];
        let source = profile["source"].as_str().unwrap();
        let mut supporting = case["supporting"].as_array().unwrap().clone();
        supporting.extend(profile["supporting"].as_array().unwrap().iter().cloned());
        if !source.starts_with("http") {
            supporting.push(source.into());
        }
        let step = json!({
            "id": format!("{id} profile"),
            "file": case["file"],
            "supporting": supporting,
            "profile": profile["url"],
        });
        steps.push((step, has_errors("profile")));
    }
    steps
}

/// Runs `mebe validate --lines`; for each id, whether there were errors.
fn answers(folder: PathBuf, steps: &[(Value, bool)]) -> BTreeMap<String, bool> {
    let mut mebe = Command::new(env!("CARGO_BIN_EXE_mebe"))
        .args(["validate", "--lines", "--language", "en"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines: String = steps.iter().map(|(step, _)| format!("{step}\n")).collect();
    let mut input = mebe.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = mebe.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let refuses = |issue: &Value| issue["severity"] == "error" || issue["severity"] == "fatal";
    answers
        .map(|answer| {
            let issues = answer["outcome"]["issue"].as_array().unwrap();
            (answer["id"].as_str().unwrap().to_owned(), issues.iter().any(refuses))
        })
        .collect()
}

#[test]
fn agrees_with_the_java_validator_but_for_the_listed() {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: set MEBE_TEST_VALIDATOR to the cases of the Java validator");
        return;
    };
    let cases = std::fs::read(folder.join("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    let files = folder.join("files");
    let mut steps = steps(&cases);
    steps.retain(|(step, _)| files.join(step["file"].as_str().unwrap()).is_file());
    let answers = answers(files, &steps);
    let listed: BTreeSet<&str> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with("//") && !line.is_empty())
        .map(|line| line.split_once(": ").unwrap().0)
        .collect();
    let mut wrong = String::new();
    let mut agreed = 0;
    for (step, expected) in &steps {
        let id = step["id"].as_str().unwrap();
        let found = answers[id];
        agreed += usize::from(found == *expected);
        match (found == *expected, listed.contains(id)) {
            (true, true) => wrong += &format!("{id}: agrees; take it off the list\n"),
            (false, false) => {
                wrong += &format!("{id}: errors expected: {expected}, found: {found}\n")
            }
            _ => {}
        }
    }
    eprintln!("{agreed} of {} steps agree", steps.len());
    assert!(wrong.is_empty(), "{wrong}");
    assert!(agreed * 100 >= steps.len() * 85, "only {agreed} of {} agree", steps.len());
}
