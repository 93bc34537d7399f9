//! Fields of resources and of their elements: names are those of JSON,
//! <https://hl7.org/fhir/R4/graphql.html#select>.

use serde_json::Value;

use super::collect::Field;
use super::fault::Fault;
use super::filter::Filter;
use super::focus::{Focus, Part, meant};
use super::output::Output;
use super::run::{Runner, Within};
use crate::definitions::shape::{Content, Element, Shape};
use crate::fhir::text::suggestion::nearest_element;

impl<'r> Runner<'r> {
    pub(super) fn of_part(
        &self,
        part: Part<'r>,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if let Some(element) = part.shape.element(field.name) {
            return self.of_element(part, element, field, into);
        }
        let shape = part.shape;
        match field.name {
            "resourceType" if shape.is_resource => {
                let name = Value::String(shape.path.to_string());
                self.leaves((vec![name], false), field, into)
            }
            "resource" if &*shape.path == "Reference" => self.of_reference(part, field, into),
            name => {
                if let Some(element) = extended(shape, name) {
                    return self.of_extra(part, element, field, into);
                }
                match self.matches_of(part, field)? {
                    Some(asked) => self.of_matches(asked, field, into),
                    None => Err(unknown(shape, name)),
                }
            }
        }
    }

    fn of_element(
        &self,
        part: Part<'r>,
        element: &'r Element,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        let (shapes, content) = (self.around.shapes, element.content);
        let shape = match content {
            Content::Complex(id) => shapes.shape(id),
            Content::Primitive(_) | Content::Resource => None,
        };
        let filter = Filter::read(self, field, (content, shape))?;
        let items: Vec<&'r Value> = match part.value.get(&*element.key) {
            Some(Value::Array(items)) => filter.keep(self, (&part, content), items.iter())?,
            Some(value) => filter.keep(self, (&part, content), std::iter::once(value))?,
            None => Vec::new(),
        };
        if matches!(content, Content::Primitive(_)) {
            let values = items.into_iter().cloned().collect();
            return self.leaves((values, element.repeats), field, into);
        }
        let parts = items
            .into_iter()
            .filter_map(|item| part.below(shapes, (&element.key, content), item))
            .map(Focus::Part);
        self.objects((parts.collect(), element.repeats), field, into)
    }

    /// `_birthDate`: what stands beside a value without parts.
    fn of_extra(
        &self,
        part: Part<'r>,
        element: &'r Element,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        let Some(id) = self.around.shapes.id("Element") else {
            return Err(unknown(part.shape, field.name));
        };
        let items: Vec<&'r Value> = match part.value.get(field.name) {
            Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        };
        let below = |item| part.below(self.around.shapes, ("", Content::Complex(id)), item);
        let parts = items.into_iter().filter_map(below).map(Focus::Part);
        self.objects((parts.collect(), element.repeats), field, into)
    }
}

/// The element whose value has something beside it under this name.
fn extended<'s>(shape: &'s Shape, name: &str) -> Option<&'s Element> {
    let element = shape.element(name.strip_prefix('_')?)?;
    matches!(element.content, Content::Primitive(_)).then_some(element)
}

fn unknown(shape: &Shape, name: &str) -> Fault {
    let keys = shape.elements.iter().map(|element| &*element.key);
    let (vi, en) = meant(nearest_element(name, keys));
    let path = &shape.path;
    Fault::malformed(
        format!("{path} không có trường '{name}'.{vi}"),
        format!("{path} has no field '{name}'.{en}"),
    )
}
