//! The value of one key: one or many, JSON type, and on into what is below.

use serde_json::Value;
use smallvec::SmallVec;

use super::items::{Item, Items, sibling};
use super::object::{Nodes, Subject, is_only_an_id};
use super::path::Path;
use super::resource::push;
use crate::definitions::shape::{Content, Element, Primitive};
use crate::fhir::member::of;
use crate::validation::element::items::Object;
use crate::validation::format::primitive;
use crate::validation::message::structure::{self, Json};
use crate::validation::profile::tree::node::Applied;
use crate::validation::rule::canonical;
use crate::validation::walk::Walk;

/// The object that has an element, and what profiles ask of it.
#[derive(Clone, Copy)]
pub(in crate::validation) struct Holder<'n, 'a> {
    pub(in crate::validation) object: &'a Object,
    pub(in crate::validation) nodes: &'n [Applied<'a>],
}

/// One value, and where it is: the object, and the place in its list.
struct Slot<'a> {
    value: &'a Value,
    object: &'a Object,
    index: usize,
}

impl<'a> Walk<'a> {
    /// Checks the value of a key.
    pub(in crate::validation) fn property(
        &mut self,
        element: &'a Element,
        value: &'a Value,
        holder: Holder<'_, 'a>,
        path: &Path<'_>,
    ) {
        let Holder { object, nodes } = holder;
        let (name, type_name) = (&element.name, self.type_name(element));
        let below = named(nodes, element);
        let sliced = match below.is_empty() {
            true => Vec::new(),
            false => self.counted(&below, element, Items::of(object, element), path),
        };
        let nodes_of = |at: usize| {
            let mut nodes = below.clone();
            nodes.extend(sliced.get(at).into_iter().flatten().copied());
            nodes
        };
        match value {
            Value::Array(items) if element.repeats => {
                self.count(element, items, path);
                for (index, item) in items.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    if !(item.is_null() && extended(object, element, index)) {
                        let path = path.item(name, index).of(type_name);
                        self.item(
                            element,
                            Slot { value: item, object, index },
                            nodes_of(index),
                            &path,
                        );
                    }
                }
            }
            Value::Array(_) => self.malformed(&path.child(name), structure::not_many(&element.key)),
            _ => {
                let path = path.child(name).of(type_name);
                if element.repeats && !value.is_null() {
                    self.malformed(&path, structure::not_one(&element.key));
                }
                self.item(element, Slot { value, object, index: 0 }, nodes_of(0), &path);
            }
        }
    }

    /// Checks the `id` and the extensions of a primitive: the value of `_birthDate`.
    pub(super) fn sibling(
        &mut self,
        element: &'a Element,
        value: &'a Value,
        holder: Holder<'_, 'a>,
        path: &Path<'_>,
    ) {
        let Holder { object, nodes } = holder;
        let name = &element.name;
        if element.content == Content::Primitive(Primitive::Xhtml)
            && value.get("extension").is_some()
        {
            return self.malformed(&path.child(name), structure::narrative_with_extension());
        }
        let below = named(nodes, element);
        let is_alone = !object.contains_key(&*element.key);
        if !below.is_empty() && is_alone {
            self.counted(&below, element, Items::of(object, element), path);
        }
        let Value::Array(items) = value else {
            let path = path.child(name).of(&element.type_code);
            if element.repeats {
                self.malformed(&path, structure::not_one(&format!("_{}", element.key)));
            }
            self.extras(value, is_alone, &below, &path);
            if is_alone {
                self.asked(element, Item { value: None, extra: Some(value) }, &below, &path);
            }
            return;
        };
        if !element.repeats {
            let issue = structure::not_many(&format!("_{}", element.key));
            return self.malformed(&path.child(name), issue);
        }
        self.count(element, items, path);
        let values = of(object, &element.key).and_then(Value::as_array);
        if values.is_some_and(|values| values.len() != items.len()) {
            self.malformed(&path.child(name), structure::unaligned(&element.key));
        }
        for (index, item) in items.iter().enumerate() {
            let beside = values.and_then(|values| values.get(index));
            let is_filler = item.is_null() && beside.is_some_and(|value| !value.is_null());
            if self.is_full() {
                return;
            }
            // Two nulls are reported at the value.
            if !is_filler && beside.is_none_or(|_| !item.is_null()) {
                let path = path.item(name, index).of(&element.type_code);
                let is_alone = beside.is_none_or(Value::is_null);
                self.extras(item, is_alone, &below, &path);
                if is_alone {
                    self.asked(element, Item { value: None, extra: Some(item) }, &below, &path);
                }
            }
        }
    }

    /// The id and the extensions of a primitive, which may have no value beside them.
    fn extras(&mut self, value: &'a Value, is_alone: bool, nodes: &[Applied<'a>], path: &Path<'_>) {
        match (value, self.known.element) {
            (Value::Object(object), Some(shape)) => {
                self.object(Subject { value, object }, shape, nodes, path);
                if is_alone && is_only_an_id(object) {
                    self.report(path, structure::only_an_id());
                }
            }
            (Value::Null, _) => self.malformed(path, structure::null()),
            _ => self.malformed(path, structure::wrong_json(Json::Object, value)),
        }
    }

    fn count(&mut self, element: &Element, items: &[Value], path: &Path<'_>) {
        if items.is_empty() {
            self.malformed(&path.child(&element.name), structure::empty_array());
        }
        let most = element.max.and_then(|max| usize::try_from(max).ok());
        if let Some(most) = most.filter(|most| items.len() > *most) {
            self.malformed(&path.child(&element.name), structure::too_many(items.len(), most));
        }
    }

    /// Checks one value of an element.
    fn item(&mut self, element: &'a Element, slot: Slot<'a>, nodes: Nodes<'a>, path: &Path<'_>) {
        let Slot { value, object: holder, index } = slot;
        if value.is_null() {
            return self.malformed(path, structure::null());
        }
        let mut nodes = nodes;
        let before = self.malformed;
        match (element.content, value) {
            (Content::Primitive(primitive), _) => {
                self.primitive(element, primitive, value, path);
                let extra = if nodes.is_empty() { None } else { sibling(holder, &element.key) };
                let extra = extra.and_then(|extra| Items::new(None, Some(extra)).item(index).extra);
                if self.malformed == before && !nodes.is_empty() {
                    self.below_primitive(&nodes, extra, path);
                    self.asked(element, Item { value: Some(value), extra }, &nodes, path);
                }
                return;
            }
            (Content::Complex(shape), Value::Object(object)) => {
                self.of_types(element, value, &mut nodes, path);
                if Some(shape) == self.known.extension {
                    self.extension(Subject { value, object }, &element.key, &mut nodes, path);
                }
                self.object(Subject { value, object }, shape, &nodes, path);
                if element.is_simple && object.contains_key("comparator") {
                    self.report(&path.child("comparator"), structure::with_comparator());
                }
                if Some(shape) == self.known.coding {
                    self.coding(object, path);
                }
                if Some(shape) == self.known.reference {
                    self.reference(object, element, &nodes, path);
                } else if let Some(binding) = &element.binding {
                    self.base_bound(value, shape, binding, path);
                }
            }
            (Content::Complex(_), _) => {
                return self.malformed(path, structure::wrong_json(Json::Object, value));
            }
            (Content::Resource, _) if &*element.key == "contained" => {
                self.of_types(element, value, &mut nodes, path);
                self.within(value, &nodes, path);
            }
            (Content::Resource, _) => {
                self.of_types(element, value, &mut nodes, path);
                self.inner(value, holder, &nodes, path);
            }
        }
        if self.malformed == before {
            self.asked(element, Item { value: Some(value), extra: None }, &nodes, path);
        }
    }

    /// The type of an element, or the path of a backbone element.
    pub(in crate::validation) fn type_name(&self, element: &'a Element) -> &'a str {
        match element.content {
            Content::Complex(id) => {
                self.registry.shapes.shape(id).map_or(&element.type_code, |shape| &shape.path)
            }
            _ => &element.type_code,
        }
    }

    /// What profiles ask of the extensions of a primitive that has none.
    fn below_primitive(
        &mut self,
        nodes: &[Applied<'a>],
        extra: Option<&'a Value>,
        path: &Path<'_>,
    ) {
        let registry = self.registry;
        let shape = self.known.element.and_then(|id| registry.shapes.shape(id));
        if let (Some(shape), None) = (shape, extra) {
            for node in nodes {
                self.absent(*node, shape, None, path);
            }
        }
    }

    fn primitive(
        &mut self,
        element: &'a Element,
        primitive: Primitive,
        value: &'a Value,
        path: &Path<'_>,
    ) {
        if let Some(issue) = primitive::check(primitive, value) {
            return self.malformed(path, issue);
        }
        if let (Primitive::Canonical, Value::String(url)) = (primitive, value) {
            canonical::link(self, url, path);
            canonical::target(self, url, element, path);
        }
        if let (Some(binding), Value::String(code)) = (&element.binding, value) {
            self.base_code(code, binding, path);
        }
    }
}

/// What is asked of the elements with this key.
fn named<'a>(nodes: &[Applied<'a>], element: &'a Element) -> Nodes<'a> {
    let mut below: Nodes<'a> = SmallVec::new();
    for node in nodes {
        for child in node.named(&element.name, &element.key) {
            push(&mut below, child);
        }
    }
    below
}

/// Whether the item of a primitive list that is null has extensions beside it.
fn extended(object: &Object, element: &Element, index: usize) -> bool {
    let Content::Primitive(_) = element.content else { return false };
    let siblings = object.get(&format!("_{}", element.key)).and_then(Value::as_array);
    siblings.and_then(|siblings| siblings.get(index)).is_some_and(Value::is_object)
}
