//! The patients of a resource whom no search parameter tells of.

use serde_json::Value;

use super::{Found, Indexer};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::reference;
use crate::index::compartment::People;

impl Indexer {
    /// Adds the patients whom no search parameter tells of.
    pub(super) fn people(
        &self,
        (kind, id): (ResourceKind, Option<&str>),
        resource: &Value,
        people: &mut People,
    ) {
        match kind.name() {
            "Patient" => people.herself(kind, id, &self.patients),
            "Binary" => people.protected_as(kind, resource, (&self.base, &self.patients)),
            "Bundle" => {
                for entry in members(resource, "entry") {
                    self.entry(kind, entry, people);
                }
            }
            _ => {}
        }
    }

    /// Adds the patients whom an entry of a stored Bundle is about. Its references are those of the
    /// server that its `fullUrl` is of; a patient who has no URL there has no id of ours.
    fn entry(&self, bundle: ResourceKind, entry: &Value, people: &mut People) {
        let Some(resource) = member(entry, "resource") else { return };
        let Some(kind) = text(resource, "resourceType").and_then(ResourceKind::parse) else {
            return;
        };
        let url = text(entry, "fullUrl");
        let root = url.and_then(reference::root).map(|root| root.trim_end_matches('/'));
        let id = text(resource, "id").filter(|_| url.is_none() || root.is_some());
        let mut found = Found::default();
        self.collect((kind, id), resource, &mut found);
        let (members, owner) = found.people.sorted();
        let is_ours = root.is_none_or(|root| root == &*self.base);
        people.entry(bundle, (kind, &members, owner), is_ours);
    }
}
