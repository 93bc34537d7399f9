//! Invariants pile up: those of the base stay, those of the differential come after them,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.constraint>.

use serde_json::{Value, json};

use crate::snapshot::tree::element::Element;

/// Adds constraints; one with a key that is there already takes its place.
///
/// Each says where it comes from, so that a reader of a derived profile knows.
pub(in crate::snapshot) fn accumulate(element: &mut Element, more: &[Value], url: &str) {
    let list = element.entry("constraint").or_insert_with(|| json!([]));
    let Some(list) = list.as_array_mut() else { return };
    for constraint in more {
        let mut constraint = constraint.clone();
        if let Some(object) = constraint.as_object_mut()
            && !object.contains_key("source")
        {
            object.insert("source".into(), url.into());
        }
        let key = constraint.get("key");
        match list.iter_mut().find(|known| key.is_some() && known.get("key") == key) {
            Some(known) => *known = constraint,
            None => list.push(constraint),
        }
    }
    if list.is_empty() {
        element.remove("constraint");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_pile_up_and_say_where_they_come_from() {
        let mut element = Element::new();
        element.insert("constraint".into(), json!([{"key": "ele-1", "source": "Element"}]));
        accumulate(
            &mut element,
            &[json!({"key": "a"}), json!({"key": "ele-1", "source": "E"})],
            "P",
        );
        let expected = json!([{"key": "ele-1", "source": "E"}, {"key": "a", "source": "P"}]);
        assert_eq!(element["constraint"], expected);
    }
}
