//! A second opinion on what is stored and served: `fhirbolt`'s element model, which knows the fields
//! of every R4 type, reads the sample families and gives them back unchanged.

use fhirbolt::FhirReleases;
use fhirbolt::element::Element;
use mebe::definitions::registry::Registry;
use mebe::demo::FAMILIES;
use mebe::xml::read::read;
use mebe::xml::write::{Layout, write};
use serde_json::Value;

#[test]
fn fhirbolt_reads_the_sample_families_and_writes_them_the_same() {
    for (name, text) in FAMILIES {
        let element: Element<{ FhirReleases::R4 }> =
            fhirbolt::json::from_str(text, None).expect(name);
        let written = fhirbolt::json::to_string(&element, None).expect(name);
        let (given, back): (Value, Value) =
            (serde_json::from_str(text).expect(name), serde_json::from_str(&written).expect(name));
        assert_eq!(given, back, "{name}");
    }
}

/// White space and its like in narratives is what fhirbolt does not keep.
fn without_spaces(text: &str) -> String {
    let spaced = |letter: char| letter.is_whitespace();
    text.replace("\\n", "").replace(spaced, "")
}

#[test]
fn fhirbolt_and_mebe_read_the_xml_of_each_other() {
    let shapes = Registry::r4().expect("R4").shapes;
    for (name, text) in FAMILIES {
        let given: Value = serde_json::from_str(text).expect(name);
        let ours = write(&given, &shapes, Layout::Compact).expect(name);
        let theirs: Element<{ FhirReleases::R4 }> =
            fhirbolt::xml::from_str(&ours, None).expect(name);
        let theirs = fhirbolt::json::to_string(&theirs, None).expect(name);
        let back: Value = serde_json::from_str(&theirs).expect(name);
        let same =
            |a: &Value, b: &Value| without_spaces(&a.to_string()) == without_spaces(&b.to_string());
        assert!(same(&given, &back), "{name}");

        let element: Element<{ FhirReleases::R4 }> =
            fhirbolt::json::from_str(text, None).expect(name);
        let theirs = fhirbolt::xml::to_string(&element, None).expect(name);
        let back = read(theirs.as_bytes(), &shapes).expect(name);
        assert_eq!(back.issues, [], "{name}");
        assert!(same(&given, &back.resource), "{name}");
    }
}
