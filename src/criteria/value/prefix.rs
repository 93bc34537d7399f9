//! Prefixes of ordered values, <https://hl7.org/fhir/R4/search.html#prefix>.

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    StartsAfter,
    EndsBefore,
    Approximately,
}

/// Every prefix as it is written.
const PREFIXES: [(&str, Prefix); 9] = [
    ("eq", Prefix::Equal),
    ("ne", Prefix::NotEqual),
    ("gt", Prefix::Greater),
    ("lt", Prefix::Less),
    ("ge", Prefix::GreaterOrEqual),
    ("le", Prefix::LessOrEqual),
    ("sa", Prefix::StartsAfter),
    ("eb", Prefix::EndsBefore),
    ("ap", Prefix::Approximately),
];

impl Prefix {
    /// Takes the prefix off a value; without one it is `eq`.
    pub fn split(text: &str) -> (Self, &str) {
        let found = PREFIXES
            .iter()
            .find_map(|(name, prefix)| text.strip_prefix(name).map(|rest| (*prefix, rest)));
        found.unwrap_or((Self::Equal, text))
    }

    /// The prefix that is written so.
    pub fn named(name: &str) -> Option<Self> {
        PREFIXES.iter().find(|(own, _)| *own == name).map(|(_, prefix)| *prefix)
    }

    /// The prefix as it is written.
    pub fn name(self) -> &'static str {
        PREFIXES.iter().find(|(_, prefix)| *prefix == self).map_or("", |(name, _)| name)
    }
}
