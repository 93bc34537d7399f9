//! A definition that checks look at.

use serde_json::Value;

use super::element::{Named, named};
use crate::definitions::npm::finding::Finding;
use crate::definitions::npm::packages::Definition;
use crate::fhir::issue::Text;

/// One definition that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked<'a> {
    pub(super) definition: &'a Definition,
    pub(super) value: &'a Value,
}

impl<'a> Looked<'a> {
    /// The elements that a structure says something of: its differential, or its snapshot.
    pub(super) fn elements(&self) -> Vec<Named<'a>> {
        let list = |name: &str| self.value.get(name)?.get("element")?.as_array();
        let list = list("differential").or_else(|| list("snapshot"));
        named(list.map(Vec::as_slice).unwrap_or_default())
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// A finding about the definition.
    pub(super) fn warning(&self, text: Text) -> Finding {
        Finding::warning(&self.definition.file, text)
    }
}
