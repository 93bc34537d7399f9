//! The value of one key: one or many, JSON type, and on into what is below.

use serde_json::Value;

use super::message::structure::{self, Json};
use super::path::Path;
use super::primitive;
use super::walk::{Object, Walk};
use crate::definitions::shape::{Content, Element, Primitive, Strength};

impl<'a> Walk<'a> {
    /// Checks the value of a key.
    pub(super) fn property(
        &mut self,
        element: &'a Element,
        value: &'a Value,
        object: &'a Object,
        path: &Path<'_>,
    ) {
        let name = &element.name;
        match value {
            Value::Array(items) if element.repeats => {
                self.count(element, items, path);
                for (index, item) in items.iter().enumerate() {
                    let is_extended = || extended(object, element, index);
                    if self.is_full() {
                        return;
                    }
                    if !(item.is_null() && is_extended()) {
                        self.item(element, item, &path.item(name, index));
                    }
                }
            }
            Value::Array(_) => self.report(&path.child(name), structure::not_many(&element.key)),
            _ => {
                let path = path.child(name);
                if element.repeats && !value.is_null() {
                    self.report(&path, structure::not_one(&element.key));
                }
                self.item(element, value, &path);
            }
        }
    }

    /// Checks the `id` and the extensions of a primitive: the value of `_birthDate`.
    pub(super) fn sibling(
        &mut self,
        element: &'a Element,
        value: &'a Value,
        object: &'a Object,
        path: &Path<'_>,
    ) {
        let name = &element.name;
        let Value::Array(items) = value else {
            let path = path.child(name);
            if element.repeats {
                self.report(&path, structure::not_one(&format!("_{}", element.key)));
            }
            return self.extras(value, &path);
        };
        if !element.repeats {
            let issue = structure::not_many(&format!("_{}", element.key));
            return self.report(&path.child(name), issue);
        }
        self.count(element, items, path);
        let values = object.get(&*element.key).and_then(Value::as_array);
        if values.is_some_and(|values| values.len() != items.len()) {
            self.report(&path.child(name), structure::unaligned(&element.key));
        }
        for (index, item) in items.iter().enumerate() {
            let beside = values.and_then(|values| values.get(index));
            let is_filler = item.is_null() && beside.is_some_and(|value| !value.is_null());
            if self.is_full() {
                return;
            }
            // Two nulls are reported at the value.
            if !is_filler && beside.is_none_or(|_| !item.is_null()) {
                self.extras(item, &path.item(name, index));
            }
        }
    }

    fn extras(&mut self, value: &'a Value, path: &Path<'_>) {
        match (value, self.known.element) {
            (Value::Object(object), Some(shape)) => self.object(object, shape, path),
            (Value::Null, _) => self.report(path, structure::null()),
            _ => self.report(path, structure::wrong_json(Json::Object, value)),
        }
    }

    fn count(&mut self, element: &Element, items: &[Value], path: &Path<'_>) {
        if items.is_empty() {
            self.report(&path.child(&element.name), structure::empty_array());
        }
        let most = element.max.and_then(|max| usize::try_from(max).ok());
        if let Some(most) = most.filter(|most| items.len() > *most) {
            self.report(&path.child(&element.name), structure::too_many(items.len(), most));
        }
    }

    /// Checks one value of an element.
    fn item(&mut self, element: &'a Element, value: &'a Value, path: &Path<'_>) {
        if value.is_null() {
            return self.report(path, structure::null());
        }
        match (element.content, value) {
            (Content::Primitive(primitive), _) => self.primitive(element, primitive, value, path),
            (Content::Complex(shape), Value::Object(object)) => {
                self.object(object, shape, path);
                if Some(shape) == self.known.reference {
                    self.reference(object, element, path);
                } else if let Some(binding) =
                    element.binding.as_ref().filter(|bound| bound.strength == Strength::Required)
                {
                    self.concept(object, shape, binding, path);
                }
            }
            (Content::Complex(_), _) => {
                self.report(path, structure::wrong_json(Json::Object, value));
            }
            (Content::Resource, _) if &*element.key == "contained" => self.within(value, path),
            (Content::Resource, _) => self.inner(value, path),
        }
    }

    fn primitive(
        &mut self,
        element: &Element,
        primitive: Primitive,
        value: &Value,
        path: &Path<'_>,
    ) {
        if let Some(issue) = primitive::check(primitive, value) {
            return self.report(path, issue);
        }
        if let (Some(binding), Value::String(code)) = (&element.binding, value) {
            self.code(code, binding, path);
        }
    }
}

/// Whether the item of a primitive list that is null has extensions beside it.
fn extended(object: &Object, element: &Element, index: usize) -> bool {
    let Content::Primitive(_) = element.content else { return false };
    let siblings = object.get(&format!("_{}", element.key)).and_then(Value::as_array);
    siblings.and_then(|siblings| siblings.get(index)).is_some_and(Value::is_object)
}
