//! The official examples of R4 are the same after a way through XML.
//!
//! They are read from the folder `MEBE_TEST_R4_EXAMPLES` names: the unpacked npm package
//! `hl7.fhir.r4.examples` 4.0.1. Definitions are examples too: of definitions.

use std::path::PathBuf;

use crate::definitions::registry::Registry;
use crate::fhir::json;
use crate::xml::read::read;
use crate::xml::write::{Layout, write};

fn folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/suites/r4-examples/package");
    let folder = std::env::var_os("MEBE_TEST_R4_EXAMPLES").unwrap_or_else(|| beside.into());
    Some(PathBuf::from(folder)).filter(|folder| folder.is_dir())
}

/// Examples that break a rule: arrays that are not, names that are not.
const NONCONFORMANT: &str = include_str!("../../validation/tests/nonconformant_examples.txt");

#[test]
fn official_examples_are_the_same_after_a_way_through_xml() {
    let Some(folder) = folder() else {
        eprintln!(
            "SKIPPED: set MEBE_TEST_R4_EXAMPLES to the unpacked hl7.fhir.r4.examples package"
        );
        return;
    };
    let shapes = Registry::r4().expect("R4").shapes;
    let (mut seen, mut wrong) = (0, String::new());
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if !name.ends_with(".json") || !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            continue;
        }
        let resource = json::parse(&std::fs::read(&path).expect(name)).expect(name);
        seen += 1;
        for layout in [Layout::Compact, Layout::Indented] {
            let text = write(&resource, &shapes, layout).expect(name);
            let back = read(text.as_bytes(), &shapes).expect(name);
            let is_listed = NONCONFORMANT.lines().any(|line| line.starts_with(name));
            if (back.resource != resource || !back.issues.is_empty()) && !is_listed {
                wrong += &format!("{name} {layout:?} {:?}\n", back.issues.first());
            }
        }
    }
    assert!(seen > 300, "only {seen} examples");
    assert!(wrong.is_empty(), "{wrong}");
}
