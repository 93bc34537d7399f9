//! Types of elements: a profile may leave some out, or name a special kind of one,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.type>.

use serde_json::Value;

use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::{Element, SYSTEM, canonical, code, types};
use crate::snapshot::work::Work;

/// Types from which a type may be far away.
const MOST_STEPS: usize = 20;

/// A type of the differential that the base does not allow.
pub(in crate::snapshot) fn check(
    work: &Work<'_>,
    base: &Element,
    narrowed: &Element,
) -> Option<SnapshotFault> {
    let allowed = types(base);
    // `id` and the like have a type of FHIRPath, which profiles give by its FHIR name.
    let is_any = |type_of: &Value| code(type_of) == "*" || code(type_of).starts_with(SYSTEM);
    if allowed.is_empty() || allowed.iter().any(is_any) {
        return None;
    }
    let known: Vec<String> = allowed.iter().filter_map(|base| canonical(code(base))).collect();
    let wrong = types(narrowed).iter().find(|type_of| !comes_from(work, code(type_of), &known))?;
    Some(SnapshotFault::TypeNotInBase(code(wrong).into()))
}

/// Whether a type is one of these or comes from one.
fn comes_from(work: &Work<'_>, code: &str, types: &[String]) -> bool {
    let mut next = canonical(code);
    for _ in 0..MOST_STEPS {
        let Some(url) = next else { return false };
        if types.contains(&url) {
            return true;
        }
        next = work.base_of(&url);
    }
    false
}
