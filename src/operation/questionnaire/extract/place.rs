//! Puts values where the paths of definitions say: `Patient.name.given`, `Observation.value[x]`.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use crate::definitions::shape::{Content, Element, Shape, Shapes};
use crate::fhir::member::text;

/// A value with the name of its type, as an answer has it: `valueCoding`.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) key: String,
    pub(super) value: Value,
    /// A number with the unit of its question.
    pub(super) quantity: Option<Value>,
}

/// One step of a path: an element, and its slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step<'p> {
    pub(super) name: &'p str,
    pub(super) slice: Option<&'p str>,
}

/// The steps of a path below the type.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let step = |part: &'_ str| -> (usize, Option<usize>) {
        (part.find(':').unwrap_or(part.len()), part.find(':').map(|at| at + 1))
    };
    let parts = path.split('.').skip(1);
    let read = parts.map(|part| {
        let (end, slice) = step(part);
        let name = part.get(..end).unwrap_or(part).trim_end_matches("[x]");
        Step { name, slice: slice.and_then(|at| part.get(at..)) }
    });
    read.collect()
}

/// A resource that values are put into.
pub(super) struct Placing<'p> {
    pub(super) shapes: &'p Shapes,
    /// The place of each slice that is there, by its path.
    pub(super) slices: &'p mut FxHashMap<String, usize>,
    /// The URL of a slice of extensions, by its path.
    pub(super) url: &'p dyn Fn(&str) -> Option<String>,
}

impl Placing<'_> {
    /// Puts a value, or a new element without one; gives the pointer to where it stands.
    pub(super) fn put(
        &mut self,
        object: &mut Map<String, Value>,
        shape: &Shape,
        (trail, steps): (String, &[Step<'_>]),
        given: Option<&Given>,
    ) -> Option<String> {
        let (step, rest) = steps.split_first()?;
        let trail = match step.slice {
            Some(slice) => format!("{trail}.{}:{slice}", step.name),
            None => format!("{trail}.{}", step.name),
        };
        let is_it = |one: &&Element| *one.name == *step.name || *one.key == *step.name;
        if let (true, Some(given)) = (rest.is_empty(), given) {
            let (element, value) = wanted(shape.elements.iter().filter(is_it), given)?;
            return Some(insert(object, element, value));
        }
        let complex = |one: &&Element| matches!(one.content, Content::Complex(_));
        let element = shape.elements.iter().filter(is_it).find(complex)?;
        let Content::Complex(id) = element.content else { return None };
        let inner = self.shapes.shape(id)?;
        let is_new = rest.is_empty();
        let (slot, pointer) = self.slot(object, element, (&trail, step.slice), is_new)?;
        if is_new {
            return Some(pointer);
        }
        let below = self.put(slot.as_object_mut()?, inner, (trail, rest), given)?;
        Some(format!("{pointer}{below}"))
    }

    /// The element to go on in: the last one, the one of the slice, or a new one.
    fn slot<'o>(
        &mut self,
        object: &'o mut Map<String, Value>,
        element: &Element,
        (trail, slice): (&str, Option<&str>),
        is_new: bool,
    ) -> Option<(&'o mut Value, String)> {
        let key = &element.key;
        if !element.repeats {
            let slot = object.entry(&**key).or_insert_with(|| json!({}));
            return Some((slot, format!("/{key}")));
        }
        let all = object.entry(&**key).or_insert_with(|| json!([])).as_array_mut()?;
        let known = match slice {
            Some(_) => self.slices.get(trail).copied(),
            None => all.len().checked_sub(1),
        };
        let at = match known.filter(|_| !is_new) {
            Some(at) => at,
            None => {
                let url = (self.url)(trail);
                all.push(url.map_or_else(|| json!({}), |url| json!({ "url": url })));
                all.len() - 1
            }
        };
        if slice.is_some() {
            self.slices.insert(trail.to_owned(), at);
        }
        Some((all.get_mut(at)?, format!("/{key}/{at}")))
    }
}

fn insert(object: &mut Map<String, Value>, element: &Element, value: Value) -> String {
    let key = &*element.key;
    if !element.repeats {
        object.insert(key.to_owned(), value);
        return format!("/{key}");
    }
    match object.entry(key).or_insert_with(|| json!([])).as_array_mut() {
        Some(all) => {
            all.push(value);
            format!("/{key}/{}", all.len() - 1)
        }
        None => format!("/{key}"),
    }
}

/// The element that takes a value, and the value as it takes it.
fn wanted<'s>(
    elements: impl Iterator<Item = &'s Element>,
    given: &Given,
) -> Option<(&'s Element, Value)> {
    let elements: Vec<&Element> = elements.collect();
    let (value, quantity) = (&given.value, given.quantity.as_ref());
    let told = given.key.strip_prefix("value").unwrap_or(&given.key);
    let as_is = |names: &[&'static str]| -> Vec<(&'static str, Value)> {
        names.iter().map(|name| (*name, value.clone())).collect()
    };
    let concept = || ("CodeableConcept", json!({ "coding": [value] }));
    let words = || ("CodeableConcept", json!({ "text": value }));
    let code = || Some(("code", json!(text(value, "code")?)));
    let day =
        || value.as_str().and_then(|text| text.split('T').next()).map(|day| ("date", json!(day)));
    let ways: Vec<(&str, Value)> = match told {
        "Coding" => [Some(("Coding", value.clone())), Some(concept()), code()]
            .into_iter()
            .flatten()
            .collect(),
        "String" => [
            as_is(&["string", "markdown", "id", "code", "uri"]),
            vec![words(), ("Annotation", json!({ "text": value }))],
        ]
        .concat(),
        "Decimal" | "Integer" => [
            quantity.map(|it| vec![("Quantity", it.clone())]).unwrap_or_default(),
            as_is(&["integer", "positiveInt", "unsignedInt", "decimal"]),
        ]
        .concat(),
        "Date" => as_is(&["date", "dateTime"]),
        "DateTime" | "Instant" => {
            [as_is(&["dateTime", "instant"]), day().into_iter().collect()].concat()
        }
        "Uri" | "Url" | "Canonical" => as_is(&["uri", "url", "canonical", "string"]),
        "Code" | "Id" => as_is(&["code", "id", "string"]),
        "Quantity" => as_is(&["Quantity", "Age", "Duration"]),
        _ => Vec::new(),
    };
    let found = ways.into_iter().find_map(|(name, value)| {
        let element = elements.iter().find(|element| *element.type_code == *name)?;
        Some((*element, value))
    });
    found.or_else(|| {
        let is_type = |element: &&&Element| element.type_code.eq_ignore_ascii_case(told);
        elements.iter().find(is_type).map(|element| (*element, value.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_slices_and_choices() {
        let path = steps("Patient.extension:race.value[x]");
        let expected =
            [Step { name: "extension", slice: Some("race") }, Step { name: "value", slice: None }];
        assert_eq!(path, expected);
    }
}
