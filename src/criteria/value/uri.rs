//! URIs, <https://hl7.org/fhir/R4/search.html#uri>: compared as they are written.

use crate::definitions::search_parameter::ParamId;
use crate::index::key::Key;
use crate::index::row::indexed_part;

/// What a URI must be; cut, as rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UriValue {
    /// This one.
    Is(String),
    /// This one, or one that goes on behind it with a slash. It ends without one.
    Below(String),
}

impl UriValue {
    /// The URI itself.
    pub fn is(uri: &str) -> Self {
        Self::Is(indexed_part(uri).to_owned())
    }

    /// The URI, and all whose path goes on where it ends.
    pub fn below(uri: &str) -> Self {
        Self::Below(indexed_part(uri).trim_end_matches('/').to_owned())
    }

    /// The key of what it matches; none when that is more than one URI.
    pub(in crate::criteria) fn key(&self, param: ParamId) -> Option<Key> {
        self.exact().map(|uri| Key::uri(param, uri))
    }

    /// The one URI that it is; none when there may be several.
    pub fn exact(&self) -> Option<&str> {
        match self {
            Self::Is(uri) => Some(uri),
            Self::Below(_) => None,
        }
    }

    /// Whether it is one URI.
    pub fn is_one(&self) -> bool {
        self.exact().is_some()
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &str) -> bool {
        match self {
            Self::Is(uri) => row == uri,
            Self::Below(root) => row
                .strip_prefix(root.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}
