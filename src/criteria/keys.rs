//! The keys by which a change is known to matter to criteria.

use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;

use super::tree::{Criteria, Values};
use super::value::token::TokenValue;
use super::value::uri::UriValue;

impl Criteria {
    /// Lists of keys: a resource of this type that matches has one key of each. None when matches
    /// are found by something else than keys.
    pub fn keys(&self, kind: ResourceKind) -> Vec<Vec<Key>> {
        match self {
            Self::All(all) => all.iter().flat_map(|one| one.keys(kind)).collect(),
            Self::Any(any) => {
                let first = |one: &Self| one.keys(kind).into_iter().next();
                let each: Option<Vec<_>> = any.iter().map(first).collect();
                each.map(|each| each.concat()).into_iter().collect()
            }
            Self::Ids(ids) => {
                vec![ids.iter().map(|id| Key::address(kind, id.as_str())).collect()]
            }
            Self::Parameter(param, values) => {
                let all: Option<Vec<Key>> = match values {
                    Values::Tokens(all) => all.iter().map(|one| one.key(*param)).collect(),
                    Values::References(all) => {
                        let each: Option<Vec<_>> = all.iter().map(|one| one.keys(*param)).collect();
                        each.map(|each| each.concat())
                    }
                    Values::Uris(all) => all.iter().map(|one| one.key(*param)).collect(),
                    _ => None,
                };
                all.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The keys of its tokens and URIs alone, of which a match has one: those that do not change
    /// with what the resource refers to.
    pub fn own_keys(&self, kind: ResourceKind) -> Option<Vec<Key>> {
        match self {
            Self::Parameter(_, Values::Tokens(all)) if !all.iter().all(TokenValue::has_code) => {
                None
            }
            Self::Parameter(_, Values::Uris(all)) if !all.iter().all(UriValue::is_one) => None,
            Self::Parameter(_, Values::Tokens(_) | Values::Uris(_)) => {
                self.keys(kind).into_iter().next()
            }
            _ => None,
        }
    }
}
