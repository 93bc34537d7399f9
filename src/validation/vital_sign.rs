//! The profiles that R4 asks of every vital sign, claimed or not: by the LOINC codes of
//! <https://hl7.org/fhir/R4/observation-vitalsigns.html>.

use serde_json::Value;

use super::walk::Object;

const LOINC: &str = "http://loinc.org";

const PROFILES: [(&str, &str); 10] = [
    ("85353-1", "http://hl7.org/fhir/StructureDefinition/vitalspanel"),
    ("9279-1", "http://hl7.org/fhir/StructureDefinition/resprate"),
    ("8867-4", "http://hl7.org/fhir/StructureDefinition/heartrate"),
    ("2708-6", "http://hl7.org/fhir/StructureDefinition/oxygensat"),
    ("8310-5", "http://hl7.org/fhir/StructureDefinition/bodytemp"),
    ("8302-2", "http://hl7.org/fhir/StructureDefinition/bodyheight"),
    ("9843-4", "http://hl7.org/fhir/StructureDefinition/headcircum"),
    ("29463-7", "http://hl7.org/fhir/StructureDefinition/bodyweight"),
    ("39156-5", "http://hl7.org/fhir/StructureDefinition/bmi"),
    ("85354-9", "http://hl7.org/fhir/StructureDefinition/bp"),
];

/// Every one of them.
pub(super) fn canonicals() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(_, profile)| *profile)
}

/// The profiles of the vital signs that an Observation is coded as.
pub(super) fn profiles(observation: &Object) -> impl Iterator<Item = &'static str> {
    let codings = observation.get("code").and_then(|code| code.get("coding")?.as_array());
    let codes = codings.into_iter().flatten().filter_map(|coding| {
        let is_loinc = coding.get("system").and_then(Value::as_str) == Some(LOINC);
        coding.get("code")?.as_str().filter(|_| is_loinc)
    });
    codes.filter_map(|code| {
        PROFILES.iter().find(|(known, _)| *known == code).map(|(_, profile)| *profile)
    })
}
