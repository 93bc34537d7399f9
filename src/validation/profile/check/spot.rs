//! The path of a discriminator, followed in a resource,
//! <https://hl7.org/fhir/R4/profiling.html#discriminator>.

use serde_json::Value;
use smallvec::SmallVec;

use crate::definitions::shape::{Content, Element, Shape};
use crate::validation::element::items::Object;
use crate::validation::element::items::{Item, Items};
use crate::validation::profile::tree::slicing::SliceStep;
use crate::validation::walk::Walk;

/// Something in a resource, and its type.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// None: it has only extensions.
    pub(in crate::validation) value: Option<&'a Value>,
    pub(in crate::validation) extra: Option<&'a Value>,
    pub(in crate::validation) type_name: &'a str,
    /// None: a resource that a reference points at.
    pub(in crate::validation) element: Option<&'a Element>,
}

type Spots<'a> = SmallVec<[Spot<'a>; 4]>;

impl<'a> Spot<'a> {
    pub(in crate::validation) fn new(element: &'a Element, item: Item<'a>) -> Self {
        let type_name = match (element.content, item.value) {
            (Content::Resource, Some(value)) => resource_type(value),
            _ => &element.type_code,
        };
        Self { value: item.value, extra: item.extra, type_name, element: Some(element) }
    }

    fn resource(value: &'a Value) -> Self {
        Self { value: Some(value), extra: None, type_name: resource_type(value), element: None }
    }

    pub(in crate::validation) fn is_resource(&self) -> bool {
        self.element.is_none_or(|element| element.content == Content::Resource)
    }
}

impl<'a> Walk<'a> {
    /// What the steps find.
    pub(super) fn spots(&self, steps: &[SliceStep], spot: Spot<'a>) -> Spots<'a> {
        let mut spots = Spots::new();
        spots.push(spot);
        for step in steps {
            let mut next = Spots::new();
            for spot in spots {
                match step {
                    SliceStep::Element(name) => self.below(spot, name, &mut next),
                    SliceStep::Extension(url) => {
                        let from = next.len();
                        self.below(spot, "extension", &mut next);
                        let mut at = 0;
                        next.retain(|spot| {
                            at += 1;
                            let found = spot.value.and_then(|value| value.get("url")?.as_str());
                            at <= from || found == Some(url)
                        });
                    }
                    SliceStep::OfType(name) if **name == *spot.type_name => next.push(spot),
                    SliceStep::OfType(_) => {}
                    SliceStep::Resolve => {
                        let value = spot.value;
                        let reference = value.and_then(|value| match value {
                            Value::String(text) => Some(text.as_str()),
                            value => value.get("reference")?.as_str(),
                        });
                        let target = reference.and_then(|reference| self.resolve(reference));
                        next.extend(target.map(Spot::resource));
                    }
                }
            }
            spots = next;
        }
        spots
    }

    fn below(&self, spot: Spot<'a>, name: &str, found: &mut Spots<'a>) {
        let shapes = &self.registry.shapes;
        let content = spot.element.map_or(Content::Resource, |element| element.content);
        let (shape, holder) = match content {
            Content::Complex(id) => (shapes.shape(id), spot.value),
            Content::Primitive(_) => (shapes.named("Element"), spot.extra),
            Content::Resource => (shapes.named(spot.type_name), spot.value),
        };
        let (Some(shape), Some(object)) = (shape, holder.and_then(Value::as_object)) else {
            return;
        };
        match shape.element(name).filter(|element| *element.name == *name) {
            Some(element) => all(object, element, found),
            None => choice(object, shape, name, found),
        }
    }
}

fn choice<'a>(object: &'a Object, shape: &'a Shape, name: &str, found: &mut Spots<'a>) {
    for key in object.keys() {
        let bare = key.strip_prefix('_').unwrap_or(key);
        let is_first = bare.len() == key.len() || !object.contains_key(bare);
        if let Some(element) =
            shape.element(bare).filter(|element| is_first && *element.name == *name)
        {
            all(object, element, found);
        }
    }
}

fn all<'a>(object: &'a Object, element: &'a Element, found: &mut Spots<'a>) {
    let items = Items::of(object, element).iter();
    let there = items.filter(|item| item.value.is_some() || item.extra.is_some());
    found.extend(there.map(|item| Spot::new(element, item)));
}

fn resource_type(value: &Value) -> &str {
    value.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}
