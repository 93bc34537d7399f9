//! What is read of a `StructureDefinition` to make shapes,
//! <https://hl7.org/fhir/R4/structuredefinition.html>.

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Structure<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) type_name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) snapshot: Snapshot<'a>,
}

#[derive(Deserialize)]
pub(crate) struct Snapshot<'a> {
    #[serde(borrow)]
    pub(crate) element: Vec<ElementDefinition<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ElementDefinition<'a> {
    #[serde(borrow)]
    pub(crate) path: &'a str,
    pub(crate) min: u32,
    #[serde(borrow)]
    pub(crate) max: &'a str,
    #[serde(rename = "type", borrow, default)]
    pub(crate) types: Vec<TypeDefinition<'a>>,
    #[serde(borrow)]
    pub(crate) content_reference: Option<&'a str>,
    #[serde(borrow)]
    pub(crate) binding: Option<BindingDefinition<'a>>,
    #[serde(default)]
    pub(crate) is_summary: bool,
    #[serde(default)]
    pub(crate) is_modifier: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeDefinition<'a> {
    #[serde(borrow)]
    pub(crate) code: &'a str,
    #[serde(borrow, default)]
    pub(crate) target_profile: Vec<&'a str>,
    #[serde(borrow, default)]
    pub(crate) profile: Vec<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BindingDefinition<'a> {
    #[serde(borrow)]
    pub(crate) strength: &'a str,
    #[serde(borrow)]
    pub(crate) value_set: Option<&'a str>,
}
