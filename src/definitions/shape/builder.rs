//! Structure definitions → shapes.
//!
//! Every path that has children becomes a shape. A first pass gives each such path its number, so
//! that a second pass can point at shapes that come later.

use rustc_hash::FxHashMap;

use super::structure::{BindingDefinition, ElementDefinition, Structure, TypeDefinition};
use super::{Binding, Content, Element, Primitive, Shape, ShapeId, Shapes, Strength};
use crate::definitions::package::DefinitionError;
use crate::fhir::kind::ResourceKind;

/// The profile of quantities without a comparator.
const SIMPLE_QUANTITY: &str = "http://hl7.org/fhir/StructureDefinition/SimpleQuantity";

const TYPE_URL: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Makes the shapes of all types but the primitives, which have no JSON object of their own.
pub(crate) fn build(structures: &[Structure<'_>]) -> Result<Shapes, DefinitionError> {
    let structures: Vec<_> =
        structures.iter().filter(|structure| structure.kind != "primitive-type").collect();
    let mut by_name = FxHashMap::default();
    let mut paths = Vec::new();
    for structure in &structures {
        for path in parents(structure) {
            let id = ShapeId::of_index(paths.len()).ok_or(DefinitionError::TooMany)?;
            by_name.insert(Box::from(path), id);
            paths.push(path);
        }
    }
    let mut elements: FxHashMap<&str, Vec<Element>> = FxHashMap::default();
    for structure in &structures {
        for definition in &structure.snapshot.element {
            let Some((parent, name)) = definition.path.rsplit_once('.') else { continue };
            spread(definition, name, &by_name, elements.entry(parent).or_default())?;
        }
    }
    let mut shapes = Vec::with_capacity(paths.len());
    for path in paths {
        let elements = elements.remove(path).unwrap_or_default();
        shapes.push(Shape::new(path, elements).ok_or(DefinitionError::TooMany)?);
    }
    Ok(Shapes::new(shapes, by_name))
}

/// The paths of a type that have children: the type itself and its backbone elements.
fn parents<'a>(structure: &'a Structure<'_>) -> Vec<&'a str> {
    let mut parents: Vec<&str> = vec![&structure.type_name];
    let mut before = "";
    for ElementDefinition { path, .. } in &structure.snapshot.element {
        if path.rsplit_once('.').is_some_and(|(parent, _)| parent == before)
            && before != structure.type_name
        {
            parents.push(before);
        }
        before = path;
    }
    parents
}

/// Adds the keys of an element: one, or one for each type of a choice.
fn spread(
    definition: &ElementDefinition<'_>,
    name: &str,
    by_name: &FxHashMap<Box<str>, ShapeId>,
    elements: &mut Vec<Element>,
) -> Result<(), DefinitionError> {
    let content = |type_code: &str| content(definition, type_code, by_name);
    if let Some(name) = name.strip_suffix("[x]") {
        let choice = elements.iter().filter_map(|element| element.choice).max();
        let choice = Some(choice.map_or(0, |last| last.saturating_add(1)));
        for choice_type in &definition.types {
            let key = format!("{name}{}", capitalized(choice_type.code));
            let (content, type_code) = content(choice_type.code)?;
            let element = element(definition, choice_type, content);
            elements.push(Element { choice, type_code, ..named(element, &key, name) });
        }
        return Ok(());
    }
    let untyped = TypeDefinition { code: "", target_profile: Vec::new(), profile: Vec::new() };
    let only_type = definition.types.first().unwrap_or(&untyped);
    let (content, type_code) = content(only_type.code)?;
    let element = element(definition, only_type, content);
    elements.push(Element { type_code, ..named(element, name, name) });
    Ok(())
}

fn named(element: Element, key: &str, name: &str) -> Element {
    Element { key: key.into(), name: name.into(), ..element }
}

fn element(
    definition: &ElementDefinition<'_>,
    only_type: &TypeDefinition<'_>,
    content: Content,
) -> Element {
    Element {
        key: Box::default(),
        name: Box::default(),
        choice: None,
        min: definition.min,
        max: definition.max.parse().ok(),
        repeats: definition.max != "1",
        content,
        type_code: Box::default(),
        binding: definition.binding.as_ref().and_then(|bound| binding(bound, only_type.code)),
        targets: targets(only_type),
        is_simple: only_type.profile.contains(&SIMPLE_QUANTITY),
        is_summary: definition.is_summary,
        is_modifier: definition.is_modifier,
    }
}

/// What is below an element of this type, and the name of the type.
fn content(
    definition: &ElementDefinition<'_>,
    type_code: &str,
    by_name: &FxHashMap<Box<str>, ShapeId>,
) -> Result<(Content, Box<str>), DefinitionError> {
    if let Some(primitive) = Primitive::parse(type_code) {
        return Ok((Content::Primitive(primitive), type_code.into()));
    }
    if type_code == "Resource" {
        return Ok((Content::Resource, type_code.into()));
    }
    let referred = definition.content_reference.map(|reference| reference.trim_start_matches('#'));
    let backbone = by_name.get(referred.unwrap_or(definition.path));
    let shape = backbone.or_else(|| by_name.get(type_code)).copied();
    let name = if referred.is_some() { "BackboneElement" } else { type_code };
    match shape {
        Some(shape) => Ok((Content::Complex(shape), name.into())),
        None => Err(DefinitionError::UnknownType {
            path: definition.path.into(),
            type_code: type_code.into(),
        }),
    }
}

/// The binding of an element, when its type holds codes.
fn binding(definition: &BindingDefinition<'_>, type_code: &str) -> Option<Binding> {
    let coded = ["code", "Coding", "CodeableConcept", "Quantity", "string", "uri"];
    if !coded.contains(&type_code) {
        return None;
    }
    let value_set = definition.value_set?;
    Some(Binding { strength: Strength::parse(definition.strength)?, value_set: value_set.into() })
}

/// The resource types that may be pointed at; empty when any may.
fn targets(element_type: &TypeDefinition<'_>) -> Box<[ResourceKind]> {
    let kind = |url: &&str| url.strip_prefix(TYPE_URL).and_then(ResourceKind::parse);
    let kinds: Option<Box<[_]>> = element_type.target_profile.iter().map(kind).collect();
    kinds.unwrap_or_default()
}

fn capitalized(type_code: &str) -> String {
    let mut letters = type_code.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
