//! Whether the definitions that were used are in full force,
//! <https://hl7.org/fhir/R4/valueset-publication-status.html>.

use super::Finding;
use super::system;
use crate::terminology::system::concept::About;
use crate::terminology::value_set::definition::ValueSet;

/// What is to be told of a code system. One that is experimental is no news to a value set that is.
pub(crate) fn system_status(about: &About, is_experimental: bool) -> Option<&str> {
    if let Some(status @ ("withdrawn" | "deprecated")) = about.standards_status.as_deref() {
        return Some(status);
    }
    match about.status.as_deref() {
        Some("draft") => Some("draft"),
        _ if about.is_experimental && !is_experimental => Some("experimental"),
        _ => None,
    }
}

/// What is to be told of a value set.
pub(crate) fn value_set_status(value_set: &ValueSet) -> Option<&str> {
    let status = value_set.standards_status.as_deref();
    status.filter(|status| ["withdrawn", "deprecated"].contains(status))
}

/// The finding about a code system.
pub(crate) fn of_system(about: &About, is_experimental: bool) -> Option<Finding> {
    let status = system_status(about, is_experimental)?;
    Some(system::status(status, "CodeSystem", &about.canonical()))
}

/// The finding about a value set.
pub(crate) fn of_value_set(value_set: &ValueSet) -> Option<Finding> {
    let status = value_set_status(value_set)?;
    Some(system::status(status, "ValueSet", &value_set.canonical()))
}
