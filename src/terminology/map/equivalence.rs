//! How close a translation is, <https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html>.
//!
//! The words say what the target is to the source: `wider` means that the target is wider.

/// What a target concept is to its source concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Equivalence {
    RelatedTo,
    Equivalent,
    Equal,
    Wider,
    Subsumes,
    Narrower,
    Specializes,
    Inexact,
    Unmatched,
    Disjoint,
}

impl Equivalence {
    const ALL: [(&'static str, Self); 10] = [
        ("relatedto", Self::RelatedTo),
        ("equivalent", Self::Equivalent),
        ("equal", Self::Equal),
        ("wider", Self::Wider),
        ("subsumes", Self::Subsumes),
        ("narrower", Self::Narrower),
        ("specializes", Self::Specializes),
        ("inexact", Self::Inexact),
        ("unmatched", Self::Unmatched),
        ("disjoint", Self::Disjoint),
    ];

    /// What R5 calls a relationship: the word says what the source is to the target.
    const RELATIONSHIPS: [(&'static str, Self); 5] = [
        ("related-to", Self::RelatedTo),
        ("equivalent", Self::Equivalent),
        ("source-is-narrower-than-target", Self::Wider),
        ("source-is-broader-than-target", Self::Narrower),
        ("not-related-to", Self::Disjoint),
    ];

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, equivalence)| *equivalence)
    }

    /// Reads a relationship of R5.
    pub fn of_relationship(code: &str) -> Option<Self> {
        let mut all = Self::RELATIONSHIPS.iter();
        all.find(|(known, _)| *known == code).map(|(_, equivalence)| *equivalence)
    }

    /// The code.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, equivalence)| *equivalence == self).map_or("", |(code, _)| code)
    }

    /// The relationship of R5 that comes nearest; none where there is no target.
    pub fn relationship(self) -> Option<&'static str> {
        Some(match self {
            Self::RelatedTo | Self::Inexact => "related-to",
            Self::Equivalent | Self::Equal => "equivalent",
            Self::Wider | Self::Subsumes => "source-is-narrower-than-target",
            Self::Narrower | Self::Specializes => "source-is-broader-than-target",
            Self::Disjoint => "not-related-to",
            Self::Unmatched => return None,
        })
    }

    /// What the source concept is to the target concept.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Wider => Self::Narrower,
            Self::Narrower => Self::Wider,
            Self::Subsumes => Self::Specializes,
            Self::Specializes => Self::Subsumes,
            same => same,
        }
    }

    /// Whether there is a translation at all.
    pub fn is_match(self) -> bool {
        !matches!(self, Self::Unmatched | Self::Disjoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_written_and_reversed() {
        for (code, equivalence) in Equivalence::ALL {
            assert_eq!(Equivalence::parse(code), Some(equivalence));
            assert_eq!(equivalence.code(), code);
            assert_eq!(equivalence.reversed().reversed(), equivalence);
            assert_eq!(equivalence.reversed().is_match(), equivalence.is_match());
        }
        for (code, equivalence) in Equivalence::RELATIONSHIPS {
            assert_eq!(equivalence.relationship(), Some(code));
        }
        assert_eq!(Equivalence::parse("source-is-narrower-than-target"), None);
    }
}
