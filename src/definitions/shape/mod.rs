//! The shape of FHIR data: which JSON keys each type may have, and what is below each key.
//!
//! A shape is made for every resource type, every data type and every backbone element, and they
//! point at each other by number. Choices are spread out: `Observation.value[x]` becomes the keys
//! `valueQuantity`, `valueString`, … of one choice group. Content references are resolved.
//!
//! [`structure`] is what is read of a `StructureDefinition`, [`builder`] makes shapes of it.

pub(super) mod builder;
pub(super) mod structure;

use rustc_hash::FxHashMap;

use crate::fhir::kind::ResourceKind;

/// The number of a shape in [`Shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(u32);

/// Every shape of a set of definitions.
#[derive(Debug, Default)]
pub struct Shapes {
    shapes: Vec<Shape>,
    by_name: FxHashMap<Box<str>, ShapeId>,
}

/// A resource type, a data type or a backbone element.
#[derive(Debug)]
pub struct Shape {
    /// `Observation`, `HumanName` or `Observation.component`.
    pub path: Box<str>,
    /// In the order of the definition.
    pub elements: Vec<Element>,
    pub is_resource: bool,
    by_key: FxHashMap<Box<str>, u16>,
    required: Box<[u16]>,
}

/// One JSON key of a shape. The key of a primitive's `id` and `extension` (`_birthDate`) is not an
/// element of its own.
#[derive(Debug)]
pub struct Element {
    /// The JSON key: `birthDate`, `valueQuantity`.
    pub key: Box<str>,
    /// The name in paths: `birthDate`, `value`.
    pub name: Box<str>,
    /// For the keys of one choice (`value[x]`): its number within the shape.
    pub choice: Option<u16>,
    pub min: u32,
    /// None: any number.
    pub max: Option<u32>,
    /// Whether the key holds an array.
    pub repeats: bool,
    pub content: Content,
    /// `Quantity`, `code`, `BackboneElement`, …
    pub type_code: Box<str>,
    pub binding: Option<Binding>,
    /// The resource types a `Reference` or `canonical` may point at; empty: any.
    pub targets: Box<[ResourceKind]>,
    /// Whether a quantity may not have a comparator (`SimpleQuantity`).
    pub is_simple: bool,
    pub is_summary: bool,
    pub is_modifier: bool,
}

/// What is below a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Primitive(Primitive),
    Complex(ShapeId),
    /// A resource of any type.
    Resource,
}

/// Which codes an element takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub strength: Strength,
    /// Its canonical: where it is required, that of R4 with its version, which nothing can replace.
    pub value_set: Box<str>,
}

impl Binding {
    /// The URL of its value set, without a version.
    pub fn url(&self) -> &str {
        self.value_set.split_once('|').map_or(&*self.value_set, |(url, _)| url)
    }
}

/// <https://hl7.org/fhir/R4/valueset-binding-strength.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    Required,
    Extensible,
    Preferred,
    Example,
}

/// <https://hl7.org/fhir/R4/datatypes.html#primitive>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    /// Finds a primitive type by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "base64Binary" => Self::Base64Binary,
            "boolean" => Self::Boolean,
            "canonical" => Self::Canonical,
            "code" => Self::Code,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "id" => Self::Id,
            "instant" => Self::Instant,
            "integer" => Self::Integer,
            "markdown" => Self::Markdown,
            "oid" => Self::Oid,
            "positiveInt" => Self::PositiveInt,
            "string" => Self::String,
            "time" => Self::Time,
            "unsignedInt" => Self::UnsignedInt,
            "uri" => Self::Uri,
            "url" => Self::Url,
            "uuid" => Self::Uuid,
            "xhtml" => Self::Xhtml,
            _ => return None,
        })
    }
}

impl Strength {
    /// Finds a strength by its code.
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "required" => Self::Required,
            "extensible" => Self::Extensible,
            "preferred" => Self::Preferred,
            "example" => Self::Example,
            _ => return None,
        })
    }
}

impl Shapes {
    /// Takes shapes that were given their numbers by [`ShapeId::of_index`].
    pub(crate) fn new(shapes: Vec<Shape>, by_name: FxHashMap<Box<str>, ShapeId>) -> Self {
        Self { shapes, by_name }
    }

    /// Every shape.
    pub fn iter(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter()
    }

    /// The shape of a resource type, a data type or a backbone element, by its path.
    pub fn named(&self, name: &str) -> Option<&Shape> {
        self.by_name.get(name).and_then(|id| self.shape(*id))
    }

    /// The number of the shape with this path.
    pub fn id(&self, path: &str) -> Option<ShapeId> {
        self.by_name.get(path).copied()
    }

    /// The shape of a resource type.
    pub fn of(&self, kind: ResourceKind) -> Option<&Shape> {
        self.named(kind.name())
    }

    /// The shape with this number.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        usize::try_from(id.0).ok().and_then(|at| self.shapes.get(at))
    }
}

impl ShapeId {
    /// The number of the shape at a position.
    pub(crate) fn of_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }
}

impl Shape {
    /// Makes a shape; none when it has more elements than can be numbered.
    pub(crate) fn new(path: &str, elements: Vec<Element>) -> Option<Self> {
        let numbered = || elements.iter().zip(0..=u16::MAX);
        let by_key: FxHashMap<_, _> =
            numbered().map(|(element, number)| (element.key.clone(), number)).collect();
        if by_key.len() != elements.len() {
            return None;
        }
        let mut choice = None;
        let mut required = Vec::new();
        for (element, number) in numbered().filter(|(element, _)| element.min > 0) {
            if element.choice.is_none() || element.choice != choice {
                required.push(number);
            }
            choice = element.choice;
        }
        let is_resource = ResourceKind::parse(path).is_some();
        Some(Self { path: path.into(), elements, is_resource, by_key, required: required.into() })
    }

    /// The elements that must be there; of a required choice only its first key.
    pub fn required(&self) -> impl Iterator<Item = (u16, &Element)> {
        self.required.iter().filter_map(|number| Some((*number, self.numbered(*number)?)))
    }

    /// The position in `elements` of the element a JSON key stands for.
    pub fn number(&self, key: &str) -> Option<u16> {
        self.by_key.get(key).copied()
    }

    /// The element at a position.
    pub fn numbered(&self, number: u16) -> Option<&Element> {
        self.elements.get(usize::from(number))
    }

    /// The element a JSON key stands for.
    pub fn element(&self, key: &str) -> Option<&Element> {
        self.number(key).and_then(|number| self.numbered(number))
    }
}
