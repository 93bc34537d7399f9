//! The value of an operation: one that a `Parameters` can hold, or one that is put together of
//! parts, as the elements without a type of their own are.

use serde_json::{Map, Value};

use super::edit::{add, list_of};
use crate::definitions::shape::{Content, Element, Shape, Shapes};
use crate::patch::fault::PatchFault;

/// A value that is to be put somewhere.
#[derive(Debug, Clone)]
pub(in crate::patch) struct Given {
    /// What is behind `value` in its key, such as `CodeableConcept`; none of a resource, and of what
    /// has parts.
    kind: Option<String>,
    value: Option<Value>,
    /// The id and the extensions of a primitive.
    extra: Option<Value>,
    parts: Vec<(String, Given)>,
}

/// A value as it stands in the tree.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) value: Value,
    pub(super) extra: Option<Value>,
}

impl Given {
    /// Reads the value of a part of a parameter; none when it has none.
    pub(super) fn read(part: &Value) -> Result<Option<Self>, PatchFault> {
        let Value::Object(members) = part else { return Ok(None) };
        let mut given = Self { kind: None, value: None, extra: None, parts: Vec::new() };
        for (key, value) in members {
            if let Some(kind) = key.strip_prefix("value") {
                given.is_one(Some(kind))?;
                given.value = Some(value.clone());
            } else if let Some(kind) = key.strip_prefix("_value") {
                given.is_one(Some(kind))?;
                given.extra = Some(value.clone());
            } else if key == "resource" {
                given.is_one(None)?;
                given.value = Some(value.clone());
            } else if key == "part" {
                given.parts = list_of(Some(value)).iter().map(named).collect::<Result<_, _>>()?;
            }
        }
        let has_value = given.value.is_some() || given.extra.is_some();
        if has_value && !given.parts.is_empty() {
            return Err(PatchFault::malformed(
                "value chỉ được có một giá trị, hoặc các part.",
                "value has either one value or parts.",
            ));
        }
        Ok((has_value || !given.parts.is_empty()).then_some(given))
    }

    /// Notes the type of the value; a second one is refused.
    fn is_one(&mut self, kind: Option<&str>) -> Result<(), PatchFault> {
        let is_first = self.value.is_none() && self.extra.is_none();
        if !is_first && self.kind.as_deref() != kind {
            return Err(PatchFault::malformed(
                "chỉ được có một value[x].",
                "there may be only one value[x].",
            ));
        }
        self.kind = kind.map(str::to_owned);
        Ok(())
    }

    /// The element of a shape that the value goes to; of a choice, the one of its type.
    pub(super) fn element<'s>(
        &self,
        shape: &'s Shape,
        name: &str,
    ) -> Result<&'s Element, PatchFault> {
        let plain = name.strip_suffix("[x]").unwrap_or(name);
        let all: Vec<&Element> =
            shape.elements.iter().filter(|one| *one.name == *plain || *one.key == *plain).collect();
        match all.as_slice() {
            [] => Err(unknown(shape, name)),
            [only] => Ok(only),
            many => {
                let key = format!("{plain}{}", self.kind.as_deref().unwrap_or_default());
                let of_kind = many.iter().find(|one| *one.key == *key).copied();
                of_kind.ok_or_else(|| wrong_kind(shape, many, plain))
            }
        }
    }

    /// The value as an element holds it.
    pub(super) fn made(&self, shapes: &Shapes, element: &Element) -> Result<Made, PatchFault> {
        if self.parts.is_empty() {
            let value = self.value.clone().unwrap_or_default();
            return Ok(Made { value, extra: self.extra.clone() });
        }
        let shape = match element.content {
            Content::Complex(id) => shapes.shape(id),
            Content::Primitive(_) | Content::Resource => None,
        };
        let shape = shape.ok_or_else(|| {
            PatchFault::unfit(
                format!("{} không gồm các part.", element.name),
                format!("{} is not made of parts.", element.name),
            )
        })?;
        let mut object = Map::new();
        for (name, given) in &self.parts {
            add(shapes, shape, &mut object, (name, given))?;
        }
        Ok(Made { value: Value::Object(object), extra: None })
    }
}

fn named(part: &Value) -> Result<(String, Given), PatchFault> {
    let name = part.get("name").and_then(Value::as_str).unwrap_or_default();
    match Given::read(part)? {
        Some(given) if !name.is_empty() => Ok((name.to_owned(), given)),
        _ => Err(PatchFault::malformed(
            format!("part '{name}' phải có name, và value[x] hoặc part."),
            format!("the part '{name}' needs a name, and a value[x] or parts."),
        )),
    }
}

fn unknown(shape: &Shape, name: &str) -> PatchFault {
    let near = shape
        .elements
        .iter()
        .map(|element| (strsim::jaro_winkler(&element.name, name), &element.name))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let (vi, en) = near.map_or_else(Default::default, |(_, near)| {
        (format!(" Có phải ý bạn là {near}?"), format!(" Did you mean {near}?"))
    });
    let path = &shape.path;
    PatchFault::unfit(
        format!("{path} không có phần tử '{name}'.{vi}"),
        format!("{path} has no element '{name}'.{en}"),
    )
}

fn wrong_kind(shape: &Shape, all: &[&Element], name: &str) -> PatchFault {
    let kinds: Vec<&str> = all.iter().map(|element| &*element.type_code).collect();
    let (path, kinds) = (&shape.path, kinds.join(", "));
    PatchFault::unfit(
        format!("{path}.{name}[x] cần value[x] thuộc một trong các kiểu: {kinds}."),
        format!("{path}.{name}[x] needs a value[x] of one of these types: {kinds}."),
    )
}
