//! The data types that the index tells apart.

use serde_json::Value;

use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhirpath::path::item::Type;

/// A data type as the index sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum DataType {
    Primitive(Primitive),
    Coding,
    CodeableConcept,
    Identifier,
    ContactPoint,
    HumanName,
    Address,
    Period,
    Timing,
    /// And its specialisations, such as `Age`.
    Quantity,
    Money,
    Range,
    Reference,
    Extension,
    /// `Location.position`
    Position,
    /// A type that no parameter is about.
    Other,
}

impl DataType {
    /// The data type of items of a path.
    pub(in crate::index) fn of(shapes: &Shapes, kind: Type) -> Self {
        match kind {
            Type::Element(Content::Primitive(primitive)) => Self::Primitive(primitive),
            Type::Element(Content::Complex(id)) => {
                shapes.shape(id).map_or(Self::Other, |shape| Self::named(&shape.path))
            }
            Type::Boolean => Self::Primitive(Primitive::Boolean),
            Type::String => Self::Primitive(Primitive::String),
            Type::Number => Self::Primitive(Primitive::Decimal),
            Type::Resource(_) | Type::Element(Content::Resource) => Self::Other,
        }
    }

    fn named(path: &str) -> Self {
        match path {
            "Coding" => Self::Coding,
            "CodeableConcept" => Self::CodeableConcept,
            "Identifier" => Self::Identifier,
            "ContactPoint" => Self::ContactPoint,
            "HumanName" => Self::HumanName,
            "Address" => Self::Address,
            "Period" => Self::Period,
            "Timing" => Self::Timing,
            "Quantity" | "Age" | "Count" | "Distance" | "Duration" => Self::Quantity,
            "Money" => Self::Money,
            "Range" => Self::Range,
            "Reference" => Self::Reference,
            "Extension" => Self::Extension,
            "Location.position" => Self::Position,
            _ => Self::Other,
        }
    }
}

/// The value of an extension and its type, as the name of its key tells.
pub(super) fn of_extension(extension: &Value) -> Option<(DataType, &Value)> {
    let mut members = extension.as_object()?.iter();
    let (name, value) = members.find_map(|(key, value)| {
        key.strip_prefix("value").filter(|name| !name.is_empty()).map(|name| (name, value))
    })?;
    let (first, rest) = name.split_at_checked(1)?;
    let primitive = Primitive::parse(&format!("{}{rest}", first.to_ascii_lowercase()));
    Some((primitive.map_or_else(|| DataType::named(name), DataType::Primitive), value))
}
