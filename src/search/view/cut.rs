//! Leaves out of a resource what a view does not show.
//!
//! What must be there stays, and so does what changes the meaning of the rest. The tag `SUBSETTED`
//! says that something may be missing.

use serde_json::{Map, Value, json};

use crate::definitions::shape::{Content, Element, Shape, Shapes};
use crate::fhir::kind::ResourceKind;

use super::View;

/// Elements without which others may be misread.
const MODIFIERS: [&str; 2] = ["implicitRules", "modifierExtension"];

/// The code system of [`SUBSETTED`].
const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const SUBSETTED: &str = "SUBSETTED";

impl View {
    /// The part of a resource that is shown.
    pub fn cut(&self, shapes: &Shapes, kind: ResourceKind, resource: &mut Value) {
        let (Value::Object(members), Some(shape)) = (resource, shapes.of(kind)) else { return };
        if *self == Self::Whole {
            return;
        }
        members.retain(|key, value| match key.as_str() {
            "resourceType" | "id" | "meta" => true,
            key => self.shows(shapes, shape, key, value),
        });
        tag(members);
    }

    fn shows(&self, shapes: &Shapes, shape: &Shape, key: &str, value: &mut Value) -> bool {
        let Some(element) = element(shape, key) else { return false };
        match self {
            Self::Whole => true,
            Self::Summary => summarise(shapes, element, key, value),
            Self::Data => key != "text",
            Self::Text => key == "text" || is_needed(element),
            Self::Count => is_needed(element),
            Self::Elements(names) => {
                is_needed(element) || names.iter().any(|name| **name == *element.name)
            }
        }
    }
}

/// Whether a resource was cut, here or by another server.
pub fn is_cut(resource: &Value) -> bool {
    let mut tags = resource.pointer("/meta/tag").and_then(Value::as_array).into_iter().flatten();
    tags.any(is_subsetted)
}

fn is_subsetted(tag: &Value) -> bool {
    let is = |key: &str, text: &str| tag.get(key).and_then(Value::as_str) == Some(text);
    is("code", SUBSETTED) && is("system", SYSTEM)
}

/// The element that a key stands for, or that it adds an id or extensions to.
fn element<'s>(shape: &'s Shape, key: &str) -> Option<&'s Element> {
    shape.element(key.strip_prefix('_').unwrap_or(key))
}

fn is_needed(element: &Element) -> bool {
    element.min > 0 || MODIFIERS.contains(&&*element.key)
}

/// Whether an element is part of a summary; what is below it and is not goes.
fn summarise(shapes: &Shapes, element: &Element, key: &str, value: &mut Value) -> bool {
    if !(element.is_summary || is_needed(element)) {
        return false;
    }
    let is_whole = &*element.type_code == "Extension" || key.starts_with('_');
    let below = match element.content {
        Content::Complex(id) if !is_whole => shapes.shape(id),
        _ => None,
    };
    let Some(shape) = below else { return true };
    let mut parts = |value: &mut Value| {
        let Value::Object(members) = value else { return true };
        members.retain(|key, value| {
            self::element(shape, key).is_some_and(|one| summarise(shapes, one, key, value))
        });
        !members.is_empty()
    };
    match value {
        Value::Array(values) => {
            values.retain_mut(&mut parts);
            !values.is_empty()
        }
        value => parts(value),
    }
}

/// Says that something may be missing.
fn tag(members: &mut Map<String, Value>) {
    let meta = members.entry("meta").or_insert_with(|| json!({}));
    let Value::Object(meta) = meta else { return };
    let tags = meta.entry("tag").or_insert_with(|| json!([]));
    let Value::Array(tags) = tags else { return };
    if !tags.iter().any(is_subsetted) {
        tags.push(json!({ "system": SYSTEM, "code": SUBSETTED }));
    }
}

#[cfg(test)]
mod tests {
    use crate::definitions::registry::Registry;

    use super::*;

    #[track_caller]
    fn check(view: &View, kind: &str, mut resource: Value, expected: Value) {
        let registry = Registry::r4().expect("the definitions");
        let kind = ResourceKind::parse(kind).expect("a type");
        view.cut(&registry.shapes, kind, &mut resource);
        assert!(is_cut(&resource));
        resource.as_object_mut().expect("a resource").retain(|key, _| key != "meta");
        assert_eq!(resource, expected, "{view:?}");
    }

    #[test]
    fn a_view_leaves_out_the_rest_but_what_must_be_there() {
        let observation = json!({
            "resourceType": "Observation", "id": "o", "meta": { "versionId": "1" },
            "text": { "status": "generated" }, "status": "final", "code": { "text": "x" },
            "modifierExtension": [{ "url": "http://a", "valueCode": "b" }],
            "valueQuantity": { "value": 1.50 }, "note": [{ "text": "n" }],
        });
        let part = |keys: &[&str]| {
            let mut part = observation.clone();
            let is_shown = |key: &String| {
                ["resourceType", "id", "status", "code", "modifierExtension"]
                    .iter()
                    .chain(keys)
                    .any(|one| key == one)
            };
            part.as_object_mut().expect("a resource").retain(|key, _| is_shown(key));
            part
        };
        for (view, keys) in [
            (View::Text, &["text"][..]),
            (View::Data, &["valueQuantity", "note"][..]),
            (View::Summary, &["valueQuantity"][..]),
            (View::Elements(vec!["value".into()]), &["valueQuantity"][..]),
            (View::Elements(vec![]), &[][..]),
        ] {
            check(&view, "Observation", observation.clone(), part(keys));
        }
    }

    #[test]
    fn a_summary_is_one_below_the_top_too() {
        let patient = json!({
            "resourceType": "Patient", "id": "p", "birthDate": "1999",
            "_birthDate": { "extension": [{ "url": "http://a", "valueCode": "b" }] },
            "name": [{ "family": "A", "extension": [{ "url": "http://a", "valueCode": "b" }] },
                { "extension": [{ "url": "http://a", "valueCode": "b" }] }],
            "contact": [{ "gender": "female" }], "photo": [{ "data": "AA==", "title": "t" }],
            "link": [{ "other": { "reference": "Patient/q" }, "type": "seealso" }],
        });
        let expected = json!({
            "resourceType": "Patient", "id": "p", "birthDate": "1999",
            "_birthDate": { "extension": [{ "url": "http://a", "valueCode": "b" }] },
            "name": [{ "family": "A" }],
            "link": [{ "other": { "reference": "Patient/q" }, "type": "seealso" }],
        });
        check(&View::Summary, "Patient", patient, expected);
    }

    #[test]
    fn a_resource_is_tagged_once_and_another_code_is_no_tag() {
        let registry = Registry::r4().expect("the definitions");
        let kind = ResourceKind::PATIENT;
        let mut patient =
            json!({ "resourceType": "Patient", "meta": { "tag": [{ "code": "SUBSETTED" }] } });
        assert!(!is_cut(&patient));
        for _ in 0..2 {
            View::Data.cut(&registry.shapes, kind, &mut patient);
        }
        assert_eq!(patient["meta"]["tag"].as_array().map(Vec::len), Some(2));
    }
}
