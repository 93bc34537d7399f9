//! A second opinion on what is stored and served: `fhirbolt`'s element model, which knows the fields
//! of every R4 type, reads the sample families and gives them back unchanged.

use fhirbolt::FhirReleases;
use fhirbolt::element::Element;
use mebe::demo::FAMILIES;
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
