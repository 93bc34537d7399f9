//! A patch in any of its languages, and what it makes of a resource.

use json_patch::PatchOperation;
use serde_json::Value;

use super::fault::PatchFault;
use super::json;
use super::path::operation::{self, Operation};
use crate::budget;
use crate::definitions::shape::Shapes;
use crate::fhir::date::Zone;
use crate::fhir::json::DEPTH;
use crate::fhir::time::Instant;

/// A language of patches that has a media type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Json,
    Merge,
}

/// A patch that was read.
#[derive(Debug, Clone)]
pub enum Patch {
    Json(Vec<PatchOperation>),
    Merge(Value),
    Path(Vec<Operation>),
}

/// What paths are evaluated with.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    pub shapes: &'a Shapes,
    pub now: Instant,
    pub zone: Zone,
}

impl Syntax {
    /// The media types of patches, as a header lists them.
    pub const MEDIA_TYPES: &'static str = "application/json-patch+json, application/merge-patch+json, application/fhir+json, application/fhir+xml";

    /// Finds a language by its media type, whatever parameters that has.
    pub fn of_media_type(text: &str) -> Option<Self> {
        let name = text.split(';').next().unwrap_or(text).trim();
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("application/json-patch+json") {
            return Some(Self::Json);
        }
        is("application/merge-patch+json").then_some(Self::Merge)
    }
}

impl Patch {
    /// Reads a patch.
    pub fn read(syntax: Syntax, document: Value) -> Result<Self, PatchFault> {
        match syntax {
            Syntax::Json => json::read(&document).map(Self::Json),
            Syntax::Merge if document.is_object() => Ok(Self::Merge(document)),
            Syntax::Merge => Err(PatchFault::malformed(
                "Merge patch phải là một object JSON.",
                "A merge patch is a JSON object.",
            )),
        }
    }

    /// Reads a `FHIRPath` Patch.
    pub fn of_parameters(parameters: &Value) -> Result<Self, PatchFault> {
        operation::read(parameters).map(Self::Path)
    }

    /// What the patch makes of a resource. Its type and its id stay what they are.
    pub fn apply(
        &self,
        surroundings: &Surroundings<'_>,
        resource: &Value,
    ) -> Result<Value, PatchFault> {
        let mut patched = resource.clone();
        match self {
            Self::Json(operations) => {
                for (number, operation) in operations.iter().enumerate() {
                    let done = json::apply(operation, &mut patched);
                    let done = done.and_then(|()| check(resource, &patched));
                    done.map_err(|fault| fault.of(number, &json::name(operation)))?;
                }
            }
            Self::Merge(patch) => {
                json_patch::merge(&mut patched, patch);
                check(resource, &patched)?;
            }
            Self::Path(operations) => {
                for (number, operation) in operations.iter().enumerate() {
                    let done = operation.apply(surroundings, &mut patched);
                    let done = done.and_then(|()| check(resource, &patched));
                    done.map_err(|fault| operation.blame(number, fault))?;
                }
            }
        }
        Ok(patched)
    }
}

/// Refuses what makes another resource of it, or one that nobody can read.
fn check(before: &Value, after: &Value) -> Result<(), PatchFault> {
    for key in ["resourceType", "id"] {
        if before.get(key) != after.get(key) {
            return Err(PatchFault::unfit(
                format!("Một patch không được đổi {key} của tài nguyên."),
                format!("A patch may not change the {key} of a resource."),
            ));
        }
    }
    let (values, depth) = measure(after);
    budget::spend(values)?;
    if depth > DEPTH {
        return Err(PatchFault::unfit(
            format!("Kết quả lồng nhau sâu hơn {DEPTH} cấp."),
            format!("The result is nested more than {DEPTH} levels deep."),
        ));
    }
    Ok(())
}

/// How many values there are, and how deep they lie inside each other.
fn measure(value: &Value) -> (usize, usize) {
    let below = |(values, depth): (usize, usize), value: &Value| {
        let (more, deeper) = measure(value);
        (values + more, depth.max(deeper))
    };
    let (values, depth) = match value {
        Value::Array(items) => items.iter().fold((0, 0), below),
        Value::Object(members) => members.values().fold((0, 0), below),
        _ => return (1, 0),
    };
    (values + 1, depth + 1)
}
