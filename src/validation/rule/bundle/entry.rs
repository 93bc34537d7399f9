//! The entries of a Bundle, and which of them a reference means,
//! <https://hl7.org/fhir/R4/bundle.html#references>.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::budget;
use crate::fhir::member::{member, members, text};
use crate::validation::rule::absolute::is_absolute;

/// One entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct BundleEntry<'b> {
    pub(super) value: &'b Value,
    pub(super) full_url: Option<&'b str>,
    pub(super) resource: Option<&'b Value>,
    pub(super) kind: Option<&'b str>,
    pub(super) id: Option<&'b str>,
}

/// All entries.
#[derive(Debug)]
pub(super) struct Entries<'b> {
    pub(super) list: Vec<BundleEntry<'b>>,
    by_url: FxHashMap<&'b str, Vec<usize>>,
    by_id: FxHashMap<(&'b str, &'b str), Vec<usize>>,
}

impl<'b> BundleEntry<'b> {
    fn new(value: &'b Value) -> Self {
        let resource = member(value, "resource");
        let of_resource = |key| resource.and_then(|resource| text(resource, key));
        Self {
            value,
            full_url: text(value, "fullUrl"),
            resource,
            kind: of_resource("resourceType"),
            id: of_resource("id"),
        }
    }

    fn version(&self) -> Option<&'b str> {
        text(member(self.resource?, "meta")?, "versionId")
    }

    /// The base of the server that the entry's URL shows: `http://a/b/` of `http://a/b/Patient/1`.
    fn base(&self) -> Option<&'b str> {
        let own = format!("{}/{}", self.kind?, self.id?);
        self.full_url?.strip_suffix(own.as_str())
    }
}

impl<'b> Entries<'b> {
    pub(super) fn of(bundle: &'b Value) -> Self {
        let list: Vec<BundleEntry<'b>> =
            members(bundle, "entry").iter().map(BundleEntry::new).collect();
        let mut by_url: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut by_id: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
        for (at, entry) in list.iter().enumerate() {
            if let Some(url) = entry.full_url {
                by_url.entry(url).or_default().push(at);
            }
            if let (Some(kind), Some(id)) = (entry.kind, entry.id) {
                by_id.entry((kind, id)).or_default().push(at);
            }
        }
        Self { list, by_url, by_id }
    }

    /// Whether there is an entry of the type and id that a relative reference names.
    pub(super) fn has_like(&self, reference: &str) -> bool {
        let key = reference.split_once('/').unwrap_or_default();
        self.by_id.contains_key(&key)
    }

    /// The entries that a reference in an entry means: one when all is well.
    pub(super) fn resolve(&self, from: &BundleEntry<'b>, reference: &str) -> Vec<usize> {
        let (target, version) = match reference.split_once("/_history/") {
            Some((target, version)) => (target, Some(version)),
            None => (reference, None),
        };
        let target = target.split_once('#').map_or(target, |(target, _)| target);
        let found = if is_absolute(target) {
            self.by_url.get(target)
        } else if from.full_url.is_some_and(|url| url.starts_with("urn:")) {
            // Nothing says which server a relative reference would be of.
            None
        } else if let Some(base) = from.base() {
            self.by_url.get(format!("{base}{target}").as_str())
        } else {
            let (kind, id) = target.split_once('/').unwrap_or_default();
            self.by_id.get(&(kind, id))
        };
        // Many entries may have one URL, and each many references to it.
        let many = found.map_or(0, Vec::len);
        if budget::spend(many + 1).is_err() || budget::take(many * size_of::<usize>()).is_err() {
            return Vec::new();
        }
        let is_version = |at: &&usize| {
            let entry = self.list.get(**at);
            version.is_none() || entry.is_some_and(|entry| entry.version() == version)
        };
        found.into_iter().flatten().filter(is_version).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(first: &str, reference: &str, expected: &[usize]) {
        let patient = |version: &str| json!({ "resourceType": "Patient", "id": "1", "meta": { "versionId": version } });
        let bundle = json!({ "entry": [
            { "fullUrl": first, "resource": { "resourceType": "Composition", "id": "c" } },
            { "fullUrl": "http://a/Patient/1", "resource": patient("1") },
            { "fullUrl": "http://a/Patient/1", "resource": patient("2") },
            { "fullUrl": "urn:uuid:x", "resource": { "resourceType": "Patient", "id": "2" } },
        ] });
        let entries = Entries::of(&bundle);
        assert_eq!(entries.resolve(&entries.list[0], reference), expected, "{first} {reference}");
    }

    #[test]
    fn references_are_resolved_by_the_url_of_the_entry_they_stand_in() {
        check("http://a/Composition/c", "Patient/1/_history/2", &[2]);
        check("http://a/Composition/c", "Patient/1", &[1, 2]);
        check("http://b/Composition/c", "Patient/1", &[]);
        check("http://a/Composition/c", "Patient/2", &[]);
        check("urn:uuid:c", "Patient/2", &[]);
        check("urn:uuid:c", "urn:uuid:x#part", &[3]);
        check("urn:uuid:c", "http://a/Patient/1/_history/3", &[]);
        check("urn:uuid:c", "nothing", &[]);
    }
}
