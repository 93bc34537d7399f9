//! Tokens, <https://hl7.org/fhir/R4/search.html#token>: a code, its system, or both.

use crate::definitions::search_parameter::ParamId;
use crate::index::key::Key;
use crate::index::row::{indexed_part, system_hash};

/// A code, its system, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenValue {
    pub system: System,
    code: Option<String>,
}

/// The system of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Any,
    None,
    /// The one with this [`system_hash`].
    Is(i64),
    /// One that no value has.
    Nowhere,
}

impl System {
    /// The system with a URL; none when it is empty.
    pub fn of(url: &str) -> Self {
        if url.is_empty() { Self::None } else { Self::Is(system_hash(url)) }
    }

    /// Whether the system of a row is meant.
    fn fits(self, system: i64) -> bool {
        match self {
            Self::Any => true,
            Self::None => system == 0,
            Self::Is(own) => system == own,
            Self::Nowhere => false,
        }
    }
}

impl TokenValue {
    /// A code in a system; without one, all of the system.
    pub fn new(system: System, code: Option<&str>) -> Self {
        Self { system, code: code.map(|code| indexed_part(code).to_owned()) }
    }

    /// The code, as rows have it.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether it names a code, not all of a system.
    pub fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// Whether one row at the most stands for each resource.
    pub fn is_exact(&self) -> bool {
        self.system != System::Any && self.code.is_some()
    }

    /// The key of what it matches, if it has a code.
    pub(in crate::criteria) fn key(&self, param: ParamId) -> Option<Key> {
        self.code.as_ref().map(|code| Key::code(param, code))
    }

    /// Whether a row matches.
    pub fn fits(&self, system: i64, code: &str) -> bool {
        self.system.fits(system) && self.code.as_ref().is_none_or(|own| own == code)
    }
}
