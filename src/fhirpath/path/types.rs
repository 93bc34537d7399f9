//! Names of types and what is of them, <https://hl7.org/fhir/R4/fhirpath.html#types>.

use super::item::Type;
use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::value::kind::{base, is_complex};

/// What `is`, `as` and `ofType` ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeTest<'a> {
    /// `Resource`
    AnyResource,
    /// `DomainResource`
    DomainResource,
    Resource(ResourceKind),
    Primitive(Primitive),
    Complex(&'a str),
}

impl<'a> TypeTest<'a> {
    /// Finds the type of this name. A primitive may be written with a capital letter, as some
    /// official search parameters have it.
    pub(super) fn parse(shapes: &Shapes, name: &'a str) -> Option<Self> {
        let primitive = || {
            let (first, rest) = name.split_at_checked(1)?;
            Primitive::parse(&format!("{}{rest}", first.to_ascii_lowercase()))
        };
        match name {
            "Resource" => Some(Self::AnyResource),
            "DomainResource" => Some(Self::DomainResource),
            "BackboneElement" | "Element" => Some(Self::Complex(name)),
            _ => ResourceKind::parse(name)
                .map(Self::Resource)
                .or_else(|| primitive().map(Self::Primitive))
                .or_else(|| shapes.named(name).map(|_| Self::Complex(name))),
        }
    }

    /// Whether any of the types is this one or a specialisation of it.
    pub(super) fn takes(self, shapes: &Shapes, types: &[Type]) -> bool {
        types.iter().any(|kind| match (*kind, self) {
            (Type::Resource(_), Self::AnyResource) => true,
            (Type::Resource(kind), Self::DomainResource) => kind.is_domain_resource(),
            (Type::Resource(kind), Self::Resource(wanted)) => kind == wanted,
            (Type::Element(Content::Primitive(found)), Self::Primitive(wanted)) => {
                found == wanted || base(found) == Some(wanted)
            }
            (Type::Element(Content::Complex(id)), Self::Complex(wanted)) => {
                let path = shapes.shape(id).map(|shape| &*shape.path).unwrap_or_default();
                is_complex(path, wanted)
            }
            (Type::Boolean, Self::Primitive(wanted)) => wanted == Primitive::Boolean,
            (Type::String, Self::Primitive(wanted)) => wanted == Primitive::String,
            _ => false,
        })
    }
}

/// The name of a type, for messages.
pub(super) fn name(shapes: &Shapes, kind: Type) -> String {
    match kind {
        Type::Resource(kind) => kind.name().to_owned(),
        Type::Element(Content::Complex(id)) => {
            shapes.shape(id).map(|shape| shape.path.to_string()).unwrap_or_default()
        }
        Type::Element(Content::Primitive(primitive)) => format!("{primitive:?}"),
        Type::Element(Content::Resource) => "Resource".to_owned(),
        Type::Boolean | Type::String | Type::Number => format!("{kind:?}"),
    }
}
