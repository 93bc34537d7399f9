//! Contained resources have an id each of its own. dom-3: contained resources are referred to from the resource they are in, or refer to it,
//! <https://hl7.org/fhir/R4/references.html#contained>.
//!
//! Unlike the expression of R4 this also finds what the narrative refers to, as the text of the
//! constraint wants it, and it looks at everything once.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::path::Path;
use crate::validation::message::reference as message;
use crate::validation::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks that `#id` means one contained resource only.
    pub(super) fn contained_once(&mut self, path: &Path<'_>) {
        let mut seen = FxHashSet::default();
        for (at, resource) in self.contained.iter().enumerate() {
            let id = resource.get("id").and_then(Value::as_str);
            if let Some(id) = id.filter(|id| !seen.insert(*id)) {
                self.report(&path.item("contained", at).child("id"), message::two_of_id(id));
            }
        }
    }

    /// Checks that nothing is contained that nobody refers to.
    pub(super) fn contained_are_used(&mut self, container: &'a Value, path: &Path<'_>) {
        if self.contained.is_empty() {
            return;
        }
        let mut mentioned = FxHashSet::default();
        if let Value::Object(object) = container {
            let others = object.iter().filter(|(key, _)| *key != "contained");
            others.for_each(|(key, value)| mentions(value, key, &mut mentioned));
        }
        let own: Vec<FxHashSet<&str>> = self.contained.iter().map(mentioned_in).collect();
        // Who mentions an id first, and whether others do.
        let mut by: FxHashMap<&str, (usize, bool)> = FxHashMap::default();
        for (at, found) in own.iter().enumerate() {
            for id in found {
                by.entry(*id).and_modify(|by| by.1 = true).or_insert((at, false));
            }
        }
        for (at, (resource, own)) in self.contained.iter().zip(&own).enumerate() {
            let Some(id) = resource.get("id").and_then(Value::as_str) else { continue };
            // That it points at itself makes it no part of the whole.
            let is_sibling = by.get(id).is_some_and(|(first, more)| *first != at || *more);
            if !mentioned.contains(id) && !is_sibling && !own.contains("") {
                self.report(&path.item("contained", at), message::not_referred_to(id));
            }
        }
    }
}

fn mentioned_in(resource: &Value) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    mentions(resource, "", &mut found);
    found
}

/// Gathers the ids that are referred to: `#id` in a reference, and in a narrative.
fn mentions<'v>(value: &'v Value, key: &str, found: &mut FxHashSet<&'v str>) {
    match value {
        Value::String(text) if key == "div" => {
            let parts = text.split(['"', '\'']);
            found.extend(parts.filter_map(|part| part.strip_prefix('#')));
        }
        Value::String(text) => found.extend(text.strip_prefix('#')),
        Value::Array(items) => items.iter().for_each(|item| mentions(item, key, found)),
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| mentions(value, key, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
