//! An element, before and after what a differential says of it.

use serde_json::Value;

use crate::snapshot::tree::element::Element;

/// An element, before and after what a differential says of it.
#[derive(Clone, Copy)]
pub(in crate::snapshot) struct Narrowed<'e> {
    pub(in crate::snapshot) base: &'e Element,
    pub(in crate::snapshot) said: &'e Element,
    pub(in crate::snapshot) now: &'e Element,
    pub(in crate::snapshot) id: &'e str,
    /// It stands beside other slices, which may be what the base says of the whole.
    pub(in crate::snapshot) is_new_slice: bool,
}

impl Narrowed<'_> {
    /// Whether it is the top of a definition.
    pub(super) fn is_root(&self) -> bool {
        !self.id.contains('.')
    }

    /// Whether its own definition says what kind of extension it is.
    pub(super) fn is_extension(&self) -> bool {
        let name = self.id.rsplit('.').next().unwrap_or_default();
        let name = name.split(':').next().unwrap_or_default();
        matches!(name, "extension" | "modifierExtension")
    }
}

/// A value as texts show it.
pub(super) fn shown(value: Option<&Value>) -> String {
    const MOST: usize = 100;
    let text = match value {
        None => return "-".into(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
