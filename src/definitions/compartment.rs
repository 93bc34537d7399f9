//! Compartments, <https://hl7.org/fhir/R4/compartmentdefinition.html>.
//!
//! A compartment also holds the resource it is named after (`Patient/1` is in its own
//! compartment); that is said by no link.

use serde::Deserialize;

use crate::fhir::kind::ResourceKind;

/// Which resources are in the compartment of a resource of one type.
#[derive(Debug)]
pub struct Compartment {
    /// `Patient`, `Encounter`, `RelatedPerson`, `Practitioner` or `Device`.
    pub kind: ResourceKind,
    links: Vec<Box<[Box<str>]>>,
}

/// The compartments of R4.
#[derive(Debug, Default)]
pub struct Compartments(Vec<Compartment>);

/// What is read of a `CompartmentDefinition`.
#[derive(Deserialize)]
pub(crate) struct CompartmentDefinition {
    code: Box<str>,
    resource: Vec<LinkDefinition>,
}

#[derive(Deserialize)]
struct LinkDefinition {
    code: Box<str>,
    param: Vec<Box<str>>,
}

impl Compartment {
    /// The codes of the search parameters by which resources of a type are in the compartment;
    /// empty when they never are.
    pub fn links(&self, kind: ResourceKind) -> &[Box<str>] {
        self.links.get(kind.index()).map_or(&[], |codes| &**codes)
    }

    /// The URL of its definition.
    pub fn url(&self) -> String {
        let (first, rest) = self.kind.name().split_at_checked(1).unwrap_or_default();
        format!("http://hl7.org/fhir/CompartmentDefinition/{}{rest}", first.to_lowercase())
    }

    fn new(definition: &CompartmentDefinition) -> Option<Self> {
        let mut links = vec![Box::default(); ResourceKind::all().count()];
        for LinkDefinition { code, param } in &definition.resource {
            let kind = ResourceKind::parse(code)?;
            // `{def}` stands for the resource the compartment is named after.
            let codes = param.iter().filter(|code| &***code != "{def}").cloned().collect();
            *links.get_mut(kind.index())? = codes;
        }
        Some(Self { kind: ResourceKind::parse(&definition.code)?, links })
    }
}

impl Compartments {
    pub(crate) fn new(definitions: &[CompartmentDefinition]) -> Self {
        Self(definitions.iter().filter_map(Compartment::new).collect())
    }

    /// The compartment that is named after a resource type.
    pub fn of(&self, kind: ResourceKind) -> Option<&Compartment> {
        self.0.iter().find(|compartment| compartment.kind == kind)
    }

    /// Every compartment.
    pub fn iter(&self) -> impl Iterator<Item = &Compartment> {
        self.0.iter()
    }
}
