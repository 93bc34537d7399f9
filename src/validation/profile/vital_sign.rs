//! The profiles that R4 asks of every vital sign, claimed or not: by the LOINC codes of
//! <https://hl7.org/fhir/R4/observation-vitalsigns.html>.

use serde_json::Value;

use crate::validation::element::items::Object;

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

/// Other codes of LOINC that say the same vital sign, in another way or place, by which the validator
/// of HL7 asks for the profile. It wants the code above beside them.
const OTHERS: [(&str, &[&str]); 7] = [
    ("8867-4", &["8889-8", "40443-4", "8893-0"]),
    ("2708-6", &["59408-5", "2710-2"]),
    (
        "8310-5",
        &[
            "8328-7", "8329-5", "8330-3", "8331-1", "8332-9", "8333-7", "8334-5", "75539-7",
            "76010-8", "76011-6",
        ],
    ),
    ("8302-2", &["8306-3", "8308-9", "3137-7", "3138-5"]),
    ("9843-4", &["8287-5"]),
    ("29463-7", &["3141-9", "3142-7", "8350-1", "8351-9"]),
    ("85354-9", &["8480-6", "55284-4", "35094-2", "8459-0", "76534-7"]),
];

/// Every one of them.
pub(in crate::validation) fn canonicals() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(_, profile)| *profile)
}

/// The profiles of the vital signs that an Observation is coded as, and whether by another code; who
/// only asks is told of those, too.
pub(in crate::validation) fn profiles(
    observation: &Object,
    takes_others: bool,
) -> impl Iterator<Item = (&'static str, bool)> {
    let codings = observation.get("code").and_then(|code| code.get("coding")?.as_array());
    let codes = codings.into_iter().flatten().filter_map(|coding| {
        let is_loinc = coding.get("system").and_then(Value::as_str) == Some(LOINC);
        coding.get("code")?.as_str().filter(|_| is_loinc)
    });
    codes.filter_map(move |code| {
        let other = OTHERS.iter().find(|(_, others)| takes_others && others.contains(&code));
        let known = other.map_or(code, |(known, _)| known);
        let found = PROFILES.iter().find(|(code, _)| *code == known);
        found.map(|(_, profile)| (*profile, other.is_some()))
    })
}
