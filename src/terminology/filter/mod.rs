//! What a value set asks of the concepts it takes from a system,
//! <https://hl7.org/fhir/R4/valueset-filter-operator.html>.

pub(super) mod own;
pub(super) mod rule;
pub(super) mod words;

use std::fmt;

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// A property of the system, or `concept`, `code`, `display`, `parent`, `child`…
    pub property: Box<str>,
    pub operator: Operator,
    pub value: Box<str>,
}

/// How a property and a value are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    IsA,
    DescendentOf,
    IsNotA,
    Regex,
    In,
    NotIn,
    Generalizes,
    Exists,
    /// Of R5, which other servers take in R4 too: the children of a code.
    ChildOf,
    /// Of R5: the descendants that have no children.
    DescendentLeaf,
}

impl Operator {
    const ALL: [(&'static str, Self); 11] = [
        ("=", Self::Equal),
        ("is-a", Self::IsA),
        ("descendent-of", Self::DescendentOf),
        ("is-not-a", Self::IsNotA),
        ("regex", Self::Regex),
        ("in", Self::In),
        ("not-in", Self::NotIn),
        ("generalizes", Self::Generalizes),
        ("exists", Self::Exists),
        ("child-of", Self::ChildOf),
        ("descendent-leaf", Self::DescendentLeaf),
    ];

    /// Whether it asks where a code is in the hierarchy.
    pub fn is_of_hierarchy(self) -> bool {
        match self {
            Self::IsA
            | Self::IsNotA
            | Self::DescendentOf
            | Self::DescendentLeaf
            | Self::ChildOf
            | Self::Generalizes => true,
            Self::Equal | Self::Regex | Self::In | Self::NotIn | Self::Exists => false,
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, operator)| *operator)
    }

    /// The code.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(code, _)| code)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.property, self.operator.code(), self.value)
    }
}
