//! Where the walk is, as a list on the stack that becomes text only for a finding.

use std::fmt::Write;

/// A `FHIRPath` such as `Observation.component[1].value`.
#[derive(Clone, Copy)]
pub(in crate::validation) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a str,
    index: Option<usize>,
    /// The type of what is there, as far as it is known: `Patient`, `HumanName`, `Patient.contact`.
    type_name: &'a str,
    is_resource: bool,
}

impl<'a> Path<'a> {
    /// The path of the resource itself.
    pub(in crate::validation) fn root(name: &'a str) -> Self {
        Self { parent: None, name, index: None, type_name: name, is_resource: true }
    }

    /// The path of an element that is there once.
    pub(in crate::validation) fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name, index: None, type_name: "", is_resource: false }
    }

    /// The path of one of several elements.
    pub(in crate::validation) fn item(&'a self, name: &'a str, index: usize) -> Self {
        Self { index: Some(index), ..self.child(name) }
    }

    /// The same path, of a type.
    pub(in crate::validation) fn of(self, type_name: &'a str) -> Self {
        Self { type_name, ..self }
    }

    /// The same path, of a resource in an entry, a parameter or contained.
    pub(in crate::validation) fn of_resource(self, type_name: &'a str) -> Self {
        Self { type_name, is_resource: true, ..self }
    }

    pub(in crate::validation) fn parent(&self) -> Option<&'a Path<'a>> {
        self.parent
    }

    pub(in crate::validation) fn name(&self) -> &'a str {
        self.name
    }

    pub(in crate::validation) fn type_name(&self) -> &'a str {
        self.type_name
    }

    pub(in crate::validation) fn is_resource(&self) -> bool {
        self.is_resource
    }

    /// The path in the definition of its resource: `Patient.name.family`.
    pub(in crate::validation) fn definition(&self) -> String {
        match self.parent.filter(|_| !self.is_resource) {
            Some(parent) => format!("{}.{}", parent.definition(), self.name),
            None => self.type_name.to_owned(),
        }
    }

    /// The path's text.
    pub(in crate::validation) fn text(&self) -> String {
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
        assert_eq!(component.child("value").definition(), "Observation.component.value");
    }
}
