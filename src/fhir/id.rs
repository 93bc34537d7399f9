//! Logical ids, <https://hl7.org/fhir/R4/datatypes.html#id>.

use std::fmt;

/// The logical id of a resource.
///
/// Invariant: 1 to 64 characters of `[A-Za-z0-9.-]`; [`ResourceId::parse`] is the only way to one
/// from text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(Box<str>);

impl ResourceId {
    /// Takes a text that is a legal id.
    pub fn parse(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(legal);
        fits.then(|| Self(text.into()))
    }

    /// Makes a new id: a UUID of version 7, so that ids grow with time.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().hyphenated().to_string().into())
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_specification_allows_and_nothing_else() {
        for legal in ["1", "me-lo-thi-hoa", "A.b-9", &"x".repeat(64)] {
            assert_eq!(ResourceId::parse(legal).expect(legal).as_str(), legal);
        }
        for illegal in ["", "a_b", "a/b", "mẹ", "a b", &"x".repeat(65)] {
            assert!(ResourceId::parse(illegal).is_none(), "{illegal}");
        }
    }

    #[test]
    fn generated_ids_are_legal_and_grow() {
        let (first, second) = (ResourceId::generate(), ResourceId::generate());
        assert!(ResourceId::parse(first.as_str()).is_some());
        assert!(first < second);
    }
}
