//! How often an element may be there: a profile may only narrow it,
//! <https://hl7.org/fhir/R4/profiling.html#cardinality>.

use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::{Element, Max, cardinality, text};
use crate::snapshot::tree::node::SnapshotNode;

/// What is wrong with the cardinality that an element got from a differential.
pub(in crate::snapshot) fn check(base: &Element, narrowed: &Element) -> Option<SnapshotFault> {
    let (min, max) = cardinality(narrowed);
    let (base_min, base_max) = cardinality(base);
    let written = |element: &Element| text(element, "max").unwrap_or("*").into();
    if Max::Times(min) > max {
        // What is forbidden needs no minimum: `max` 0 alone is how a profile leaves an element out.
        return Some(SnapshotFault::MinAboveMax { min, max: written(narrowed) });
    }
    if min < base_min {
        return Some(SnapshotFault::MinBelowBase { min, base: base_min });
    }
    (max > base_max)
        .then(|| SnapshotFault::MaxAboveBase { max: written(narrowed), base: written(base) })
}

/// What is wrong with the cardinality of the slices of an element.
pub(in crate::snapshot) fn check_slices(node: &SnapshotNode) -> Option<SnapshotFault> {
    let is_first =
        |slice: &&SnapshotNode| slice.step.slice.as_ref().is_some_and(|name| !name.contains('/'));
    let mins = node.slices.iter().filter(is_first).map(|slice| cardinality(&slice.element).0);
    let min = mins.fold(0, u64::saturating_add);
    let (_, max) = cardinality(&node.element);
    let written = text(&node.element, "max").unwrap_or("*");
    (Max::Times(min) > max).then(|| SnapshotFault::SlicesAboveMax { min, max: written.into() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn is_wrong(base: (u64, &str), narrowed: (u64, &str), expected: bool) {
        let element = |(min, max): (u64, &str)| {
            let value = json!({ "min": min, "max": max });
            value.as_object().cloned().expect("an element")
        };
        let fault = check(&element(base), &element(narrowed));
        assert_eq!(fault.is_some(), expected, "{base:?} {narrowed:?}: {fault:?}");
    }

    #[test]
    fn a_profile_may_only_narrow() {
        is_wrong((0, "*"), (1, "3"), false);
        is_wrong((0, "1"), (0, "0"), false);
        is_wrong((1, "1"), (0, "1"), true);
        is_wrong((0, "1"), (0, "*"), true);
        is_wrong((0, "*"), (2, "1"), true);
    }
}
