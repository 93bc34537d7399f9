//! What definitions are called by others, <https://hl7.org/fhir/R4/references.html#canonical>.

/// The canonical URL of a definition, and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub url: Box<str>,
    pub version: Option<Box<str>>,
}
