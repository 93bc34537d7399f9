//! References, <https://hl7.org/fhir/R4/search.html#reference>.

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;
use crate::index::row::indexed_part;

/// What a reference must point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceValue {
    target: String,
    of: TargetType,
}

/// What the target of a reference is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetType {
    /// A resource of this server, of whatever type.
    Any,
    /// A resource of this server of one of these types.
    OneOf(Vec<ResourceKind>),
    /// Something outside of this server.
    Elsewhere,
    /// Nothing: a type that the parameter does not point at.
    Nowhere,
}

/// The number that stands for targets outside this server.
const ELSEWHERE: i64 = -1;

/// A number that stands for no target at all.
const NOWHERE: i64 = -2;

impl ReferenceValue {
    /// A target: an id, or a URL of elsewhere.
    pub fn new(target: &str, of: TargetType) -> Self {
        Self { target: indexed_part(target).to_owned(), of }
    }

    /// The id or URL, as rows have it.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// What the target is.
    pub fn of(&self) -> &TargetType {
        &self.of
    }

    /// The numbers of the types, as rows have them; none when any type of this server will do.
    pub fn kinds(&self) -> Vec<i64> {
        match &self.of {
            TargetType::Any => Vec::new(),
            TargetType::OneOf(kinds) => kinds.iter().map(|kind| kind.number()).collect(),
            TargetType::Elsewhere => vec![ELSEWHERE],
            TargetType::Nowhere => vec![NOWHERE],
        }
    }

    /// Whether one row at the most stands for each resource.
    pub fn is_one_kind(&self) -> bool {
        match &self.of {
            TargetType::Any => false,
            TargetType::OneOf(kinds) => kinds.len() == 1,
            TargetType::Elsewhere | TargetType::Nowhere => true,
        }
    }

    /// The keys of what it matches; none when any type will do.
    pub(in crate::criteria) fn keys(&self, param: ParamId) -> Option<Vec<Key>> {
        let kinds = self.kinds();
        let key = |kind: &i64| Key::reference(param, *kind, &self.target);
        (!kinds.is_empty()).then(|| kinds.iter().map(key).collect())
    }

    /// Whether a row matches.
    pub fn fits(&self, kind: i64, target: &str) -> bool {
        let is_kind = match &self.of {
            TargetType::Any => kind >= 0,
            TargetType::OneOf(kinds) => kinds.iter().any(|one| one.number() == kind),
            TargetType::Elsewhere => kind == ELSEWHERE,
            TargetType::Nowhere => kind == NOWHERE,
        };
        is_kind && self.target == target
    }
}
