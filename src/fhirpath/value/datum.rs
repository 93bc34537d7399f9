//! What an expression gives: parts of a resource, and values it computed.

use std::ops::Deref;
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use smallvec::SmallVec;

use super::decimal;
use super::kind::{Kind, System};
use super::quantity::{Quantity, Unit};
use super::temporal::{Form, Temporal};
use crate::definitions::shape::{Content, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};

/// One thing an expression gives.
#[derive(Debug, Clone)]
pub enum Datum<'a> {
    /// A part of a resource.
    Node(Node<'a>),
    Boolean(bool),
    Integer(i64),
    /// A whole number of 64 bits.
    Long(i64),
    Decimal(Decimal),
    String(Text<'a>),
    Temporal(Box<Temporal>),
    Quantity(Box<Quantity>),
    /// What `type()` gives.
    TypeInfo(Box<TypeInfo>),
}

/// A text of a resource, or one that was made: whoever has it shares it, so that the steps of its
/// making pay for every copy.
#[derive(Debug, Clone)]
pub enum Text<'a> {
    Of(&'a str),
    Made(Arc<str>),
}

/// The name of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeInfo {
    pub namespace: &'static str,
    pub name: Box<str>,
}

/// A part of a resource.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// Null for a primitive that only has extensions.
    pub value: &'a Value,
    /// What `_birthDate` holds for `birthDate`.
    pub extra: Option<&'a Value>,
    pub kind: Kind,
}

/// What an expression gives.
pub type Collection<'a> = SmallVec<[Datum<'a>; 2]>;

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Of(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::Made(text.into())
    }
}

impl<'a> Node<'a> {
    /// A whole resource, of the type it says.
    pub fn resource(value: &'a Value) -> Self {
        let kind = text(value, "resourceType").and_then(ResourceKind::parse);
        Self {
            value,
            extra: None,
            kind: kind.map_or(Kind::Element(Content::Resource), Kind::Resource),
        }
    }

    /// Whether two are the same part of the same resource.
    pub(in crate::fhirpath) fn is(self, other: Self) -> bool {
        std::ptr::eq(self.value, other.value) && !self.value.is_null()
    }
}

impl<'a> Datum<'a> {
    /// A whole resource.
    pub fn resource(value: &'a Value) -> Self {
        Self::Node(Node::resource(value))
    }

    /// A value that JSON has: a resource, or what a text or a number says.
    pub fn of_json(value: &'a Value) -> Self {
        match value {
            Value::Bool(truth) => Self::Boolean(*truth),
            Value::String(text) => Self::String(Text::Of(text)),
            Value::Number(number) => match number.as_i64().filter(|_| number.is_i64()) {
                Some(whole) if i32::try_from(whole).is_ok() => Self::Integer(whole),
                Some(whole) => Self::Long(whole),
                None => decimal::parse(number.as_str())
                    .map_or_else(|| Self::String(Text::Of(number.as_str())), Self::Decimal),
            },
            other => Self::resource(other),
        }
    }

    /// A date or time.
    pub(in crate::fhirpath) fn moment(temporal: Temporal) -> Self {
        Self::Temporal(Box::new(temporal))
    }

    /// The same; its text is borrowed.
    pub(in crate::fhirpath) fn borrowed(&'a self) -> Self {
        match self {
            Self::String(text) => Self::String(Text::Of(text)),
            other => other.clone(),
        }
    }

    /// The type of the item.
    pub fn kind(&self) -> Kind {
        Kind::System(match self {
            Self::Node(node) => return node.kind,
            Self::TypeInfo(..) => return Kind::TypeInfo,
            Self::Boolean(_) => System::Boolean,
            Self::Integer(_) => System::Integer,
            Self::Long(_) => System::Long,
            Self::Decimal(_) => System::Decimal,
            Self::String(_) => System::String,
            Self::Quantity(_) => System::Quantity,
            Self::Temporal(temporal) => match temporal.form {
                Form::Date => System::Date,
                Form::DateTime => System::DateTime,
                Form::Time => System::Time,
            },
        })
    }

    /// The truth of a boolean.
    pub fn boolean(&self) -> Option<bool> {
        match self {
            Self::Node(node) => node.value.as_bool(),
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn string(&self) -> Option<&str> {
        match self {
            Self::Node(Node { value: Value::String(text), kind, .. }) => {
                let is_string = kind_of_string(*kind);
                is_string.then_some(text.as_str())
            }
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, or of a primitive that JSON writes as one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Node(Node { value: Value::String(text), .. }) => Some(text),
            other => other.string(),
        }
    }

    /// The value of `System` that this is or that a primitive or a quantity of FHIR is read as.
    pub(in crate::fhirpath) fn system(&self, shapes: &Shapes) -> Option<Self> {
        let Self::Node(node) = self else {
            return (!matches!(self, Self::TypeInfo(..))).then(|| self.clone());
        };
        let text = || node.value.as_str();
        Some(match node.kind.system(shapes)? {
            System::Boolean => Self::Boolean(node.value.as_bool()?),
            System::Integer => {
                Self::Integer(decimal::parse(node.value.as_number()?.as_str())?.to_i64()?)
            }
            System::Long => return None,
            System::Decimal => Self::Decimal(decimal::parse(node.value.as_number()?.as_str())?),
            System::String => Self::String(Text::Of(text()?)),
            System::Date => Self::moment(Temporal::date_only(text()?)?),
            System::DateTime => Self::moment(Temporal::date_time(text()?)?),
            System::Time => Self::moment(Temporal::time(text()?)?),
            System::Quantity => Self::Quantity(Box::new(quantity(node.value)?)),
        })
    }

    pub(in crate::fhirpath) fn number(&self, shapes: &Shapes) -> Option<Decimal> {
        match self.system(shapes)? {
            Self::Integer(number) | Self::Long(number) => Some(number.into()),
            Self::Decimal(number) => Some(number),
            _ => None,
        }
    }
}

fn kind_of_string(kind: Kind) -> bool {
    use crate::definitions::shape::Primitive::{Date, DateTime, Instant, Time};
    match kind {
        Kind::Element(Content::Primitive(primitive)) => {
            !matches!(primitive, Date | DateTime | Instant | Time)
        }
        _ => false,
    }
}

/// A `Quantity` of FHIR: its code, or its unit where it has none.
fn quantity(value: &Value) -> Option<Quantity> {
    let number = decimal::parse(member(value, "value")?.as_number()?.as_str())?;
    let code = text(value, "code").or_else(|| text(value, "unit"));
    let unit = code.map_or_else(Unit::one, |code| Unit::Code(code.into()));
    Some(Quantity { value: number, unit })
}
