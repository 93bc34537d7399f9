//! What one snapshot in the making asks of other definitions, and for which of them it is made.

use std::sync::Arc;

use serde_json::Value;

use super::fault::SnapshotFault;

/// The other definitions.
pub(super) trait Others {
    /// The one a canonical names, with its snapshot, which is made for those above.
    fn made(&self, canonical: &str, above: Option<&Trail<'_>>)
    -> Result<Arc<Value>, SnapshotFault>;

    /// The same as it was published or stored.
    fn as_stored(&self, canonical: &str) -> Option<Arc<Value>>;
}

/// The definitions that are being made, each for the one before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail<'a> {
    pub(super) url: &'a str,
    version: Option<&'a str>,
    above: Option<&'a Trail<'a>>,
}

impl<'a> Trail<'a> {
    pub(super) fn of(definition: &'a Value, above: Option<&'a Trail<'a>>) -> Self {
        let text = |name: &str| definition.get(name).and_then(Value::as_str);
        Self { url: text("url").unwrap_or_default(), version: text("version"), above }
    }

    pub(super) fn contains(&self, other: &Trail<'_>) -> bool {
        let is_it = self.url == other.url && self.version == other.version;
        is_it || self.above.is_some_and(|above| above.contains(other))
    }

    pub(super) fn length(&self) -> usize {
        1 + self.above.map_or(0, Trail::length)
    }
}
