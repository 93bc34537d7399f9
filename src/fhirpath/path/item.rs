//! What a path gives: borrowed parts of the resource, and values it computed.

use serde_json::Value;
use smallvec::SmallVec;

use crate::definitions::shape::Content;
use crate::fhir::kind::ResourceKind;

/// The type of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A resource of this type.
    Resource(ResourceKind),
    /// What an element holds.
    Element(Content),
    /// `System.Boolean`, of a computed truth.
    Boolean,
    /// `System.String`, of a literal.
    String,
    /// `System.Decimal`, of a literal.
    Number,
}

/// One thing a path gives.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A part of the resource.
    Node { value: &'a Value, kind: Type },
    /// A computed truth.
    Boolean(bool),
    /// A literal.
    String(&'a str),
    /// A literal, as written.
    Number(&'a str),
}

/// What a path gives.
pub type Items<'a> = SmallVec<[Item<'a>; 4]>;

impl<'a> Item<'a> {
    /// A whole resource.
    pub fn resource(kind: ResourceKind, value: &'a Value) -> Self {
        Self::Node { value, kind: Type::Resource(kind) }
    }

    /// The part of the resource, when it is one.
    pub fn value(self) -> Option<&'a Value> {
        match self {
            Self::Node { value, .. } => Some(value),
            Self::Boolean(_) | Self::String(_) | Self::Number(_) => None,
        }
    }

    /// The item's type.
    pub fn kind(self) -> Type {
        match self {
            Self::Node { kind, .. } => kind,
            Self::Boolean(_) => Type::Boolean,
            Self::String(_) => Type::String,
            Self::Number(_) => Type::Number,
        }
    }

    /// The truth of a boolean.
    pub fn boolean(self) -> Option<bool> {
        match self {
            Self::Node { value, .. } => value.as_bool(),
            Self::Boolean(value) => Some(value),
            Self::String(_) | Self::Number(_) => None,
        }
    }

    /// The text of a string.
    pub fn string(self) -> Option<&'a str> {
        match self {
            Self::Node { value, .. } => value.as_str(),
            Self::String(text) => Some(text),
            Self::Boolean(_) | Self::Number(_) => None,
        }
    }

    /// The text of a number.
    pub fn number(self) -> Option<&'a str> {
        match self {
            Self::Node { value, .. } => value.as_number().map(serde_json::Number::as_str),
            Self::Number(text) => Some(text),
            Self::Boolean(_) | Self::String(_) => None,
        }
    }
}
