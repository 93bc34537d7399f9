//! What is wrong with a file of a package.

use crate::fhir::issue::{Severity, Text};

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// The file within the package.
    pub file: Box<str>,
    /// The element of the file it is about, as `Patient.identifier:cccd`.
    pub element: Option<Box<str>>,
    pub text: Text,
}

impl Finding {
    /// Something that cannot be used.
    pub fn error(file: &str, text: Text) -> Self {
        Self { severity: Severity::Error, file: file.into(), element: None, text }
    }

    /// Something that is used, but perhaps not as its author thinks.
    pub fn warning(file: &str, text: Text) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, text) }
    }

    /// The same finding, about one element.
    #[must_use]
    pub fn at(self, element: impl Into<Box<str>>) -> Self {
        Self { element: Some(element.into()), ..self }
    }
}
