//! Resources: the whole, those in entries and parameters, and contained ones.

use serde_json::Value;

use super::message::structure;
use super::path::Path;
use super::walk::{Object, Walk};
use crate::fhir::kind::ResourceKind;

impl<'a> Walk<'a> {
    /// Checks the resource that was sent.
    pub(super) fn top(&mut self, value: &'a Value, expected: Option<ResourceKind>) {
        let unknown = Path::root("Resource");
        let Value::Object(object) = value else {
            return self.report(&unknown, structure::wrong_json(structure::Json::Object, value));
        };
        let Some(kind) = self.kind(object, &unknown) else { return };
        let path = Path::root(kind.name());
        if let Some(expected) = expected.filter(|expected| *expected != kind) {
            self.report(&path, structure::other_type(kind, expected));
        }
        self.is_bundle = kind.name() == "Bundle";
        self.body(value, object, kind, &path);
    }

    /// Checks a resource in an entry of a Bundle or in a parameter.
    pub(super) fn inner(&mut self, value: &'a Value, path: &Path<'_>) {
        let Value::Object(object) = value else {
            return self.report(path, structure::wrong_json(structure::Json::Object, value));
        };
        let Some(kind) = self.kind(object, path) else { return };
        let outer = (self.contained, self.is_contained, self.bundle);
        let (resource, container) = (self.resource, self.container);
        self.is_contained = false;
        self.body(value, object, kind, path);
        (self.contained, self.is_contained, self.bundle) = outer;
        (self.resource, self.container) = (resource, container);
    }

    /// Checks a contained resource, which sees the same contained resources as its container.
    pub(super) fn within(&mut self, value: &'a Value, path: &Path<'_>) {
        let Value::Object(object) = value else {
            return self.report(path, structure::wrong_json(structure::Json::Object, value));
        };
        if self.is_contained {
            return self.report(path, structure::nested_contained());
        }
        if !object.contains_key("id") {
            self.report(&path.child("id"), structure::contained_without_id());
        }
        let Some(kind) = self.kind(object, path) else { return };
        self.is_contained = true;
        let container = std::mem::replace(&mut self.resource, value);
        if let Some(shape) = self.registry.shapes.id(kind.name()) {
            self.object(object, shape, path);
        }
        self.is_contained = false;
        self.resource = container;
    }

    fn body(&mut self, value: &'a Value, object: &'a Object, kind: ResourceKind, path: &Path<'_>) {
        (self.resource, self.container) = (value, value);
        if kind.name() == "Bundle" {
            self.bundle = Some(value);
        }
        let contained = object.get("contained").and_then(Value::as_array);
        self.contained = contained.map_or(&[], Vec::as_slice);
        if let Some(shape) = self.registry.shapes.id(kind.name()) {
            self.object(object, shape, path);
        }
    }

    /// The type a resource says it is.
    fn kind(&mut self, object: &Object, path: &Path<'_>) -> Option<ResourceKind> {
        let name = object.get("resourceType").and_then(Value::as_str);
        let kind = name.and_then(ResourceKind::parse);
        if kind.is_none() {
            let path = path.child("resourceType");
            match name {
                Some(name) => self.report(&path, structure::unknown_type(name)),
                None => self.report(&path, structure::no_type()),
            }
        }
        kind
    }
}
