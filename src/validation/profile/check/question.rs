//! Does a value conform to a profile? A walk of its own whose findings are not told.

use std::sync::Arc;

use serde_json::Value;

use crate::definitions::shape::{Content, Element};
use crate::fhir::kind::ResourceKind;
use crate::validation::element::items::Item;
use crate::validation::element::object::{Nodes, Subject};
use crate::validation::element::path::Path;
use crate::validation::profile::held::Cause;
use crate::validation::profile::tree::node::Applied;
use crate::validation::request::Weight;
use crate::validation::walk::Walk;

/// Questions within questions; beyond, the answer is yes.
const DEEPEST: usize = 8;

impl<'a> Walk<'a> {
    /// Whether a value of an element is what a node asks for, and is right in itself.
    pub(in crate::validation) fn conforms(
        &self,
        element: &'a Element,
        item: Item<'a>,
        node: Applied<'a>,
        path: &Path<'_>,
    ) -> bool {
        self.unlike(element, item, node, path).is_none()
    }

    /// Why a value of an element is not what a node asks for.
    pub(in crate::validation) fn unlike(
        &self,
        element: &'a Element,
        item: Item<'a>,
        node: Applied<'a>,
        path: &Path<'_>,
    ) -> Cause {
        if self.depth >= DEEPEST {
            return None;
        }
        let known = item.value.filter(|value| node.is_root() && value.is_object());
        if let Some(answer) = known.and_then(|value| self.held.unlike(value, node.profile)) {
            return answer;
        }
        if let Some(value) = known {
            self.held.keep(value, node.profile, None);
        }
        let mut walk = self.question();
        // A question is answered by errors, whatever they weigh.
        walk.whole_item(element, item, node.weighing(Weight::Refuses), path);
        let answer = walk.into_cause().map(Arc::new);
        if let Some(value) = known {
            self.held.keep(value, node.profile, answer.clone());
        }
        answer
    }

    /// Whether a resource that was found elsewhere conforms to a profile.
    pub(super) fn resource_conforms(&self, value: &'a Value, node: Applied<'a>) -> bool {
        self.resource_unlike(value, node).is_none()
    }

    /// Why a resource that was found elsewhere does not conform to a profile.
    pub(in crate::validation) fn resource_unlike(
        &self,
        value: &'a Value,
        node: Applied<'a>,
    ) -> Cause {
        if self.depth >= DEEPEST {
            return None;
        }
        if let Some(answer) = self.held.unlike(value, node.profile) {
            return answer;
        }
        self.held.keep(value, node.profile, None);
        let mut walk = self.question();
        let is_contained = self.contained.iter().any(|inner| std::ptr::eq(inner, value));
        let name = value.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        let path = Path::root(name);
        let nodes: Nodes<'a> = std::iter::once(node).collect();
        if is_contained {
            walk.is_contained = false;
            walk.within(value, &nodes, &path);
        } else {
            walk.elsewhere(value, &nodes, &path);
        }
        let answer = walk.into_cause().map(Arc::new);
        self.held.keep(value, node.profile, answer.clone());
        answer
    }

    fn whole_item(
        &mut self,
        element: &'a Element,
        item: Item<'a>,
        node: Applied<'a>,
        path: &Path<'_>,
    ) {
        let mut nodes: Nodes<'a> = std::iter::once(node).collect();
        match (element.content, item.value) {
            (Content::Complex(shape), Some(value)) => {
                let Value::Object(object) = value else { return };
                self.of_types(element, value, &mut nodes, path);
                self.object(Subject { value, object }, shape, &nodes, path);
                if Some(shape) == self.known.reference {
                    self.reference(object, element, &nodes, path);
                }
            }
            (Content::Resource, Some(value)) => {
                self.of_types(element, value, &mut nodes, path);
                self.elsewhere(value, &nodes, path);
            }
            _ => {}
        }
        self.asked(element, item, &nodes, path);
    }

    /// Walks a resource that is not where the walk is.
    fn elsewhere(&mut self, value: &'a Value, nodes: &[Applied<'a>], path: &Path<'_>) {
        let nothing = &*NOTHING;
        self.full_url = self.full_url_of(value).or(self.full_url);
        self.inner(value, nothing, nodes, path);
    }

    /// The `fullUrl` of the entry of the Bundle at hand that holds a resource.
    fn full_url_of(&self, resource: &Value) -> Option<&'a str> {
        let mut entries = self.bundle.as_ref()?.entries();
        let entry = entries
            .find(|entry| entry.get("resource").is_some_and(|found| std::ptr::eq(found, resource)));
        entry?.get("fullUrl")?.as_str()
    }

    /// Whether an item of an expression conforms to a profile; none when that is not known.
    pub(super) fn conforms_to(&self, value: &Value, canonical: &str) -> Option<bool> {
        let name = value.get("resourceType").and_then(Value::as_str)?;
        let kind = ResourceKind::parse(name)?;
        if let Some(wanted) = self.engine.profiles.type_name(canonical) {
            return Some(crate::validation::element::resource::is_of(kind, wanted));
        }
        let root = self.profile(canonical)?.root()?;
        if *root.profile.type_name != *name {
            return Some(false);
        }
        // An expression gives parts of the resources at hand; they are looked for among these.
        let value = self.found(value)?;
        Some(self.resource_conforms(value, root))
    }

    /// The same resource, as the walk borrows it.
    fn found(&self, value: &Value) -> Option<&'a Value> {
        let is_it = |found: &&'a Value| std::ptr::eq(*found, value);
        let mut known = [self.resource, self.container, self.whole].into_iter();
        known.find(is_it).or_else(|| self.contained.iter().find(is_it)).or_else(|| {
            let entries = self.bundle.as_ref()?.entries();
            entries.filter_map(|entry| entry.get("resource")).find(is_it)
        })
    }
}

static NOTHING: std::sync::LazyLock<crate::validation::element::items::Object> =
    std::sync::LazyLock::new(crate::validation::element::items::Object::new);
