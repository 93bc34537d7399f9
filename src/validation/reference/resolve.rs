//! What a reference leads to, <https://hl7.org/fhir/R4/bundle.html#references>.

use serde_json::Value;

use super::literal::{base_of, has_scheme};
use crate::validation::walk::Walk;

impl<'a> Walk<'a> {
    /// The resource that the text of a reference points at, when it can be had: contained, in the
    /// Bundle at hand, in the same Parameters, or where the caller finds it.
    pub(in crate::validation) fn resolve(&self, reference: &str) -> Option<&'a Value> {
        if let Some(id) = reference.strip_prefix('#') {
            if id.is_empty() {
                return Some(self.container);
            }
            let has_id = |resource: &&Value| resource.get("id").and_then(Value::as_str) == Some(id);
            return self.contained.iter().find(has_id);
        }
        let near = self.in_bundle(reference).or_else(|| self.given.resource(self.whole, reference));
        near.or_else(|| self.request.resolver?.resolve(reference))
    }

    /// <https://hl7.org/fhir/R4/bundle.html#references>
    pub(super) fn in_bundle(&self, reference: &str) -> Option<&'a Value> {
        let bundle = self.bundle.as_ref()?;
        let (current, version) = match reference.split_once("/_history/") {
            Some((current, version)) => (current, Some(version)),
            None => (reference, None),
        };
        let found = if has_scheme(current) {
            bundle.resource(current)
        } else {
            match self.full_url.and_then(base_of) {
                Some(base) => {
                    bundle.resource(&format!("{base}{current}")).or_else(|| bundle.written(current))
                }
                None => bundle.resource(current),
            }
        };
        // Another version is another content.
        found.filter(|found| {
            let own = found.get("meta").and_then(|meta| meta.get("versionId")?.as_str());
            version.is_none() || own.is_none() || own == version
        })
    }
}
