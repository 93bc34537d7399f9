//! Codes of a `CodeableConcept`.

use serde_json::Value;

use crate::fhir::member::{members, text};

/// The system and code of every coding.
pub fn codings(concept: Option<&Value>) -> impl Iterator<Item = (&str, &str)> {
    let codings = concept.map_or(&[][..], |concept| members(concept, "coding"));
    codings.iter().filter_map(|coding| Some((text(coding, "system")?, text(coding, "code")?)))
}

/// The codes of LOINC.
pub const LOINC: &str = "http://loinc.org";

/// The end of the URL of a code system of the booklet; what is before it is a setting.
pub fn is_local(system: &str, name: &str) -> bool {
    system.strip_suffix(name).is_some_and(|rest| rest.ends_with("/CodeSystem/"))
}

/// Whether a concept has a code of a code system of the booklet.
pub fn has_local(concept: Option<&Value>, name: &str, codes: &[&str]) -> bool {
    codings(concept).any(|(system, code)| is_local(system, name) && codes.contains(&code))
}
