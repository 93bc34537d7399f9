//! What the base definition says of an element that a profile is about,
//! <https://hl7.org/fhir/R4/profiling.html>.

use super::outline::{OutlineEntry, type_code};
use crate::definitions::shape::{Content, Element, ShapeId, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::value::kind::Kind;

/// What the base definition says of the element a node is for.
pub(in crate::validation::profile) struct Ground<'s> {
    /// Every key of the element.
    pub(in crate::validation::profile) all: Vec<&'s Element>,
    /// The keys that the profile leaves.
    pub(super) left: Vec<&'s Element>,
    /// Where the elements below are.
    pub(in crate::validation::profile) content: Option<ShapeId>,
    pub(super) kinds: Vec<Kind>,
}

impl<'s> Ground<'s> {
    /// That of a whole type.
    pub(in crate::validation::profile) fn whole(shapes: &'s Shapes, type_name: &str) -> Self {
        let content = shapes.id(type_name);
        let kind = ResourceKind::parse(type_name).map(Kind::Resource);
        let kind = kind.or_else(|| Some(Kind::Element(Content::Complex(content?))));
        Self { all: Vec::new(), left: Vec::new(), content, kinds: kind.into_iter().collect() }
    }

    /// That of an element below a type.
    pub(in crate::validation::profile) fn below(
        shapes: &'s Shapes,
        parent: Option<ShapeId>,
        entry: &OutlineEntry<'_>,
    ) -> Self {
        let name = entry.name();
        let shape = parent.and_then(|id| shapes.shape(id));
        let elements = shape.map_or(&[][..], |shape| shape.elements.as_slice());
        let mut all: Vec<_> = elements.iter().filter(|element| *element.name == *name).collect();
        if all.is_empty() {
            all.extend(shape.and_then(|shape| shape.element(name)));
        }
        Self::of(shapes, all, entry)
    }

    /// What is left of the keys of an element by the types a profile allows.
    pub(in crate::validation::profile) fn of(
        shapes: &'s Shapes,
        all: Vec<&'s Element>,
        entry: &OutlineEntry<'_>,
    ) -> Self {
        let codes: Vec<_> = entry.types().filter_map(type_code).collect();
        let mut left = all.clone();
        left.retain(|element| codes.is_empty() || codes.contains(&&*element.type_code));
        if left.is_empty() {
            left.clone_from(&all);
        }
        let one_resource = || match codes.as_slice() {
            [code] => ResourceKind::parse(code),
            _ => None,
        };
        let kind = |content| match content {
            Content::Resource => one_resource().map_or(Kind::Element(content), Kind::Resource),
            content => Kind::Element(content),
        };
        let kinds = left.iter().map(|element| kind(element.content)).collect();
        let content = match left.as_slice() {
            [only] => match only.content {
                Content::Complex(id) => Some(id),
                Content::Primitive(_) => shapes.id("Element"),
                Content::Resource => one_resource().and_then(|kind| shapes.id(kind.name())),
            },
            _ => shapes.id("Element"),
        };
        Self { all, left, content, kinds }
    }
}
