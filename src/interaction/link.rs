//! Rewrites links between the entries of a transaction,
//! <https://hl7.org/fhir/R4/http.html#trules>.
//!
//! Where a resource points at another entry by its `fullUrl`, the entry's new address takes its
//! place: in references, in every `uri`, `url`, `oid`, `uuid` and `canonical`, and in the `href`
//! and `src` of narratives. Other texts that look alike, such as identifiers' values, stay.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::kind::ResourceKind;

/// New addresses by `fullUrl`.
pub(super) type Links = FxHashMap<String, String>;

/// Rewrites the links of a resource.
pub(super) fn rewrite(shapes: &Shapes, resource: &mut Value, links: &Links) {
    if let Value::Object(object) = resource
        && let Some(shape) = shape_of(shapes, object)
    {
        Rewriter { shapes, links }.object(shape, object);
    }
}

/// Gives every conditional reference (`Patient?identifier=…`) to `visit`, which may replace it.
pub(super) fn conditional_references(value: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if let Value::String(text) = value {
                    if key == "reference" && is_conditional(text) {
                        visit(text);
                    }
                } else {
                    conditional_references(value, visit);
                }
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| conditional_references(item, visit))
        }
        _ => {}
    }
}

fn is_conditional(text: &str) -> bool {
    text.split_once('?').is_some_and(|(kind, _)| ResourceKind::parse(kind).is_some())
}

fn shape_of<'a>(shapes: &'a Shapes, object: &Map<String, Value>) -> Option<&'a Shape> {
    shapes.named(object.get("resourceType")?.as_str()?)
}

struct Rewriter<'a> {
    shapes: &'a Shapes,
    links: &'a Links,
}

impl Rewriter<'_> {
    fn object(&self, shape: &Shape, object: &mut Map<String, Value>) {
        let is_reference = &*shape.path == "Reference";
        for (key, value) in object.iter_mut() {
            let Some(element) = shape.element(key) else { continue };
            if is_reference && key == "reference" {
                self.text(value);
            } else {
                self.value(element, value);
            }
        }
    }

    fn value(&self, element: &Element, value: &mut Value) {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| self.value(element, item));
            return;
        }
        match (element.content, value) {
            (Content::Complex(id), Value::Object(object)) => {
                if let Some(shape) = self.shapes.shape(id) {
                    self.object(shape, object);
                }
            }
            (Content::Resource, Value::Object(object)) => {
                if let Some(shape) = shape_of(self.shapes, object) {
                    self.object(shape, object);
                }
            }
            (Content::Primitive(Primitive::Xhtml), Value::String(text)) => self.narrative(text),
            (Content::Primitive(kind), value) if is_link(kind) => self.text(value),
            _ => {}
        }
    }

    fn text(&self, value: &mut Value) {
        if let Value::String(text) = value
            && let Some(address) = self.links.get(text.as_str())
        {
            text.clone_from(address);
        }
    }

    fn narrative(&self, text: &mut String) {
        if !(text.contains("href=") || text.contains("src=")) {
            return;
        }
        for (link, address) in self.links {
            if !text.contains(link.as_str()) {
                continue;
            }
            for attribute in ["href", "src"] {
                for quote in ['"', '\''] {
                    let old = format!("{attribute}={quote}{link}{quote}");
                    let new = format!("{attribute}={quote}{address}{quote}");
                    *text = text.replace(&old, &new);
                }
            }
        }
    }
}

fn is_link(kind: Primitive) -> bool {
    matches!(
        kind,
        Primitive::Uri | Primitive::Url | Primitive::Canonical | Primitive::Oid | Primitive::Uuid
    )
}
