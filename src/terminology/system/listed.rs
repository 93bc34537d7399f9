//! Code systems that R4 names but does not define, known by the codes of a value set: currencies
//! (ISO 4217), <https://hl7.org/fhir/R4/valueset-currencies.html>.
//!
//! The list is as old as R4, so a code that is not in it may be right.

use std::sync::Arc;

use serde_json::{Value, json};

use super::code_system::CodeSystem;
use super::source::Source;
use crate::terminology::value_set::expanded::Expanded;

/// The systems, and the value sets that list their codes.
const LISTED: [(&str, &str); 1] =
    [("urn:iso:std:iso:4217", "http://hl7.org/fhir/ValueSet/currencies")];

/// The value set that lists the codes of a system.
pub(crate) fn listing(system: &str) -> Option<&'static str> {
    LISTED.iter().find(|(known, _)| *known == system).map(|(_, value_set)| *value_set)
}

/// The system, as far as a value set lists it.
pub(crate) fn listed_system(system: &str, value_set: &Value) -> Option<Source> {
    let expanded = Expanded::of(value_set);
    let of_system = expanded.entries.iter().filter(|found| *found.system == *system);
    let concepts: Vec<Value> = of_system
        .map(|found| json!({ "code": found.concept.code, "display": found.concept.display }))
        .collect();
    let resource = json!({
        "resourceType": "CodeSystem", "url": system, "content": "fragment",
        "caseSensitive": true, "language": "en", "concept": concepts,
    });
    let made: Source = Arc::new(CodeSystem::new(&resource, &[]));
    (!concepts.is_empty()).then_some(made)
}
