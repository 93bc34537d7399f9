//! Values that expressions gave, kept beyond the expression that gave them.

use serde_json::{Value, json};

use crate::budget::{self, Spent};
use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhir::member::text;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Kind, System};
use crate::fhirpath::value::locate::size;

/// Bytes that a value takes.
const VALUE: usize = 200;

/// A value and its type.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) value: Value,
    extra: Option<Value>,
    kind: Kind,
}

impl Held {
    /// Keeps what an expression gave.
    pub(super) fn keep(item: &Datum<'_>, shapes: &Shapes) -> Result<Self, Spent> {
        let (cost, extra) = match item {
            Datum::Node(node) => (size(node.value), node.extra.cloned()),
            _ => (1, None),
        };
        budget::spend(cost)?;
        budget::take(cost.saturating_mul(VALUE))?;
        let kind = match item.kind() {
            Kind::System(system) => Kind::Element(content(system, shapes)),
            kind => kind,
        };
        Ok(Self { value: item.json(), extra, kind })
    }

    /// A whole resource.
    pub(super) fn resource(value: Value) -> Self {
        let kind = Node::resource(&value).kind;
        Self { value, extra: None, kind }
    }

    /// A text that was made.
    pub(super) fn text(value: String) -> Self {
        let kind = Kind::Element(Content::Primitive(Primitive::String));
        Self { value: Value::String(value), extra: None, kind }
    }

    /// An element of a resource, by the path of its type: `QuestionnaireResponse.item`.
    pub(super) fn element(value: &Value, path: &str, shapes: &Shapes) -> Result<Self, Spent> {
        let size = size(value);
        budget::spend(size)?;
        budget::take(size.saturating_mul(VALUE))?;
        let content = shapes.id(path).map_or(Content::Resource, Content::Complex);
        Ok(Self { value: value.clone(), extra: None, kind: Kind::Element(content) })
    }

    /// The value for an expression.
    pub(super) fn datum(&self) -> Datum<'_> {
        let (value, extra, kind) = (&self.value, self.extra.as_ref(), self.kind);
        Datum::Node(Node { value, extra, kind })
    }

    /// The name of its type: `Coding`, `date`, `Patient`.
    pub(super) fn type_name(&self, shapes: &Shapes) -> String {
        self.kind.written(shapes)
    }

    /// As a text within a query or a reference: of a resource, where it is.
    pub(super) fn written(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Object(_) => {
                let (kind, id) = (text(&self.value, "resourceType"), text(&self.value, "id"));
                let reference = text(&self.value, "reference");
                let code = || {
                    Some(match (text(&self.value, "system"), text(&self.value, "code")?) {
                        (Some(system), code) => format!("{system}|{code}"),
                        (None, code) => code.to_owned(),
                    })
                };
                let place = kind.zip(id).map(|(kind, id)| format!("{kind}/{id}"));
                let told = place.or_else(|| reference.map(str::to_owned)).or_else(code);
                told.unwrap_or_else(|| self.value.to_string())
            }
            other => other.to_string(),
        }
    }

    /// A reference to it, if it is a resource with an id or a reference.
    pub(super) fn reference(&self) -> Option<Value> {
        if text(&self.value, "reference").is_some() {
            return Some(self.value.clone());
        }
        match &self.value {
            Value::String(text) => Some(json!({ "reference": text })),
            _ => {
                let (kind, id) = (text(&self.value, "resourceType")?, text(&self.value, "id")?);
                Some(json!({ "reference": format!("{kind}/{id}") }))
            }
        }
    }
}

/// The FHIR type that a value of the language is written as.
fn content(system: System, shapes: &Shapes) -> Content {
    Content::Primitive(match system {
        System::Boolean => Primitive::Boolean,
        System::Date => Primitive::Date,
        System::DateTime => Primitive::DateTime,
        System::Decimal => Primitive::Decimal,
        System::Integer | System::Long => Primitive::Integer,
        System::String => Primitive::String,
        System::Time => Primitive::Time,
        System::Quantity => {
            return shapes.id("Quantity").map_or(Content::Resource, Content::Complex);
        }
    })
}
