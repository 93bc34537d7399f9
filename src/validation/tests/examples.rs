//! The official examples of R4 are valid, but for those listed with the reason.
//!
//! They are read from the folder `MEBE_TEST_R4_EXAMPLES` names: the unpacked npm package
//! `hl7.fhir.r4.examples` 4.0.1. Definitions are examples too: of definitions.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

/// `file: reason`, one a line.
const NONCONFORMANT: &str = include_str!("nonconformant_examples.txt");

fn folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/suites/r4-examples/package");
    let folder = std::env::var_os("MEBE_TEST_R4_EXAMPLES").unwrap_or_else(|| beside.into());
    Some(PathBuf::from(folder)).filter(|folder| folder.is_dir())
}

fn shown(issues: &[Issue]) -> String {
    let line = |issue: &Issue| {
        format!("  {}: {}\n", issue.expression.as_deref().unwrap_or_default(), issue.text.en)
    };
    issues.iter().map(line).collect()
}

#[test]
fn official_examples_are_valid_but_for_the_listed() {
    let Some(folder) = folder() else {
        eprintln!(
            "SKIPPED: set MEBE_TEST_R4_EXAMPLES to the unpacked hl7.fhir.r4.examples package"
        );
        return;
    };
    let validator = Validator::new(Arc::new(Registry::r4().expect("R4")));
    let listed: BTreeMap<&str, &str> =
        NONCONFORMANT.lines().filter_map(|line| line.split_once(": ")).collect();
    let (mut seen, mut wrong) = (0, String::new());
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if !name.ends_with(".json") || !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            continue;
        }
        let bytes = std::fs::read(&path).expect(name);
        let resource: Value = serde_json::from_slice(&bytes).expect(name);
        seen += 1;
        let mut issues =
            validator.check(&resource, &Request { silenced: &["dom-6"], ..Request::default() });
        issues.retain(|issue| issue.severity.refuses());
        match (issues.is_empty(), listed.get(name)) {
            (true, None) | (false, Some(_)) => (),
            (true, Some(_)) => wrong += &format!("{name} is valid: take it off the list\n"),
            (false, None) => wrong += &format!("{name}\n{}", shown(&issues)),
        }
    }
    assert!(seen > 300, "only {seen} examples");
    assert!(wrong.is_empty(), "{wrong}");
}
