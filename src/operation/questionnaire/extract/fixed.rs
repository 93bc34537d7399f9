//! What a profile says of the elements of its records: fixed values, patterns, URLs of extensions.

use serde_json::Value;

use super::place::steps;
use crate::budget::{self, Spent};
use crate::definitions::shape::{Content, Shapes};
use crate::fhir::member::{members, text};

/// Puts what a profile fixes where it has to be there, or where its element is there.
pub(super) fn fill(shapes: &Shapes, profile: &Value, resource: &mut Value) -> Result<(), Spent> {
    let elements = profile.pointer("/snapshot/element").and_then(Value::as_array);
    for element in elements.into_iter().flatten() {
        budget::spend(1)?;
        let id = text(element, "id").unwrap_or_default();
        let is_needed = element.get("min").and_then(Value::as_u64).is_some_and(|min| min > 0);
        let fixed = element.as_object().into_iter().flatten().find(|(key, _)| {
            let rest = key.strip_prefix("fixed").or_else(|| key.strip_prefix("pattern"));
            rest.is_some_and(|rest| rest.starts_with(char::is_uppercase))
        });
        if let (true, Some((_, value)), false) = (is_needed, fixed, id.contains(':')) {
            put(shapes, resource, id, value);
        }
    }
    Ok(())
}

fn put(shapes: &Shapes, resource: &mut Value, id: &str, value: &Value) -> Option<()> {
    let mut shape = shapes.named(id.split('.').next()?)?;
    let path = steps(id);
    let (last, before) = path.split_last()?;
    let mut at = resource;
    for step in before {
        let element = shape.elements.iter().find(|one| *one.name == *step.name)?;
        let Content::Complex(inner) = element.content else { return None };
        shape = shapes.shape(inner)?;
        at = at.get_mut(&*element.key)?;
        if element.repeats {
            at = at.get_mut(0)?;
        }
    }
    let element = shape.elements.iter().find(|one| *one.name == *last.name)?;
    let object = at.as_object_mut()?;
    if element.choice.is_none() && !object.contains_key(&*element.key) {
        let value = if element.repeats { Value::Array(vec![value.clone()]) } else { value.clone() };
        object.insert(element.key.to_string(), value);
    }
    Some(())
}

/// The URL of the extensions of a slice: `Patient.extension:race`.
pub(super) fn url(profile: &Value, trail: &str) -> Option<String> {
    let elements = profile.pointer("/snapshot/element").and_then(Value::as_array)?;
    let element = elements.iter().find(|one| text(one, "id") == Some(trail))?;
    let is_extension = |kind: &&Value| text(kind, "code") == Some("Extension");
    let kind = members(element, "type").iter().find(is_extension)?;
    Some(members(kind, "profile").first()?.as_str()?.to_owned())
}
