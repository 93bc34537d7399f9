//! Operations, <https://hl7.org/fhir/R4/operationdefinition.html>.

use serde::Deserialize;

use crate::fhir::kind::ResourceKind;

/// An operation: its name, where it is called and what it takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub url: Box<str>,
    /// The name after `$`.
    pub code: Box<str>,
    #[serde(default)]
    pub affects_state: bool,
    /// Names of types; `Resource` and `DomainResource` stand for all of theirs.
    #[serde(default)]
    pub resource: Box<[Box<str>]>,
    /// Called at `[base]/$code`.
    pub system: bool,
    /// Called at `[base]/[type]/$code`.
    #[serde(rename = "type")]
    pub on_type: bool,
    /// Called at `[base]/[type]/[id]/$code`.
    pub instance: bool,
    #[serde(default)]
    pub parameter: Box<[OperationParameter]>,
}

/// A parameter of an operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationParameter {
    pub name: Box<str>,
    pub r#use: ParameterUse,
    pub min: u32,
    /// A number or `*`.
    pub max: Box<str>,
    /// None when it has parts.
    #[serde(rename = "type")]
    pub type_code: Option<Box<str>>,
    pub search_type: Option<Box<str>>,
    #[serde(default)]
    pub part: Box<[OperationParameter]>,
}

/// <https://hl7.org/fhir/R4/valueset-operation-parameter-use.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterUse {
    In,
    Out,
}

/// The operations of R4.
#[derive(Debug, Default)]
pub struct Operations(Vec<Operation>);

impl Operation {
    /// Whether the operation can be called on this type or on a resource of it.
    pub fn applies_to(&self, kind: ResourceKind) -> bool {
        self.resource.iter().any(|name| match &**name {
            "Resource" => true,
            "DomainResource" => !["Binary", "Bundle", "Parameters"].contains(&kind.name()),
            name => name == kind.name(),
        })
    }
}

impl Operations {
    pub(crate) fn new(definitions: Vec<Operation>) -> Self {
        Self(definitions)
    }

    /// Every operation, sorted by URL.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.iter()
    }

    /// The operation with this code on a type.
    pub fn of(&self, kind: ResourceKind, code: &str) -> Option<&Operation> {
        self.iter().find(|operation| *operation.code == *code && operation.applies_to(kind))
    }
}
