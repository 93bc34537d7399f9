//! Value sets of units of measure, <https://hl7.org/fhir/R4/ucum.html>.

use serde_json::Value;

use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::validation::walk::Walk;

const UNITS: &str = "http://unitsofmeasure.org";

impl Walk<'_> {
    /// Whether a value set holds units of measure only.
    pub(super) fn is_of_units(&self, value_set: &str) -> bool {
        let found = self.registry.library.find(ResourceKind::VALUE_SET, value_set);
        found.as_deref().and_then(|set| member(set, "compose")).is_some_and(|compose| {
            let included = members(compose, "include");
            let is_of_units = |include: &Value| text(include, "system") == Some(UNITS);
            !included.is_empty() && included.iter().all(is_of_units)
        })
    }
}
