//! The definition that a resource names: contained, in the same Bundle, or in the library.

use std::sync::Arc;

use serde_json::Value;

use crate::definitions::library::Library;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::validation::walk::Walk;

/// A definition, wherever it was found.
pub(super) enum Known<'a> {
    Near(&'a Value),
    Kept(Arc<Value>),
}

impl Known<'_> {
    pub(super) fn resource(&self) -> &Value {
        match self {
            Self::Near(resource) => resource,
            Self::Kept(resource) => resource,
        }
    }
}

/// The definition of a type that a canonical names.
pub(super) fn find<'a>(walk: &Walk<'a>, kind: &str, canonical: &str) -> Option<Known<'a>> {
    if let Some(found) = near(walk, kind, canonical) {
        return Some(Known::Near(found));
    }
    let kind = ResourceKind::parse(kind)?;
    walk.registry.library.find(kind, canonical).map(Known::Kept)
}

/// The types of what a canonical names, contained or in the library. A Bundle is not looked
/// through: that would cost as much for each of its entries as it has entries.
pub(super) fn kinds(walk: &Walk<'_>, canonical: &str) -> Vec<ResourceKind> {
    if let Some(id) = canonical.strip_prefix('#') {
        let named = walk.contained.iter().filter(|resource| text(resource, "id") == Some(id));
        let kinds =
            named.filter_map(|resource| ResourceKind::parse(text(resource, "resourceType")?));
        return kinds.collect();
    }
    let library = &walk.registry.library;
    let is_kept = |kind: &ResourceKind| Library::keeps(*kind) && library.has(*kind, canonical);
    ResourceKind::all().filter(is_kept).collect()
}

fn near<'a>(walk: &Walk<'a>, kind: &str, canonical: &str) -> Option<&'a Value> {
    let is_of_kind = |resource: &&Value| text(resource, "resourceType") == Some(kind);
    if let Some(id) = canonical.strip_prefix('#') {
        let mut contained = walk.contained.iter().filter(is_of_kind);
        return contained.find(|resource| text(resource, "id") == Some(id));
    }
    let (url, version) = match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    };
    let entries = walk.bundle.as_ref()?.entries();
    let mut inner = entries.filter_map(|entry| member(entry, "resource")).filter(is_of_kind);
    inner.find(|resource| {
        let is_version = version.is_none_or(|version| text(resource, "version") == Some(version));
        text(resource, "url") == Some(url) && is_version
    })
}

/// The extension of an element with this URL.
pub(super) fn extension<'v>(element: &'v Value, url: &str) -> Option<&'v Value> {
    members(element, "extension").iter().find(|found| text(found, "url") == Some(url))
}
