//! Where the reading is, as a list on the stack that becomes text only for a finding.

use std::fmt::Write;

/// A `FHIRPath` such as `Observation.component[1].value`.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    name: &'p str,
    index: Option<usize>,
}

impl<'p> Path<'p> {
    /// The path of the resource itself.
    pub(super) fn root(name: &'p str) -> Self {
        Self { parent: None, name, index: None }
    }

    /// The path of an element; it has a place when its name may come several times.
    pub(super) fn below(&'p self, name: &'p str, index: Option<usize>) -> Self {
        Self { parent: Some(self), name, index }
    }

    /// The path's text.
    pub(super) fn text(&self) -> String {
        let mut text = self.parent.map(|parent| parent.text() + ".").unwrap_or_default();
        text.push_str(self.name);
        if let Some(index) = self.index {
            // Writing to a String does not fail.
            let _infallible = write!(text, "[{index}]");
        }
        text
    }
}
