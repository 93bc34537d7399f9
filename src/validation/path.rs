//! Where the walk is, as a list on the stack that becomes text only for a finding.

use std::fmt::Write;

/// A `FHIRPath` such as `Observation.component[1].value`.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a str,
    index: Option<usize>,
}

impl<'a> Path<'a> {
    /// The path of the resource itself.
    pub(super) fn root(name: &'a str) -> Self {
        Self { parent: None, name, index: None }
    }

    /// The path of an element that is there once.
    pub(super) fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name, index: None }
    }

    /// The path of one of several elements.
    pub(super) fn item(&'a self, name: &'a str, index: usize) -> Self {
        Self { parent: Some(self), name, index: Some(index) }
    }

    /// The path's text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(text);
            text.push('.');
        }
        text.push_str(self.name);
        if let Some(index) = self.index {
            // Writing to a String does not fail.
            let _ = write!(text, "[{index}]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_fhirpath() {
        let root = Path::root("Observation");
        let component = root.item("component", 1);
        assert_eq!(component.child("value").text(), "Observation.component[1].value");
        assert_eq!(root.text(), "Observation");
    }
}
