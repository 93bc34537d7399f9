//! What the profile of a type says of an element that uses it: its texts and invariants, and of an
//! extension how often it may be there, <https://hl7.org/fhir/R4/extensibility.html>.

use serde_json::Value;

use super::constraint::accumulate;
use crate::snapshot::tree::element::only_profile;
use crate::snapshot::tree::element::{Element, add_new, code, items, types};
use crate::snapshot::work::Work;

/// What the top of a profile does not say of the elements that use it.
const OWN: [&str; 9] =
    ["id", "path", "base", "type", "slicing", "sliceName", "mapping", "alias", "constraint"];

/// Puts what the profile says, if the differential names one that is known, before what the
/// differential says. What it says of the base stays where the profile says nothing.
pub(in crate::snapshot) fn apply(work: &mut Work<'_>, element: &mut Element, said: &Element) {
    let [only] = types(said) else { return };
    let Some(profile) = only_profile(only) else { return };
    if matches!(code(only), "Reference" | "canonical" | "CodeableReference") {
        return;
    }
    let Ok(definition) = work.definition(profile) else { return };
    let Some(top) = top_of(&definition) else { return };
    let is_extension = code(only) == "Extension";
    for (name, value) in top {
        let is_count = matches!(&**name, "min" | "max");
        if !OWN.contains(&&**name) && (is_extension || !is_count) {
            element.insert(name.clone(), value.clone());
        }
    }
    if top.contains_key("alias") {
        add_new(element, "alias", items(top, "alias"));
    }
    accumulate(element, items(top, "constraint"), profile);
}

fn top_of(definition: &Value) -> Option<&Element> {
    definition.get("snapshot")?.get("element")?.as_array()?.first()?.as_object()
}
