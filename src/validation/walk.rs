//! The walk over an object: its keys, what is missing, what may not stand together.

use serde_json::{Map, Value};
use smallvec::SmallVec;

use super::message::structure;
use super::path::Path;
use super::present::Present;
use super::rule::dispatch;
use super::validator::Request;
use crate::definitions::registry::Registry;
use crate::definitions::shape::{Content, Element, Shape, ShapeId, Shapes};
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

/// After so many findings the walk ends: nobody reads more, and a hostile body must not cost more.
const MOST_ISSUES: usize = 200;

/// No element has a longer name.
const LONGEST_NAME: usize = 64;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The data types that have rules of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) element: Option<ShapeId>,
    pub(super) extension: Option<ShapeId>,
    pub(super) reference: Option<ShapeId>,
    pub(super) coding: Option<ShapeId>,
    pub(super) codeable_concept: Option<ShapeId>,
}

impl Known {
    /// Finds them once.
    pub(super) fn new(shapes: &Shapes) -> Self {
        Self {
            element: shapes.id("Element"),
            extension: shapes.id("Extension"),
            reference: shapes.id("Reference"),
            coding: shapes.id("Coding"),
            codeable_concept: shapes.id("CodeableConcept"),
        }
    }
}

/// One validation of one resource.
pub(super) struct Walk<'a> {
    pub(super) registry: &'a Registry,
    pub(super) known: Known,
    /// What the caller knows and wants.
    pub(super) request: Request<'a>,
    /// The resource that was sent.
    pub(super) whole: &'a Value,
    /// The resource at hand; a contained one is one of its own.
    pub(super) resource: &'a Value,
    /// The resource that contains the one at hand, or the one at hand itself.
    pub(super) container: &'a Value,
    /// The innermost Bundle that the resource at hand is in, or is.
    pub(super) bundle: Option<&'a Value>,
    /// The `contained` resources of the resource at hand.
    pub(super) contained: &'a [Value],
    /// Whether the resource at hand is itself contained.
    pub(super) is_contained: bool,
    /// Whether the whole is a Bundle, in which references may be searches.
    pub(super) is_bundle: bool,
    issues: Vec<Issue>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        registry: &'a Registry,
        known: Known,
        request: Request<'a>,
        whole: &'a Value,
    ) -> Self {
        Self {
            registry,
            known,
            request,
            whole,
            resource: whole,
            container: whole,
            bundle: None,
            contained: &[],
            is_contained: false,
            is_bundle: false,
            issues: Vec::new(),
        }
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// Notes a finding about the element at a path.
    pub(super) fn report(&mut self, path: &Path<'_>, issue: Issue) {
        if !self.is_full() {
            self.issues.push(issue.at(path.text()));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.issues.len() >= MOST_ISSUES
    }

    /// Checks an object of a shape.
    pub(super) fn object(&mut self, object: &'a Object, id: ShapeId, path: &Path<'_>) {
        let registry = self.registry;
        let Some(shape) = registry.shapes.shape(id) else { return };
        if object.is_empty() {
            return self.report(path, structure::empty_object());
        }
        let mut present = Present::default();
        let mut choices: SmallVec<[&Element; 4]> = SmallVec::new();
        for (key, value) in object {
            if self.is_full() {
                return;
            }
            let name = key.strip_prefix('_').unwrap_or(key);
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
                self.sibling(element, value, object, path);
            } else {
                self.property(element, value, object, path);
            }
        }
        self.required(shape, &present, &choices, path);
        if Some(id) == self.known.extension {
            self.extension(object, !choices.is_empty(), path);
        } else if object.len() == 1 && object.contains_key("id") && !is_resource(shape) {
            self.report(path, structure::only_an_id());
        }
        if is_resource(shape) {
            dispatch::resource(self, &shape.path, object, path);
        } else {
            dispatch::datatype(self, &shape.path, object, path);
        }
    }

    fn unknown_key(&mut self, key: &str, shape: &Shape, object: &Object, path: &Path<'_>) {
        // The type of a resource is not an element; `resource` has checked it.
        if key == "resourceType" && is_resource(shape) {
            return;
        }
        let known = shape.elements.iter().map(|element| &*element.key);
        let absent = known.filter(|known| !object.contains_key(*known));
        let issue = structure::unknown_element(key, &shape.path, absent);
        // A key that is no name at all would make the path unreadable.
        if key.len() <= LONGEST_NAME {
            self.report(&path.child(key), issue);
        } else {
            self.report(path, issue);
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
                self.report(&path.child(&element.name), issue);
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
                self.report(
                    &path.child(&element.name),
                    structure::missing(&element.name, &shape.path, &keys),
                );
            }
        }
    }

    /// ext-1: either a value or extensions.
    fn extension(&mut self, object: &Object, has_value: bool, path: &Path<'_>) {
        if has_value == object.contains_key("extension") {
            self.report(path, structure::extension_value(has_value));
        }
    }
}

fn is_resource(shape: &Shape) -> bool {
    ResourceKind::parse(&shape.path).is_some()
}
