//! The types of what an expression gives, and the tests `is`, `as` and `ofType` make of them,
//! <https://hl7.org/fhir/R4/fhirpath.html#types>.

use crate::definitions::shape::{Content, Primitive, Shape, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::syntax::ast::TypeName;
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};

/// The type of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Resource(ResourceKind),
    Element(Content),
    System(System),
    /// What `type()` gives.
    TypeInfo,
}

/// A type of the language itself, <http://hl7.org/fhirpath/N1/#literals>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Boolean,
    Date,
    DateTime,
    Decimal,
    Integer,
    Long,
    Quantity,
    String,
    Time,
}

/// Whose words an expression uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The specification.
    #[default]
    Normative,
    /// The specification, and what only changes the meaning of an expression is an error:
    /// a position in a collection without order.
    Strict,
    /// R4's own invariants, which are older than the specification: `as` filters a collection,
    /// `Boolean` may stand for `boolean`, nothing `is` of no type (`ras-2`), and an element that no type has (`cid-0` asks for one) is
    /// nothing.
    Definitions,
}

/// What `is`, `as` and `ofType` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fhirpath) struct TypeTest {
    system: Option<System>,
    fhir: Option<Fhir>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fhir {
    AnyResource,
    DomainResource,
    Resource(ResourceKind),
    Primitive(Primitive),
    Complex(Box<str>),
    /// The type with no more than an id and extensions above it.
    Element,
}

impl System {
    pub(super) const ALL: [Self; 9] = [
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::Decimal,
        Self::Integer,
        Self::Long,
        Self::Quantity,
        Self::String,
        Self::Time,
    ];

    pub(in crate::fhirpath) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Decimal => "Decimal",
            Self::Integer => "Integer",
            Self::Long => "Long",
            Self::Quantity => "Quantity",
            Self::String => "String",
            Self::Time => "Time",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }
}

impl Kind {
    /// The type of `System` that a value of this type is read as.
    pub(in crate::fhirpath) fn system(self, shapes: &Shapes) -> Option<System> {
        match self {
            Self::System(system) => Some(system),
            Self::Element(Content::Primitive(primitive)) => Some(system_of(primitive)),
            Self::Element(Content::Complex(id)) => {
                let path = &shapes.shape(id)?.path;
                is_complex(path, "Quantity").then_some(System::Quantity)
            }
            Self::Resource(_) | Self::Element(Content::Resource) | Self::TypeInfo => None,
        }
    }

    /// Namespace and name, as `type()` has them.
    pub(in crate::fhirpath) fn name(self, shapes: &Shapes) -> (&'static str, String) {
        match self {
            Self::Resource(kind) => ("FHIR", kind.name().to_owned()),
            Self::Element(Content::Primitive(primitive)) => ("FHIR", primitive_name(primitive)),
            Self::Element(Content::Complex(id)) => {
                let path = shapes.shape(id).map(|shape| &*shape.path).unwrap_or_default();
                ("FHIR", if path.contains('.') { "BackboneElement" } else { path }.to_owned())
            }
            Self::Element(Content::Resource) => ("FHIR", "Resource".to_owned()),
            Self::System(system) => ("System", system.name().to_owned()),
            Self::TypeInfo => ("System", "SimpleTypeInfo".to_owned()),
        }
    }
}

impl Kind {
    /// The elements below it.
    pub(in crate::fhirpath) fn shape(self, shapes: &Shapes) -> Option<&Shape> {
        match self {
            Self::Resource(kind) => shapes.of(kind),
            Self::Element(Content::Complex(id)) => shapes.shape(id),
            _ => None,
        }
    }
}

/// The name of a primitive type.
pub(super) fn primitive_name(primitive: Primitive) -> String {
    let name = format!("{primitive:?}");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

fn system_of(primitive: Primitive) -> System {
    match primitive {
        Primitive::Boolean => System::Boolean,
        Primitive::Date => System::Date,
        Primitive::DateTime | Primitive::Instant => System::DateTime,
        Primitive::Decimal => System::Decimal,
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => System::Integer,
        Primitive::Time => System::Time,
        Primitive::Base64Binary
        | Primitive::Canonical
        | Primitive::Code
        | Primitive::Id
        | Primitive::Markdown
        | Primitive::Oid
        | Primitive::String
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Uuid
        | Primitive::Xhtml => System::String,
    }
}

impl TypeTest {
    /// Finds the type. Without a namespace a name may be of either.
    pub(in crate::fhirpath) fn find(
        shapes: &Shapes,
        dialect: Dialect,
        name: &TypeName,
    ) -> Result<Self, PathError> {
        let of_system = matches!(name.namespace.as_deref(), None | Some("System"));
        let of_fhir = matches!(name.namespace.as_deref(), None | Some("FHIR"));
        let system = System::parse(&name.name).filter(|_| of_system);
        let mut fhir = Fhir::parse(shapes, &name.name).filter(|_| of_fhir);
        if dialect == Dialect::Definitions && fhir.is_none() && of_fhir {
            fhir = Fhir::parse(shapes, &name.name.to_ascii_lowercase());
        }
        let is_elsewhere =
            || System::parse(&name.name).is_some() || Fhir::parse(shapes, &name.name).is_some();
        let is_namespace = matches!(name.namespace.as_deref(), Some("System" | "FHIR"));
        // A type of the other namespace is known, and nothing is of it.
        if system.is_none() && fhir.is_none() && !(is_namespace && is_elsewhere()) {
            return Err(ExpressionFault::UnknownType(name.name.clone()).at(name.at));
        }
        Ok(Self { system, fhir })
    }

    /// Whether a type is the one asked for or a specialisation of it.
    pub(in crate::fhirpath) fn is(&self, shapes: &Shapes, kind: Kind) -> bool {
        self.takes(shapes, kind, true)
    }

    /// Whether a type is the one asked for; a specialised primitive type is not.
    pub(in crate::fhirpath) fn is_exactly(&self, shapes: &Shapes, kind: Kind) -> bool {
        self.takes(shapes, kind, false)
    }

    fn takes(&self, shapes: &Shapes, kind: Kind, specialised: bool) -> bool {
        match (kind, &self.fhir) {
            (Kind::System(system), _) => self.system == Some(system),
            (Kind::Resource(_), Some(Fhir::AnyResource)) => true,
            (Kind::Resource(kind), Some(Fhir::DomainResource)) => kind.is_domain_resource(),
            (Kind::Resource(kind), Some(Fhir::Resource(wanted))) => kind == *wanted,
            (Kind::Element(Content::Resource), Some(Fhir::AnyResource)) => true,
            (Kind::Element(content), Some(Fhir::Element)) => content != Content::Resource,
            (Kind::Element(Content::Primitive(found)), Some(Fhir::Primitive(wanted))) => {
                found == *wanted || specialised && base(found) == Some(*wanted)
            }
            (Kind::Element(Content::Complex(id)), Some(Fhir::Complex(wanted))) => {
                let path = shapes.shape(id).map(|shape| &*shape.path).unwrap_or_default();
                is_complex(path, wanted)
            }
            _ => false,
        }
    }
}

impl Fhir {
    fn parse(shapes: &Shapes, name: &str) -> Option<Self> {
        match name {
            "Resource" => Some(Self::AnyResource),
            "DomainResource" => Some(Self::DomainResource),
            "Element" => Some(Self::Element),
            "BackboneElement" => Some(Self::Complex(name.into())),
            _ => ResourceKind::parse(name)
                .map(Self::Resource)
                .or_else(|| Primitive::parse(name).map(Self::Primitive))
                .or_else(|| shapes.named(name).map(|_| Self::Complex(name.into()))),
        }
    }
}

/// Whether a complex type, known by its path, is the wanted one or a specialisation of it.
pub(in crate::fhirpath) fn is_complex(path: &str, wanted: &str) -> bool {
    let is_quantity = || matches!(path, "Age" | "Count" | "Distance" | "Duration");
    match wanted {
        "Element" => true,
        "BackboneElement" => path.contains('.'),
        "Quantity" => path == wanted || is_quantity(),
        _ => path == wanted,
    }
}

/// The primitive type that a primitive type specialises.
pub(in crate::fhirpath) fn base(primitive: Primitive) -> Option<Primitive> {
    match primitive {
        Primitive::Code | Primitive::Id | Primitive::Markdown => Some(Primitive::String),
        Primitive::Canonical | Primitive::Oid | Primitive::Url | Primitive::Uuid => {
            Some(Primitive::Uri)
        }
        Primitive::PositiveInt | Primitive::UnsignedInt => Some(Primitive::Integer),
        _ => None,
    }
}
