//! Bindings that a derived definition replaces: only terminology can tell whether they are narrower.

/// A required binding of the base and the one in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrowedBinding {
    /// Of the element.
    pub id: Box<str>,
    pub base: Box<str>,
    pub now: Box<str>,
}
