//! Objects: their keys, what is missing, what may not stand together.

use serde_json::Value;
use smallvec::SmallVec;

use super::content::Holder;
use super::items::bare;
use super::path::Path;
use super::present::Present;
use crate::definitions::shape::{Content, Element, Shape, ShapeId};
use crate::validation::element::items::Object;
use crate::validation::message::structure;
use crate::validation::profile::tree::node::{Applied, Profile};
use crate::validation::rule::dispatch;
use crate::validation::walk::Walk;

/// No element has a longer name.
const LONGEST_NAME: usize = 64;

/// What profiles ask of an element.
pub(in crate::validation) type Nodes<'a> = SmallVec<[Applied<'a>; 4]>;

/// An object with the value it is.
#[derive(Clone, Copy)]
pub(in crate::validation) struct Subject<'a> {
    pub(in crate::validation) value: &'a Value,
    pub(in crate::validation) object: &'a Object,
}

impl<'a> Walk<'a> {
    /// Checks an object of a shape.
    pub(in crate::validation) fn object(
        &mut self,
        subject: Subject<'a>,
        id: ShapeId,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        let registry = self.registry;
        let object = subject.object;
        let Some(shape) = registry.shapes.shape(id) else { return };
        if object.is_empty() {
            return self.malformed(path, structure::empty_object());
        }
        let before = self.malformed;
        let host = std::mem::replace(&mut self.host, subject.value);
        let outer = std::mem::replace(&mut self.outer, host);
        let mut present = Present::default();
        let mut choices: SmallVec<[&Element; 4]> = SmallVec::new();
        let holder = Holder { object, nodes };
        for (key, value) in object {
            if self.is_full() {
                return;
            }
            let name = bare(key).unwrap_or(key);
            let is_sibling = name.len() < key.len();
            let numbered = shape.number(name);
            let Some((number, element)) = numbered.and_then(|at| Some((at, shape.numbered(at)?)))
            else {
                self.unknown_key(key, shape, object, path);
                continue;
            };
            if is_sibling && !matches!(element.content, Content::Primitive(_)) {
                self.unknown_key(key, shape, object, path);
                continue;
            }
            present.insert(number);
            self.choice(element, &mut choices, path);
            if is_sibling {
                self.sibling(element, value, holder, path);
            } else {
                self.property(element, value, holder, path);
            }
        }
        self.host = host;
        self.outer = outer;
        self.required(shape, &present, &choices, path);
        if Some(id) == self.known.extension {
            self.extension_parts(object, !choices.is_empty(), path);
        } else if Some(id) != self.known.element && !shape.is_resource && is_only_an_id(object) {
            self.report(path, structure::only_an_id());
        }
        for node in nodes {
            self.absent(*node, shape, Some(object), path);
        }
        if self.malformed == before {
            self.base_constraints(subject, id, &present, path);
        }
        if shape.is_resource {
            dispatch::resource(self, &shape.path, object, path);
        } else {
            dispatch::datatype(self, &shape.path, object, path);
        }
    }

    fn unknown_key(&mut self, key: &str, shape: &Shape, object: &Object, path: &Path<'_>) {
        // The type of a resource is not an element; `resource` has checked it.
        if key == "resourceType" && shape.is_resource {
            return;
        }
        let known = shape.elements.iter().map(|element| &*element.key);
        let absent = known.filter(|known| !object.contains_key(*known));
        let issue = structure::unknown_element(key, &shape.path, absent);
        // A key that is no name at all would make the path unreadable.
        if key.len() <= LONGEST_NAME {
            self.malformed(&path.child(key), issue);
        } else {
            self.malformed(path, issue);
        }
    }

    /// Notes the key of a choice; two keys of one choice may not stand together.
    fn choice<'e>(
        &mut self,
        element: &'e Element,
        choices: &mut SmallVec<[&'e Element; 4]>,
        path: &Path<'_>,
    ) {
        if element.choice.is_none() {
            return;
        }
        match choices.iter().find(|other| other.choice == element.choice) {
            None => choices.push(element),
            Some(other) if other.key == element.key => (),
            Some(other) => {
                let issue = structure::two_of_a_choice(&other.key, &element.key, &element.name);
                self.malformed(&path.child(&element.name), issue);
            }
        }
    }

    fn required(
        &mut self,
        shape: &Shape,
        present: &Present,
        choices: &[&Element],
        path: &Path<'_>,
    ) {
        for (number, element) in shape.required() {
            let is_there = match element.choice {
                None => present.contains(number),
                Some(_) => choices.iter().any(|other| other.choice == element.choice),
            };
            if !is_there {
                let keys = shape.elements.iter().filter(|other| other.name == element.name);
                let keys: Vec<&str> = keys.map(|element| &*element.key).collect();
                self.malformed(
                    &path.child(&element.name),
                    structure::missing(&element.name, &shape.path, &keys),
                );
            }
        }
    }

    /// ext-1: either a value or extensions.
    fn extension_parts(&mut self, object: &Object, has_value: bool, path: &Path<'_>) {
        if has_value == object.contains_key("extension") {
            self.report(path, structure::extension_value(has_value));
        }
    }

    /// The profile that a canonical names, when it is known; it lives as long as the walk.
    pub(in crate::validation) fn profile(&self, canonical: &str) -> Option<&'a Profile> {
        let profiles = &self.engine.profiles;
        self.held.profile(canonical, || profiles.profile(canonical))
    }
}

/// ele-1: an element has a value or children; its id is neither.
pub(super) fn is_only_an_id(object: &Object) -> bool {
    object.len() == 1 && object.contains_key("id")
}
