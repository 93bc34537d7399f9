//! What fields are selected of.

use serde_json::Value;

use super::fault::Fault;
use super::known::{Edge, Page};
use crate::definitions::shape::{Content, Shape, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::fhir::text::suggestion::nearest;

/// Something that has fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Focus<'r> {
    /// All that is on the server.
    System,
    Part(Part<'r>),
    Page(ResourceKind, &'r Page),
    Edge(ResourceKind, &'r Edge),
}

/// A resource, or an element of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'r> {
    pub(super) value: &'r Value,
    pub(super) shape: &'r Shape,
    pub(super) content: Content,
    /// The resource it is in, or is.
    pub(super) resource: &'r Value,
    /// The one that contains that, or is the same.
    pub(super) root: &'r Value,
}

impl<'r> Part<'r> {
    /// A whole resource; none when its type is unknown.
    pub(super) fn resource(shapes: &'r Shapes, value: &'r Value) -> Option<Self> {
        let shape = shapes.of(text(value, "resourceType").and_then(ResourceKind::parse)?)?;
        Some(Self { value, shape, content: Content::Resource, resource: value, root: value })
    }

    /// What is at a key of it.
    pub(super) fn below(
        &self,
        shapes: &'r Shapes,
        (key, content): (&str, Content),
        value: &'r Value,
    ) -> Option<Self> {
        match content {
            Content::Primitive(_) => None,
            Content::Complex(id) => {
                Some(Self { value, shape: shapes.shape(id)?, content, ..*self })
            }
            Content::Resource => {
                let whole = Self::resource(shapes, value)?;
                let root = if key == "contained" { self.root } else { value };
                Some(Self { root, ..whole })
            }
        }
    }

    /// Its type and id as a reference has them, when it is a resource of its own.
    pub(super) fn reference(&self) -> Option<String> {
        let id = text(self.value, "id").filter(|_| std::ptr::eq(self.value, self.root))?;
        Some(format!("{}/{id}", text(self.value, "resourceType")?))
    }
}

impl Focus<'_> {
    /// The name of its type, as fragments and `__typename` have it.
    pub(super) fn type_name(&self) -> String {
        match self {
            Self::System => "Query".to_owned(),
            Self::Page(kind, _) => format!("{kind}Connection"),
            Self::Edge(kind, _) => format!("{kind}Edge"),
            Self::Part(part) => type_name(&part.shape.path),
        }
    }

    /// Whether a fragment on a type is about it.
    pub(super) fn is_of(&self, shapes: &Shapes, name: &str) -> Result<bool, Fault> {
        if self.type_name() == name {
            return Ok(true);
        }
        let is_resource = matches!(self, Self::Part(part) if part.shape.is_resource);
        match name {
            "Resource" => return Ok(is_resource),
            "DomainResource" => {
                let is_domain = |part: &Part<'_>| part.shape.element("contained").is_some();
                return Ok(matches!(self, Self::Part(part) if is_resource && is_domain(part)));
            }
            "Element" => return Ok(matches!(self, Self::Part(_)) && !is_resource),
            _ => {}
        }
        let base = name.strip_suffix("Connection").or_else(|| name.strip_suffix("Edge"));
        let is_known = shapes.named(name).is_some()
            || name == "Query"
            || base.is_some_and(|base| ResourceKind::parse(base).is_some())
            || shapes.iter().any(|shape| type_name(&shape.path) == name);
        if is_known {
            return Ok(false);
        }
        let near = nearest(name, ResourceKind::all().map(ResourceKind::name));
        let (vi, en) = meant(near);
        Err(Fault::malformed(
            format!("Không có kiểu '{name}' trong FHIR R4.{vi}"),
            format!("There is no type '{name}' in FHIR R4.{en}"),
        ))
    }
}

/// `Patient.contact` as `PatientContact`.
fn type_name(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    for part in path.split('.') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// What was probably meant.
pub(super) fn meant(near: Option<&str>) -> (String, String) {
    match near {
        Some(near) => (format!(" Có phải là '{near}'?"), format!(" Is '{near}' meant?")),
        None => (String::new(), String::new()),
    }
}
