//! Whether codes are in the value sets of R4, for `memberOf()`,
//! <https://hl7.org/fhir/R4/fhirpath.html#functions>.

use super::datum::Datum;
use super::kind::Kind;
use super::member::{members, text};
use crate::definitions::code_set::CodeSet;
use crate::definitions::registry::Registry;
use crate::definitions::shape::Content;

/// Whether a `code`, `Coding` or `CodeableConcept` is in a value set; none when the codes of the
/// set are not known well enough.
pub fn member_of(registry: &Registry, item: &Datum<'_>, url: &str) -> Option<bool> {
    let url = url.split_once('|').map_or(url, |(url, _)| url);
    let set = registry.value_set(url)?;
    let found = match item {
        Datum::Node(node) if matches!(node.kind, Kind::Element(Content::Complex(_))) => {
            let codings = members(node.value, "coding");
            let is_coded = |coding| is_coding_in(set, coding);
            if codings.is_empty() { is_coded(node.value) } else { codings.iter().any(is_coded) }
        }
        item => set.contains_code(item.text()?),
    };
    (found || set.is_complete()).then_some(found)
}

fn is_coding_in(set: &CodeSet, coding: &serde_json::Value) -> bool {
    let given = text(coding, "system").zip(text(coding, "code"));
    given.is_some_and(|(system, code)| set.contains(system, code))
}
