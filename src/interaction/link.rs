//! Rewrites links between the entries of a transaction,
//! <https://hl7.org/fhir/R4/http.html#trules>.
//!
//! Where a resource points at another entry by its `fullUrl`, the entry's new address takes its
//! place: in references, in every `uri`, `url`, `oid`, `uuid` and `canonical`, and in the `href`
//! and `src` of narratives. Other texts that look alike, such as identifiers' values, stay. What a
//! conditional reference finds takes its place in references only.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::kind::ResourceKind;

/// New addresses of what the resources of a transaction point at.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By `fullUrl`.
    pub(super) entries: FxHashMap<String, String>,
    /// By conditional reference: what its search found.
    pub(super) conditional: FxHashMap<String, String>,
}

/// Rewrites the links of a resource.
pub(super) fn rewrite(shapes: &Shapes, resource: &mut Value, links: &Links) {
    if let Value::Object(object) = resource
        && let Some(shape) = shape_of(shapes, object)
    {
        Rewriter { shapes, links }.object(shape, object);
    }
}

/// Adds every conditional reference (`Patient?identifier=…`) of a resource to `found`.
pub(super) fn conditional_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "reference" && is_conditional(text) => {
                        found.push(text);
                    }
                    value => conditional_references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| conditional_references(item, found)),
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
                self.reference(value);
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

    fn reference(&self, value: &mut Value) {
        if let Value::String(text) = value {
            let conditional = || self.links.conditional.get(text.as_str());
            if let Some(address) = self.links.entries.get(text.as_str()).or_else(conditional) {
                text.clone_from(address);
            }
        }
    }

    fn text(&self, value: &mut Value) {
        if let Value::String(text) = value
            && let Some(address) = self.links.entries.get(text.as_str())
        {
            text.clone_from(address);
        }
    }

    /// Goes through the attributes of a narrative once, however many links there are.
    fn narrative(&self, text: &mut String) {
        let mut rewritten = String::new();
        let mut rest = text.as_str();
        while let Some((before, link, after)) = next_link(rest) {
            rewritten.push_str(before);
            rewritten.push_str(self.links.entries.get(link).map_or(link, String::as_str));
            rest = after;
        }
        if !rewritten.is_empty() {
            rewritten.push_str(rest);
            *text = rewritten;
        }
    }
}

/// Parts a text around the value of its first `href` or `src`.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let starts = ["href=", "src="].into_iter();
    let start = starts.filter_map(|name| Some(text.find(name)? + name.len())).min()?;
    let quote = text.get(start..)?.chars().next()?;
    let (before, rest) = text.split_at_checked(start + quote.len_utf8())?;
    if !matches!(quote, '"' | '\'') {
        return Some((before, "", rest));
    }
    let end = rest.find(quote)?;
    let (link, after) = rest.split_at_checked(end)?;
    Some((before, link, after))
}

fn is_link(kind: Primitive) -> bool {
    matches!(
        kind,
        Primitive::Uri | Primitive::Url | Primitive::Canonical | Primitive::Oid | Primitive::Uuid
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_narratives_are_taken_one_by_one() {
        let text = "<div><a href=\"urn:uuid:1\">urn:uuid:1</a><img src='b'/><a href=c>x</a></div>";
        let (before, link, after) = next_link(text).expect("an attribute");
        assert_eq!((before, link), ("<div><a href=\"", "urn:uuid:1"));
        let (_, link, after) = next_link(after).expect("an attribute");
        assert_eq!(link, "b");
        let (_, link, after) = next_link(after).expect("an attribute");
        assert_eq!((link, after), ("", ">x</a></div>"));
        assert_eq!(next_link(after), None);
        assert_eq!(next_link("<a href=\"open"), None);
    }
}
