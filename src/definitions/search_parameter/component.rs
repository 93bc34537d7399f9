//! The parts of composite parameters, <https://hl7.org/fhir/R4/search.html#composite>.

use serde::{Deserialize, Serialize};

use super::ParamType;

/// The parts of this composite have each other's expression in R4; R5 mended it.
const CROSSED: &str = "http://hl7.org/fhir/SearchParameter/DocumentReference-relationship";

/// One part of a composite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// URL of the part's own parameter.
    pub definition: Box<str>,
    /// `FHIRPath` from what the composite's expression gives.
    pub expression: Box<str>,
    /// The type of the part's own parameter, when it was looked up before.
    pub kind: Option<ParamType>,
}

/// What is read of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::definitions) struct ComponentDefinition {
    pub(super) definition: Box<str>,
    pub(super) expression: Box<str>,
    /// The type of the part's own parameter: what it had when this one was taken.
    #[serde(default, rename = "_type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<ParamType>,
}

/// The parts of the composite with a URL.
pub(super) fn components(url: &str, definitions: &[ComponentDefinition]) -> Box<[Component]> {
    let component = |component: &ComponentDefinition| Component {
        definition: component.definition.clone(),
        expression: component.expression.clone(),
        kind: component.kind,
    };
    let mut components: Vec<Component> = definitions.iter().map(component).collect();
    if url == CROSSED
        && let [first, second] = components.as_mut_slice()
    {
        std::mem::swap(&mut first.expression, &mut second.expression);
    }
    components.into()
}
